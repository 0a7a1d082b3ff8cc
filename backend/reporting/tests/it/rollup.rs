//! Whatever people do, in whatever order: totals at every level and state equal what the cells of the reports that count
//! add up to, reckoned from scratch and without the code under test.

use std::collections::BTreeMap;

use fupin_contract::{
    ReportId, TaskId,
    access::Role,
    reporting::{ReportStatus, TotalValue, TotalsOf, TotalsRow},
};
use fupin_form::{Cell, Cells};
use fupin_testing::Person;
use proptest::{prelude::*, test_runner::Config};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::world::{Acts, World};

const VILLAGES: [(&str, &str, &str); 4] = [
    ("甲东一村", "甲东镇", "甲县"),
    ("甲东二村", "甲东镇", "甲县"),
    ("甲西一村", "甲西镇", "甲县"),
    ("乙东一村", "乙东镇", "乙县"),
];
const ITEMS: [&str; 9] =
    ["a.r1.n", "a.r1.m", "a.r1.avg", "a.r1.low", "a.r1.high", "a.r1.c", "a.r2.n", "s.p.k", "s.q.k"];
const STATES: [TotalsOf; 4] =
    [TotalsOf::Submitted, TotalsOf::ApprovedOnce, TotalsOf::ApprovedTwice, TotalsOf::Approved];

#[derive(Clone, Debug)]
enum Act {
    Save(Vec<(usize, Value)>),
    Submit(Vec<(usize, Value)>),
    SubmitSaved,
    Withdraw,
    Approve,
    Return,
}

fn content() -> impl Strategy<Value = Vec<(usize, Value)>> {
    let cell = prop_oneof![
        6 => (0_i64..400).prop_map(|number| json!(number)),
        1 => Just(json!(null)),
        1 => Just(json!({"na": true})),
    ];
    prop::collection::vec((0..ITEMS.len(), cell), 1..9)
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    let act = prop_oneof![
        3 => content().prop_map(Act::Save),
        3 => content().prop_map(Act::Submit),
        2 => Just(Act::SubmitSaved),
        1 => Just(Act::Withdraw),
        5 => Just(Act::Approve),
        1 => Just(Act::Return),
    ];
    (0..VILLAGES.len(), act)
}

/// A report as it should stand.
#[derive(Clone, Debug)]
struct Expected {
    id: ReportId,
    status: ReportStatus,
    stage: usize,
    version: i32,
    cells: Cells,
}

struct Crew {
    clerk: Person,
    reviewers: BTreeMap<&'static str, Person>,
}

proptest! {
    #![proptest_config(Config { cases: 6, max_shrink_iters: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn totals_equal_a_recomputation_from_the_cells(acts in prop::collection::vec(act(), 25..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, play(acts));
    }
}

async fn play(acts: Vec<(usize, Act)>) {
    let world = World::start().await;
    let task = world.issued().await.id;
    let clerk = world.app.person(Role::Clerk, "样例省").await;
    let mut reviewers = BTreeMap::new();
    for unit in ["甲东镇", "甲西镇", "乙东镇", "甲县", "乙县", "样例省"] {
        reviewers.insert(unit, world.app.person(Role::Reviewer, unit).await);
    }
    let crew = Crew { clerk, reviewers };
    let mut reports = Vec::new();
    for (village, ..) in VILLAGES {
        let id = world.report(task, village).await;
        reports.push(Expected { id, status: ReportStatus::Draft, stage: 0, version: 0, cells: Cells::new() });
    }
    for (step, (village, act)) in acts.into_iter().enumerate() {
        perform(&crew, village, &mut reports[village], act).await;
        check(&world, task, &reports, &[STATES[step % STATES.len()]]).await;
    }
    check(&world, task, &reports, &STATES).await;
}

