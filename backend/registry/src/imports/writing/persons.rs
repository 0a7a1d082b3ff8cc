//! Taking rows of the people's table.

use std::collections::{BTreeMap, HashMap};

use fupin_contract::{
    Fault, PersonId,
    registry::{TableCounts, catalog::FieldRole},
};
use fupin_kernel::{Error, Result, Tx};

use super::{
    Taken, Taking,
    existing::{self, PageThere, PersonThere},
    families::{self, Home},
    store::{self, NewPage, NewPerson, PersonNow, Subject},
};
use crate::{
    imports::judging::{Judged, Values, Who},
    names, numbers,
    numbers::YearRow,
};

/// Who a row speaks of, once that is known.
struct Found<'r> {
    row: &'r Judged,
    who: &'r Who,
    home: Home,
    person_id: i64,
    there: Option<PersonThere>,
}

pub(super) async fn take(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<Taken> {
    let homes = families::settle(tx, taking, rows).await?;
    let mut taken = Taken::default();
    let (found, new) = find(tx, taking, rows, &homes).await?;
    insert_new(tx, taking, &found, &new).await?;
    let pages = {
        let of: Vec<(i64, i16)> =
            found.iter().filter(|found| found.there.is_some()).map(|found| (found.person_id, found.row.year)).collect();
        existing::list_person_pages(tx, &of).await?
    };
    let mut inserts = Vec::new();
    let mut updates = Vec::new();
    for found in &found {
        let page = pages.get(&(found.person_id, found.row.year));
        match page {
            Some(page) if page.household_id != found.home.id && !page.left => {
                taken.refused.push((found.row.row, Fault::new("import.taken")));
                taken.counts.faulty += 1;
            }
            _ => write_page(taking, found, page, &mut inserts, &mut updates, &mut taken.counts)?,
        }
    }
    store::insert_pages(tx, Subject::Person, taking.import, &inserts).await?;
    store::update_pages(tx, Subject::Person, taking.import, &updates).await?;
    move_present(tx, taking, &found).await?;
    let heads: Vec<(i64, i16, i64)> = found
        .iter()
        .filter(|found| found.who.is_head)
        .map(|found| (found.home.id, found.row.year, found.person_id))
        .collect();
    store::update_heads(tx, &heads).await?;
    Ok(taken)
}

/// Whom rows speak of: by key, else by name within the household; all others are new.
async fn find<'r>(
    tx: &mut Tx,
    taking: &Taking<'_>,
    rows: &'r [Judged],
    homes: &HashMap<String, Home>,
) -> Result<(Vec<Found<'r>>, Vec<usize>)> {
    let keys: Vec<Option<i64>> = rows.iter().map(|row| existing::key_of(taking.crypto, row)).collect::<Result<_>>()?;
    let people = existing::list_people(tx, &keys.iter().flatten().copied().collect::<Vec<_>>()).await?;
    let home_of = |row: &Judged| homes.get(&row.household_number).copied();
    let unnumbered: Vec<i64> = rows
        .iter()
        .zip(&keys)
        .filter(|(_, key)| key.is_none())
        .filter_map(|(row, _)| home_of(row).map(|home| home.id))
        .collect();
    let by_name = existing::list_unnumbered(tx, &unnumbered).await?;
    // Who is new in this batch: by key, or by household and name.
    let mut fresh: HashMap<(i64, String), i64> = HashMap::new();
    let mut found = Vec::with_capacity(rows.len());
    let mut waiting = Vec::new();
    for (row, key) in rows.iter().zip(&keys) {
        let who = row.who.as_ref().ok_or_else(|| Error::internal("a row of nobody"))?;
        let home = home_of(row).ok_or_else(|| Error::internal("a row of no household"))?;
        let there = match key {
            Some(key) => people.get(key).cloned(),
            None => by_name.get(&(home.id, who.name.clone())).cloned(),
        };
        if there.is_none() {
            waiting.push((found.len(), key.map_or((home.id, who.name.clone()), |key| (key, String::new()))));
        }
        let person_id = there.as_ref().map_or(0, |there| there.person_id);
        found.push(Found { row, who, home, person_id, there });
    }
    let mut ids = store::next_ids(tx, "person_person_id_seq", waiting.len()).await?.into_iter();
    let mut new = Vec::new();
    for (place, mark) in waiting {
        let known = fresh.get(&mark).copied();
        let id = match known {
            Some(id) => id,
            None => {
                let id = ids.next().ok_or_else(|| Error::internal("a person without a number"))?;
                fresh.insert(mark, id);
                new.push(place);
                id
            }
        };
        if let Some(found) = found.get_mut(place) {
            found.person_id = id;
        }
    }
    Ok((found, new))
}

