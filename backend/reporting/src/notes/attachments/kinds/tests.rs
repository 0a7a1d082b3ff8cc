//! Real beginnings and real archives, and what only looks like them.

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn archive(parts: &[&str]) -> Vec<u8> {
    let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
    for part in parts {
        archive.start_file(*part, SimpleFileOptions::default()).unwrap();
        archive.write_all(b"x").unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn verdict(name: &str, content: &[u8]) -> Result<(), FileError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    check(file.path(), of_name(name)?).unwrap()
}

#[test]
fn the_ending_and_the_beginning_must_agree() {
    let jpeg = b"\xff\xd8\xff\xe0 and more";
    assert_eq!(verdict("台账.JPG", jpeg), Ok(()));
    assert_eq!(verdict("a.b.jpeg", jpeg), Ok(()));
    assert_eq!(verdict("a.png", jpeg), Err(FileError::Unlike));
    assert_eq!(verdict("a.jpg", b"<html><script>"), Err(FileError::Unlike));
    assert_eq!(verdict("a.pdf", b"%PDF-1.7\n"), Ok(()));
    assert_eq!(verdict("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "), Ok(()));
    assert_eq!(verdict("a.webp", b"RIFF\x10\0\0\0WAVEfmt "), Err(FileError::Unlike));
    assert_eq!(verdict("a.png", b"\x89PNG"), Err(FileError::Unlike), "too short to be one");
    assert_eq!(verdict("a.pdf", b""), Err(FileError::Empty));
}

#[test]
fn what_is_not_on_the_list_is_refused_by_its_name() {
    for name in ["a.svg", "a.html", "a.exe", "a.heic", "a.xls", "a.zip", "jpg", "a.", "a.jpg.js"] {
        assert_eq!(of_name(name), Err(FileError::Kind), "{name}");
    }
    for name in ["a.xlsm", "a.DOCM", "a.xlsb"] {
        assert_eq!(of_name(name), Err(FileError::Macros), "{name}");
    }
}

#[test]
fn an_office_file_is_known_by_its_parts_and_may_not_run() {
    let workbook = ["[Content_Types].xml", "xl/workbook.xml"];
    assert_eq!(verdict("a.xlsx", &archive(&workbook)), Ok(()));
    assert_eq!(verdict("a.docx", &archive(&workbook)), Err(FileError::Unlike));
    assert_eq!(verdict("a.docx", &archive(&["word/document.xml"])), Ok(()));
    assert_eq!(verdict("a.xlsx", &archive(&["readme.txt"])), Err(FileError::Unlike));
    for running in ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl\\macrosheets\\sheet1.xml"] {
        assert_eq!(verdict("a.xlsx", &archive(&["xl/workbook.xml", running])), Err(FileError::Macros), "{running}");
    }
    let whole = archive(&workbook);
    assert_eq!(verdict("a.xlsx", &whole[..whole.len() - 30]), Err(FileError::Unlike), "without its end");
    assert_eq!(verdict("a.xlsx", b"PK\x03\x04PK\x05\x06"), Err(FileError::Unlike));
    let mut elsewhere = whole.clone();
    let at = elsewhere.len() - 6;
    elsewhere[at..at + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(verdict("a.xlsx", &elsewhere), Err(FileError::Unlike), "its list would lie behind its end");
}
