//! Text with commas: UTF-8 or UTF-16 with their marks, UTF-8 without one, GB18030 with its four-byte names. What is no text
//! of its encoding fails; no character is ever replaced by another.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use fupin_contract::registry::TableFailure;
use serde_json::Value;

use super::{Line, Lines, failure};

const CHUNK: usize = 64 * 1024;
/// A row that is longer has a quote that nobody closed.
const LONGEST_ROW: u64 = 1024 * 1024;

/// The rows of a text.
pub fn lines(from: impl Read + Send + 'static) -> Result<Lines, TableFailure> {
    let read_since = Arc::new(AtomicU64::new(0));
    let mut decoded = BufReader::with_capacity(CHUNK, Decoded::new(from, read_since.clone()));
    let head = decoded.fill_buf().map_err(|error| wrong(&error, 1))?;
    let delimiter = delimiter_of(head);
    // The reader stops between the two signs of such a line's end, and counts what follows to the same line.
    let behind = i64::from(head.split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r")));
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(decoded);
    Ok(Box::new(Rows { reader, record: StringRecord::new(), row: 0, behind, read_since, over: false }))
}

/// The most frequent of the usual ones in the first line.
fn delimiter_of(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b'\t', b';'].into_iter().fold(b',', |best, other| if count(other) > count(best) { other } else { best })
}

struct Rows<R> {
    reader: csv::Reader<R>,
    record: StringRecord,
    row: i64,
    behind: i64,
    read_since: Arc<AtomicU64>,
    over: bool,
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Line, TableFailure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        self.read_since.store(0, Ordering::Relaxed);
        let read = self.reader.read_record(&mut self.record);
        // A quoted cell may hold lines of its own; a person finds a row by where it begins.
        let behind = if self.row == 0 { 0 } else { self.behind };
        self.row = self.record.position().map_or(self.row + 1, |position| position.line() as i64 + behind);
        match read {
            Ok(true) => {
                let cells = self.record.iter().map(str::to_owned).collect();
                Some(Ok(Line { row: self.row, cells }))
            }
            Ok(false) => None,
            Err(error) => {
                self.over = true;
                let row = self.row;
                Some(Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => wrong(&error, row),
                    _ => failure("import.damaged"),
                }))
            }
        }
    }
}

fn wrong(error: &io::Error, row: i64) -> TableFailure {
    let code = match error.to_string().as_str() {
        NOT_TEXT => "import.encoding",
        TOO_LONG => "import.unclosed_quote",
        TOO_MUCH => "import.too_much",
        _ => "import.damaged",
    };
    let mut failure = failure(code);
    failure.params.insert("row".to_owned(), Value::from(row));
    failure
}

const NOT_TEXT: &str = "not of its encoding";
const TOO_LONG: &str = "a row without end";
const TOO_MUCH: &str = "more than may be unpacked";

/// Bytes of any of the encodings as UTF-8.
struct Decoded<R> {
    from: R,
    decoder: Option<encoding_rs::Decoder>,
    raw: Vec<u8>,
    /// Of the raw bytes, those not decoded yet.
    pending: std::ops::Range<usize>,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
    read_since: Arc<AtomicU64>,
    all: u64,
}

impl<R: Read> Decoded<R> {
    fn new(from: R, read_since: Arc<AtomicU64>) -> Self {
        Self {
            from,
            decoder: None,
            raw: vec![0; CHUNK],
            pending: 0..0,
            plain: Vec::with_capacity(CHUNK * 3),
            given: 0,
            ended: false,
            read_since,
            all: 0,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.given == self.plain.len() && !self.ended {
            let read = self.from.read(&mut self.raw)?;
            self.pending = 0..read;
            self.ended = read == 0;
            self.all += read as u64;
            if self.all > super::MOST_INFLATED {
                return Err(io::Error::other(TOO_MUCH));
            }
            self.decode()?;
        }
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        (self.given, self.plain) = (0, std::mem::take(&mut self.plain));
        self.plain.clear();
        let bytes = &self.raw[self.pending.clone()];
        if self.decoder.is_none() {
            let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
            match marked {
                Some(encoding) if [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) => {
                    self.decoder = Some(encoding.new_decoder_with_bom_removal());
                }
                // As long as all is ASCII it can still be either.
                _ if bytes.is_ascii() => {
                    self.plain.extend_from_slice(bytes);
                    return Ok(());
                }
                _ => self.decoder = Some(guess(bytes).new_decoder_without_bom_handling()),
            }
        }
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        self.plain.resize(bytes.len() * 3 + 64, 0);
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut self.plain, self.ended);
        self.plain.truncate(written);
        match result {
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(io::Error::other(NOT_TEXT)),
        }
    }
}

/// UTF-8 where all of it is, but for a character that the piece cuts at its end.
fn guess(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => GB18030,
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let rest = &self.plain[self.given..];
        let taken = rest.len().min(into.len());
        into[..taken].copy_from_slice(&rest[..taken]);
        self.given += taken;
        if self.read_since.fetch_add(taken as u64, Ordering::Relaxed) > LONGEST_ROW {
            return Err(io::Error::other(TOO_LONG));
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
        let rows = lines(Cursor::new(bytes.to_vec())).map_err(|failure| failure.code)?;
        rows.map(|line| line.map(|line| line.cells).map_err(|failure| failure.code)).collect()
    }

    fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn rare_names_survive_every_encoding() {
        let text = "姓名,民族\r\n𠮷·㐀,汉族\r\n\"阿依,古丽\",维吾尔族\r\n";
        let expected = table(&[&["姓名", "民族"], &["𠮷·㐀", "汉族"], &["阿依,古丽", "维吾尔族"]]);
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), expected);
        let (gb, _, lossy) = GB18030.encode(text);
        assert!(!lossy && gb.len() != text.len());
        assert_eq!(read(&gb).unwrap(), expected);
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16).unwrap(), expected);
    }

    #[test]
    fn an_encoding_is_told_by_the_first_character_that_is_not_ascii() {
        let head = "a,b\n".repeat(20_000);
        let (gb, _, _) = GB18030.encode("符小梅,1\n");
        let rows = read(&[head.as_bytes(), &gb].concat()).unwrap();
        assert_eq!(rows.last().unwrap(), &["符小梅", "1"]);
    }

    #[test]
    fn what_is_no_text_fails_and_is_not_replaced() {
        assert_eq!(read("姓名\n\u{4e00}".as_bytes().split_last().unwrap().1).unwrap_err(), "import.encoding");
        assert_eq!(read(&[b'a', b'\n', 0xff, 0xff, b'\n']).unwrap_err(), "import.encoding");
    }

    #[test]
    fn a_quote_that_nobody_closed_does_not_swallow_the_file() {
        let text = format!("a\n\"{}", "x\n".repeat(2_000_000));
        assert_eq!(read(text.as_bytes()).unwrap_err(), "import.unclosed_quote");
    }

    #[test]
    fn rows_are_found_by_the_line_on_which_they_begin_and_by_any_usual_delimiter() {
        let rows: Vec<_> =
            lines(Cursor::new(b"a\tb\n\"1\n2\"\t3\n4\t5\n".to_vec())).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|line| line.row).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(rows[1].cells, ["1\n2", "3"]);
        let rows: Vec<_> =
            lines(Cursor::new(b"a,b\r\n\"1\r\n2\",3\r\n4,5\r\n".to_vec())).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|line| line.row).collect::<Vec<_>>(), [1, 2, 4]);
    }
}
