//! How people are found.

use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{
    Cursor, Fault, IdNumber, Page, PersonId, Phone,
    registry::{FindPeople, FoundPerson, MOST_FOUND},
};
use fupin_kernel::{Error, Result, Tx, audit::Event, crypto::CryptoProvider};

use super::store::{self, FoundRow, Mark};
use crate::{error::RegistryError, names, numbers, place, sightings, sightings::Seen};

pub(super) async fn find_people(permit: &Permit<ReadPeople>, asked: &FindPeople) -> Result<Page<FoundPerson>> {
    let event = Event::new("registry.people_searched").with("by", kind_of(asked));
    permit
        .write_noting(event, async |tx, event| {
            sightings::within_searches(permit, tx).await?;
            let page = find(tx, permit, asked).await?;
            event.note("found", page.items.len());
            let seen: Vec<Seen> = page.items.iter().map(seen_of).collect();
            sightings::leave(permit, tx, if seen.is_empty() { &[Seen::Nobody] } else { &seen }).await?;
            Ok(page)
        })
        .await
}

async fn find(tx: &mut Tx, permit: &Permit<ReadPeople>, asked: &FindPeople) -> Result<Page<FoundPerson>> {
    let crypto = permit.app().crypto.as_ref();
    let Some(mark) = mark_of(crypto, asked)? else { return Ok(Page { items: Vec::new(), next: None }) };
    let ranges = place::ranges(tx, permit.scope(), asked.unit_id).await?;
    narrow_enough(tx, &mark, &ranges).await?;
    let after = asked.after.as_ref().map(|at| at.read_numbers().ok_or(Error::NotFound)).transpose()?;
    let limit = usize::from(MOST_FOUND);
    let mut rows = store::find_people(tx, &mark, &ranges, after, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Cursor::after_numbers(row.place()));
    let items = rows.into_iter().map(|row| wire(crypto, row)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

/// By which mark; never the mark itself.
fn kind_of(asked: &FindPeople) -> &'static str {
    match asked {
        FindPeople { name: Some(_), .. } => "name",
        FindPeople { id_number: Some(_), .. } => "id_number",
        FindPeople { id_tail: Some(_), .. } => "id_tail",
        FindPeople { phone: Some(_), .. } => "phone",
        _ => "household_number",
    }
}

fn seen_of(person: &FoundPerson) -> Seen {
    Seen::Found { household_id: person.household_id, person_id: person.id }
}

/// By what is looked for; none where nothing can be found by what was written.
fn mark_of(crypto: &dyn CryptoProvider, asked: &FindPeople) -> Result<Option<Mark>> {
    let bad = |field, fault| Err(RegistryError::Bad(field, fault).into());
    if let Some(name) = &asked.name {
        return Ok(names::sought(name).map(Mark::Name));
    }
    if let Some(number) = &asked.id_number {
        return match IdNumber::parse(number.reveal()) {
            // Who has no papers has no number to be found by.
            Ok(number) if number.seventeen().is_none() => Ok(None),
            Ok(number) => Ok(Some(Mark::Key(numbers::key_of(crypto, Some(&number), PersonId(1))?.stored()))),
            Err(wrong) => bad("id_number", wrong.fault()),
        };
    }
    if let Some(tail) = &asked.id_tail {
        return Ok(numbers::tail_index(crypto, tail)?.map(Mark::Tail));
    }
    if let Some(phone) = &asked.phone {
        return match Phone::parse(phone.reveal()) {
            Ok(phone) => Ok(Some(Mark::Phone(numbers::phone_index(crypto, phone.reveal())?))),
            Err(_) => bad("phone", Fault::new("fact.not_a_phone")),
        };
    }
    Ok(asked.household_number.as_ref().map(|number| Mark::Household(number.trim().to_owned())))
}

/// Four digits are asked within a county: over a province they would name too many.
async fn narrow_enough(tx: &mut Tx, mark: &Mark, ranges: &(Vec<i32>, Vec<i32>)) -> Result<()> {
    if matches!(mark, Mark::Tail(_)) && store::count_counties(tx, ranges).await? > 1 {
        return Err(RegistryError::Bad("unit_id", Fault::new("registry.county_needed")).into());
    }
    Ok(())
}

fn wire(crypto: &dyn CryptoProvider, row: FoundRow) -> Result<FoundPerson> {
    Ok(FoundPerson {
        id: PersonId(row.person_id),
        id_number: numbers::masked_id(crypto, row.person_id, row.id_sealed.as_deref())?,
        name: row.name,
        sex: row.sex,
        birthday: row.birthday,
        household_id: fupin_contract::HouseholdId(row.household_id),
        household_number: row.household_number,
        village: row.village,
        town: row.town,
        present: row.present,
    })
}
