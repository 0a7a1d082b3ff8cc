//! A form made from the ministry's own workbook: recognised, published, filled in the same sheet, summed into it.

use std::{
    io::Cursor,
    process::Command,
    time::{Duration, Instant},
};

use calamine::{Data, Reader, Xlsx};
use fupin_contract::{
    access::Role,
    reporting::{
        AtVersion, DraftNoteKind, FormOfSheet, FormSummary, IssueTask, ReadForm, SaveFormDraft, TotalsFilter, TotalsOf,
    },
};
use fupin_form::{Cell, CellKind, Form, RowsDefinition};

use super::ministry::{self, SHEET, geometry};
use crate::{
    sheets::{
        upload,
        workbook::{MAIN, Parts, archive},
    },
    world::{World, code, key},
};

async fn world() -> World {
    fupin_sheet::read_with(env!("CARGO_BIN_EXE_parse-sheet"));
    World::start().await
}

async fn read(world: &World, dry_run: bool) -> FormOfSheet {
    let how = ReadForm { dry_run: Some(dry_run), sheet: None };
    world.officer.client.read_form_sheet(&how, ministry::workbook(), key()).await.unwrap()
}

async fn published(world: &World) -> FormSummary {
    let draft = read(world, false).await.draft.unwrap();
    let seen = AtVersion { version: draft.version };
    world.officer.client.publish_form_draft(draft.id, &seen, key()).await.unwrap()
}

fn noted(answer: &FormOfSheet, kind: DraftNoteKind) -> Vec<&str> {
    answer.notes.iter().filter(|note| note.kind == kind).map(|note| note.cell.as_str()).collect()
}

#[tokio::test]
async fn titles_heads_labels_cells_and_formulas_are_recognised_and_the_rest_is_named() {
    let world = world().await;
    let answer = read(&world, true).await;

    assert!(answer.dry_run && answer.draft.is_none() && answer.faults.is_empty(), "{:?}", answer.faults);
    assert_eq!((answer.sheet.as_str(), answer.sheets.len()), (SHEET, 2));
    let form = Form::compile(answer.definition.clone()).unwrap();
    let definition = &answer.definition;
    assert_eq!((definition.code.as_str(), definition.title.as_str()), ("琼监测月31表", "防止返贫监测帮扶情况"));
    assert_eq!(definition.unit_note.as_deref(), Some("计量单位：户、人"));
    assert_eq!(definition.note.as_deref(), Some("说明：本表由村级填报。"));
    let titles: Vec<&str> = definition.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
    assert_eq!(titles[1], "二、新增项目");
    let columns: Vec<&str> = form.sections()[0].columns.iter().map(|column| column.path.as_str()).collect();
    assert_eq!(columns, ["监测对象 / 户数", "监测对象 / 人数", "投入资金", "户均占比", "备注"]);
    let rows: Vec<(&str, u8)> =
        form.sections()[0].fixed_rows().iter().map(|row| (row.label.as_str(), row.indent)).collect();
    assert_eq!(rows[0], ("合计", 0));
    assert_eq!((rows[2].0, rows[2].1 > 0), ("其中：有劳动力", true));
    let spec = |key: &str| form.cells().iter().find(|spec| spec.key.as_str() == key).unwrap();
    let kind = |key: &str| spec(key).kind.clone();
    assert_eq!(kind("s1.r2.c1"), CellKind::Integer);
    assert_eq!(spec("s1.r2.c1").unit.as_deref(), Some("户"));
    assert_eq!((kind("s1.r2.c3"), kind("s1.r1.c4")), (CellKind::Decimal { scale: 2 }, CellKind::Blocked));
    assert!(matches!(kind("s1.r1.c1"), CellKind::Computed { scale: 0 }), "a sum");
    assert!(matches!(kind("s1.r2.c4"), CellKind::Computed { scale: 2 }), "a share");
    assert!(matches!(kind("s1.r4.c4"), CellKind::Decimal { .. }), "a formula that a form cannot say");
    assert!(matches!(kind("s1.r2.c5"), CellKind::Text { .. }));
    assert!(matches!(definition.sections[1].rows, RowsDefinition::Dynamic { min: 0, max: 3 }));
    assert_eq!((kind("s2.*.c2"), kind("s2.*.c3")), (CellKind::Date, CellKind::Money));
    assert!(matches!(kind("s3.r1.c3"), CellKind::Computed { .. }), "the total of the list");
    assert_eq!(noted(&answer, DraftNoteKind::FormulaLost), ["E9"]);
    assert_eq!(noted(&answer, DraftNoteKind::Greyed), ["E6"]);
    assert_eq!(noted(&answer, DraftNoteKind::OtherSheet).len(), 1);
    assert!(noted(&answer, DraftNoteKind::TextDropped).contains(&"A19"), "{:?}", answer.notes);
    assert!(world.officer.client.list_form_drafts().await.unwrap().items.is_empty(), "a trial changes nothing");
}

