//! What is there already of the people, households and ledgers that rows speak of; and what a row would come to.

mod store;

use std::collections::HashMap;

use fupin_contract::{Fault, PersonId, registry::TableKind};
use fupin_kernel::{Result, Tx, crypto::CryptoProvider};

use super::store as pages;
use crate::{
    imports::judging::Judged,
    numbers::{self, YearRow},
};
pub use store::{
    HouseholdThere, PageThere, PersonThere, list_household_pages, list_households, list_people, list_person_pages,
    list_unnumbered,
};

/// By what a person of a row is looked up.
pub fn key_of(crypto: &dyn CryptoProvider, judged: &Judged) -> Result<Option<i64>> {
    let number = judged.who.as_ref().and_then(|who| who.id_number.as_ref());
    let Some(number) = number.filter(|number| number.seventeen().is_some()) else { return Ok(None) };
    numbers::key_of(crypto, Some(number), PersonId(1)).map(|key| Some(key.stored()))
}

/// What a row would come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outlook {
    Create,
    Update,
    Same,
    Refused(Fault),
}

/// What a look at a batch tells.
#[derive(Debug)]
pub struct Looked {
    /// Of each row.
    pub outlooks: Vec<Outlook>,
    /// Whether each row's household has a page of the year already.
    pub homes: Vec<bool>,
}

/// What each good row of a batch would come to, without changing anything.
pub async fn look_up(tx: &mut Tx, crypto: &dyn CryptoProvider, table: TableKind, rows: &[Judged]) -> Result<Looked> {
    let wanted: Vec<&str> = rows.iter().map(|row| row.household_number.as_str()).collect();
    let households = list_households(tx, &wanted).await?;
    let home = |row: &Judged| households.get(&row.household_number).map(|home| home.household_id);
    let of: Vec<(i64, i16)> = rows.iter().filter_map(|row| Some((home(row)?, row.year))).collect();
    let pages = list_household_pages(tx, &of).await?;
    let page = |row: &Judged| home(row).and_then(|id| pages.get(&(id, row.year)));
    let homes = rows.iter().map(|row| page(row).is_some()).collect();
    let outlooks = match table {
        TableKind::Person => look_up_people(tx, crypto, rows, &households).await?,
        TableKind::Household => rows
            .iter()
            .map(|row| match page(row) {
                None => Ok(Outlook::Create),
                Some(there) => {
                    let place = YearRow::Household(there.subject_id, there.year);
                    let merged = pages::merge(crypto, place, there, &row.household)?;
                    Ok(if merged.changed.is_empty() { Outlook::Same } else { Outlook::Update })
                }
            })
            .collect::<Result<_>>()?,
        TableKind::Income => super::ledgers::look_up(tx, rows, &households).await?,
    };
    Ok(Looked { outlooks, homes })
}

async fn look_up_people(
    tx: &mut Tx,
    crypto: &dyn CryptoProvider,
    rows: &[Judged],
    households: &HashMap<String, HouseholdThere>,
) -> Result<Vec<Outlook>> {
    let keys: Vec<Option<i64>> = rows.iter().map(|row| key_of(crypto, row)).collect::<Result<_>>()?;
    let people = list_people(tx, &keys.iter().flatten().copied().collect::<Vec<_>>()).await?;
    let home = |row: &Judged| households.get(&row.household_number).map(|household| household.household_id);
    let without = rows.iter().zip(&keys).filter(|(_, key)| key.is_none());
    let by_name = list_unnumbered(tx, &without.filter_map(|(row, _)| home(row)).collect::<Vec<_>>()).await?;
    let known = |row: &Judged, key: &Option<i64>| match key {
        Some(key) => people.get(key),
        None => by_name.get(&(home(row)?, row.who.as_ref()?.name.clone())),
    };
    let of: Vec<(i64, i16)> =
        rows.iter().zip(&keys).filter_map(|(row, key)| Some((known(row, key)?.person_id, row.year))).collect();
    let pages = list_person_pages(tx, &of).await?;
    let outlook = |(row, key): (&Judged, &Option<i64>)| {
        let page = known(row, key).and_then(|there| pages.get(&(there.person_id, row.year)));
        let Some(page) = page else { return Ok(Outlook::Create) };
        if Some(page.household_id) != home(row) && !page.left {
            return Ok(Outlook::Refused(Fault::new("import.taken")));
        }
        let place = YearRow::Person(page.subject_id, page.year);
        let merged = pages::merge(crypto, place, page, &row.person)?;
        let relation = row.who.as_ref().map(|who| who.relation.as_str());
        let same = merged.changed.is_empty() && page.relation.as_deref() == relation && !page.left;
        Ok(if same { Outlook::Same } else { Outlook::Update })
    };
    rows.iter().zip(&keys).map(outlook).collect()
}
