//! Accounts of many people from one sheet: looked at, taken, and each person invited.

use calamine::{Reader, Xlsx};
use fupin_client::ClientError;
use fupin_contract::{
    AccountImportId, Cursor,
    access::{Account, AccountFilter, AccountStatus, Role},
    account_imports::{AccountImport, ImportColumn, ImportFilter, ImportRow, ImportRowFilter, ImportState, RowOutcome},
};
use fupin_testing::{Person, TestApp};
use rust_xlsxwriter::Workbook;
use uuid::Uuid;

pub fn code<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> String {
    answer.unwrap_err().code().to_owned()
}

/// A sheet with these rows below the heads.
pub fn sheet<const N: usize>(rows: &[[&str; N]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    for (place, head) in (0_u16..).zip(["姓名", "用户名", "联系电话", "单位", "角色"]) {
        page.write_string(0, place, head).unwrap();
    }
    for (row, entries) in (1_u32..).zip(rows) {
        for (place, entry) in (0_u16..).zip(entries) {
            page.write_string(row, place, *entry).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

pub const LI: [&str; 5] = ["李四", "li.si", "19900001234", "甲东一村", "填报员"];
const WANG: [&str; 5] = ["王五", "wang.wu", "19900001235", "甲县/甲东镇", "审核员"];

/// An instance in which sheets are read, and its system administrator.
pub async fn start() -> (TestApp, Person) {
    fupin_sheet::read_with(env!("CARGO_BIN_EXE_parse-accounts"));
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    (app, system)
}

pub async fn checked(app: &TestApp, who: &Person, file: Vec<u8>) -> AccountImport {
    let import = who.client.upload_accounts(file, Uuid::now_v7()).await.unwrap();
    assert_eq!(import.state, ImportState::Checking);
    fupin_access::imports::work(&app.app, import.id).await.unwrap();
    who.client.get_account_import(import.id).await.unwrap()
}

pub async fn imported(app: &TestApp, who: &Person, file: Vec<u8>) -> AccountImport {
    let import = checked(app, who, file).await;
    who.client.run_account_import(import.id, Uuid::now_v7()).await.unwrap();
    fupin_access::imports::work(&app.app, import.id).await.unwrap();
    who.client.get_account_import(import.id).await.unwrap()
}

async fn named(who: &Person, username: &str) -> Account {
    let filter = AccountFilter { q: Some(username.to_owned()), ..AccountFilter::default() };
    who.client.list_accounts(&filter).await.unwrap().items.remove(0)
}

async fn rows(who: &Person, id: AccountImportId, outcome: RowOutcome) -> Vec<ImportRow> {
    let filter = ImportRowFilter { outcome: Some(outcome), ..ImportRowFilter::default() };
    who.client.list_import_rows(id, &filter).await.unwrap().items
}

#[tokio::test]
async fn a_sheet_is_looked_at_first_and_bad_rows_keep_no_good_one_away() {
    let (app, system) = start().await;
    let bad = ["", "li.si", "12345", "无此村", "村长"];
    let import = checked(&app, &system, sheet(&[LI, WANG, bad])).await;

    assert_eq!(
        (import.state, import.total, import.counts.create, import.counts.faulty),
        (ImportState::Checked, 3, 2, 1)
    );
    assert_eq!(app.number("select count(*) from account where username in ('li.si', 'wang.wu')").await, 0);
    let faulty = rows(&system, import.id, RowOutcome::Faulty).await;
    let said: Vec<(&str, &str)> =
        faulty[0].faults.iter().map(|fault| (fault.cell.as_str(), fault.fault.code.as_str())).collect();
    let expected = [
        ("A4", "required"),
        ("B4", "access.row_username_twice"),
        ("C4", "access.row_phone"),
        ("D4", "access.row_unit_unknown"),
        ("E4", "access.row_role_unknown"),
    ];
    assert_eq!(said, expected);
    let phone = faulty[0].faults.iter().find(|fault| fault.column == ImportColumn::Phone).unwrap();
    assert_eq!(phone.typed, None, "a number is not repeated");

    system.client.run_account_import(import.id, Uuid::now_v7()).await.unwrap();
    fupin_access::imports::work(&app.app, import.id).await.unwrap();
    let done = system.client.get_account_import(import.id).await.unwrap();
    assert_eq!((done.state, done.counts.create), (ImportState::Done, 2));
    let account = named(&system, "li.si").await;
    assert_eq!((account.status, account.phone.as_deref()), (AccountStatus::Pending, Some("199****1234")));
    assert!(account.grants.is_empty(), "what is proposed gives nothing");
    assert_eq!(app.number("select count(*) from grant_proposal where state = 'pending'").await, 2);
    let created = "select count(*) from audit_row where event = 'access.account_created' and outcome = 'done'";
    assert_eq!(app.number(created).await, 2, "a row of the trail for each account");
    assert_eq!(app.number("select count(*) from account_import where content_sealed is not null").await, 0);
    assert_eq!(code(system.client.run_account_import(import.id, Uuid::now_v7()).await), "access.import_over");
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let (app, system) = start().await;
    let file = sheet(&[LI, WANG]);
    imported(&app, &system, file.clone()).await;

    let again = checked(&app, &system, file).await;

    assert!(again.same_file_at.is_some());
    assert_eq!((again.counts.same, again.counts.create, again.counts.faulty), (2, 0, 0));
    assert_eq!(code(system.client.run_account_import(again.id, Uuid::now_v7()).await), "access.import_empty");
    assert_eq!(app.number("select count(*) from account where username in ('li.si', 'wang.wu')").await, 2);
}

#[tokio::test]
async fn who_is_there_already_is_proposed_another_role_and_never_changed() {
    let (app, system) = start().await;
    imported(&app, &system, sheet(&[LI])).await;
    let reviewer = ["李四", "LI.SI", "19900009999", "甲东一村", "审核员"];
    let stranger = ["李五", "li.si", "19900009999", "甲东一村", "审核员"];

    let import = imported(&app, &system, sheet(&[reviewer])).await;
    assert_eq!((import.counts.propose, import.counts.create), (1, 0));
    assert_eq!(app.number("select count(*) from grant_proposal").await, 2);
    let phone = named(&system, "li.si").await.phone;
    assert_eq!(phone.as_deref(), Some("199****1234"), "the number is its owner's to keep");

    let import = checked(&app, &system, sheet(&[stranger])).await;
    let faulty = rows(&system, import.id, RowOutcome::Faulty).await;
    assert_eq!(faulty[0].faults[0].fault.code, "access.row_username_taken");
}

#[tokio::test]
async fn two_sheets_with_one_user_name_make_one_account() {
    let (app, system) = start().await;
    let first = checked(&app, &system, sheet(&[LI])).await;
    let second = checked(&app, &system, sheet(&[["李六", "li.si", "19900001236", "甲东一村", "填报员"]])).await;
    for id in [first.id, second.id] {
        system.client.run_account_import(id, Uuid::now_v7()).await.unwrap();
        fupin_access::imports::work(&app.app, id).await.unwrap();
    }
    let second = system.client.get_account_import(second.id).await.unwrap();
    assert_eq!((second.counts.create, second.counts.faulty), (0, 1));
}

#[tokio::test]
async fn the_template_comes_back_empty_and_what_is_no_sheet_is_refused() {
    let (_app, system) = start().await;
    let template = system.client.download_account_template().await.unwrap();
    assert_eq!(template.name, "账号导入模板.xlsx");
    let upload = async |file: Vec<u8>| code(system.client.upload_accounts(file, Uuid::now_v7()).await);
    assert_eq!(upload(template.bytes).await, "access.sheet_no_rows");
    assert_eq!(upload("姓名,用户名\r\n李四,li.si\r\n".into()).await, "access.sheet_plain_text");
    assert_eq!(upload(vec![0; 100]).await, "access.sheet_no_workbook");
    let mut other = Workbook::new();
    other.add_worksheet().write_string(0, 0, "姓名").unwrap();
    assert_eq!(upload(other.save_to_buffer().unwrap()).await, "access.sheet_head_missing");
}

#[tokio::test]
async fn the_report_of_rows_goes_out_as_a_workbook_and_as_text() {
    let (app, system) = start().await;
    let import = checked(&app, &system, sheet(&[["=1+1", "li.si", "x", "甲东一村", "填报员"]])).await;
    let text = system.client.download_row_report_text(import.id).await.unwrap();
    assert_eq!(text.name, "账号导入核对结果.csv");
    let text = String::from_utf8(text.bytes).unwrap();
    assert!(text.contains("\r\n2,C2,联系电话,'=1+1,li.si,,不是手机号,"), "{text}");
    let workbook = system.client.download_row_report(import.id).await.unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(workbook.bytes)).unwrap();
    let page = workbook.worksheet_range("账号导入核对结果").unwrap();
    assert_eq!(page.get_value((1, 6)).unwrap().to_string(), "不是手机号");
}

#[tokio::test]
async fn whoever_manages_other_units_does_not_see_a_sheet_and_names_only_his_own() {
    let (app, system) = start().await;
    let county = app.person(Role::SystemAdmin, "甲县").await;
    let other = app.person(Role::SystemAdmin, "乙县").await;
    let import = checked(&app, &county, sheet(&[LI, ["王五", "wang.wu", "19900001235", "乙东镇", "填报员"]])).await;

    assert_eq!((import.unit.name.as_str(), import.counts.create, import.counts.faulty), ("甲县", 1, 1));
    assert_eq!(code(other.client.get_account_import(import.id).await), "request.not_found");
    assert_eq!(code(other.client.list_import_rows(import.id, &ImportRowFilter::default()).await), "request.not_found");
    assert!(other.client.list_account_imports(&ImportFilter::default()).await.unwrap().items.is_empty());
    assert_eq!(system.client.list_account_imports(&ImportFilter::default()).await.unwrap().items.len(), 1);
    let strange = ImportFilter { after: Some(Cursor("x".into())), ..ImportFilter::default() };
    assert_eq!(code(system.client.list_account_imports(&strange).await), "request.not_found");
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    assert_eq!(code(clerk.client.upload_accounts(sheet(&[LI]), Uuid::now_v7()).await), "access.forbidden");
}

#[tokio::test]
async fn people_are_invited_once_and_again_after_an_hour() {
    let (app, system) = start().await;
    let import = imported(&app, &system, sheet(&[LI, WANG])).await;
    let lines = "select count(*) from outbox where topic = 'access.person_invited'";
    for _ in 0..2 {
        fupin_access::imports::invite(&app.app, import.id).await.unwrap();
        assert_eq!(app.number(lines).await, 2);
    }
    let activation = system.client.get_account_import(import.id).await.unwrap().activation.unwrap();
    assert_eq!((activation.created, activation.invited, activation.activated, activation.waiting), (2, 2, 0, 2));
    assert_eq!(code(system.client.invite_again(import.id, Uuid::now_v7()).await), "access.invited_lately");

    app.sql("update account set password_hash = 'x' where username = 'li.si'").await;
    app.sql("update account_import_row set invited_at = invited_at - interval '2 hours'").await;
    assert_eq!(system.client.invite_again(import.id, Uuid::now_v7()).await.unwrap().people, 1);
    fupin_access::imports::invite(&app.app, import.id).await.unwrap();
    assert_eq!(app.number(lines).await, 3);
    let waiting = ImportRowFilter { waiting: Some(true), ..ImportRowFilter::default() };
    let waiting = system.client.list_import_rows(import.id, &waiting).await.unwrap().items;
    assert_eq!(
        waiting.iter().map(|row| (row.username.as_str(), row.invitations)).collect::<Vec<_>>(),
        [("wang.wu", 2)]
    );
}

#[tokio::test]
async fn what_nobody_takes_within_seven_days_is_let_go_of() {
    let (app, system) = start().await;
    let import = checked(&app, &system, sheet(&[LI])).await;
    app.sql("update account_import set checked_at = checked_at - interval '8 days'").await;
    checked(&app, &system, sheet(&[WANG])).await;
    let old = system.client.get_account_import(import.id).await.unwrap();
    assert_eq!(old.state, ImportState::Expired);
    assert_eq!(code(system.client.run_account_import(import.id, Uuid::now_v7()).await), "access.import_over");
}

#[tokio::test]
async fn a_whole_province_goes_through() {
    let (app, system) = start().await;
    let people = 53_000;
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    for (place, head) in (0_u16..).zip(["姓名", "用户名", "联系电话", "单位", "角色"]) {
        page.write_string(0, place, head).unwrap();
    }
    for row in 1..=people {
        let entries = [format!("人员{row}"), format!("p{row:05}"), format!("1990000{:04}", row % 10_000)];
        for (place, entry) in (0_u16..).zip(entries.iter().map(String::as_str).chain(["甲东一村", "填报员"])) {
            page.write_string(row, place, entry).unwrap();
        }
    }
    let file = workbook.save_to_buffer().unwrap();
    assert!(file.len() < 10 * 1024 * 1024, "{}", file.len());
    let began = std::time::Instant::now();
    let import = imported(&app, &system, file).await;
    assert_eq!(import.counts.create, i64::from(people));
    assert_eq!(app.number("select count(*) from grant_proposal").await, i64::from(people));
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let decision = super::proposals::confirm_all(i64::from(people));
    let decided = security.client.decide_proposals(import.id, &decision, Uuid::now_v7()).await.unwrap();
    assert_eq!(decided.confirmed, i64::from(people));
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
}
