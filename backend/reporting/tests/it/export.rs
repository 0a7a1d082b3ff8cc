//! The spreadsheet: read back by another library, and opened by LibreOffice where it is installed.

use std::{io::Cursor, process::Command};

use calamine::{Data, Reader, Xlsx};
use fupin_contract::{
    access::Role,
    reporting::{TotalsFilter, TotalsOf},
};
use serde_json::json;

use crate::world::World;

async fn exported() -> (World, fupin_client::Download) {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let content =
        json!({"a.r1.n": 1234, "a.r1.m": "1.50", "a.r1.d": "2026-11-01", "a.r1.low": {"na": true}, "s.x.k": 2});
    let explanations = [("many".to_owned(), "合并了邻村".to_owned())].into();
    let act =
        fupin_contract::reporting::SubmitReport { version: 0, cells: Some(crate::world::cells(content)), explanations };
    clerk.submit_report(world.report(task.id, "甲东一村").await, &act, crate::world::key()).await.unwrap();
    let filter = TotalsFilter { form: world.form, unit: None, of: Some(TotalsOf::Submitted) };
    let file = world.officer.client.export_totals(task.id, &filter).await.unwrap();
    (world, file)
}

#[tokio::test]
async fn an_export_holds_numbers_as_numbers_and_leaves_its_trace() {
    let (world, file) = exported().await;
    let period = fupin_contract::Period::of(world.today);
    assert_eq!(file.name, format!("=试用 表 -{period}-样例省.xlsx"));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["汇总表", "分单位明细"]);

    let summary = workbook.worksheet_range("汇总表").unwrap();
    let at = |row: u32, column: u32| summary.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(0, 0), Data::String("=试用\"表\"".to_owned()), "a title that looks like a formula is text");
    // Section title, two lines of head, then the rows.
    assert_eq!(
        (at(4, 1), at(5, 1), at(5, 2)),
        (Data::String("人数".into()), Data::String("合计".into()), Data::String("两倍".into()))
    );
    assert_eq!((at(4, 0), at(4, 3)), (Data::String("类别".into()), Data::String("金额".into())));
    assert_eq!((at(6, 0), at(6, 1), at(6, 2)), (Data::String("甲".into()), Data::Float(1234.0), Data::Float(2468.0)));
    assert_eq!(at(6, 3), Data::Float(1.5));
    assert_eq!(at(6, 5), Data::String("/".into()));
    assert!(matches!(at(6, 8), Data::DateTime(_)), "{:?}", at(6, 8));
    let merged = workbook.merge_cells_by_sheet_name("汇总表").unwrap();
    assert!(merged.iter().any(|cells| cells.start == (4, 1) && cells.end == (4, 2)), "the head is merged: {merged:?}");

    let detail = workbook.worksheet_range("分单位明细").unwrap();
    let lines: Vec<Vec<Data>> = detail.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(lines[0][0], Data::String("单位".into()));
    assert_eq!(
        (&lines[1][0], &lines[1][5], &lines[1][6]),
        (&Data::String("甲县".into()), &Data::Float(1234.0), &Data::Float(4.0))
    );
    assert!(workbook.worksheet_formula("汇总表").unwrap().used_cells().next().is_none(), "nothing is a formula");
    assert!(workbook.worksheet_formula("分单位明细").unwrap().used_cells().next().is_none());
    let audited = "select count(*) from audit_row where event = 'reporting.totals_exported' and outcome = 'done'";
    assert_eq!(world.app.number(audited).await, 1);
}

#[tokio::test]
async fn libreoffice_opens_an_export() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("LibreOffice is not installed: skipped");
        return;
    }
    let (_world, file) = exported().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("totals.xlsx"), &file.bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let converted = Command::new("soffice")
        .args([
            &profile,
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
            "totals.xlsx",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(converted.status.success(), "{converted:?}");
    let summary = std::fs::read_to_string(folder.path().join("totals-汇总表.csv")).unwrap();
    assert!(summary.contains("\n甲,1234,2468,1.5,,/,,,2026-11-01\n"), "{summary}");
    let detail = std::fs::read_to_string(folder.path().join("totals-分单位明细.csv")).unwrap();
    assert!(detail.contains("甲县"), "{detail}");
}
