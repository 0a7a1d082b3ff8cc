//! From the bytes of a file to its rows, whatever it is: text with commas in any of the usual encodings, plain or packed, or
//! a workbook. Nothing is ever held whole but a workbook's packed bytes.

mod text;
mod workbook;

use std::io::{Read, Seek, SeekFrom};

use fupin_contract::registry::TableFailure;
use fupin_kernel::vault::VaultReader;
use serde_json::Map;

/// More than a million rows of 47 columns come to when unpacked.
const MOST_INFLATED: u64 = 2 * 1024 * 1024 * 1024;

/// A row of a file, as it counts them: the header is row 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub row: i64,
    pub cells: Vec<String>,
}

/// The rows of a file, the header first; a failure ends them.
pub type Lines = Box<dyn Iterator<Item = Result<Line, TableFailure>> + Send>;

/// What a file is, and its rows.
pub struct Opened {
    pub format: &'static str,
    pub most_rows: usize,
    pub lines: Lines,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("format", &self.format).finish_non_exhaustive()
    }
}

pub fn failure(code: &str) -> TableFailure {
    TableFailure { code: code.to_owned(), params: Map::new() }
}

/// Open a file by what it is, whatever it is called.
pub fn open(mut file: VaultReader) -> Result<Opened, TableFailure> {
    use fupin_contract::registry::{MOST_CSV_ROWS, MOST_WORKBOOK_ROWS};
    let unreadable = |_| failure("import.damaged");
    let mut head = [0; 8];
    let known = read_up_to(&mut file, &mut head).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let csv = |format, lines| Opened { format, most_rows: MOST_CSV_ROWS, lines };
    match &head[..known] {
        [] => Err(failure("import.empty")),
        [0x1f, 0x8b, ..] => {
            let inflated = flate2::read::MultiGzDecoder::new(file).take(MOST_INFLATED + 1);
            Ok(csv("csv.gz", text::lines(inflated)?))
        }
        [b'P', b'K', 3, 4, ..] => open_archive(file).map(|opened| match opened {
            Archive::Text(lines) => csv("csv.zip", lines),
            Archive::Workbook(lines) => Opened { format: "xlsx", most_rows: MOST_WORKBOOK_ROWS, lines },
        }),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(failure("import.old_format")),
        _ => Ok(csv("csv", text::lines(file)?)),
    }
}

fn read_up_to(file: &mut impl Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read(&mut into[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

enum Archive {
    Text(Lines),
    Workbook(Lines),
}

/// A workbook, or an archive of exactly one text.
fn open_archive(mut file: VaultReader) -> Result<Archive, TableFailure> {
    let mut archive = zip::ZipArchive::new(&mut file).map_err(|_| failure("import.damaged"))?;
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()))
        .collect::<Result<_, _>>()
        .map_err(|_| failure("import.damaged"))?;
    if names.iter().any(|name| name.eq_ignore_ascii_case("[content_types].xml")) {
        drop(archive);
        file.seek(SeekFrom::Start(0)).map_err(|_| failure("import.damaged"))?;
        return workbook::lines(file).map(Archive::Workbook);
    }
    let texts: Vec<&String> = names.iter().filter(|name| !name.ends_with('/')).collect();
    let [name] = texts[..] else { return Err(failure("import.one_file")) };
    let lower = name.to_ascii_lowercase();
    if !(lower.ends_with(".csv") || lower.ends_with(".txt")) {
        return Err(failure("import.one_file"));
    }
    let entry = archive.by_name(name).map_err(|_| failure("import.damaged"))?;
    let stored = entry.compression();
    let (start, length) = (entry.data_start(), entry.compressed_size());
    drop(entry);
    drop(archive);
    let start = start.ok_or_else(|| failure("import.damaged"))?;
    file.seek(SeekFrom::Start(start)).map_err(|_| failure("import.damaged"))?;
    let packed = file.take(length);
    let lines = match stored {
        zip::CompressionMethod::Stored => text::lines(packed)?,
        zip::CompressionMethod::Deflated => {
            text::lines(flate2::read::DeflateDecoder::new(packed).take(MOST_INFLATED + 1))?
        }
        _ => return Err(failure("import.packed_otherwise")),
    };
    Ok(Archive::Text(lines))
}
