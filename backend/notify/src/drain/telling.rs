//! Who is told what: an occasion, the people concerned, and the words of the templates.

use chrono::{Datelike, NaiveDate};
use fupin_contract::{Period, notify::TemplateChannel};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use super::{
    store::ToldRow,
    ways::Ways,
    wording::{MAIL_FOOT, Words, Written},
};
use crate::words::{self, Facts};

/// What people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// To the clerks: what they owe.
    TaskIssued,
    /// To the reviewers whose turn it is.
    ReportSubmitted,
    /// To the clerks: what to mend, and why.
    ReportReturned,
    /// To the clerks: it is done.
    ReportApproved,
    /// To the clerks, by the calendar: what they owe, and until when.
    DueSoon,
    /// To the clerks, by the calendar: what they should have handed in.
    Overdue,
    /// To the clerks, by an officer: what they owe.
    Dunned,
    /// To the reviewers above: how many of their units are late.
    Escalated,
    /// To the clerks: another deadline.
    DeadlineSet,
}

/// Whether one thing is told or several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Number {
    One,
    Many,
}

/// What a template of any event may ask for.
pub const FACTS: [&str; 12] =
    ["name", "count", "units", "form", "forms", "unit", "year", "month", "due_month", "due_day", "reason", "link"];

const EVENTS: [(Occasion, Number, &str); 18] = [
    (Occasion::TaskIssued, Number::One, "reporting.task_issued"),
    (Occasion::TaskIssued, Number::Many, "reporting.task_issued.many"),
    (Occasion::ReportSubmitted, Number::One, "reporting.report_submitted"),
    (Occasion::ReportSubmitted, Number::Many, "reporting.report_submitted.many"),
    (Occasion::ReportReturned, Number::One, "reporting.report_returned"),
    (Occasion::ReportReturned, Number::Many, "reporting.report_returned.many"),
    (Occasion::ReportApproved, Number::One, "reporting.report_approved"),
    (Occasion::ReportApproved, Number::Many, "reporting.report_approved.many"),
    (Occasion::DueSoon, Number::One, "reporting.due_soon"),
    (Occasion::DueSoon, Number::Many, "reporting.due_soon.many"),
    (Occasion::Overdue, Number::One, "reporting.overdue"),
    (Occasion::Overdue, Number::Many, "reporting.overdue.many"),
    (Occasion::Dunned, Number::One, "reporting.reports_dunned"),
    (Occasion::Dunned, Number::Many, "reporting.reports_dunned.many"),
    (Occasion::Escalated, Number::One, "reporting.escalated"),
    (Occasion::Escalated, Number::Many, "reporting.escalated.many"),
    (Occasion::DeadlineSet, Number::One, "reporting.deadline_set"),
    (Occasion::DeadlineSet, Number::Many, "reporting.deadline_set.many"),
];

/// The longest reason that a message repeats; the page shows all of it.
const MOST_REASON: usize = 40;
/// Titles that a message lists.
const MOST_TITLES: usize = 5;

impl Occasion {
    /// What domains write into the outbox.
    pub const TOPICS: &'static [&'static str] = &[
        "reporting.task_issued",
        "reporting.report_submitted",
        "reporting.report_approved_on",
        "reporting.report_returned",
        "reporting.report_approved",
    ];

    /// The occasion of a topic. Approved on to the next level: somebody else's turn, as after a submission.
    pub fn of_topic(topic: &str) -> Option<Self> {
        match topic {
            "reporting.task_issued" => Some(Self::TaskIssued),
            "reporting.report_submitted" | "reporting.report_approved_on" => Some(Self::ReportSubmitted),
            "reporting.report_returned" => Some(Self::ReportReturned),
            "reporting.report_approved" => Some(Self::ReportApproved),
            _ => None,
        }
    }

    /// The name in storage.
    pub fn name(self) -> &'static str {
        event(self, Number::One)
    }

    /// Whether it may come often: a task comes once, and its message is not to wait for another's.
    pub fn is_paced(self) -> bool {
        match self {
            Self::ReportSubmitted | Self::ReportReturned => true,
            Self::TaskIssued
            | Self::ReportApproved
            | Self::DueSoon
            | Self::Overdue
            | Self::Dunned
            | Self::Escalated
            | Self::DeadlineSet => false,
        }
    }

    /// What tells this intent from every other one. A task is told to a person once, however often it is issued;
    /// everything else once for the lines that were read together.
    fn intent(self, number: Number, told: &ToldRow, last: i64) -> String {
        match self {
            Self::TaskIssued => format!("{}:{}:{}", event(self, Number::One), told.task_id, told.account_id),
            Self::ReportSubmitted
            | Self::ReportReturned
            | Self::ReportApproved
            | Self::DueSoon
            | Self::Overdue
            | Self::Dunned
            | Self::Escalated
            | Self::DeadlineSet => {
                format!("{}:{last}:{}", event(self, number), told.account_id)
            }
        }
    }
}

