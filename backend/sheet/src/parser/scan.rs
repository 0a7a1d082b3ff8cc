//! Looking through the archive before anything is made of it: every part is inflated once, counted and thrown away.
//! What a part says of its own size is not believed.

use std::{
    collections::BTreeSet,
    io::{Read, Seek},
};

use zip::{ZipArchive, result::ZipError};

use crate::content::Unreadable;

/// A filled form comes to a fraction of each, and a list of a province's people to a half.
const MOST_PARTS: usize = 200;
const MOST_INFLATED: u64 = 48 * 1024 * 1024;
const LONGEST_NAME: usize = 255;
/// Ends of names behind which another file hides.
const FOREIGN: [&str; 8] = [".zip", ".xlsx", ".xlsm", ".docx", ".xls", ".doc", ".exe", ".jar"];
/// No declaration of a type or an entity has a place in a workbook.
const DECLARATIONS: [&[u8]; 2] = [b"!DOCTYPE", b"!ENTITY"];
const MACROS: &[u8] = b"macroEnabled";

/// What a workbook consists of.
#[derive(Debug, Default)]
pub struct Parts {
    /// Parts that hold a sheet.
    pub sheets: usize,
}

/// Inflate and judge every part of a form or a list.
pub fn measure(file: &mut (impl Read + Seek)) -> Result<Parts, Unreadable> {
    measure_within(file, MOST_INFLATED)
}

/// Inflate and judge every part, of so many bytes together at most.
pub fn measure_within(file: &mut (impl Read + Seek), most: u64) -> Result<Parts, Unreadable> {
    let mut archive = ZipArchive::new(file).map_err(unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::TooComplex);
    }
    let (mut names, mut parts, mut left) = (BTreeSet::new(), Parts::default(), most);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(unreadable)?;
        let name = plain_name(part.name_raw())?;
        judge_name(&name)?;
        if part.is_symlink() || !names.insert(name.clone()) {
            return Err(Unreadable::Suspicious);
        }
        parts.sheets += usize::from(name.starts_with("xl/worksheets/") && name.ends_with(".xml"));
        left = inflate(&mut part, &name, left)?;
    }
    if !names.contains("[content_types].xml") {
        return Err(Unreadable::NotAWorkbook);
    }
    Ok(parts)
}

/// In lower case; a part of a workbook has a name of plain letters (ISO/IEC 29500-2), whatever the file is called.
fn plain_name(raw: &[u8]) -> Result<String, Unreadable> {
    let is_plain = raw.len() <= LONGEST_NAME && raw.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    match std::str::from_utf8(raw) {
        Ok(name) if is_plain => Ok(name.to_ascii_lowercase()),
        Ok(_) | Err(_) => Err(Unreadable::Suspicious),
    }
}

fn judge_name(name: &str) -> Result<(), Unreadable> {
    let leads_away = name.starts_with('/') || name.contains(['\\', ':']) || name.split('/').any(|step| step == "..");
    let is_foreign = FOREIGN.iter().any(|end| name.ends_with(end)) || name.contains("/embeddings/");
    if name.ends_with("vbaproject.bin") || name.contains("/macrosheets/") {
        return Err(Unreadable::Macros);
    }
    if leads_away || is_foreign { Err(Unreadable::Suspicious) } else { Ok(()) }
}

/// Inflate a part, and answer how much may still be inflated.
fn inflate(part: &mut impl Read, name: &str, mut left: u64) -> Result<u64, Unreadable> {
    // The longest of the words that are looked for.
    let longest = MACROS.len();
    let is_text = name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml");
    let mut window = Vec::with_capacity(64 * 1024 + longest);
    let mut first = true;
    loop {
        let kept = window.len().min(longest - 1);
        window.drain(..window.len() - kept);
        let read = part.take(64 * 1024).read_to_end(&mut window).map_err(|_| Unreadable::Damaged)?;
        if read == 0 {
            return Ok(left);
        }
        left = left.checked_sub(read as u64).ok_or(Unreadable::TooComplex)?;
        if first {
            judge_start(&window, is_text)?;
            first = false;
        }
        if is_text && declares(&window) {
            return Err(Unreadable::Suspicious);
        }
        if name == "[content_types].xml" && holds(&window, MACROS) {
            return Err(Unreadable::Macros);
        }
    }
}

