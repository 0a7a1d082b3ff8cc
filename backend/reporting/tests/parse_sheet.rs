//! The process that reads an uploaded file, for tests: `parse-sheet parse-sheet <file>`.

use std::{io, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let file = std::env::args_os().nth(2).map(PathBuf::from).unwrap_or_default();
    match fupin_reporting::parse_sheet(&file, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
