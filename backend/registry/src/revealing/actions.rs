//! How a number is seen in clear.

use fupin_access::{Permit, permit::RevealPeople};
use fupin_contract::{
    Fault, HouseholdId, PersonId,
    registry::{Reveal, RevealedValue, catalog::FieldRole},
};
use fupin_kernel::{Error, Result, Tx, audit::Event};

use super::store;
use crate::{
    catalog,
    error::RegistryError,
    households::store::find_household,
    numbers::{self, YearRow},
    people::store::find_person,
    sightings,
    sightings::Seen,
};

pub(super) async fn reveal_number(permit: &Permit<RevealPeople>, asked: Reveal) -> Result<RevealedValue> {
    let object = match (asked.household_id, asked.person_id) {
        (Some(household), _) => format!("household:{household}"),
        (None, Some(person)) => format!("person:{person}"),
        (None, None) => return Err(Error::invalid_field("", Fault::new("one_subject"))),
    };
    let mut event = Event::on("registry.number_revealed", object)
        .with("field", asked.field.clone())
        .with("purpose", asked.purpose.name());
    if let Some(note) = &asked.note {
        event.note("note", note.clone());
    }
    permit
        .write(event, async |tx| {
            let left = sightings::reveals_left(permit, tx).await?;
            let (value, seen) = match (asked.household_id, asked.person_id) {
                (Some(household), _) => of_household(tx, permit, household, &asked).await?,
                (None, Some(person)) => of_person(tx, permit, person, &asked).await?,
                (None, None) => return Err(Error::NotFound),
            };
            sightings::leave(permit, tx, &[seen]).await?;
            Ok(RevealedValue { value, left: left - 1 })
        })
        .await
}

async fn of_household(
    tx: &mut Tx,
    permit: &Permit<RevealPeople>,
    id: HouseholdId,
    asked: &Reveal,
) -> Result<(String, Seen)> {
    find_household(tx, permit.scope(), id).await?;
    let year = asked.year.ok_or(RegistryError::Bad("year", Fault::new("required")))?;
    let sealed = store::find_sealed_of_household(tx, id.0, year).await?;
    let value = pick(permit, YearRow::Household(id.0, year), sealed.as_deref(), &asked.field)?;
    Ok((value, Seen::Revealed { household_id: id, person_id: None }))
}

async fn of_person(tx: &mut Tx, permit: &Permit<RevealPeople>, id: PersonId, asked: &Reveal) -> Result<(String, Seen)> {
    let person = find_person(tx, permit.scope(), id).await?;
    let catalog = catalog::current(tx).await?;
    let is_id = catalog.of_role(FieldRole::IdNumber).is_some_and(|field| field.key == asked.field);
    let value = if is_id {
        let sealed = person.id_sealed.as_deref().ok_or(Error::NotFound)?;
        numbers::open_id(permit.app().crypto.as_ref(), id.0, sealed)?
    } else {
        let year = asked.year.ok_or(RegistryError::Bad("year", Fault::new("required")))?;
        let sealed = store::find_sealed_of_person(tx, id.0, year).await?;
        pick(permit, YearRow::Person(id.0, year), sealed.as_deref(), &asked.field)?
    };
    Ok((value, Seen::Revealed { household_id: HouseholdId(person.household_id), person_id: Some(id) }))
}

fn pick(permit: &Permit<RevealPeople>, row: YearRow, sealed: Option<&[u8]>, field: &str) -> Result<String> {
    let mut kept = numbers::open_numbers(permit.app().crypto.as_ref(), row, sealed)?;
    kept.remove(field).ok_or(Error::NotFound)
}
