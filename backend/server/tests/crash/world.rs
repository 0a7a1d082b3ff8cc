//! A demonstration with several months of one form for every village of the province, and one clerk who may fill them all.

use std::sync::atomic::{AtomicUsize, Ordering};

use fupin_client::{Client, Uuid, native::Native};
use fupin_contract::{
    FormId, Period, ReportId, TaskId, UnitId,
    reporting::IssueTask,
    units::{Level, UnitFilter},
};
use fupin_form::Form;
use fupin_testing::Instance;

/// The form with the most cells is filled, for so many months.
const MONTHS: usize = 3;
const CLERK: &str = "zhen-tian";

pub struct World {
    pub officer: Client<Native>,
    pub clerk: Client<Native>,
    pub form_id: FormId,
    pub form: Form,
    pub tasks: Vec<TaskId>,
    reports: Vec<ReportId>,
    next: AtomicUsize,
    acknowledged: AtomicUsize,
}

impl World {
    pub async fn make(instance: &Instance) -> Self {
        let officer = instance.enter("sheng-ban").await;
        let forms = officer.list_forms().await.unwrap().items;
        let form_id = forms.iter().max_by_key(|form| form.cells).unwrap().id;
        let form = Form::compile(officer.get_form(form_id).await.unwrap().definition).unwrap();
        let province = officer.list_units(&UnitFilter::default()).await.unwrap().items[0].id;
        let tasks = issue(&officer, form_id, province).await;
        let superuser = instance.superuser().await;
        let grant = "insert into account_grant (grant_id, account_id, role, unit_id)
            select gen_random_uuid(), account_id, 'clerk', $2 from account where username = $1";
        superuser.execute(grant, &[&CLERK, &province.0]).await.unwrap();
        let rows = superuser.query("select report_id from report order by random()", &[]).await.unwrap();
        let reports = rows.iter().map(|row| ReportId(row.get(0))).collect();
        let clerk = instance.enter(CLERK).await;
        Self {
            officer,
            clerk,
            form_id,
            form,
            tasks,
            reports,
            next: AtomicUsize::new(0),
            acknowledged: AtomicUsize::new(0),
        }
    }

    /// The next report that nobody has begun.
    pub fn next_report(&self) -> Option<ReportId> {
        self.reports.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }

    pub fn has_reports_left(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.reports.len()
    }

    /// Acts that were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    pub fn count_acknowledged(&self) {
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
}

async fn issue(officer: &Client<Native>, form: FormId, province: UnitId) -> Vec<TaskId> {
    let today = officer.get_instance().await.unwrap().now.date_naive();
    let mut month = Period::of(today);
    let mut tasks = Vec::new();
    for _ in 0..MONTHS {
        let task = IssueTask {
            title: "月报".to_owned(),
            forms: vec![form],
            period: month,
            level: Level::Village,
            unit: province,
            deadline: today + chrono::Days::new(8),
            chain: vec![Level::Town, Level::County, Level::Province],
        };
        tasks.push(officer.issue_task(&task, Uuid::now_v7()).await.unwrap().task.id);
        month = Period::of(month.first_day().pred_opt().unwrap());
    }
    tasks
}