/// An archive within the archive; text in a form in which words would not be found.
fn judge_start(start: &[u8], is_text: bool) -> Result<(), Unreadable> {
    let other_text = [b"\xff\xfe".as_slice(), b"\xfe\xff", b"\0<", b"<\0"];
    let hidden = start.starts_with(b"PK\x03\x04") || start.starts_with(b"\x1f\x8b");
    let unread = is_text && other_text.iter().any(|mark| start.starts_with(mark));
    if hidden || unread { Err(Unreadable::Suspicious) } else { Ok(()) }
}

/// Looks only behind what opens a tag: parts are long.
fn declares(bytes: &[u8]) -> bool {
    let begins = |tag: &[u8], word: &[u8]| tag.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let mut tags = bytes.split(|byte| *byte == b'<').skip(1);
    tags.any(|tag| DECLARATIONS.iter().any(|word| begins(tag, word)))
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

fn unreadable(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Unreadable::Encrypted,
        _ => Unreadable::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn judged(parts: &[(&str, &[u8])]) -> Result<usize, Unreadable> {
        let parts: Vec<_> = [("[Content_Types].xml", b"<a/>".as_slice())].iter().chain(parts).copied().collect();
        measure(&mut Cursor::new(archive(&parts))).map(|parts| parts.sheets)
    }

    #[test]
    fn the_parts_of_a_workbook_are_let_through_and_its_sheets_counted() {
        assert_eq!(judged(&[("xl/workbook.xml", b"<a/>"), ("xl/worksheets/sheet1.xml", b"<a/>")]), Ok(1));
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let long = format!("xl/{}.xml", "a".repeat(260));
        for name in ["../a.xml", "xl/../../a.xml", "/etc/a.xml", "xl\\a.xml", "c:a.xml", "xl/表.xml", &long] {
            assert_eq!(judged(&[(name, b"<a/>")]), Err(Unreadable::Suspicious), "{name}");
        }
    }

    #[test]
    fn declarations_are_refused_wherever_they_stand_and_however_they_are_written() {
        let mut late = vec![b' '; 64 * 1024 - 4];
        late.extend_from_slice(b"<!DocType a>");
        let wide: Vec<u8> = "<!ENTITY a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for content in [b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>".as_slice(), &late, &wide] {
            assert_eq!(judged(&[("xl/workbook.xml", content)]), Err(Unreadable::Suspicious));
        }
    }

    #[test]
    fn files_within_the_file_are_refused() {
        for (name, content) in [("xl/a.zip", b"a".as_slice()), ("xl/a.xml", b"PK\x03\x04"), ("xl/embeddings/a", b"a")] {
            assert_eq!(judged(&[(name, content)]), Err(Unreadable::Suspicious), "{name}");
        }
    }

    #[test]
    fn macros_are_refused_by_name_and_by_type() {
        assert_eq!(judged(&[("xl/vbaProject.bin", b"a")]), Err(Unreadable::Macros));
        let types = archive(&[("[Content_Types].xml", b"<Override ContentType='sheet.macroEnabled.main+xml'/>")]);
        assert_eq!(measure(&mut Cursor::new(types)).unwrap_err(), Unreadable::Macros);
    }

    #[test]
    fn more_than_a_form_can_come_to_is_refused() {
        let many: Vec<String> = (0..MOST_PARTS).map(|number| format!("xl/{number}.xml")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"<a/>".as_slice())).collect();
        assert_eq!(judged(&many), Err(Unreadable::TooComplex));
        let zeros = vec![b' '; usize::try_from(MOST_INFLATED).unwrap() + 1];
        assert_eq!(judged(&[("xl/a.xml", &zeros)]), Err(Unreadable::TooComplex));
    }
}
