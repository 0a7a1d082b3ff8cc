//! A report taken home.

use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Xlsx};
use fupin_contract::{Period, access::Role};
use serde_json::json;

use super::{
    Village,
    workbook::{LINES, MAIN, Parts},
};
use crate::world::Acts;

const SHEET: &str = "填报表";

#[tokio::test]
async fn a_report_comes_as_its_form_with_formulas_and_what_was_filled() {
    let village = Village::start().await;
    let content = json!({"a.r1.n": 1234, "a.r1.m": "1.50", "a.r1.d": "2026-11-01", "a.r1.low": {"na": true}, "s.x.k": 2, "s.x.name": "=1+1"});
    village.clerk.client.save(village.report, 0, content).await.unwrap();
    let file = village.clerk.client.download_sheet(village.report).await.unwrap();
    assert_eq!(file.name, format!("=试用 表 -{}-甲东一村.xlsx", Period::of(village.world.today)));

    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let sheets: Vec<_> = workbook.sheets_metadata().iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect();
    let expected =
        [(SHEET, SheetVisible::Visible), ("二、项目", SheetVisible::Visible), ("_fupin", SheetVisible::VeryHidden)];
    assert_eq!(sheets, expected.map(|(name, visible)| (name.to_owned(), visible)));
    let main = workbook.worksheet_range(SHEET).unwrap();
    let at = |row: u32, column: u32| main.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!((at(7, 0), at(7, 1)), (Data::String("甲".into()), Data::Float(1234.0)));
    assert_eq!(at(7, 2), Data::Float(2468.0), "a formula comes with what it comes to");
    assert!(
        matches!(at(8, 2), Data::Empty | Data::String(_)),
        "and with nothing where it comes to nothing: {:?}",
        at(8, 2)
    );
    assert_eq!((at(7, 3), at(7, 5)), (Data::Float(1.5), Data::String("不适用".into())));
    assert!(matches!(at(7, 8), Data::DateTime(_)), "{:?}", at(7, 8));
    let formulas = workbook.worksheet_formula(SHEET).unwrap();
    let of_sheet: Vec<_> = formulas.used_cells().map(|(row, column, _)| (row, column)).collect();
    assert_eq!(of_sheet.len(), 2, "one for each computed cell, and no other: {of_sheet:?}");
    let lines = workbook.worksheet_range("二、项目").unwrap();
    assert_eq!(lines.get_value((6, 1)), Some(&Data::String("=1+1".into())), "what a person typed is text");
    assert_eq!(lines.get_value((10, 0)), Some(&Data::String("5".into())), "room for as many rows as the form allows");
    let merged = workbook.merge_cells_by_sheet_name(SHEET).unwrap();
    assert!(merged.iter().any(|cells| cells.start == (5, 1) && cells.end == (5, 2)), "the head is merged: {merged:?}");
}

#[tokio::test]
async fn only_open_cells_are_unlocked_and_each_says_what_it_takes() {
    let village = Village::start().await;
    let parts = Parts::of(&village.download().await);
    let (main, styles) = (parts.text(MAIN), parts.text("xl/styles.xml"));
    assert!(main.contains("<sheetProtection ") && parts.text(LINES).contains("<sheetProtection "));
    let formats: Vec<&str> = styles.split("<cellXfs").nth(1).unwrap().split("<xf ").skip(1).collect();
    let is_unlocked = |address: &str| {
        let cell = main.split(&format!("<c r=\"{address}\" s=\"")).nth(1).unwrap();
        let style: usize = cell.split('"').next().unwrap().parse().unwrap();
        formats[style].contains("locked=\"0\"")
    };
    for (address, unlocked) in [("B8", true), ("I8", true), ("C8", false), ("I9", false), ("A8", false), ("B6", false)]
    {
        assert_eq!(is_unlocked(address), unlocked, "{address}");
    }
    // The number of people: whole, not negative, or a word.
    assert!(main.contains("ISNUMBER(B8)") && main.contains("B8&gt;=0") && main.contains("不适用"), "{main}");
    assert!(main.contains("sqref=\"B8:B9\""), "one validation for neighbours that ask for the same");
}

#[tokio::test]
async fn whoever_may_read_a_report_may_take_it_home_and_leaves_a_trace() {
    let village = Village::start().await;
    let reviewer = village.world.app.person(Role::Reviewer, "甲县").await.client;
    reviewer.download_sheet(village.report).await.unwrap();
    let elsewhere = village.world.app.person(Role::Reviewer, "乙县").await.client;
    let refused = elsewhere.download_sheet(village.report).await;
    assert_eq!(refused.unwrap_err().code(), "request.not_found");
    let rows = "select count(*) from audit_row where event = 'reporting.sheet_downloaded'";
    assert_eq!(village.world.app.number(rows).await, 1);
}
