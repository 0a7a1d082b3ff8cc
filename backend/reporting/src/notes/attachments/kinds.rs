//! Which files are taken: by the ending of the name and by how the content begins, both. What an office file is made of is
//! read in its list of parts, which is not packed; no part is ever unpacked, so a bomb stays asleep.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{error::FileError, photo};

/// One kind of file.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// In storage.
    pub name: &'static str,
    endings: &'static [&'static str],
    /// How it begins: what stands at which byte.
    begins: &'static [(usize, &'static [u8])],
    /// Of an office file, the part that makes it one of this kind.
    part: Option<&'static str>,
}

const ZIP: &[(usize, &[u8])] = &[(0, b"PK\x03\x04")];

pub const KINDS: [Kind; 6] = [
    Kind { name: "jpeg", endings: &["jpg", "jpeg"], begins: &[(0, b"\xff\xd8\xff")], part: None },
    Kind { name: "png", endings: &["png"], begins: &[(0, b"\x89PNG\r\n\x1a\n")], part: None },
    Kind { name: "webp", endings: &["webp"], begins: &[(0, b"RIFF"), (8, b"WEBP")], part: None },
    Kind { name: "pdf", endings: &["pdf"], begins: &[(0, b"%PDF-")], part: None },
    Kind { name: "xlsx", endings: &["xlsx"], begins: ZIP, part: Some("xl/workbook") },
    Kind { name: "docx", endings: &["docx"], begins: ZIP, part: Some("word/document") },
];
/// Endings that say of themselves that the file runs something.
const RUNNING: [&str; 7] = ["xlsm", "xlsb", "xltm", "xlam", "docm", "dotm", "pptm"];
/// What parts are called that run: Visual Basic, and the macro sheets of old.
const RUNNING_PARTS: [&str; 3] = ["vbaproject", "vbadata", "macrosheets/"];
/// Enough for every beginning of [`KINDS`].
const BEGINNING: u64 = 16;

/// What a file is by its name.
pub fn of_name(name: &str) -> Result<&'static Kind, FileError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if RUNNING.contains(&ending.as_str()) {
        return Err(FileError::Macros);
    }
    KINDS.iter().find(|kind| kind.endings.contains(&ending.as_str())).ok_or(FileError::Kind)
}

/// Whether the content is of a kind; what stands in the way is an answer, not an error of reading.
pub fn check(path: &Path, kind: &Kind) -> io::Result<Result<(), FileError>> {
    let mut file = File::open(path)?;
    let mut beginning = Vec::new();
    Read::by_ref(&mut file).take(BEGINNING).read_to_end(&mut beginning)?;
    if beginning.is_empty() {
        return Ok(Err(FileError::Empty));
    }
    let stands = |(at, bytes): &(usize, &[u8])| beginning.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    if !kind.begins.iter().all(stands) {
        return Ok(Err(FileError::Unlike));
    }
    let Some(part) = kind.part else { return Ok(Ok(())) };
    let (mut is_one, mut runs) = (false, false);
    let whole = each_part(&mut file, |name| {
        is_one |= name.starts_with(part);
        runs |= RUNNING_PARTS.iter().any(|running| name.contains(running));
    })?;
    Ok(match (runs, whole && is_one) {
        (true, _) => Err(FileError::Macros),
        (false, false) => Err(FileError::Unlike),
        (false, true) => Ok(()),
    })
}

/// Copy the content as it is kept: a photograph without what it says of itself. `InvalidData` where it is none.
pub fn copy(kind: &Kind, from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut from = BufReader::new(from);
    if kind.name == "jpeg" { photo::copy(&mut from, to) } else { io::copy(&mut from, to).map(|_| ()) }
}

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
/// The end of an archive with the longest remark behind it.
const LONGEST_END: u64 = 22 + 0xffff;

/// Tell of each part of an archive in small letters, by the list at its end. False where there is no such list.
fn each_part(file: &mut File, mut tell: impl FnMut(&str)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_END)))?;
    let mut tail = Vec::new();
    Read::by_ref(file).take(LONGEST_END).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(END.len()).rposition(|four| four == END).map(|at| &tail[at..]) else {
        return Ok(false);
    };
    let (Some(size), Some(at)) = (number(end, 12, 4), number(end, 16, 4)) else { return Ok(false) };
    file.seek(SeekFrom::Start(at))?;
    let mut list = BufReader::new(file.take(size));
    let mut head = [0; 46];
    while !list.fill_buf()?.is_empty() {
        if list.read_exact(&mut head).is_err() || !head.starts_with(ENTRY) {
            return Ok(false);
        }
        let long = |at| number(&head, at, 2).unwrap_or_default();
        let mut name = Vec::new();
        Read::by_ref(&mut list).take(long(28)).read_to_end(&mut name)?;
        tell(&String::from_utf8_lossy(&name).to_ascii_lowercase().replace('\\', "/"));
        io::copy(&mut Read::by_ref(&mut list).take(long(30) + long(32)), &mut io::sink())?;
    }
    Ok(true)
}

/// A number of so many bytes, the lowest first.
fn number(bytes: &[u8], at: usize, long: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + long)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests;
