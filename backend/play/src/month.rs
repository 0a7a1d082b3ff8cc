//! The month itself: issued in one batch, filled, dunned, reviewed level by level, some of it returned and mended.

use std::{collections::BTreeMap, sync::Mutex, time::Instant};

use chrono::{Datelike, Days, NaiveDate};
use fupin_client::{Client, native::Native};
use fupin_contract::{
    FormId, Period, ReportId, TaskId,
    access::Role,
    reporting::{
        ApproveMany, DunOf, DunReports, IssueTask, ReportFilter, ReportSelection, ReportStatus, ReportSummary,
        ReturnReport, SubmitReport, TaskFilter, WaitingFilter, WaitingReports,
    },
    units::Level,
};
use fupin_form::{Cells, Form};
use futures_util::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use crate::{
    Outcome, content,
    people::{AT_ONCE, People, Person, Place, Units},
    progress,
};

/// Of so many villages one hands in only after it was dunned, and one has a cell returned.
const DUNNED: usize = 50;
const RETURNED: usize = 40;
/// The most that a list brings at once.
const PAGE: u16 = 200;

/// A month under way.
pub struct Month<'a> {
    place: &'a Place,
    people: &'a People,
    pub task: TaskId,
    pub period: Period,
    today: NaiveDate,
    pub forms: BTreeMap<FormId, Form>,
    /// What the clerks wrote last, by report.
    pub written: Mutex<BTreeMap<ReportId, (FormId, Cells)>>,
}

impl<'a> Month<'a> {
    /// Issue all forms of the province to every village of the units, for the last month that has not been played.
    pub async fn issue(place: &'a Place, people: &'a People, units: &Units) -> Outcome<Self> {
        let officer = place.enter(Role::Officer).await?;
        let today = (place.nobody()?.get_instance().await?.now + chrono::Duration::hours(8)).date_naive();
        let period = free_period(&officer, Period::of(today)).await?;
        let mut forms = BTreeMap::new();
        for form in officer.list_forms().await?.items {
            let definition = officer.get_form(form.id).await?.definition;
            forms.insert(form.id, Form::compile(definition).map_err(|_| "a form of the server does not compile")?);
        }
        let (year, month) = (period.first_day().year(), period.first_day().month());
        let batch = IssueTask {
            title: format!("{year}年{month}月月报"),
            forms: forms.keys().copied().collect(),
            period,
            level: Level::Village,
            unit: units.top.id,
            deadline: today + Days::new(5),
            chain: [Level::Town, Level::County, Level::Province]
                .into_iter()
                .filter(|level| *level == Level::Province || units.of(*level).next().is_some())
                .collect(),
        };
        let began = Instant::now();
        let issued = officer.issue_task(&batch, Uuid::now_v7()).await?;
        crate::say(&format!(
            "下发《{}》：{} 张表、{} 个村，应报 {} 份，用时 {:.1} 秒",
            batch.title,
            batch.forms.len(),
            units.of(Level::Village).count(),
            issued.added,
            began.elapsed().as_secs_f64()
        ));
        Ok(Self { place, people, task: issued.task.id, period, today, forms, written: Mutex::default() })
    }

    /// Clerks fill and submit what they owe; those who wait to be asked are asked, and follow.
    pub async fn fill(&self) -> Outcome<()> {
        let (slow, prompt): (Vec<_>, Vec<_>) =
            self.people.clerks.iter().enumerate().partition(|(number, _)| number % DUNNED == DUNNED - 1);
        self.fill_by("填报", prompt.into_iter().map(|(_, clerk)| clerk).collect()).await?;
        if slow.is_empty() {
            return Ok(());
        }
        let act = DunReports { of: DunOf::Unsubmitted, ..DunReports::default() };
        let officer = self.place.enter(Role::Officer).await?;
        let dunned = officer.dun_reports(self.task, &act, Uuid::now_v7()).await?;
        crate::say(&format!("催报：{} 个村的 {} 份报表，通知 {} 人", dunned.units, dunned.reports, dunned.told));
        self.fill_by("补报", slow.into_iter().map(|(_, clerk)| clerk).collect()).await
    }

    async fn fill_by(&self, what: &str, clerks: Vec<&Person>) -> Outcome<()> {
        let bar = progress(what, clerks.len() * self.forms.len());
        let filled = stream::iter(clerks).map(async |clerk| {
            let client = self.place.enter_as(clerk, self.people).await?;
            for report in self.list(&client, Some(ReportStatus::Draft), None).await? {
                let form = self.form(report.form_id)?;
                let cells = content::write(form, self.today, &mut rand::rng());
                self.submit(&client, &report, cells).await?;
                bar.inc(1);
            }
            Outcome::Ok(())
        });
        filled.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        bar.finish();
        Ok(())
    }

