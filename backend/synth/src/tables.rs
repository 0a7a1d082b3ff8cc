//! The three national tables: what stands in each column for a household and its members in a year.
//!
//! Invariants: columns and titles are the catalog's; a column that is not known here stops the writing. Empty means that
//! the question does not apply.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::{
    Error,
    catalog::{Column, Form, Forms},
    year::{HouseholdYear, Learning, Member},
};

/// The rows of one household in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// As the members are: the head first.
    pub person: Vec<Vec<String>>,
    pub household: Vec<String>,
    pub income: Vec<String>,
}

/// What a cell says, before it is written.
enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Code(&'static str),
    Whole(i64),
    Hundredths(i64),
    Truth(bool),
    Day(NaiveDate),
}

impl Rows {
    pub fn of(household: &HouseholdYear<'_>, forms: &Forms) -> Result<Self, Error> {
        let person = |member: &Member<'_>| row(&forms.person, |key| person_cell(key, member, household));
        Ok(Self {
            person: household.members.iter().map(person).collect::<Result<_, _>>()?,
            household: row(&forms.household, |key| household_cell(key, household))?,
            income: row(&forms.income, |key| income_cell(key, household))?,
        })
    }
}

fn row<'a>(form: &Form, cell: impl Fn(&str) -> Option<Cell<'a>>) -> Result<Vec<String>, Error> {
    let written = |column: &Column| {
        let cell = cell(&column.key).ok_or_else(|| Error::NoColumn(column.key.clone()))?;
        cell.written(column)
    };
    form.columns.iter().map(written).collect()
}

impl Cell<'_> {
    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    fn maybe_code(code: Option<&'static str>) -> Cell<'static> {
        code.map_or(Cell::Empty, Cell::Code)
    }

    fn maybe_whole<N: Into<i64>>(number: Option<N>) -> Cell<'static> {
        number.map_or(Cell::Empty, |number| Cell::Whole(number.into()))
    }

    fn written(self, column: &Column) -> Result<String, Error> {
        Ok(match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.into_owned(),
            Self::Code(code) => {
                let unknown = || Error::NoCode { column: column.key.clone(), code: code.to_owned() };
                column.label(code).ok_or_else(unknown)?.to_owned()
            }
            Self::Whole(number) => number.to_string(),
            Self::Hundredths(number) => format!("{}.{:02}", number / 100, number % 100),
            Self::Truth(holds) => if holds { "是" } else { "否" }.to_owned(),
            Self::Day(day) => day.format("%Y-%m-%d").to_string(),
        })
    }
}

fn person_cell<'a>(key: &str, member: &'a Member<'_>, household: &'a HouseholdYear<'_>) -> Option<Cell<'a>> {
    let person = member.person;
    let (id_type, id_number) = member.document();
    Some(match key {
        "person_number" => Cell::text(&person.number),
        "name" => Cell::text(&person.name),
        "sex" => Cell::Code(match person.sex {
            crate::names::Sex::Male => "1",
            crate::names::Sex::Female => "2",
        }),
        "birthday" => Cell::Day(person.birthday),
        "id_type" => Cell::Code(id_type),
        "id_number" => Cell::Text(id_number),
        "ethnicity" => Cell::Code(person.people.code()),
        "phone" => member.phone.map_or(Cell::Empty, Cell::text),
        "relation" => Cell::Code(member.relation.code()),
        "education" => match member.learning {
            Learning::Left { education, .. } => Cell::Code(education),
            Learning::Enrolled(_) => Cell::Empty,
        },
        "schooling" => match member.learning {
            Learning::Enrolled(grade) => Cell::Code(grade),
            Learning::Left { .. } => Cell::Empty,
        },
        "dropout_reason" => match member.learning {
            Learning::Left { dropout, .. } => Cell::maybe_code(dropout),
            Learning::Enrolled(_) => Cell::Empty,
        },
        "health" => Cell::Code(member.health.code()),
        "disability_kind" => Cell::maybe_code(member.health.disability.map(|disability| disability.code())),
        "disability_year" => Cell::maybe_whole(member.health.disability.map(|disability| disability.since)),
        "political" => Cell::Code(member.political),
        "mandarin" => Cell::Truth(member.mandarin),
        _ => {
            return work_cell(key, member)
                .or_else(|| security_cell(key, member))
                .or_else(|| shared_cell(key, household));
        }
    })
}

fn work_cell<'a>(key: &str, member: &'a Member<'_>) -> Option<Cell<'a>> {
    let work = member.work.as_ref();
    Some(match key {
        "labour" => Cell::Code(member.labour),
        "work_area" => Cell::maybe_code(work.map(|work| work.area)),
        "work_months" => Cell::maybe_whole(work.map(|work| work.months)),
        "work_employer" => work.map_or(Cell::Empty, |work| Cell::text(&work.employer)),
        "work_channel" => Cell::maybe_code(work.map(|work| work.channel)),
        "work_industry" => Cell::maybe_code(work.map(|work| work.industry)),
        "work_abroad" => Cell::Truth(work.is_some_and(|work| work.abroad)),
        "public_post_kind" => Cell::maybe_code(member.post.map(|post| post.kind)),
        "public_post_months" => Cell::maybe_whole(member.post.map(|post| post.months)),
        _ => return None,
    })
}

