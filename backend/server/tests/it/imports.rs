//! Sheets of accounts that the probes act on, made as in life.

use fupin_contract::AccountImportId;
use fupin_testing::{Caller, TestApp};
use rust_xlsxwriter::Workbook;
use uuid::Uuid;

/// What there is of the town's system administrator.
pub struct Imports {
    /// A sheet that has not been uploaded yet.
    pub people: Vec<u8>,
    /// Looked at, with a good row and a bad one.
    pub checked: AccountImportId,
    /// Taken: an account that waits for its first password, and the role that is proposed for it.
    pub done: AccountImportId,
}

impl Imports {
    pub async fn make(test: &TestApp, admin: &Caller, unit: &str) -> Self {
        let checked = upload(test, admin, sheet(unit, &["new.one", "?"])).await;
        let done = upload(test, admin, sheet(unit, &["new.two"])).await;
        admin.run_account_import(done, Uuid::now_v7()).await.unwrap();
        fupin_access::imports::work(&test.app, done).await.unwrap();
        Self { people: sheet(unit, &["new.three"]), checked, done }
    }
}

async fn upload(test: &TestApp, admin: &Caller, file: Vec<u8>) -> AccountImportId {
    let id = admin.upload_accounts(file, Uuid::now_v7()).await.unwrap().id;
    fupin_access::imports::work(&test.app, id).await.unwrap();
    id
}

fn sheet(unit: &str, usernames: &[&str]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let head = ["姓名", "用户名", "联系电话", "单位", "角色"];
    let rows = usernames.iter().map(|username| ["新人", *username, "19900000005", unit, "填报员"]);
    for (row, entries) in (0_u32..).zip(std::iter::once(head).chain(rows)) {
        for (place, entry) in (0_u16..).zip(entries) {
            page.write_string(row, place, entry).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}
