//! The real binary as the process that reads uploaded spreadsheets: it stays within its memory, whatever it is given.

use std::{
    fs,
    io::{Cursor, Read, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

const MEMORY_KIB: u64 = 256 * 1024;

/// A workbook whose list of shared strings is so many empty ones: small, honest in all sizes, and large in memory.
fn many_strings(count: usize) -> Vec<u8> {
    let head = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#;
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        r#"{head}<Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let sheets = format!(
        r#"{head}<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
    );
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{kind}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let strings = format!(r#"<sst xmlns="{main}">{}</sst>"#, "<si/>".repeat(count));
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &relations),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &sheets),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", r#"<worksheet><sheetData/></worksheet>"#),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What the process said, and the most memory that it was seen to have, in KiB.
fn read(file: &[u8]) -> (bool, String, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    fs::write(&path, file).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_fupin"))
        .arg("parse-sheet")
        .arg(&path)
        .env_clear()
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut most, began) = (0, Instant::now());
    let ended = loop {
        let held = fs::read_to_string(&status).unwrap_or_default();
        let peak = held.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(peak.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it does not end");
        std::thread::sleep(Duration::from_millis(1));
    };
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    (ended.success(), said, most)
}

#[test]
fn a_small_workbook_is_read_in_little_memory() {
    let (success, said, most) = read(&many_strings(10));
    assert!(success && said.starts_with(r#"{"read":"#), "{said}");
    assert!(most > 0 && most < MEMORY_KIB / 2, "{most} KiB");
}

#[test]
fn a_workbook_that_needs_more_memory_than_the_reader_has_ends_the_reader_alone() {
    let file = many_strings(9_900_000);
    assert!(file.len() < 1024 * 1024, "{}", file.len());
    let (success, said, most) = read(&file);
    assert!(!success || said.contains("too_complex"), "it had enough: {most} KiB, {said}");
    assert!(most <= MEMORY_KIB, "{most} KiB");
}