    /// Level by level: some reports go back for one cell and come again, all others are approved at once.
    pub async fn review(&self) -> Outcome<()> {
        for level in [Level::Town, Level::County] {
            let reviewers: Vec<&Person> =
                self.people.reviewers.iter().filter(|person| person.unit.level == level).collect();
            let bar = progress(if level == Level::Town { "镇级审核" } else { "县级审核" }, reviewers.len());
            let reviewed = stream::iter(reviewers).map(async |reviewer| {
                let client = self.place.enter_as(reviewer, self.people).await?;
                if level == Level::Town {
                    self.return_some(&client).await?;
                }
                self.approve_waiting(&client).await?;
                bar.inc(1);
                Outcome::Ok(())
            });
            reviewed.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
            bar.finish();
        }
        let began = Instant::now();
        let approved = self.approve_waiting(&self.place.enter(Role::Reviewer).await?).await?;
        crate::say(&format!("省级审核：通过 {approved} 份，用时 {:.1} 秒", began.elapsed().as_secs_f64()));
        Ok(())
    }

    /// Ask about one cell of the first report of some villages, and let the clerk mend it.
    async fn return_some(&self, reviewer: &Client<Native>) -> Outcome<()> {
        let asked = self.people.clerks.iter().enumerate().filter(|(number, _)| number % RETURNED == 0);
        let asked: BTreeMap<_, _> = asked.map(|(_, clerk)| (clerk.unit.id, clerk)).collect();
        let Some(first) = self.forms.keys().next().copied() else { return Ok(()) };
        for report in self.list(reviewer, None, Some(first)).await? {
            let Some(clerk) = asked.get(&report.unit.id) else { continue };
            let form = self.form(report.form_id)?;
            let Some(mut cells) = self.last_written(report.id) else { continue };
            let Some(key) = content::doubtful(form, &cells) else { continue };
            let act = ReturnReport {
                version: report.version,
                reason: "与上月相差较大，请核对".to_owned(),
                cells: BTreeMap::from([(key.as_str().to_owned(), "请核对".to_owned())]),
            };
            let returned = reviewer.return_report(report.id, &act, Uuid::now_v7()).await?;
            content::mend(form, &key, &mut cells);
            let client = self.place.enter_as(clerk, self.people).await?;
            self.submit(&client, &returned, cells).await?;
        }
        Ok(())
    }

    async fn approve_waiting(&self, reviewer: &Client<Native>) -> Outcome<usize> {
        let mut approved = 0;
        loop {
            let filter = WaitingFilter { task: Some(self.task), form: None, unit: None };
            let waiting = reviewer.count_waiting_reports(&filter).await?;
            if waiting.count == 0 {
                return Ok(approved);
            }
            let which = WaitingReports { task: Some(self.task), form: None, unit: None, as_of: waiting.as_of };
            let act = ApproveMany { which: ReportSelection::Waiting(which) };
            let reviewed = reviewer.approve_reports(&act, Uuid::now_v7()).await?;
            if let Some(refused) = reviewed.refused.first() {
                return Err(format!("an approval was refused: {}", refused.code).into());
            }
            approved += reviewed.done.len();
        }
    }

    async fn submit(&self, client: &Client<Native>, report: &ReportSummary, cells: Cells) -> Outcome<()> {
        let act = SubmitReport { version: report.version, cells: Some(cells.clone()), explanations: BTreeMap::new() };
        client.submit_report(report.id, &act, Uuid::now_v7()).await?;
        self.written.lock().map_err(|_| "a player panicked")?.insert(report.id, (report.form_id, cells));
        Ok(())
    }

    fn last_written(&self, report: ReportId) -> Option<Cells> {
        self.written.lock().ok()?.get(&report).map(|(_, cells)| cells.clone())
    }

    fn form(&self, id: FormId) -> Outcome<&Form> {
        Ok(self.forms.get(&id).ok_or("a report of another form")?)
    }

    /// Reports of this month that the client sees; without a status, those that wait for his review.
    async fn list(
        &self,
        client: &Client<Native>,
        status: Option<ReportStatus>,
        form: Option<FormId>,
    ) -> Outcome<Vec<ReportSummary>> {
        let mut filter = ReportFilter {
            task: Some(self.task),
            form,
            status,
            mine: status.is_none().then_some(true),
            limit: Some(PAGE),
            ..ReportFilter::default()
        };
        let mut reports = Vec::new();
        loop {
            let page = client.list_reports(&filter).await?;
            reports.extend(page.items);
            match page.next {
                Some(next) => filter.after = Some(next),
                None => return Ok(reports),
            }
        }
    }
}

/// This month, or the last one before it for which nothing has been issued.
async fn free_period(officer: &Client<Native>, mut period: Period) -> Outcome<Period> {
    loop {
        let filter = TaskFilter { period: Some(period), ..TaskFilter::default() };
        if officer.list_tasks(&filter).await?.items.is_empty() {
            return Ok(period);
        }
        period = period.earlier(1).ok_or("all of time has been played")?;
    }
}
