//! Another program's word on what is written: LibreOffice calculates the formulas, and looks for those that are not ours.

use std::{collections::BTreeMap, fs, io::Cursor, path::Path, process::Command};

use calamine::{Data, Reader, Xlsx};
use fupin_form::{CellSpec, parse_entry};
use serde_json::{Value as Json, json};

use super::{super::reading, *};

/// Where LibreOffice is installed: let it calculate workbooks anew and write them again.
fn recalculated(files: &BTreeMap<String, Vec<u8>>) -> Option<BTreeMap<String, Vec<u8>>> {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("LibreOffice is not installed: skipped");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let user = folder.path().join("profile/user");
    fs::create_dir_all(&user).unwrap();
    let settings = r#"<?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
        <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"#;
    fs::write(user.join("registrymodifications.xcu"), settings).unwrap();
    for (name, file) in files {
        fs::write(folder.path().join(name), file).unwrap();
    }
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let converted = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "xlsx", "--outdir", "out"])
        .args(files.keys())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(converted.status.success(), "{converted:?}");
    let again = |name: &String| (name.clone(), fs::read(folder.path().join("out").join(name)).unwrap());
    Some(files.keys().map(again).collect())
}

fn filled(definition: &Json, cells: Cells) -> Filled {
    let form = Arc::new(Form::compile(serde_json::from_value(definition.clone()).unwrap()).unwrap());
    let origin = Origin {
        report: "r".to_owned(),
        version: 0,
        form_code: "c".to_owned(),
        form_version: 1,
        form_title: form.definition().title.clone(),
        period: "2026-11".to_owned(),
        unit: 1,
        unit_name: "甲村".to_owned(),
    };
    Filled { form, official: None, cells, origin, period: "2026-11".parse().unwrap() }
}

/// The forms that are shipped, and one with every kind of formula.
fn forms() -> Vec<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/provinces/hainan/forms");
    let shipped = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let number = |key: &str| json!({"key": key, "title": key, "cell": {"type": {"decimal": {"scale": 1}}}});
    let computed = |key: &str, formula: &str| json!({"key": key, "title": key, "cell": {"type": {"computed": {"formula": formula, "scale": 2}}, "roll_up": "none"}});
    let formulas = [
        "sum(a:c)",
        "avg(a:c)",
        "min(a:c)",
        "max(a:c)",
        "count(a:d)",
        "a + b * c",
        "a - b / c",
        "-a",
        "abs(a - b)",
        "round(a / 3, 1)",
        "if(a > b, a, c)",
        "if(a > b and c >= 1, 1, 2)",
        "if(a > b or c >= 1, 1, 2)",
        "if(not a = b, 1, 2)",
        "if(blank(a), 1, 2)",
        "if(na(a), 1, 2)",
        "if(k = 'p', a, b)",
        "if(k <> 'p', a, b)",
        "d - e",
        "sum(*.a)",
        "avg(r1:r3.b)",
        "if(d > '2026-06-01', 1, 2)",
        "if(if(a > 1, b, c) > 2, a, b)",
        "count(*.k)",
    ];
    let date = |key: &str| json!({"key": key, "title": key, "cell": {"type": "date"}});
    let choice = json!({"key": "k", "title": "k", "cell": {"type": {"choice": {"options": [
        {"code": "p", "label": "普通"}, {"code": "q", "label": "其他"}]}}}});
    let mut columns = vec![number("a"), number("b"), number("c"), date("d"), date("e"), choice];
    columns.extend(formulas.iter().enumerate().map(|(at, formula)| computed(&format!("x{at}"), formula)));
    let rows: Vec<Json> = (1..=3).map(|row| json!({"key": format!("r{row}"), "label": row.to_string()})).collect();
    let own = json!({"code": "c", "title": "每种公式", "sections": [
        {"key": "s", "title": "s", "row_header": "s", "columns": columns, "rows": {"fixed": rows},
         "cells": [{"row": "r2", "column": "c", "cell": {"blocked": true}}]},
        {"key": "t", "title": "另一张", "row_header": "t", "columns": [number("a"), computed("x", "a * 2"), computed("y", "a / sum(*.a)")],
         "rows": {"dynamic": {"min": 0, "max": 6}}},
        {"key": "u", "title": "u", "row_header": "u", "columns": [computed("x", "sum(t.*.a) + s.r1.a"), computed("y", "count(t.*.a)")],
         "rows": {"fixed": [{"key": "r", "label": "r"}]}}
    ]});
    shipped.map(|text| serde_json::from_str(&text).unwrap()).chain([own]).collect()
}

