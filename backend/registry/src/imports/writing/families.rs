//! Households: found by number or registered, with the page of each year that rows speak of; and the rows of the households'
//! own table.

use std::collections::{BTreeMap, HashMap};

use fupin_contract::registry::catalog::FieldRole;
use fupin_kernel::{Error, Result, Tx};

use super::{
    Taken, Taking,
    existing::{self, HouseholdThere},
    store::{self, HouseholdNow, NewHousehold, NewPage, Subject},
};
use crate::{
    imports::judging::{Judged, Values},
    numbers::{self, YearRow},
};

/// A household that rows speak of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub id: i64,
    pub village_id: i32,
    /// The latest year of which something was kept before.
    pub latest: Option<i16>,
}

/// Of one household and year: what all its rows say together.
#[derive(Debug, Default)]
struct Page {
    values: Values,
    village_id: i32,
}

/// Find the households of rows by number, register those that are new, and write what the rows say of them by year.
pub(super) async fn settle(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<HashMap<String, Home>> {
    let (homes, _) = settle_counting(tx, taking, rows).await?;
    Ok(homes)
}

async fn settle_counting(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<(HashMap<String, Home>, Taken)> {
    let mut wanted: BTreeMap<&str, &Judged> = BTreeMap::new();
    for row in rows {
        wanted.entry(&row.household_number).or_insert(row);
    }
    let names: Vec<&str> = wanted.keys().copied().collect();
    let there = existing::list_households(tx, &names).await?;
    let homes = register(tx, taking, &wanted, &there).await?;
    let pages = gather(rows, &homes);
    let taken = write_pages(tx, taking, &pages).await?;
    follow(tx, taking, &pages, &homes).await?;
    Ok((homes, taken))
}

async fn register(
    tx: &mut Tx,
    taking: &Taking<'_>,
    wanted: &BTreeMap<&str, &Judged>,
    there: &HashMap<String, HouseholdThere>,
) -> Result<HashMap<String, Home>> {
    let missing: Vec<(&str, &Judged)> = wanted
        .iter()
        .filter(|(number, _)| !there.contains_key(**number))
        .map(|(number, row)| (*number, *row))
        .collect();
    let ids = store::next_ids(tx, "household_household_id_seq", missing.len()).await?;
    let mut homes: HashMap<String, Home> = HashMap::with_capacity(wanted.len());
    let mut new = Vec::with_capacity(missing.len());
    for ((number, row), id) in missing.into_iter().zip(ids) {
        let village_id = row.village_id.ok_or_else(|| Error::internal("a new household that lives nowhere"))?;
        new.push(NewHousehold { id, number, village_id, year: row.year });
        homes.insert(number.to_owned(), Home { id, village_id, latest: None });
    }
    store::insert_households(tx, taking.import, &new).await?;
    for (number, known) in there {
        let home = Home { id: known.household_id, village_id: known.village_id, latest: known.latest };
        homes.insert(number.clone(), home);
    }
    Ok(homes)
}

fn gather(rows: &[Judged], homes: &HashMap<String, Home>) -> BTreeMap<(i64, i16), Page> {
    let mut pages: BTreeMap<(i64, i16), Page> = BTreeMap::new();
    for row in rows {
        let Some(home) = homes.get(&row.household_number) else { continue };
        let page = pages.entry((home.id, row.year)).or_default();
        page.village_id = row.village_id.unwrap_or(home.village_id);
        let values = &row.household;
        page.values.facts.extend(values.facts.iter().map(|(key, value)| (key.clone(), value.clone())));
        page.values.numbers.extend(values.numbers.iter().map(|(key, value)| (key.clone(), value.clone())));
        for (key, typed) in &values.unmapped {
            if !page.values.unmapped.iter().any(|(known, _)| known == key) {
                page.values.unmapped.push((key.clone(), typed.clone()));
            }
        }
    }
    pages
}

async fn write_pages(tx: &mut Tx, taking: &Taking<'_>, pages: &BTreeMap<(i64, i16), Page>) -> Result<Taken> {
    let of: Vec<(i64, i16)> = pages.keys().copied().collect();
    let there = existing::list_household_pages(tx, &of).await?;
    let mut taken = Taken::default();
    let (mut inserts, mut updates) = (Vec::new(), Vec::new());
    for ((id, year), page) in pages {
        let row = YearRow::Household(*id, *year);
        match there.get(&(*id, *year)) {
            None => {
                taken.counts.create += 1;
                inserts.push(NewPage {
                    subject_id: *id,
                    year: *year,
                    household_id: *id,
                    village_id: page.village_id,
                    relation: None,
                    facts: page.values.facts.clone(),
                    sealed: numbers::seal_numbers(taking.crypto, row, &page.values.numbers)?,
                    unmapped: page.values.unmapped_json(),
                    changed: Vec::new(),
                });
            }
            Some(known) => {
                let merged = store::merge(taking.crypto, row, known, &page.values)?;
                if merged.changed.is_empty() {
                    taken.counts.same += 1;
                } else {
                    taken.counts.update += 1;
                    updates.push(NewPage { village_id: page.village_id, ..merged });
                }
            }
        }
    }
    store::insert_pages(tx, Subject::Household, taking.import, &inserts).await?;
    store::update_pages(tx, Subject::Household, taking.import, &updates).await?;
    Ok(taken)
}

/// What the latest year says of a household is what holds today.
async fn follow(
    tx: &mut Tx,
    taking: &Taking<'_>,
    pages: &BTreeMap<(i64, i16), Page>,
    homes: &HashMap<String, Home>,
) -> Result<()> {
    let by_id: HashMap<i64, Home> = homes.values().map(|home| (home.id, *home)).collect();
    let phone_key = taking.catalog.of_role(FieldRole::HouseholdPhone).map(|field| field.key.as_str());
    let mut now: BTreeMap<i64, HouseholdNow> = BTreeMap::new();
    for ((id, year), page) in pages {
        let Some(home) = by_id.get(id).filter(|home| home.latest.is_none_or(|latest| latest <= *year)) else {
            continue;
        };
        let phone = phone_key.and_then(|key| page.values.numbers.get(key));
        let phone_index = phone.map(|phone| numbers::phone_index(taking.crypto, phone)).transpose()?;
        let moved = home.latest.is_some() && home.village_id != page.village_id;
        if moved || phone_index.is_some() {
            // Years come in their order, so that the latest of a file counts.
            now.insert(*id, HouseholdNow { id: *id, village_id: page.village_id, phone_index });
        }
    }
    store::update_households(tx, taking.import, &now.into_values().collect::<Vec<_>>()).await
}

/// Rows of the households' own table.
pub(super) async fn take(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<Taken> {
    let (_, taken) = settle_counting(tx, taking, rows).await?;
    Ok(taken)
}
