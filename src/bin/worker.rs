//! Worker entry: one engine, messages in, messages out.

fn main() {
    spanlight::web::worker::run();
}