#[tokio::test]
async fn what_is_taken_home_is_the_ministrys_sheet_and_comes_back_as_any_filled_file() {
    let world = world().await;
    let form = published(&world).await;
    let issue = IssueTask { forms: vec![form.id], ..world.issue() };
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await;
    let report = world.report(task.id, "甲东一村").await;

    let file = clerk.client.download_sheet(report).await.unwrap().bytes;

    let (given, got) = (geometry(&ministry::workbook()), geometry(&file));
    assert_eq!((&got.merges, &got.heights), (&given.merges, &given.heights));
    assert_eq!(got.widths, given.widths);
    let sums: Vec<_> = given.formulas.iter().filter(|(_, formula)| formula.starts_with("SUM(")).collect();
    assert!(sums.len() == 4 && sums.iter().all(|sum| got.formulas.contains(sum)), "{:?}", got.formulas);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.clone())).unwrap();
    assert_eq!(workbook.sheet_names(), [SHEET, "_fupin"]);
    let mut original: Xlsx<_> = Xlsx::new(Cursor::new(ministry::workbook())).unwrap();
    let (before, after) = (original.worksheet_range(SHEET).unwrap(), workbook.worksheet_range(SHEET).unwrap());
    let texts = before.used_cells().filter(|(_, _, cell)| matches!(cell, Data::String(text) if !text.is_empty()));
    for (row, column, text) in texts {
        assert_eq!(after.get((row, column)), Some(text), "{row} {column}");
    }

    let filled = Parts::of(&file).number(MAIN, "B7", "12").number(MAIN, "C7", "30").typed(MAIN, "F7", "=1+1");
    let filled = filled.typed(MAIN, "B13", "村道").number(MAIN, "D13", "1000.5").file();
    let saved = upload(&clerk.client, report, filled).await.unwrap();
    assert!(saved.rejected.is_empty() && saved.conflicts.is_empty(), "{saved:?}");
    assert_eq!(saved.changed.len(), 5);
    let cells = clerk.client.get_report(report).await.unwrap().cells;
    assert_eq!((cells.cell("s1.r2.c1"), cells.cell("s1.r1.c1")), (&Cell::Integer(12), &Cell::Integer(12)));
    assert_eq!(cells.cell("s1.r2.c4"), &Cell::text("40.00"), "a share in hundredths");
    let again = Parts::of(&clerk.client.download_sheet(report).await.unwrap().bytes).text(MAIN);
    assert!(!again.contains("<f>1+1</f>"), "what a person typed is text");
    let moved = Parts::of(&file).replace(MAIN, "<mergeCell ref=\"B3:C3\"/>", "").file();
    assert_eq!(code(upload(&clerk.client, report, moved).await), "reporting.sheet_merges_changed");
}

#[tokio::test]
async fn a_summary_goes_back_into_the_ministrys_sheet_and_libreoffice_opens_it() {
    let world = world().await;
    let form = published(&world).await;
    let issue = IssueTask { forms: vec![form.id], ..world.issue() };
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    for (village, households) in [("甲东一村", 12), ("乙西一村", 5)] {
        let content =
            serde_json::json!({"s1.r2.c1": households, "s1.r2.c2": 30, "s2.x.c1": "村道", "s2.x.c3": "1000.50"});
        let act = fupin_contract::reporting::SubmitReport {
            version: 0,
            cells: Some(crate::world::cells(content)),
            explanations: Default::default(),
        };
        let report = world.report(task.id, village).await;
        clerk.submit_report(report, &act, key()).await.unwrap();
    }

    let filter = TotalsFilter { form: form.id, unit: None, of: Some(TotalsOf::Submitted) };
    let file = world.officer.client.export_totals(task.id, &filter).await.unwrap();

    let (given, got) = (geometry(&ministry::workbook()), geometry(&file.bytes));
    assert_eq!((&got.merges, &got.widths, &got.heights), (&given.merges, &given.widths, &given.heights));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    assert_eq!(workbook.sheet_names()[0], SHEET);
    let range = workbook.worksheet_range(SHEET).unwrap();
    let at = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!((at(6, 1), at(5, 1)), (Data::Float(17.0), Data::Float(17.0)), "numbers are numbers");
    assert_eq!(at(12, 3), Data::Float(2001.0), "rows that clerks added are one total");
    assert_eq!(at(18, 0), Data::String("=单位负责人：".into()), "a text that looks like a formula is text");
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("LibreOffice is not installed: skipped");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xlsx"), &file.bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let converted = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "a.xlsx"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(converted.status.success(), "{converted:?}");
    let text = std::fs::read_to_string(folder.path().join(format!("a-{SHEET}.csv"))).unwrap();
    assert!(text.contains("合计,17,"), "{text}");
}

