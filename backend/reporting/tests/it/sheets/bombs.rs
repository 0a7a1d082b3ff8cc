//! Files made to hurt. Each is refused within two seconds, and the server goes on; the file is made here.

use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    Village,
    workbook::{MAIN, Parts, archive},
};
use crate::world::code;

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

fn workbook(sheet: &str) -> Vec<(&'static str, Vec<u8>)> {
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let sheets = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    vec![
        (TYPES.0, TYPES.1.to_vec()),
        ("_rels/.rels", relations.into()),
        ("xl/workbook.xml", book.into()),
        ("xl/_rels/workbook.xml.rels", sheets.into()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes().to_vec()),
    ]
}

fn packed(parts: &[(&'static str, Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    archive(&parts)
}

/// A part that inflates to so many mebibytes of one letter between a head and a foot.
fn inflating(mebibytes: usize, head: &str, foot: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in workbook("").into_iter().take(4) {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.start_file(MAIN, SimpleFileOptions::default()).unwrap();
    writer.write_all(head.as_bytes()).unwrap();
    for _ in 0..mebibytes {
        writer.write_all(&vec![b'a'; 1024 * 1024]).unwrap();
    }
    writer.write_all(foot.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// Read for its looks, as for a form that is to be made of it, a file must not cost more either.
async fn refused_as_a_form(name: &str, file: &[u8], codes: &[&str]) {
    let mut kept = tempfile::NamedTempFile::new().unwrap();
    kept.write_all(file).unwrap();
    let began = Instant::now();
    let read = fupin_sheet::read(kept.path(), fupin_sheet::Telling::Looks).await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(2_500), "{name} took {:?} for its looks", began.elapsed());
    // What is merely no file of ours can be a ministry's.
    assert!(read.is_err() || codes.contains(&"reporting.sheet_not_ours"), "{name} was read for its looks");
}

/// Try a file; it must be refused in time by one of these codes, and the server must answer afterwards.
async fn refused(village: &Village, name: &str, file: Vec<u8>, codes: &[&str]) {
    let size = file.len();
    refused_as_a_form(name, &file, codes).await;
    let began = Instant::now();
    let answer = code(village.try_out(file).await);
    let took = began.elapsed();
    assert!(codes.contains(&answer.as_str()), "{name} ({size} bytes): {answer}");
    // Two seconds for the reader, and a little for the way there and back on a busy machine.
    assert!(took < Duration::from_millis(2_500), "{name} ({size} bytes) took {took:?}");
    village.clerk.client.get_report(village.report).await.unwrap();
    assert_eq!(village.files_kept(), 0, "{name} is still there");
}

#[tokio::test]
async fn two_cells_at_the_ends_of_a_sheet_cost_nothing() {
    let village = Village::start().await;
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let file = packed(&workbook(sheet));
    assert!(file.len() < 2048, "{}", file.len());
    refused(&village, "sparse", file, &["reporting.sheet_not_ours"]).await;
    // Within a file of ours the far cell is named, and no other suffers.
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    let ours = Parts::of(&village.download().await).number(MAIN, "B8", "4");
    let answer = village.try_out(ours.replace(MAIN, "</sheetData>", far).file()).await.unwrap();
    assert_eq!((answer.changed.len(), answer.rejected[0].at.cell.as_str()), (1, "XFD1048576"));
}

#[tokio::test]
async fn a_cell_of_half_a_gibibyte_is_never_made() {
    let village = Village::start().await;
    let head = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>"#;
    let file = inflating(512, head, "</t></is></c></row></sheetData></worksheet>");
    assert!(file.len() < 1024 * 1024, "{}", file.len());
    refused(&village, "512 MiB in one cell", file, &["reporting.sheet_too_complex"]).await;
}

#[tokio::test]
async fn ten_thousand_sheets_are_not_opened() {
    let village = Village::start().await;
    let mut parts = workbook("<worksheet/>");
    let names: Vec<String> = (2..=10_000).map(|number| format!("xl/worksheets/sheet{number}.xml")).collect();
    let mut all: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    all.extend(names.iter().map(|name| (name.as_str(), b"<worksheet/>".as_slice())));
    refused(&village, "10 k parts", archive(&all), &["reporting.sheet_too_complex"]).await;
    // And ten thousand that are all the same part.
    let sheet = |number: usize| format!("<sheet name=\"s{number}\" sheetId=\"{number}\" r:id=\"rId1\"/>");
    let book = String::from_utf8(parts[2].1.clone()).unwrap();
    let sheets: String = (2..=10_000).map(sheet).collect();
    parts[2].1 = book.replace("</sheets>", &format!("{sheets}</sheets>")).into_bytes();
    refused(&village, "10 k sheets", packed(&parts), &["reporting.sheet_too_complex"]).await;
}

#[tokio::test]
async fn entities_are_refused_before_anybody_reads_them() {
    let village = Village::start().await;
    let ours = Parts::of(&village.download().await);
    let outer = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    let laughs = r#"<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"#;
    for declaration in [outer, laughs] {
        for part in ["xl/workbook.xml", "xl/sharedStrings.xml", MAIN] {
            let file = ours.clone().edit(part, |text| text.replacen("?>", &format!("?>{declaration}"), 1)).file();
            refused(&village, part, file, &["reporting.sheet_suspicious"]).await;
        }
    }
    let undeclared = ours.typed(MAIN, "B8", "1").replace(MAIN, ">1</t>", ">&x;</t>").file();
    refused(&village, "an entity that nobody declared", undeclared, &["reporting.sheet_damaged"]).await;
}

#[tokio::test]
async fn archives_within_the_archive_and_names_that_lead_elsewhere_are_refused() {
    let village = Village::start().await;
    let ours = Parts::of(&village.download().await);
    let inner = archive(&[("a.xml", b"<a/>")]);
    let names =
        ["xl/media/inner.zip", "xl/media/image1.png", "../../escape.xml", "/etc/cron.d/a", "xl\\a.xml", "nul:a"];
    for name in names {
        refused(&village, name, ours.clone().add(name, &inner).file(), &["reporting.sheet_suspicious"]).await;
    }
    refused(&village, "表.xml", ours.clone().add("xl/表.xml", b"<a/>").file(), &["reporting.sheet_suspicious"]).await;
    let escaped = village.world.app.app.settings.data_dir.join("../escape.xml");
    assert!(!escaped.exists());
}

#[tokio::test]
async fn more_cells_strings_or_depth_than_a_form_can_have_is_refused_in_time() {
    let village = Village::start().await;
    let head = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
    let rows: String = (1..=900_000).map(|row| format!("<row r=\"{row}\"><c><v>1</v></c></row>")).collect();
    let many = packed(&workbook(&format!("{head}{rows}</sheetData></worksheet>")));
    refused(&village, "900 k cells", many, &["reporting.sheet_too_complex"]).await;
    let deep = packed(&workbook(&format!("{head}{}", "<a>".repeat(4_000_000))));
    let codes = ["reporting.sheet_damaged", "reporting.sheet_too_complex", "reporting.sheet_not_ours"];
    refused(&village, "4 M levels", deep, &codes).await;
}