fn security_cell(key: &str, member: &Member<'_>) -> Option<Cell<'static>> {
    let security = &member.security;
    Some(Cell::Truth(match key {
        "allowance" => security.allowance,
        "destitute" => security.destitute,
        "resident_medical" => security.resident_medical,
        "employee_medical" => security.employee_medical,
        "serious_illness_insurance" => security.serious_illness,
        "commercial_insurance" => security.commercial,
        "resident_pension" => security.resident_pension,
        "employee_pension" => security.employee_pension,
        "serious_illness_aid" => security.serious_illness_aid,
        "other_health_aid" => security.other_health_aid,
        _ => return None,
    }))
}

/// Columns that more than one table has.
fn shared_cell<'a>(key: &str, of: &'a HouseholdYear<'_>) -> Option<Cell<'a>> {
    let [province, city, county, town, village] = &of.household.path;
    let head = of.head();
    Some(match key {
        "region_1" => Cell::text(province),
        "region_2" => Cell::text(city),
        "region_3" => Cell::text(county),
        "region_4" => Cell::text(town),
        "region_5" => Cell::text(village),
        "household_number" => Cell::text(&of.household.number),
        "household_phone" => Cell::text(&of.household.phone),
        "year" => Cell::Whole(of.year.into()),
        "head_name" => head.map_or(Cell::Empty, |head| Cell::text(&head.person.name)),
        "head_id_number" => head.map_or(Cell::Empty, |head| Cell::Text(head.document().1)),
        "standard" => Cell::Code(of.standing.standard),
        _ => return None,
    })
}

fn household_cell<'a>(key: &str, of: &'a HouseholdYear<'_>) -> Option<Cell<'a>> {
    let standing = &of.standing;
    let [main, other, third] = standing.causes;
    Some(match key {
        "kind" => Cell::Code(standing.kind),
        "main_cause" => Cell::maybe_code(main),
        "other_cause_1" => Cell::maybe_code(other),
        "other_cause_2" => Cell::maybe_code(third),
        "return_cause" => Cell::maybe_code(standing.return_cause),
        "identified_year" => Cell::Whole(of.household.registration.identified.into()),
        "exit_year" => Cell::maybe_whole(standing.exit_year),
        "exit_state" => Cell::Code(standing.exit_state),
        "monitored_kind" => Cell::maybe_code(standing.monitored),
        "members" => Cell::Whole(i64::try_from(of.members.len()).unwrap_or(i64::MAX)),
        _ => return home_cell(key, of).or_else(|| shared_cell(key, of)),
    })
}

fn home_cell<'a>(key: &str, of: &'a HouseholdYear<'_>) -> Option<Cell<'a>> {
    let home = &of.home;
    let [fields, forest, given_back, orchard, pasture, water] = home.land;
    Some(match key {
        "bank" => Cell::text(home.bank),
        "bank_card" => Cell::text(&home.card),
        "farmland" => Cell::Hundredths(fields),
        "forest" => Cell::Hundredths(forest),
        "grain_for_green" => Cell::Hundredths(given_back),
        "orchard" => Cell::Hundredths(orchard),
        "pasture" => Cell::Hundredths(pasture),
        "water_area" => Cell::Hundredths(water),
        "road_kind" => Cell::Code(home.road),
        "road_distance" => Cell::Hundredths(home.distance),
        "house_area" => Cell::Hundredths(home.area),
        "house_grade" => Cell::Code(home.grade),
        "fuel" => Cell::Code(home.fuel),
        "domestic_power" => Cell::Truth(home.domestic_power),
        "production_power" => Cell::Truth(home.production_power),
        "broadcast" => Cell::Truth(home.broadcast),
        "toilet" => Cell::Truth(home.toilet),
        "water_safe" => Cell::Truth(home.safe_water),
        "cooperative" => Cell::Truth(home.cooperative),
        "leading_enterprise" => Cell::Truth(home.leading_enterprise),
        "leader" => Cell::Truth(home.leader),
        _ => return None,
    })
}

/// Every line of the catalog has a column; those without an amount are zero.
fn income_cell<'a>(key: &str, of: &'a HouseholdYear<'_>) -> Option<Cell<'a>> {
    if let Some(cell) = shared_cell(key, of) {
        return Some(cell);
    }
    // What is neither shared nor a line of the ledger is not known here.
    let is_line = key.starts_with(['A', 'B', 'C', 'D', 'E', 'F', 'X']);
    let amount = of.income.iter().filter(|line| line.code == key).map(|line| line.amount).sum();
    is_line.then_some(Cell::Hundredths(amount))
}
