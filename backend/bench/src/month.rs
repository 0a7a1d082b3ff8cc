//! The reporting month at full scale: twenty forms for every village issued in one act, the board and a year's trend read,
//! everybody dunned, all of a province approved at once, the summary and all sheets exported.

use std::{collections::BTreeMap, time::Instant};

use fupin_client::{Client, Uuid, native::Native};
use fupin_contract::{
    TaskId, UnitId,
    reporting::{
        ApproveMany, DunOf, DunReports, ExportState, IssueTask, MatrixFilter, OrderExport, ReportSelection,
        TotalsFilter, TrendFilter, WaitingFilter, WaitingReports,
    },
    units::Level,
};
use fupin_form::{Form, MeasureKind};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{Outcome, people, people::Ready, percentile, say, server::Server};

const READS: usize = 60;
/// As many as browsers of a busy morning ask at once.
const AT_ONCE: usize = 16;

/// What was measured, by the names of the figures.
pub type Figures = BTreeMap<&'static str, f64>;

/// Measure all of it.
pub async fn measure(server: &Server, ready: &Ready) -> Outcome<Figures> {
    let mut figures = Figures::new();
    let units = people::units(server).await?;
    let (batch, seconds) = issue(ready, units.province).await?;
    figures.insert("issue_s", seconds);
    figures.insert("board_p95_ms", read_board(&ready.officer, batch).await?);
    figures.insert("trend_p95_ms", read_trend(ready).await?);
    let began = Instant::now();
    people::make_clerks(server, &units.villages, AT_ONCE).await?;
    say(&format!("prepared: {} clerks in {:.0} s", units.villages.len(), began.elapsed().as_secs_f64()));
    figures.insert("queue_s", dun(&ready.officer, batch).await?);
    figures.insert("bulk_approve_s", approve(server, ready.at_once).await?);
    figures.insert("export_summary_s", export_summary(ready).await?);
    let (seconds, megabytes) = export_all(server, ready).await?;
    figures.insert("export_all_s", seconds);
    figures.insert("export_all_mb", megabytes);
    Ok(figures)
}

/// All forms of the province in one batch.
async fn issue(ready: &Ready, province: UnitId) -> Outcome<(TaskId, f64)> {
    let forms = ready.officer.list_forms().await?.items;
    let today = people::today();
    let batch = IssueTask {
        title: "全部月报".to_owned(),
        forms: forms.iter().map(|form| form.id).collect(),
        period: fupin_contract::Period::of(today),
        level: Level::Village,
        unit: province,
        deadline: today + chrono::Days::new(7),
        chain: vec![Level::Town, Level::County, Level::Province],
    };
    let began = Instant::now();
    let issued = ready.officer.issue_task(&batch, Uuid::now_v7()).await?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("issue: {} forms, {} reports in {seconds:.2} s", forms.len(), issued.added));
    Ok((issued.task.id, seconds))
}

/// One after another, as one officer looks: the province, then each county.
async fn read_board(officer: &Client<Native>, batch: TaskId) -> Outcome<f64> {
    let top = officer.get_matrix(batch, &MatrixFilter::default()).await?;
    let counties: Vec<UnitId> = top.rows.iter().map(|row| row.unit.id).collect();
    let (mut province, mut all) = (Vec::new(), Vec::new());
    for number in 0..READS {
        let unit = (number % 2 == 1).then(|| counties[number / 2 % counties.len()]);
        let began = Instant::now();
        officer.get_matrix(batch, &MatrixFilter { unit }).await?;
        let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
        if unit.is_none() {
            province.push(milliseconds);
        } else {
            all.push(milliseconds);
        }
    }
    let expected: i64 = top.whole.iter().map(|cell| cell.expected).sum();
    let (whole, county) = (percentile(province, 95), percentile(all, 95));
    say(&format!(
        "board: {} forms × {} counties over {expected} reports, p95 {whole:.1} ms; a county by towns, p95 {county:.1} ms",
        top.forms.len(),
        counties.len()
    ));
    Ok(whole)
}

/// What an officer sees who opens one month after the other.
pub async fn look_at_boards(officer: &Client<Native>, tasks: &[TaskId]) -> Outcome<()> {
    for task in tasks {
        officer.get_matrix(*task, &MatrixFilter::default()).await?;
    }
    Ok(())
}