/// Content in all states, another for each seed.
fn content(form: &Form, mut seed: u64) -> Cells {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let mut cells = Cells::new();
    for (number, section) in form.sections().iter().enumerate() {
        let lines = if section.is_dynamic() { 3 } else { 1 };
        let specs = form.cells().iter().filter(|spec| spec.section == number && spec.is_fillable());
        for (spec, line) in specs.flat_map(|spec| (0..lines).map(move |line| (spec, line))) {
            let key = spec.key.as_str().replace('*', &format!("l{line}"));
            let typed = typed(spec, next(), next());
            if let Ok(cell) = parse_entry(spec, &typed) {
                cells.insert(key.into(), cell);
            }
        }
    }
    cells
}

fn typed(spec: &CellSpec, state: u64, number: u64) -> String {
    match (state % 5, &spec.kind) {
        (0, _) => String::new(),
        (1, _) => NOT_APPLICABLE_WORD.to_owned(),
        (2, CellKind::Integer | CellKind::Money | CellKind::Decimal { .. }) => "0".to_owned(),
        (_, CellKind::Date) => format!("2026-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
        (_, CellKind::Choice { options }) => options[number as usize % options.len()].label.clone(),
        (_, CellKind::Text { .. }) => format!("字{number}"),
        (_, CellKind::Integer) => (number % 1_000).to_string(),
        _ => format!("{}.{}", number % 1_000, number % 10),
    }
}

/// Whatever was kept beside the formulas is wrong now: a program that shows it has not calculated.
fn with_wrong_results(file: &[u8]) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        let mut pieces = content.split("</f><v>");
        let mut wrong = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            wrong += "</f><v>-12345";
            wrong += &piece[piece.find("</v>").unwrap()..];
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(wrong.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What a file brings for the report that it was made from.
fn brought_back(report: &Filled, file: &[u8]) -> reading::Reading {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    fs::write(&path, file).unwrap();
    let book = fupin_sheet::parse(fs::File::open(&path).unwrap(), fupin_sheet::Telling::Form).unwrap();
    let marks = reading::marks(&book).unwrap();
    assert_eq!(marks.origin, report.origin);
    reading::read(&report.form, None, &book, &marks).unwrap()
}

#[test]
fn libreoffice_comes_to_the_same_figures_and_what_it_saves_is_taken_back() {
    let mut reports = BTreeMap::new();
    for (number, definition) in forms().iter().enumerate() {
        let form = filled(definition, Cells::new()).form;
        for seed in 0..4 {
            reports.insert(format!("{number}-{seed}.xlsx"), filled(definition, content(&form, seed)));
        }
    }
    let files = reports.iter().map(|(name, report)| (name.clone(), with_wrong_results(&write(report).unwrap())));
    let Some(again) = recalculated(&files.collect()) else { return };
    let (mut compared, mut states) = (0, [0; 3]);
    for (name, report) in &reports {
        let form = report.form.as_ref();
        let sheet = Sheet::new(form, &report.cells);
        let layout = Layout::of(form, &lines(form, &sheet));
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(again[name].clone())).unwrap();
        let pages: Vec<_> = layout.names.iter().map(|name| workbook.worksheet_range(name).unwrap()).collect();
        let reading = brought_back(report, &again[name]);
        assert_eq!((reading.wanted.len(), reading.rejected.len()), (0, 0), "{name}: {reading:?}");
        for slot in layout.slots(form).filter(|slot| matches!(slot.spec.kind, CellKind::Computed { .. })) {
            let found = pages[slot.spot.sheet].get_value((slot.spot.row, slot.spot.column.into()));
            let engine = sheet.value(form, slot.key.as_str());
            let same = match (engine, found) {
                (Value::Number(number), Some(Data::Float(found))) => {
                    states[0] += 1;
                    (number.to_string().parse::<f64>().unwrap() - found).abs() < 1e-9
                }
                (Value::NotApplicable, Some(Data::String(found))) => {
                    states[1] += 1;
                    found == NOT_APPLICABLE_WORD
                }
                (Value::Blank, None | Some(Data::Empty)) => true,
                (Value::Blank, Some(Data::String(found))) => {
                    states[2] += 1;
                    found.is_empty()
                }
                _ => false,
            };
            assert!(same, "{name} {} at {}: {engine:?} here, {found:?} there", slot.key, slot.spot.address());
            compared += 1;
        }
    }
    assert!(compared > 500 && states[0] > 200 && states[1] > 10, "{compared} {states:?}");
}

/// What makes a formula of a text in one program or another, before whatever follows.
const PREFIXES: [&str; 40] = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    " =",
    "  +",
    "\u{a0}=",
    "\u{3000}=",
    "'=",
    "''=",
    "\"=",
    "=\"",
    "=+",
    "+=",
    "-=",
    "@=",
    "＝",
    "＋",
    "－",
    "＠",
    "=cmd|",
    "=DDE(",
    "=HYPERLINK(",
    "=IMPORTXML(",
    "=WEBSERVICE(",
    "{=",
    "=@",
    "@SUM(",
    "+SUM(",
    "-SUM(",
    "=1+",
    "%",
    "|",
    "=#REF!",
    "=\u{200b}",
    ";=",
    ",=",
    "=A1+",
    "=CALL(",
];

