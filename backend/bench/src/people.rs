//! Who takes part: an officer who issues the form for a year of months, and a clerk who may fill for the whole province,
//! made through the public API as administrators would.

use chrono::{Datelike, NaiveDate};
use fupin_client::{Client, Uuid, native::Native};
use fupin_contract::{
    FormId, Period, Phone, ReportId, TaskId, UnitId,
    access::{CreateAccount, GrantRole, Role, UseLink},
    reporting::{IssueTask, ReportFilter, ReportStatus},
    units::{Level, UnitFilter},
};
use fupin_form::{Cells, Form};

use crate::{Outcome, server::Server};

/// Months that the form is issued for: the last twelve, before this one.
pub const MONTHS: usize = 12;
/// The form that is measured is the one with exactly so many cells.
const CELLS: i32 = 250;
const PASSWORD: &str = "Bench horse 2026";

/// All that the load needs.
pub struct Ready {
    pub officer: Client<Native>,
    pub clerk_token: String,
    pub form: FormId,
    pub cells: i32,
    /// The latest month first.
    pub tasks: Vec<TaskId>,
    /// The one of them that the province alone reviews.
    pub at_once: TaskId,
    pub until: Period,
    pub reports: Vec<ReportId>,
    /// The content of a report, as JSON.
    pub content: String,
}

/// Make people and tasks.
pub async fn prepare(server: &Server) -> Outcome<Ready> {
    let officer = server.enter("sheng-ban").await?;
    let clerk_token = make_clerk(server).await?;
    let forms = officer.list_forms().await?.items;
    let form = forms.iter().find(|form| form.cells == CELLS).ok_or("no form of 250 cells")?;
    let detail = officer.get_form(form.id).await?;
    let compiled = Form::compile(detail.definition).map_err(|_| "the form does not compile")?;
    let tasks = issue(&officer, units_top(server).await?, form.id).await?;
    let clerk = server.client()?;
    clerk.transport().set_token(Some(clerk_token.clone()));
    let mut reports = Vec::new();
    for task in &tasks {
        reports.extend(list_reports(&clerk, *task).await?);
    }
    let content = serde_json::to_string(&fill(&compiled))?;
    let at_once = *tasks.last().ok_or("no task")?;
    let until = last_month()?;
    Ok(Ready { officer, clerk_token, form: form.id, cells: form.cells, tasks, at_once, until, reports, content })
}

/// The units that take part.
pub struct Units {
    pub province: UnitId,
    pub villages: Vec<UnitId>,
}

/// The province, and all its villages.
pub async fn units(server: &Server) -> Outcome<Units> {
    let system = server.enter("xitong").await?;
    let province = system.list_units(&UnitFilter::default()).await?.items.first().ok_or("no province")?.id;
    let mut parents = vec![province];
    let mut villages = Vec::new();
    while let Some(parent) = parents.pop() {
        let filter = UnitFilter { parent: Some(parent), ..UnitFilter::default() };
        for unit in system.list_units(&filter).await?.items {
            if unit.level == Level::Village { villages.push(unit.id) } else { parents.push(unit.id) }
        }
    }
    Ok(Units { province, villages })
}

async fn make_clerk(server: &Server) -> Outcome<String> {
    let province = units_top(server).await?;
    let system = server.enter("xitong").await?;
    let security = server.enter("anquan").await?;
    hire(&Hiring { system, security, nobody: server.client()? }, province, "bench.clerk".to_owned(), None).await?;
    Ok(server.client()?.enter("bench.clerk", PASSWORD).await?.access_token)
}

async fn units_top(server: &Server) -> Outcome<UnitId> {
    let system = server.enter("xitong").await?;
    Ok(system.list_units(&UnitFilter::default()).await?.items.first().ok_or("no province")?.id)
}

/// A clerk with a phone for each village.
pub async fn make_clerks(server: &Server, villages: &[UnitId], at_once: usize) -> Outcome<()> {
    let hiring = Hiring {
        system: server.enter("xitong").await?,
        security: server.enter("anquan").await?,
        nobody: server.client()?,
    };
    let hiring = &hiring;
    let numbered: Vec<(usize, UnitId)> = villages.iter().copied().enumerate().collect();
    crate::month::each(numbered, at_once, async |(number, village)| {
        // Of the block that carriers give to nobody.
        let phone = Phone::parse(&format!("1980000{number:04}")).map_err(|_| "not a phone")?;
        hire(hiring, village, format!("bench.{number}"), Some(phone)).await
    })
    .await
}

/// Administrators at work.
struct Hiring {
    system: Client<Native>,
    security: Client<Native>,
    nobody: Client<Native>,
}

async fn hire(hiring: &Hiring, unit: UnitId, username: String, phone: Option<Phone>) -> Outcome<()> {
    let account = CreateAccount { username, name: "测".to_owned(), unit, phone };
    let created = hiring.system.create_account(&account).await?;
    let token = created.activation.link.rsplit('#').next().unwrap_or_default().to_owned();
    hiring.nobody.use_link(&UseLink { token, password: PASSWORD.to_owned() }).await?;
    hiring.security.grant_role(created.account.id, &GrantRole { role: Role::Clerk, unit }).await?;
    Ok(())
}

/// By the clock of the province.
pub fn today() -> NaiveDate {
    (chrono::Utc::now() + chrono::Duration::hours(8)).date_naive()
}

fn last_month() -> Outcome<Period> {
    Ok(Period::of(today()).earlier(1).ok_or("the first month of time")?)
}

async fn issue(officer: &Client<Native>, province: UnitId, form: FormId) -> Outcome<Vec<TaskId>> {
    let mut tasks = Vec::new();
    let mut month = last_month()?;
    for number in 0..MONTHS {
        let chain = if number + 1 == MONTHS {
            vec![Level::Province]
        } else {
            vec![Level::Town, Level::County, Level::Province]
        };
        let task = IssueTask {
            title: format!("{}年{}月", month.first_day().year(), month.first_day().month()),
            forms: vec![form],
            period: month,
            level: Level::Village,
            unit: province,
            deadline: today() + chrono::Days::new(7),
            chain,
        };
        tasks.push(officer.issue_task(&task, Uuid::now_v7()).await?.task.id);
        month = month.earlier(1).ok_or("the first month of time")?;
    }
    Ok(tasks)
}

async fn list_reports(clerk: &Client<Native>, task: TaskId) -> Outcome<Vec<ReportId>> {
    let mut filter = ReportFilter {
        task: Some(task),
        status: Some(ReportStatus::Draft),
        limit: Some(200),
        ..ReportFilter::default()
    };
    let mut reports = Vec::new();
    loop {
        let page = clerk.list_reports(&filter).await?;
        reports.extend(page.items.iter().map(|report| report.id));
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return Ok(reports),
        }
    }
}

/// Zero in every cell that takes a number: a form that ships submits so without an explanation.
fn fill(form: &Form) -> Cells {
    let mut cells = Cells::default();
    for cell in form.cells().iter().filter(|cell| cell.is_fillable()) {
        if let Ok(zero) = fupin_form::parse_entry(cell, "0") {
            cells.insert(cell.key.clone(), zero);
        }
    }
    cells
}