/// One item over twelve months for every town.
async fn read_trend(ready: &Ready) -> Outcome<f64> {
    let definition = ready.officer.get_form(ready.form).await?.definition;
    let form = Form::compile(definition).map_err(|_| "the form does not compile")?;
    let summed = form.measures().iter().filter(|measure| measure.kind == MeasureKind::Sum);
    let items: Vec<String> = summed.map(|measure| measure.key.as_str().to_owned()).take(READS).collect();
    let mut times = Vec::new();
    let mut said = String::new();
    for item in &items {
        let filter = TrendFilter {
            form: form.definition().code.clone(),
            item: item.clone(),
            until: ready.until,
            months: Some(12),
            level: Level::Town,
            unit: None,
            of: None,
        };
        let began = Instant::now();
        let trend = ready.officer.get_trend(&filter).await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        let counted: i64 = trend.whole.iter().map(|value| value.counted).sum();
        said = format!("{} months × {} towns over {counted} submitted reports", trend.periods.len(), trend.rows.len());
    }
    let p95 = percentile(times, 95);
    say(&format!("trend: one item, {said}, p95 {p95:.1} ms"));
    Ok(p95)
}

/// Everybody who owes something gets one message.
async fn dun(officer: &Client<Native>, batch: TaskId) -> Outcome<f64> {
    let act = DunReports { of: DunOf::Unsubmitted, ..DunReports::default() };
    let began = Instant::now();
    let dunned = officer.dun_reports(batch, &act, Uuid::now_v7()).await?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("dun: {} people told of {} reports, queued in {seconds:.2} s", dunned.told, dunned.reports));
    Ok(seconds)
}

/// A task that the province alone reviews, approved in one act.
async fn approve(server: &Server, task: TaskId) -> Outcome<f64> {
    let reviewer = server.enter("sheng-shen").await?;
    let filter = WaitingFilter { task: Some(task), form: None, unit: None };
    let waiting = reviewer.count_waiting_reports(&filter).await?;
    let which = WaitingReports { task: Some(task), form: None, unit: None, as_of: waiting.as_of };
    let act = ApproveMany { which: ReportSelection::Waiting(which) };
    let began = Instant::now();
    let reviewed = reviewer.approve_reports(&act, Uuid::now_v7()).await?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!(
        "approve: {} reports in one act, an audit row each, {} refused, {seconds:.2} s",
        reviewed.done.len(),
        reviewed.refused.len()
    ));
    Ok(seconds)
}

async fn export_summary(ready: &Ready) -> Outcome<f64> {
    let task = *ready.tasks.first().ok_or("no task")?;
    let filter = TotalsFilter { form: ready.form, unit: None, of: None };
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..5 {
        let began = Instant::now();
        bytes = ready.officer.export_totals(task, &filter).await?.bytes.len();
        times.push(began.elapsed().as_secs_f64());
    }
    let slowest = percentile(times, 100);
    say(&format!(
        "export: the summary of {} cells × 19 counties, {bytes} bytes, slowest of 5 {slowest:.2} s",
        ready.cells
    ));
    Ok(slowest)
}

/// All villages' sheets in one archive, and the most memory that the server's process held meanwhile.
async fn export_all(server: &Server, ready: &Ready) -> Outcome<(f64, f64)> {
    let task = *ready.tasks.first().ok_or("no task")?;
    server.forget_peak()?;
    let began = Instant::now();
    let ordered =
        ready.officer.order_export(task, &OrderExport { form: ready.form, unit: None }, Uuid::now_v7()).await?;
    loop {
        let export = ready.officer.get_export(ordered.id).await?;
        if export.state == ExportState::Done {
            let (seconds, peak) = (began.elapsed().as_secs_f64(), server.peak_mb()?);
            let megabytes = export.bytes.unwrap_or_default() as f64 / 1_000_000.0;
            say(&format!(
                "export: {} sheets of {} cells in {seconds:.1} s, an archive of {megabytes:.0} MB; the server held {peak:.0} MB",
                export.total, ready.cells
            ));
            return Ok((seconds, peak));
        }
        if !export.state.is_under_way() {
            return Err(format!("the export ended as {:?}", export.state).into());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Run one call for each of many, some at a time.
pub async fn each<T>(of: Vec<T>, at_once: usize, call: impl AsyncFn(T) -> Outcome<()>) -> Outcome<()> {
    stream::iter(of).map(|one| call(one)).buffer_unordered(at_once).try_collect().await
}