#[tokio::test]
async fn the_layout_follows_the_form_and_is_given_up_in_no_silence() {
    let world = world().await;
    let officer = &world.officer.client;
    let draft = read(&world, false).await.draft.unwrap();
    let begun = officer.get_form_draft(draft.id).await.unwrap();
    let layout = begun.layout.clone().unwrap();
    assert_eq!((layout.sheet.as_str(), layout.missing.len()), (SHEET, 0));
    assert!(!begun.notes.is_empty());

    let mut more = begun.definition.clone();
    if let RowsDefinition::Dynamic { max, .. } = &mut more.sections[1].rows {
        *max = 9;
    }
    let saved = officer.save_form_draft(draft.id, &SaveFormDraft { version: 1, definition: more }).await.unwrap();
    let missing: Vec<String> = saved.layout.unwrap().missing.iter().map(ToString::to_string).collect();
    assert_eq!(missing, ["s2.*.c1", "s2.*.c2", "s2.*.c3"], "no room for nine rows");

    let mut renamed = begun.definition.clone();
    if let RowsDefinition::Fixed(rows) = &mut renamed.sections[0].rows {
        rows[1].label = "脱贫户".to_owned();
    }
    let saved = officer.save_form_draft(draft.id, &SaveFormDraft { version: 2, definition: renamed }).await.unwrap();
    assert_eq!(saved.layout.unwrap().missing, []);
    let form = officer.publish_form_draft(draft.id, &AtVersion { version: 3 }, key()).await.unwrap();
    let issue = IssueTask { forms: vec![form.id], ..world.issue() };
    let task = officer.issue_task(&issue, key()).await.unwrap().task;
    let report = world.report(task.id, "甲东一村").await;
    let file = officer.download_sheet(report).await.unwrap().bytes;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = workbook.worksheet_range(SHEET).unwrap();
    assert_eq!(range.get_value((6, 0)), Some(&Data::String("脱贫户".into())));
    let revise = fupin_contract::reporting::DraftStart::Revise(fupin_contract::reporting::ReviseForm { form: form.id });
    let next = officer.create_form_draft(&revise, key()).await.unwrap();
    assert_eq!(next.layout.map(|layout| layout.sheet).as_deref(), Some(SHEET), "the next version keeps it");
}

#[tokio::test]
async fn files_made_to_hurt_are_refused_in_time_and_leave_nothing() {
    let world = world().await;
    let ours = Parts::of(&ministry::workbook());
    let rows: String = (1..=900_000).map(|row| format!("<row r=\"{row}\"><c s=\"1\"><f>1</f></c></row>")).collect();
    let deep = "<a>".repeat(200_000);
    let styles: String = "<xf numFmtId=\"1\"/>".repeat(20_000);
    let many = |text: &str| text.replace("<sheetData>", &format!("<sheetData>{rows}"));
    let entity = |text: &str| text.replacen("?>", "?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", 1);
    let files = [
        ("many rows", ours.clone().edit(MAIN, many).file(), "reporting.sheet_too_complex"),
        ("depth", ours.clone().edit(MAIN, |text| format!("{text}{deep}")).file(), "reporting.sheet_too_complex"),
        (
            "styles",
            ours.clone().replace("xl/styles.xml", "</cellXfs>", &format!("{styles}</cellXfs>")).file(),
            "reporting.sheet_too_complex",
        ),
        ("entities", ours.clone().edit("xl/styles.xml", entity).file(), "reporting.sheet_suspicious"),
        (
            "far",
            ours.clone()
                .replace(MAIN, "</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
                .file(),
            "reporting.sheet_too_large",
        ),
        ("archive", archive(&[("a", b"a")]), "reporting.sheet_no_workbook"),
        ("nothing", Vec::new(), "reporting.sheet_no_workbook"),
    ];
    for (name, file, expected) in files {
        let began = Instant::now();
        let refused = world.officer.client.read_form_sheet(&ReadForm::default(), file, key()).await;
        assert_eq!(code(refused), expected, "{name}");
        assert!(began.elapsed() < Duration::from_millis(3_000), "{name} took {:?}", began.elapsed());
    }
    let folder = world.app.app.settings.data_dir.join("uploads");
    assert_eq!(std::fs::read_dir(folder).map_or(0, Iterator::count), 0);
    let merges: String = (0..3).map(|_| "<mergeCell ref=\"A1:XFD1048576\"/><mergeCell ref=\"B3:D4\"/>").collect();
    let overlapping = ours.clone().replace(MAIN, "</mergeCells>", &format!("{merges}</mergeCells>")).file();
    world
        .officer
        .client
        .read_form_sheet(&ReadForm { dry_run: Some(true), sheet: None }, overlapping, key())
        .await
        .unwrap();
    let other = ReadForm { dry_run: None, sheet: Some("没有".to_owned()) };
    let refused = world.officer.client.read_form_sheet(&other, ministry::workbook(), key()).await;
    assert_eq!(code(refused), "reporting.sheet_missing");
    let empty = ReadForm { dry_run: None, sheet: Some("填表须知".to_owned()) };
    let refused = world.officer.client.read_form_sheet(&empty, ministry::workbook(), key()).await;
    assert_eq!(code(refused), "reporting.sheet_no_table");
    let county = world.app.person(Role::Officer, "甲县").await.client;
    let refused = county.read_form_sheet(&ReadForm::default(), ministry::workbook(), key()).await;
    assert_eq!(code(refused), "reporting.only_province_designs");
}
