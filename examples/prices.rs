//! Makes `public/prices.txt` from a price map.
//!
//! ```text
//! cargo run --example prices -- <file.json> <date> <source> > public/prices.txt
//! ```
//!
//! The file is `LiteLLM`'s `model_prices_and_context_window.json`, or any other layout that the app imports.

#![allow(clippy::print_stdout, reason = "the table is what this prints")]

use spanlight::semantics::prices::import;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(date), Some(source)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("expected a file, a date as 2026-11-21, and the name of the source".into());
    };
    let mut imported = import(&std::fs::read_to_string(file)?)?;
    imported.table.date = date;
    imported.table.source = source;
    eprintln!(
        "{} models, {} left out",
        imported.table.rows().len(),
        imported.left_out
    );
    print!("{}", imported.table.to_text());
    Ok(())
}
