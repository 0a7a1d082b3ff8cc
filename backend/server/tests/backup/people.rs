//! A little life for an instance: a task for the whole province, saved and submitted reports, messages on their way.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use fupin_client::Uuid;
use fupin_contract::{
    Period,
    reporting::{AttachFile, IssueTask, ReportFilter, ReportStatus, SaveCell, SaveCells, SubmitReport},
    units::{Level, UnitFilter},
};
use fupin_form::{Cell, Cells, Form};
use fupin_testing::Instance;

/// What is attached to each report that is handed over.
const PAGE: &str = "台账.pdf";
const CONTENT: &[u8] = b"%PDF-1.7 a page of the ledger";

/// What somebody fetches of what was attached.
pub async fn fetch(instance: &Instance) {
    let clerk = instance.enter("cun-tian").await;
    let submitted = ReportFilter { status: Some(ReportStatus::Submitted), ..ReportFilter::default() };
    let report = clerk.list_reports(&submitted).await.unwrap().items.remove(0);
    let notes = clerk.get_report_notes(report.id).await.unwrap();
    let page = clerk.download_attachment(notes.attachments[0].id).await.unwrap();
    assert_eq!((page.name.as_str(), page.bytes.as_slice()), (PAGE, CONTENT));
}

/// Issue every form that a clerk can fill with zeros alone, for the month so many months ago.
pub async fn issue(instance: &Instance, months_ago: u32) {
    let officer = instance.enter("sheng-ban").await;
    let form = officer.list_forms().await.unwrap().items.into_iter().max_by_key(|form| form.cells).unwrap();
    let today = officer.get_instance().await.unwrap().now.date_naive();
    let province = officer.list_units(&UnitFilter::default()).await.unwrap().items[0].id;
    let task = IssueTask {
        title: "备份演练".to_owned(),
        forms: vec![form.id],
        period: Period::of(today - chrono::Months::new(months_ago)),
        level: Level::Village,
        unit: province,
        deadline: today + chrono::Days::new(5),
        chain: vec![Level::Town, Level::County],
    };
    officer.issue_task(&task, Uuid::now_v7()).await.unwrap();
}

/// Reports saved cell by cell, and handed over. Says how many were handed over.
pub async fn fill(instance: &Instance) -> usize {
    issue(instance, 0).await;
    let clerk = instance.enter("cun-tian").await;
    let drafts = ReportFilter { status: Some(ReportStatus::Draft), ..ReportFilter::default() };
    let mut submitted = 0;
    for report in clerk.list_reports(&drafts).await.unwrap().items {
        let form = Form::compile(clerk.get_form(report.form_id).await.unwrap().definition).unwrap();
        let zeros = zeros(&form);
        let mut version = report.version;
        for (key, cell) in zeros.iter().take(20) {
            let one = SaveCell { cell: cell.clone(), base: version };
            let cells = SaveCells { cells: [(key.as_str().to_owned(), one)].into() };
            version = clerk.save_cells(report.id, &cells, Uuid::now_v7()).await.unwrap().version;
        }
        let page = AttachFile { name: PAGE.to_owned(), cell: None };
        clerk.attach_file(report.id, &page, CONTENT.to_vec(), Uuid::now_v7()).await.unwrap();
        let input = SubmitReport { version, cells: Some(zeros), explanations: BTreeMap::new() };
        clerk.submit_report(report.id, &input, Uuid::now_v7()).await.unwrap();
        submitted += 1;
    }
    submitted
}

/// Save one number after the other into a report, for as long as it is let.
pub async fn keep_saving(instance: &Instance, saves: &AtomicUsize) {
    let officer = instance.enter("sheng-ban").await;
    let clerk = instance.enter("cun-tian").await;
    issue(instance, 2).await;
    let drafts = ReportFilter { status: Some(ReportStatus::Draft), ..ReportFilter::default() };
    let report = clerk.list_reports(&drafts).await.unwrap().items.remove(0);
    let form = Form::compile(officer.get_form(report.form_id).await.unwrap().definition).unwrap();
    let key = zeros(&form).keys().next().unwrap().as_str().to_owned();
    let mut version = report.version;
    for number in 0.. {
        let one = SaveCell { cell: Cell::Integer(number), base: version };
        let cells = SaveCells { cells: [(key.clone(), one)].into() };
        version = clerk.save_cells(report.id, &cells, Uuid::now_v7()).await.unwrap().version;
        saves.fetch_add(1, Ordering::Relaxed);
    }
}

fn zeros(form: &Form) -> Cells {
    let mut cells = Cells::default();
    for cell in form.cells().iter().filter(|cell| cell.is_fillable()) {
        if let Ok(zero) = fupin_form::parse_entry(cell, "0") {
            cells.insert(cell.key.clone(), zero);
        }
    }
    cells
}
