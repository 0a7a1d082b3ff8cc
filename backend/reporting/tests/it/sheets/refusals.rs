//! Files that are not what they should be, each refused by its own code.

use std::io::Cursor;

use fupin_client::ClientError;
use fupin_contract::{access::Role, reporting::IssueTask};
use serde_json::json;

use super::{
    Village,
    workbook::{MAIN, MARKS, Parts},
};
use crate::world::{code, form_json, key, load};

fn compound(stream: &str) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(8192, 0);
    file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    file
}

#[tokio::test]
async fn what_is_no_workbook_is_told_by_what_it_is() {
    let village = Village::start().await;
    let ours = Parts::of(&village.download().await);
    let types = "[Content_Types].xml";
    let files = [
        (compound("Workbook"), "reporting.sheet_old_format"),
        (compound("EncryptedPackage"), "reporting.sheet_encrypted"),
        ("单位,户数\n甲村,3\n".into(), "reporting.sheet_plain_text"),
        // The same in GBK, and with a byte order mark.
        (b"\xb5\xa5\xce\xbb,3\r\n".to_vec(), "reporting.sheet_plain_text"),
        (b"\xef\xbb\xbfa,b\n".to_vec(), "reporting.sheet_plain_text"),
        (b"<svg onload='alert(1)'/>".to_vec(), "reporting.sheet_no_workbook"),
        (b"%PDF-1.7 ...".to_vec(), "reporting.sheet_no_workbook"),
        (Vec::new(), "reporting.sheet_no_workbook"),
        (b"PK\x03\x04 and no more".to_vec(), "reporting.sheet_damaged"),
        (ours.clone().add("xl/vbaProject.bin", b"macro").file(), "reporting.sheet_macros"),
        (
            ours.clone().replace(types, "spreadsheetml.sheet.main+xml", "spreadsheetml.macroEnabled.main+xml").file(),
            "reporting.sheet_macros",
        ),
    ];
    for (file, expected) in files {
        let size = file.len();
        assert_eq!(code(village.try_out(file).await), expected, "{size} bytes");
    }
    let cut = ours.file();
    assert_eq!(code(village.try_out(cut[..cut.len() / 2].to_vec()).await), "reporting.sheet_damaged");
    assert_eq!(village.files_kept(), 0);
}

#[tokio::test]
async fn a_workbook_that_was_not_downloaded_here_is_not_taken() {
    let village = Village::start().await;
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().write(0, 0, "单位").unwrap();
    let mut file = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut file).unwrap();
    assert_eq!(code(village.try_out(file.into_inner()).await), "reporting.sheet_not_ours");
    // Nor one of which somebody has changed what it says of itself.
    let ours = Parts::of(&village.download().await);
    let strings = "xl/sharedStrings.xml";
    let forged = ours.replace(strings, "<t>a.r1.n</t>", "<t>a.r9.n</t>").file();
    assert_eq!(code(village.try_out(forged).await), "reporting.sheet_old_layout");
}

fn param(answer: Result<impl std::fmt::Debug, ClientError>, name: &str) -> (String, serde_json::Value) {
    let error = answer.unwrap_err();
    let value = error.problem().unwrap().params.get(name).cloned().unwrap_or_default();
    (error.code().to_owned(), value)
}

#[tokio::test]
async fn a_file_is_taken_only_for_the_report_that_it_was_made_for() {
    let village = Village::start().await;
    let (world, officer) = (&village.world, &village.world.officer.client);
    let all = world.app.person(Role::Clerk, "样例省").await.client;
    let sheet_of = async |report| all.download_sheet(report).await.unwrap().bytes;

    let neighbour = sheet_of(world.report(village.task.id, "甲东二村").await).await;
    assert_eq!(
        param(village.try_out(neighbour).await, "unit"),
        ("reporting.sheet_other_unit".into(), json!("甲东二村"))
    );

    let mut other = form_json();
    other["code"] = json!("试02表");
    let other = load(&world.app, &[other]).await[0];
    let task = officer.issue_task(&IssueTask { forms: vec![other], ..world.issue() }, key()).await.unwrap().task;
    let other = sheet_of(world.report(task.id, "甲东一村").await).await;
    assert_eq!(code(village.try_out(other).await), "reporting.sheet_other_form");

    let before = fupin_contract::Period::of(world.today - chrono::Months::new(1));
    let task = officer.issue_task(&IssueTask { period: before, ..world.issue() }, key()).await.unwrap().task;
    let other = sheet_of(world.report(task.id, "甲东一村").await).await;
    let (refused, period) = param(village.try_out(other).await, "period");
    assert_eq!((refused.as_str(), period), ("reporting.sheet_other_period", json!(before.to_string())));

    // The form is corrected, and the task issued again: files of before are of no use.
    let old = village.download().await;
    let cancel = fupin_contract::reporting::CancelTask { reason: "更正".to_owned() };
    officer.cancel_task(village.task.id, &cancel).await.unwrap();
    let again = officer.issue_task(&world.issue(), key()).await.unwrap().task;
    let report = world.report(again.id, "甲东一村").await;
    assert_eq!(code(super::upload(&all, report, old.clone()).await), "reporting.sheet_other_report");
    officer.cancel_task(again.id, &cancel).await.unwrap();
    let mut corrected = form_json();
    corrected["note"] = json!("更正");
    let corrected = load(&world.app, &[corrected]).await[0];
    let task = officer.issue_task(&IssueTask { forms: vec![corrected], ..world.issue() }, key()).await.unwrap().task;
    let report = world.report(task.id, "甲东一村").await;
    let (refused, version) = param(super::upload(&all, report, old).await, "report");
    assert_eq!((refused.as_str(), version), ("reporting.sheet_other_version", json!(2)));
}

#[tokio::test]
async fn a_layout_that_was_changed_is_recognised() {
    let village = Village::start().await;
    let ours = Parts::of(&village.download().await);
    let renamed = ours.clone().typed(MAIN, "D6", "金额（元）").file();
    let problem = village.try_out(renamed).await.unwrap_err().problem().unwrap().clone();
    assert_eq!(problem.code, "reporting.sheet_text_changed");
    let said = ["cell", "expected", "found"].map(|name| problem.params[name].as_str().unwrap().to_owned());
    assert_eq!(said, ["D6", "金额", "金额（元）"]);

    let swapped = ours.clone().typed(MAIN, "A8", "其中：乙").typed(MAIN, "A9", "甲").file();
    assert_eq!(param(village.try_out(swapped).await, "found"), ("reporting.sheet_moved".into(), json!("A9")));

    let moved = ours.clone().typed(MAIN, "F6", "最").typed(MAIN, "F11", "最低").file();
    let refused = village.try_out(moved).await;
    assert_eq!(param(refused, "found"), ("reporting.sheet_moved".into(), json!("F11")));

    let merged = ours.clone().replace(MAIN, "ref=\"B6:C6\"", "ref=\"B6:D6\"").file();
    assert_eq!(param(village.try_out(merged).await, "cell"), ("reporting.sheet_merges_changed".into(), json!("B6")));

    let renamed = ours.clone().replace("xl/workbook.xml", "name=\"二、项目\"", "name=\"项目\"").file();
    let refused = village.try_out(renamed).await;
    assert_eq!(param(refused, "sheet"), ("reporting.sheet_missing".into(), json!("二、项目")));

    let bare = ours.clone().edit(MARKS, |_| "<worksheet><sheetData/></worksheet>".to_owned()).file();
    assert_eq!(code(village.try_out(bare).await), "reporting.sheet_not_ours");
}
