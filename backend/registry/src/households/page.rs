//! The page of a household in one of its years.
//! Invariant: it shows what the year's rows say, whatever later years say.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use fupin_contract::{
    HouseholdId, PersonId, UnitId,
    registry::{
        FactWarning, Household, HouseholdEvent, Income, IncomeMeasure, Member,
        catalog::{Catalog, Subject},
        sum_income,
    },
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx, crypto::CryptoProvider};
use rust_decimal::Decimal;

use super::{
    facts,
    store::{self, EventRow, IncomeRow, MemberRow},
    warnings::{Relative, misfits},
};
use crate::{
    catalog,
    changes::{self, Reader},
    lines,
    numbers::{self, YearRow},
    origins::Origins,
    place,
};

/// A household within the reader's scope, in a year or in its latest.
pub async fn household(tx: &mut Tx, reader: &Reader<'_>, id: HouseholdId, year: Option<i16>) -> Result<Household> {
    let catalog = catalog::current(tx).await?;
    let found = store::find_household(tx, reader.scope, id).await?;
    let years = store::list_years(tx, id.0).await?;
    let year = year.or(years.first().copied()).ok_or(Error::NotFound)?;
    let page = store::find_year(tx, id.0, year).await?.ok_or(Error::NotFound)?;
    let members = store::list_members(tx, id.0, year).await?;
    let mut origins = Origins::default();
    let place = YearRow::Household(id.0, year);
    let facts = facts::shown(&catalog, reader.crypto, Subject::Household, place, &page.kept, &mut origins)?;
    let warnings = warn(&catalog, &members);
    let until = end_of(year).min(tx.today());
    let mut shown = Vec::with_capacity(members.len());
    for row in members {
        shown.push(member(&catalog, reader.crypto, year, until, row, &mut origins)?);
    }
    let (village, path) = place::find_path(tx, page.village_id).await?;
    let incomes = incomes(tx, &catalog, id.0, page.village_id, &mut origins).await?;
    let events = store::list_events(tx, id.0).await?.into_iter().map(|row| event(row, &mut origins)).collect();
    let waiting = changes::list_waiting(tx, reader, id).await?;
    Ok(Household {
        id,
        number: found.number,
        version: found.version,
        village,
        path,
        registered_on: found.registered_on,
        voided: found.void_reason,
        merged_into: found.merged_into.map(HouseholdId),
        year,
        years,
        head_id: page.head_id.map(PersonId),
        facts,
        members: shown,
        incomes,
        events,
        warnings,
        waiting,
        origins: origins.read(tx).await?,
    })
}

fn end_of(year: i16) -> NaiveDate {
    NaiveDate::from_ymd_opt(year.into(), 12, 31).unwrap_or_default()
}

fn member(
    catalog: &Catalog,
    crypto: &dyn CryptoProvider,
    year: i16,
    until: NaiveDate,
    row: MemberRow,
    origins: &mut Origins,
) -> Result<Member> {
    let place = YearRow::Person(row.person_id, year);
    Ok(Member {
        id: PersonId(row.person_id),
        facts: facts::shown(catalog, crypto, Subject::Person, place, &row.kept, origins)?,
        id_number: numbers::masked_id(crypto, row.person_id, row.id_sealed.as_deref())?,
        age: row.birthday.and_then(|birthday| age(birthday, until)),
        name: row.name,
        sex: row.sex,
        birthday: row.birthday,
        relation: row.relation,
        left_on: row.left_on,
        left_reason: row.left_reason,
    })
}

/// Whole years; none before birth.
fn age(birthday: NaiveDate, on: NaiveDate) -> Option<i32> {
    let before_birthday = (on.month(), on.day()) < (birthday.month(), birthday.day());
    let years = on.year() - birthday.year() - i32::from(before_birthday);
    (years >= 0).then_some(years)
}

fn warn(catalog: &Catalog, members: &[MemberRow]) -> Vec<FactWarning> {
    let staying: Vec<&MemberRow> = members.iter().filter(|row| row.stayed()).collect();
    let relatives: Vec<Relative<'_>> =
        staying.iter().map(|row| Relative { relation: &row.relation, sex: &row.sex, birthday: row.birthday }).collect();
    let of = |place: Option<usize>| place.and_then(|place| staying.get(place));
    misfits(catalog, &relatives)
        .into_iter()
        .map(|misfit| FactWarning {
            code: misfit.code.to_owned(),
            person_id: of(misfit.member).map(|row| PersonId(row.person_id)),
            name: of(misfit.member).map(|row| row.name.clone()),
        })
        .collect()
}

async fn incomes(tx: &mut Tx, catalog: &Catalog, id: i64, village: i32, origins: &mut Origins) -> Result<Vec<Income>> {
    let rows = store::list_incomes(tx, id).await?;
    let above = place::list_above(tx, village).await?;
    let known = lines::list_over(tx, &above).await?;
    rows.into_iter().map(|row| income(catalog, row, &known, origins)).collect()
}

fn income(catalog: &Catalog, row: IncomeRow, known: &[lines::Holding], origins: &mut Origins) -> Result<Income> {
    let lines: BTreeMap<String, Decimal> = serde_json::from_value(row.lines)?;
    let sum = sum_income(&lines, &catalog.income, row.members)
        .map_err(|_| Error::internal("a ledger without members was kept"))?;
    let measures = lines::holding(known, row.year)
        .map(|(kind, line)| IncomeMeasure { kind, line, below: sum.per_capita < line })
        .collect();
    Ok(Income { year: row.year, lines, sum, measures, origin: origins.place(row.origin_id) })
}

pub fn event(row: EventRow, origins: &mut Origins) -> HouseholdEvent {
    HouseholdEvent {
        kind: row.kind,
        on: row.held_on,
        person: row.person,
        reason: row.reason,
        other: row.other,
        origin: origins.place(row.origin_id),
    }
}

/// A village by name, wherever it stands today.
pub async fn village(tx: &mut Tx, id: i32) -> Result<UnitName> {
    match place::find_spot(tx, UnitId(id)).await? {
        Some(spot) => Ok(spot.unit),
        None => Err(Error::internal("a household lives nowhere")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::age;

    #[test]
    fn an_age_is_of_whole_years() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(age(day(2000, 2, 29), day(2020, 2, 28)), Some(19));
        assert_eq!(age(day(2000, 2, 29), day(2020, 2, 29)), Some(20));
        assert_eq!(age(day(2021, 1, 1), day(2020, 12, 31)), None);
    }
}