fn phone_of(taking: &Taking<'_>, values: &Values) -> Result<Option<i64>> {
    let field = taking.catalog.of_role(FieldRole::Phone);
    let phone = field.and_then(|field| values.numbers.get(&field.key));
    phone.map(|phone| numbers::phone_index(taking.crypto, phone)).transpose()
}

async fn insert_new(tx: &mut Tx, taking: &Taking<'_>, found: &[Found<'_>], new: &[usize]) -> Result<()> {
    let mut people = Vec::with_capacity(new.len());
    for found in new.iter().filter_map(|place| found.get(*place)) {
        let (who, id) = (found.who, PersonId(found.person_id));
        let number = who.id_number.as_ref();
        let (pinyin, initials) = names::readings(&who.name);
        people.push(NewPerson {
            id: id.0,
            key: numbers::key_of(taking.crypto, number, id)?.stored(),
            household_id: found.home.id,
            village_id: found.home.village_id,
            number: who.number.as_deref(),
            name: &who.name,
            pinyin,
            initials,
            sex: &who.sex,
            birthday: who.birthday,
            id_type: who.id_type.as_deref(),
            id_sealed: number.map(|number| numbers::seal_id(taking.crypto, id, number)).transpose()?,
            tail_index: number.map(|number| numbers::tail_index(taking.crypto, number.reveal())).transpose()?.flatten(),
            phone_index: phone_of(taking, &found.row.person)?,
        });
    }
    store::insert_people(tx, taking.import, &people).await
}

fn write_page(
    taking: &Taking<'_>,
    found: &Found<'_>,
    page: Option<&PageThere>,
    inserts: &mut Vec<NewPage>,
    updates: &mut Vec<NewPage>,
    counts: &mut TableCounts,
) -> Result<()> {
    let row = YearRow::Person(found.person_id, found.row.year);
    let relation = Some(found.who.relation.clone());
    let Some(page) = page else {
        counts.create += 1;
        inserts.push(NewPage {
            subject_id: found.person_id,
            year: found.row.year,
            household_id: found.home.id,
            village_id: found.home.village_id,
            relation,
            facts: found.row.person.facts.clone(),
            sealed: numbers::seal_numbers(taking.crypto, row, &found.row.person.numbers)?,
            unmapped: found.row.person.unmapped_json(),
            changed: Vec::new(),
        });
        return Ok(());
    };
    let merged = store::merge(taking.crypto, row, page, &found.row.person)?;
    let moved = page.relation != relation || page.household_id != found.home.id || page.left;
    if merged.changed.is_empty() && !moved {
        counts.same += 1;
        return Ok(());
    }
    counts.update += 1;
    updates.push(NewPage { household_id: found.home.id, village_id: found.home.village_id, relation, ..merged });
    Ok(())
}

/// What the latest year says of a person is what holds today.
async fn move_present(tx: &mut Tx, taking: &Taking<'_>, found: &[Found<'_>]) -> Result<()> {
    let mut now: BTreeMap<i64, (i16, PersonNow)> = BTreeMap::new();
    for found in found {
        let Some(there) = &found.there else { continue };
        if there.latest.is_some_and(|latest| latest > found.row.year) {
            continue;
        }
        let same = there.household_id == found.home.id && there.present && there.name == found.who.name;
        let phone = phone_of(taking, &found.row.person)?;
        if same && phone.is_none() {
            continue;
        }
        let (pinyin, initials) = names::readings(&found.who.name);
        let person = PersonNow {
            id: found.person_id,
            household_id: found.home.id,
            village_id: found.home.village_id,
            name: found.who.name.clone(),
            pinyin,
            initials,
            phone_index: phone,
        };
        let held = now.entry(found.person_id).or_insert_with(|| (found.row.year, person.clone()));
        if held.0 <= found.row.year {
            *held = (found.row.year, person);
        }
    }
    let people: Vec<PersonNow> = now.into_values().map(|(_, person)| person).collect();
    store::update_people(tx, taking.import, &people).await
}
