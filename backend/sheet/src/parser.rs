//! Reading an uploaded file, in a process of its own that has little memory and little time: whatever a file does to
//! it, the server lives. `fupin parse-sheet <file> [form|list|looks|rows]` is this process; nobody else has a use for it. Rows come of what
//! stands at its input, since such a file never lies on a disk in clear.
//! Invariants: the archive is inflated once to be measured before anything is made of it; no sheet is ever held as a
//! grid; what comes out is bounded.

mod looks;
mod rows;
mod scan;
mod styles;
mod workbook;
mod xml;

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::Path,
};

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::content::{Book, Unreadable, Verdict};

/// Address space, in bytes.
pub const MEMORY: u64 = 256 * 1024 * 1024;
/// Seconds of a processor, and of the clock on the wall.
pub const SECONDS: u64 = 2;

/// How much is told of a file, and how much may stand in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// What stands in its cells, which is what a filled form can come to.
    #[default]
    Form,
    /// The same, which is what a list of all people of a province can come to.
    List,
    /// As of a form, and how its sheets look.
    Looks,
    /// The rows of the first sheet as texts, one after the other: a table of a whole province.
    Rows,
}

impl Telling {
    const ALL: [Self; 4] = [Self::Form, Self::List, Self::Looks, Self::Rows];

    /// The word for it on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::List => "list",
            Self::Looks => "looks",
            Self::Rows => "rows",
        }
    }

    /// What a word on a command line means; a form where there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|telling| telling.name() == name).unwrap_or_default()
    }

    /// Cells that are not empty.
    fn most_cells(self) -> usize {
        match self {
            // The form with most cells, with its marks.
            Self::Form | Self::Looks => 200_000,
            // Sixty thousand rows of eight columns.
            Self::List => 480_000,
            // Two hundred thousand rows of fifty columns, of which one is held at a time.
            Self::Rows => 10_000_000,
        }
    }
}

/// Read the file under limits, and write the verdict as JSON.
pub fn run(file: &Path, telling: Telling, out: &mut impl Write) -> io::Result<()> {
    let limit = |value| Rlimit { current: Some(value), maximum: Some(value) };
    let (memory, seconds) = if telling == Telling::Rows { (rows::MEMORY, rows::SECONDS) } else { (MEMORY, SECONDS) };
    let limits = [
        (Resource::As, memory),
        (Resource::Cpu, seconds),
        // It writes no file and leaves no image of its memory.
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, value) in limits {
        setrlimit(resource, limit(value))?;
    }
    if telling == Telling::Rows {
        return rows::tell(io::stdin().lock(), telling.most_cells(), out);
    }
    let verdict = match parse(File::open(file)?, telling) {
        Ok(book) => Verdict::Read(book),
        Err(why) => Verdict::Unreadable(why),
    };
    serde_json::to_writer(&mut *out, &verdict)?;
    out.flush()
}

/// What stands in a file, without any limit but those on its content.
pub fn parse(mut file: File, telling: Telling) -> Result<Book, Unreadable> {
    recognise(&mut file)?;
    let parts = scan::measure(&mut file)?;
    file.rewind().map_err(|_| Unreadable::Damaged)?;
    let mut book = workbook::read(&mut file, &parts, telling.most_cells())?;
    if telling == Telling::Looks {
        file.rewind().map_err(|_| Unreadable::Damaged)?;
        looks::add(&mut file, &mut book)?;
    }
    Ok(book)
}

/// What the first bytes say, for a sentence that helps.
fn recognise(file: &mut (impl Read + Seek)) -> Result<(), Unreadable> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head).map_err(|_| Unreadable::Damaged)?;
    if head.starts_with(ZIP) {
        return file.rewind().map_err(|_| Unreadable::Damaged);
    }
    if head.starts_with(COMPOUND) {
        // An encrypted workbook is wrapped into the old container; its one stream has a name that nothing else has.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        file.read_to_end(&mut head).map_err(|_| Unreadable::Damaged)?;
        let encrypted = head.windows(name.len()).any(|window| window == name);
        return Err(if encrypted { Unreadable::Encrypted } else { Unreadable::OldFormat });
    }
    let is_text = !head.is_empty() && head.iter().all(|byte| !byte.is_ascii_control() || b"\t\r\n".contains(byte));
    let is_markup = head.trim_ascii_start().starts_with(b"<");
    let columns = head.iter().any(|byte| b",;\t\n".contains(byte));
    Err(if is_text && columns && !is_markup { Unreadable::PlainText } else { Unreadable::NotAWorkbook })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn recognised(bytes: &[u8]) -> Result<(), Unreadable> {
        recognise(&mut Cursor::new(bytes))
    }

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        let compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice();
        let encrypted: Vec<u8> =
            compound.iter().copied().chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(recognised(b"PK\x03\x04..."), Ok(()));
        assert_eq!(recognised(compound), Err(Unreadable::OldFormat));
        assert_eq!(recognised(&encrypted), Err(Unreadable::Encrypted));
        assert_eq!(recognised("单位,户数\r\n甲村,3\r\n".as_bytes()), Err(Unreadable::PlainText));
        // The same in GBK.
        assert_eq!(recognised(b"\xb5\xa5\xce\xbb,3\r\n"), Err(Unreadable::PlainText));
        assert_eq!(recognised(b"<html>,</html>"), Err(Unreadable::NotAWorkbook));
        assert_eq!(recognised(b"\x89PNG\r\n\x1a\n"), Err(Unreadable::NotAWorkbook));
        assert_eq!(recognised(b""), Err(Unreadable::NotAWorkbook));
    }
}