/// Do it, and see that it succeeds exactly where it should.
async fn perform(crew: &Crew, village: usize, report: &mut Expected, act: Act) {
    let clerk = &crew.clerk.client;
    let is_open = matches!(report.status, ReportStatus::Draft | ReportStatus::Returned);
    match act {
        Act::Save(content) => {
            let answer = clerk.save(report.id, report.version, json_of(&content)).await;
            assert_eq!(answer.is_ok(), is_open, "{answer:?}");
            if let Ok(saved) = answer {
                put(&mut report.cells, &content);
                report.version = saved.version;
            }
        }
        Act::Submit(content) => {
            let mut cells = Cells::new();
            put(&mut cells, &content);
            let answer = clerk.submit(report.id, report.version, serde_json::to_value(&cells).unwrap()).await;
            assert_eq!(answer.is_ok(), is_open && may_be_submitted(&cells), "{answer:?}");
            if answer.is_ok() {
                (report.cells, report.status) = (cells, ReportStatus::Submitted);
                (report.stage, report.version) = (0, report.version + 1);
            }
        }
        Act::SubmitSaved => {
            let answer = clerk.submit_saved(report.id, report.version).await;
            assert_eq!(answer.is_ok(), is_open && may_be_submitted(&report.cells), "{answer:?}");
            if answer.is_ok() {
                (report.status, report.stage, report.version) = (ReportStatus::Submitted, 0, report.version + 1);
            }
        }
        Act::Withdraw => {
            let answer = clerk.withdraw(report.id, report.version).await;
            assert_eq!(answer.is_ok(), report.status == ReportStatus::Submitted && report.stage == 0);
            if answer.is_ok() {
                (report.status, report.version) = (ReportStatus::Draft, report.version + 1);
            }
        }
        Act::Approve | Act::Return => {
            let (_, town, county) = VILLAGES[village];
            let unit = [town, county, "样例省"][report.stage.min(2)];
            let reviewer = &crew.reviewers[unit].client;
            let answer = match act {
                Act::Approve => reviewer.approve(report.id, report.version).await,
                _ => reviewer.give_back(report.id, report.version, "请核对").await,
            };
            assert_eq!(answer.is_ok(), report.status == ReportStatus::Submitted, "{answer:?}");
            if answer.is_ok() {
                report.version += 1;
                match act {
                    Act::Approve => {
                        report.stage += 1;
                        report.status =
                            if report.stage == 3 { ReportStatus::Approved } else { ReportStatus::Submitted };
                    }
                    _ => (report.status, report.stage) = (ReportStatus::Returned, 0),
                }
            }
        }
    }
}

fn json_of(content: &[(usize, Value)]) -> Value {
    Value::Object(content.iter().map(|(item, cell)| (ITEMS[*item].to_owned(), cell.clone())).collect())
}

fn put(cells: &mut Cells, content: &[(usize, Value)]) {
    // As in an object: of two with one key the last stands.
    for (key, cell) in json_of(content).as_object().unwrap() {
        match serde_json::from_value(cell.clone()).unwrap() {
            Cell::Blank => drop(cells.remove(key)),
            cell => drop(cells.insert(key.as_str().into(), cell)),
        }
    }
}

fn number(cells: &Cells, key: &str) -> Option<Decimal> {
    cells.cell(key).decimal()
}

/// `a.r1.n` is required, and not less than `a.r2.n` where both are numbers.
fn may_be_submitted(cells: &Cells) -> bool {
    let part = number(cells, "a.r1.n").zip(number(cells, "a.r2.n")).is_none_or(|(whole, part)| whole >= part);
    !cells.cell("a.r1.n").is_blank() && part
}

fn counts(report: &Expected, of: TotalsOf) -> bool {
    let submitted = report.status == ReportStatus::Submitted;
    let approved = report.status == ReportStatus::Approved;
    match of {
        TotalsOf::Submitted => submitted || approved,
        TotalsOf::ApprovedOnce => approved || submitted && report.stage >= 1,
        TotalsOf::ApprovedTwice => approved || submitted && report.stage >= 2,
        TotalsOf::Approved => approved,
    }
}

async fn check(world: &World, task: TaskId, reports: &[Expected], states: &[TotalsOf]) {
    for of in states.iter().copied() {
        let below = |unit: &str| -> Vec<&Cells> {
            let lies = |(village, town, county): (&str, &str, &str)| [village, town, county, "样例省"].contains(&unit);
            let inside = VILLAGES.into_iter().zip(reports).filter(|(place, report)| lies(*place) && counts(report, of));
            inside.map(|(_, report)| &report.cells).collect()
        };
        for unit in ["样例省", "甲县", "甲东镇", "甲东一村"] {
            let totals = world.totals(task, unit, of).await;
            compare(&totals.whole, &below(unit), of);
            for row in &totals.rows {
                compare(row, &below(&row.unit.name), of);
            }
        }
    }
}

