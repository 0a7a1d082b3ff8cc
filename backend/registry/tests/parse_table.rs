//! The process that reads an uploaded file, for tests: `parse-table parse-sheet <file> rows`.

use std::{io, path::PathBuf, process::ExitCode};

use fupin_sheet::Telling;

fn main() -> ExitCode {
    let file = std::env::args_os().nth(2).map(PathBuf::from).unwrap_or_default();
    let telling = std::env::args().nth(3).map(|name| Telling::from_name(&name)).unwrap_or_default();
    match fupin_sheet::run(&file, telling, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