fn event(occasion: Occasion, number: Number) -> &'static str {
    EVENTS.iter().find(|(of, many, _)| (*of, *many) == (occasion, number)).map_or("", |(_, _, event)| event)
}

/// What this crate tells of itself, without the outbox: the month's budget is spent.
const BUDGET_SPENT: &str = "notify.budget_spent";

/// Every event that may have a template.
pub fn events() -> impl Iterator<Item = &'static str> {
    EVENTS.iter().map(|(_, _, event)| *event).chain([BUDGET_SPENT, MAIL_FOOT])
}

/// Every occasion, by its name in storage.
pub fn occasions() -> impl Iterator<Item = &'static str> {
    EVENTS.iter().filter(|(_, number, _)| *number == Number::One).map(|(_, _, event)| *event)
}

/// Occasions of which several may be told by one message.
pub fn paced_names() -> Vec<&'static str> {
    EVENTS
        .iter()
        .filter(|(of, number, _)| of.is_paced() && *number == Number::One)
        .map(|(_, _, event)| *event)
        .collect()
}

/// What administrators read when a month's budget is spent.
pub async fn budget_words(tx: &mut Tx, month: NaiveDate, segments: i32) -> Result<Option<String>> {
    let words = Words::load(tx, "").await?;
    let values =
        [("year", month.year().to_string()), ("month", month.month().to_string()), ("count", segments.to_string())];
    words.line(BUDGET_SPENT, TemplateChannel::Notice, &values.into())
}

/// One person told one thing: in the application, and by messages where there are addresses and words for them.
#[derive(Clone, Debug)]
pub struct Telling {
    pub intent: String,
    pub account_id: Uuid,
    pub unit_id: i32,
    pub name: String,
    pub link: String,
    pub notice: Option<String>,
    pub messages: Vec<Written>,
    /// Its name in storage.
    pub occasion: &'static str,
    /// What it tells of and what there is to tell, for carriers that have words of their own.
    pub event: &'static str,
    pub facts: Facts,
    pub reports: i64,
}

/// Put an occasion into words for each person that it concerns.
pub fn write(words: &Words, ways: &Ways, occasion: Occasion, last: i64, told: Vec<ToldRow>) -> Result<Vec<Telling>> {
    told.into_iter().map(|told| write_one(words, ways, occasion, last, told)).collect()
}

/// Put an occasion into words for one person.
pub fn write_one(words: &Words, ways: &Ways, occasion: Occasion, last: i64, told: ToldRow) -> Result<Telling> {
    let number = if told.reports == 1 { Number::One } else { Number::Many };
    // A link tells a stranger nothing, and opens after signing in.
    let link = match (occasion, number) {
        (Occasion::Escalated, _) => format!("/tasks/{}", told.task_id),
        (_, Number::One) => format!("/r/{}", told.report_id),
        (_, Number::Many) => "/todo".to_owned(),
    };
    let event = event(occasion, number);
    let facts = facts(&told, words.address(&link));
    let said = words.say(event, &facts, ways.to(told.account_id, told.phone_sealed.as_deref()))?;
    Ok(Telling {
        intent: occasion.intent(number, &told, last),
        notice: said.notice,
        messages: said.messages,
        account_id: told.account_id,
        unit_id: told.home_unit_id,
        name: told.name,
        occasion: occasion.name(),
        event,
        facts,
        reports: told.reports,
        link,
    })
}

