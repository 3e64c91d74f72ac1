//! Prints what a file holds: the quickest way to look into an importer.
//!
//! ```text
//! cargo run --example inspect -- [--dump] FILE…
//! ```

use spanlight::ingest::{Flow, Ingest};
use spanlight::model::{StoreBuilder, TraceStore, text};
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut dump = false;
    let mut ingest = Ingest::new(StoreBuilder::new());
    let began = Instant::now();
    let mut bytes = 0;
    for (argument, index) in std::env::args().skip(1).zip(0_u16..) {
        if argument == "--dump" {
            dump = true;
            continue;
        }
        let mut file = std::fs::File::open(&argument)?;
        ingest.begin_source(index, &argument, file.metadata()?.len());
        let mut chunk = vec![0; 1 << 18];
        loop {
            let len = file.read(&mut chunk)?;
            bytes += len;
            if len == 0 || ingest.push(&chunk[..len]) == Flow::Stop {
                break;
            }
        }
        ingest.end_source();
    }
    let read = began.elapsed();
    let (store, report) = ingest.finish();
    let linked = began.elapsed().saturating_sub(read);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    summary(&store, &mut out)?;
    if dump {
        write!(out, "{}", text::dump(&store))?;
    }
    writeln!(
        out,
        "read {:.1} ms ({:.0} MB/s), linked {:.1} ms, {} bytes held",
        read.as_secs_f64() * 1e3,
        bytes as f64 / read.as_secs_f64() / 1e6,
        linked.as_secs_f64() * 1e3,
        store.heap_bytes()
    )?;
    Ok(())
}

fn summary(store: &TraceStore, out: &mut impl std::io::Write) -> std::io::Result<()> {
    let traces = store.traces();
    let sum = |count: fn(&spanlight::model::rows::Trace) -> u32| -> u32 {
        traces.iter().map(count).sum()
    };
    writeln!(
        out,
        "traces {}, spans {}, duplicates {}, roots {}, orphans {}, errors {}, links {}, log records {}",
        traces.len(),
        store.span_count(),
        store.duplicate_count(),
        sum(|trace| trace.roots),
        sum(|trace| trace.orphans),
        sum(|trace| trace.errors),
        store.all_links().len(),
        store.all_logs().len(),
    )?;
    for service in store.services() {
        writeln!(
            out,
            "service {}: {} spans",
            store.text(service.name),
            service.spans
        )?;
    }
    Ok(())
}