fn compare(row: &TotalsRow, reports: &[&Cells], of: TotalsOf) {
    assert_eq!(row.counted, i64::try_from(reports.len()).unwrap(), "{} {of:?}", row.unit.name);
    let expected = recompute(reports);
    assert_eq!(row.values, expected, "{} {of:?}", row.unit.name);
}

/// From the cells alone.
fn recompute(reports: &[&Cells]) -> BTreeMap<String, TotalValue> {
    let mut totals = BTreeMap::new();
    let mut enter = |key: &str, values: Vec<Cell>, figure: &dyn Fn(Vec<Decimal>) -> Decimal| {
        let numbers: Vec<Decimal> = values.iter().filter_map(Cell::decimal).collect();
        let count = |wanted: &Cell| i64::try_from(values.iter().filter(|cell| *cell == wanted).count()).unwrap();
        let (blank, not_applicable) = (count(&Cell::Blank), count(&Cell::NotApplicable));
        if numbers.is_empty() && not_applicable == 0 {
            return;
        }
        let filled = i64::try_from(numbers.len()).unwrap();
        let value = (!numbers.is_empty()).then(|| figure(numbers).to_string());
        totals.insert(key.to_owned(), TotalValue { value, filled, blank, not_applicable });
    };
    let all = |key: &str| reports.iter().map(|cells| cells.cell(key).clone()).collect::<Vec<Cell>>();
    let sum = |numbers: Vec<Decimal>| numbers.into_iter().sum::<Decimal>();
    for row in ["r1", "r2"] {
        enter(&format!("a.{row}.n"), all(&format!("a.{row}.n")), &sum);
        enter(&format!("a.{row}.twice"), all(&format!("a.{row}.n")), &|numbers| sum(numbers) * Decimal::TWO);
    }
    enter("a.r1.m", all("a.r1.m"), &|numbers| rounded(sum(numbers)));
    enter("a.r1.low", all("a.r1.low"), &|numbers| numbers.into_iter().min().unwrap());
    enter("a.r1.high", all("a.r1.high"), &|numbers| numbers.into_iter().max().unwrap());
    enter("a.r1.c", all("a.r1.c"), &|numbers| Decimal::from(numbers.len()));
    // A value without its weight counts as blank; over weights of nothing there is no average.
    let weights: Vec<Decimal> = reports
        .iter()
        .filter(|cells| number(cells, "a.r1.avg").is_some())
        .filter_map(|cells| number(cells, "a.r1.n"))
        .collect();
    let weighed = reports.iter().map(|cells| match (cells.cell("a.r1.avg"), number(cells, "a.r1.n")) {
        (Cell::Blank | Cell::NotApplicable, _) => cells.cell("a.r1.avg").clone(),
        (value, Some(weight)) => Cell::text((value.decimal().unwrap() * weight).to_string()),
        (_, None) => Cell::Blank,
    });
    let weight = sum(weights);
    let average =
        |numbers: Vec<Decimal>| if weight.is_zero() { Decimal::NEGATIVE_ONE } else { rounded(sum(numbers) / weight) };
    enter("a.r1.avg", weighed.collect(), &average);
    let rows = reports.iter().map(|cells| {
        let rows: Vec<&Cell> =
            ["s.p.k", "s.q.k"].into_iter().map(|key| cells.cell(key)).filter(|cell| !cell.is_blank()).collect();
        let numbers: Vec<Decimal> = rows.iter().filter_map(|cell| cell.decimal()).collect();
        // Without any row there is nothing to count; a row without content is no row.
        if numbers.is_empty() { Cell::NotApplicable } else { Cell::text(sum(numbers).to_string()) }
    });
    enter("s.*.k", rows.collect(), &sum);
    if weight.is_zero()
        && let Some(average) = totals.get_mut("a.r1.avg")
    {
        average.value = None;
    }
    totals
}

fn rounded(number: Decimal) -> Decimal {
    let mut number = number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    number.rescale(2);
    number
}
