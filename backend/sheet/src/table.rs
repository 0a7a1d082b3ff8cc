//! A table of a whole province from a workbook: its rows as they come out of the process that reads them, for a thread that
//! may wait. The file goes in through a pipe, so that it never lies on a disk in clear.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    child::{COMMAND, program},
    content::Unreadable,
    parser::Telling,
};

/// A row as the sheet counts it, from 1, and its cells as texts.
pub type TableRow = (u32, Vec<String>);

/// The rows of a workbook; an error ends them.
#[derive(Debug)]
pub struct TableRows {
    child: Child,
    lines: BufReader<ChildStdout>,
    over: bool,
}

/// Begin to read a workbook.
pub fn rows(file: Vec<u8>) -> io::Result<TableRows> {
    let mut child = Command::new(program()?)
        .args([OsString::from(COMMAND), OsString::from("-"), Telling::Rows.name().into()])
        .env_clear()
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let missing = || io::Error::other("a process without its pipes");
    let mut input = child.stdin.take().ok_or_else(missing)?;
    let lines = BufReader::with_capacity(256 * 1024, child.stdout.take().ok_or_else(missing)?);
    // It reads all before it says anything; whoever has died of it no longer reads.
    std::thread::spawn(move || input.write_all(&file).is_ok());
    Ok(TableRows { child, lines, over: false })
}

impl Iterator for TableRows {
    type Item = Result<TableRow, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let mut line = String::new();
        let read = self.lines.read_line(&mut line);
        if read.is_ok() && line.starts_with('[') {
            let row = serde_json::from_str(&line);
            self.over = row.is_err();
            return Some(row.map_err(|_| Unreadable::Damaged));
        }
        self.over = true;
        match serde_json::from_str::<String>(line.trim_end()) {
            Ok(end) if end == "end" => None,
            // It ran into a limit, and said nothing any more.
            _ => Some(Err(serde_json::from_str(line.trim_end()).unwrap_or(Unreadable::TooComplex))),
        }
    }
}

impl Drop for TableRows {
    fn drop(&mut self) {
        // Who no longer wants the rows does not wait for them.
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            tracing::debug!(%error, "the reader of a workbook had gone");
        }
    }
}