#[test]
fn libreoffice_finds_no_formula_but_ours() {
    let column = json!({"key": "t", "title": "t", "cell": {"type": {"text": {"max_len": 60}}}});
    let labels: Vec<Json> =
        (0..40).map(|row| json!({"key": format!("r{row}"), "label": PREFIXES[row].to_owned() + "1+1"})).collect();
    let ours = json!({"key": "x", "title": "=1+1", "cell": {"type": {"computed": {"formula": "count(t)"}}, "roll_up": "none"}});
    let definition = json!({"code": "=1+1", "title": "=1+1", "note": "=1+1", "unit_note": "+1+1", "sections": [{
        "key": "s", "title": "=1+1", "row_header": "=1+1", "columns": [column, ours], "rows": {"fixed": labels}}]});
    let mut cells = Cells::new();
    for (row, prefix) in PREFIXES.iter().enumerate() {
        cells.insert(format!("s.r{row}.t").into(), Cell::text(format!("{prefix}1+1")));
    }
    let mut report = filled(&definition, Cells::new());
    // As if it had come into the database by another way: here no text is trusted.
    cells.retain(|key, cell| parse_entry(report.form.cell(key.as_str()).unwrap(), &cell_text(cell)).is_ok());
    let kept = cells.len();
    assert!(kept >= 36, "{kept}");
    report.cells = cells;
    report.origin.unit_name = "=1+1".to_owned();
    let file = write(&report).unwrap();
    let formulas = |file: &[u8]| {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.to_vec())).unwrap();
        let names = workbook.sheet_names();
        let count = |name: &String| workbook.worksheet_formula(name).unwrap().used_cells().count();
        names.iter().map(count).sum::<usize>()
    };
    assert_eq!(formulas(&file), 40, "as written");
    let Some(again) = recalculated(&[("a.xlsx".to_owned(), file)].into()) else { return };
    assert_eq!(formulas(&again["a.xlsx"]), 40, "as LibreOffice has it");
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Blank | Cell::NotApplicable => String::new(),
    }
}

#[test]
fn a_number_of_eighteen_digits_in_a_text_cell_stays_text() {
    let column = json!({"key": "t", "title": "t", "cell": {"type": {"text": {"max_len": 60}}}});
    let definition = json!({"code": "a", "title": "a", "sections": [{"key": "s", "title": "s", "row_header": "s",
        "columns": [column], "rows": {"fixed": [{"key": "r", "label": "r"}]}}]});
    let id = format!("98{}", "0100200001011234");
    let cells = [("s.r.t".into(), Cell::text(id.as_str()))].into_iter().collect();
    let file = write(&filled(&definition, cells)).unwrap();
    let read = |file: Vec<u8>| {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
        workbook.worksheet_range("填报表").unwrap().get_value((6, 1)).cloned()
    };
    assert_eq!(read(file.clone()), Some(Data::String(id.clone())));
    let Some(again) = recalculated(&[("a.xlsx".to_owned(), file)].into()) else { return };
    assert_eq!(read(again["a.xlsx"].clone()), Some(Data::String(id)));
}

#[test]
fn what_is_written_is_read_again_cell_by_cell() {
    for definition in forms() {
        let empty = filled(&definition, Cells::new());
        let report = Filled { cells: content(&empty.form, 7), ..empty };
        let reading = brought_back(&report, &write(&report).unwrap());
        assert_eq!((reading.wanted.len(), reading.rejected.len()), (0, 0), "{reading:?}");
        let filled = report.cells.iter().filter(|(_, cell)| !cell.is_blank()).count();
        assert_eq!(reading.carried, filled);
    }
}