fn facts(told: &ToldRow, link: String) -> Facts {
    let period = Period::of(told.period).first_day();
    let mut forms = told.titles.iter().take(MOST_TITLES).cloned().collect::<Vec<_>>().join("、");
    if told.titles.len() > MOST_TITLES {
        forms.push('…');
    }
    let reason = told.reason.as_deref().unwrap_or_default();
    let values = [
        told.name.clone(),
        told.reports.to_string(),
        told.units.to_string(),
        told.titles.first().cloned().unwrap_or_default(),
        forms,
        told.unit_name.clone(),
        period.year().to_string(),
        period.month().to_string(),
        told.deadline.month().to_string(),
        told.deadline.day().to_string(),
        words::shorten(reason, MOST_REASON),
        link,
    ];
    FACTS.into_iter().zip(values).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Occasion, Ways, Words, write};
    use crate::drain::store::{TemplateRow, ToldRow};

    fn told(reports: i64, titles: &[&str]) -> ToldRow {
        ToldRow {
            account_id: Uuid::from_u128(1),
            name: "符丽".into(),
            phone_sealed: Some(vec![1]),
            home_unit_id: 7,
            task_id: Uuid::from_u128(2),
            report_id: Uuid::from_u128(3),
            reports,
            units: 1,
            titles: titles.iter().map(|title| (*title).to_owned()).collect(),
            unit_name: "什寒村".into(),
            period: "2026-11-01".parse().unwrap(),
            deadline: "2026-11-25".parse().unwrap(),
            reason: Some("第 4 行不对".into()),
        }
    }

    fn words(event: &str, body: &str) -> Words {
        let (event, channel, subject) = (event.to_owned(), "message".to_owned(), String::new());
        Words::of(vec![TemplateRow { event, channel, subject, body: body.to_owned() }], "https://fp.example.cn")
    }

    #[test]
    fn one_report_is_named_and_opened_by_its_link() {
        let words = words(
            "reporting.task_issued",
            "{{name}}：{{year}} 年 {{month}} 月{{form}}，{{due_month}} 月 {{due_day}} 日截止 {{link}}",
        );
        let tellings = write(&words, &Ways::default(), Occasion::TaskIssued, 9, vec![told(1, &["收入表"])]).unwrap();
        let message = tellings[0].messages[0].body.as_str();
        assert_eq!(
            message,
            "符丽：2026 年 11 月收入表，11 月 25 日截止 https://fp.example.cn/r/00000000-0000-0000-0000-000000000003"
        );
        assert_eq!(tellings[0].link, "/r/00000000-0000-0000-0000-000000000003");
        assert_eq!(tellings[0].notice, None);
    }

    #[test]
    fn several_are_counted_and_listed_and_lead_to_the_todos() {
        let words = words("reporting.task_issued.many", "{{count}} 张（{{forms}}）{{link}}");
        let titles = ["甲", "乙", "丙", "丁", "戊", "己"];
        let tellings = write(&words, &Ways::default(), Occasion::TaskIssued, 9, vec![told(6, &titles)]).unwrap();
        assert_eq!(tellings[0].messages[0].body, "6 张（甲、乙、丙、丁、戊…）https://fp.example.cn/todo");
    }

    #[test]
    fn a_task_is_one_intent_however_many_reports_it_asks_for() {
        let words = words("-", "");
        let intent = |reports, last| {
            write(&words, &Ways::default(), Occasion::TaskIssued, last, vec![told(reports, &["甲"])])
                .unwrap()
                .remove(0)
                .intent
        };
        assert_eq!(intent(1, 5), intent(3, 8));
        let submitted = |last| {
            write(&words, &Ways::default(), Occasion::ReportSubmitted, last, vec![told(1, &["甲"])])
                .unwrap()
                .remove(0)
                .intent
        };
        assert_ne!(submitted(5), submitted(6));
    }

    #[test]
    fn every_topic_has_its_occasion() {
        assert!(Occasion::TOPICS.iter().all(|topic| Occasion::of_topic(topic).is_some()));
    }
}
