//! The process that reads an uploaded file, for tests: `parse-sheet parse-sheet <file> [looks]`.

use std::{io, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let file = std::env::args_os().nth(2).map(PathBuf::from).unwrap_or_default();
    let telling = std::env::args().nth(3);
    let telling = fupin_reporting::Telling::of(telling.as_deref());
    match fupin_reporting::parse_sheet(&file, telling, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
