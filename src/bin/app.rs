//! Page entry.

fn main() {
    console_error_panic_hook::set_once();
    spanlight::ui::mount();
}
