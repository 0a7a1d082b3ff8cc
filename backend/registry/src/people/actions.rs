//! What somebody reads of a person.

use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{
    HouseholdId, PersonId,
    registry::{Person, PersonYear, catalog::Subject},
};
use fupin_kernel::{Result, Tx};

use super::store;
use crate::{
    catalog,
    households::{facts, page, store::list_events_of_person},
    numbers::{self, YearRow},
    origins::Origins,
    sightings,
    sightings::Seen,
};

pub(super) async fn get_person(permit: &Permit<ReadPeople>, id: PersonId) -> Result<Person> {
    sightings::look(permit, async |tx| {
        let person = read_person(tx, permit, id).await?;
        let seen = Seen::Person { household_id: person.household_id, person_id: id };
        Ok((person, vec![seen]))
    })
    .await
}

async fn read_person(tx: &mut Tx, permit: &Permit<ReadPeople>, id: PersonId) -> Result<Person> {
    let catalog = catalog::current(tx).await?;
    let crypto = permit.app().crypto.as_ref();
    let found = store::find_person(tx, permit.scope(), id).await?;
    let mut origins = Origins::default();
    let mut years = Vec::new();
    for row in store::list_years(tx, id.0).await? {
        let place = YearRow::Person(id.0, row.year);
        years.push(PersonYear {
            year: row.year,
            household_id: HouseholdId(row.household_id),
            household_number: row.household_number.clone(),
            relation: row.relation.clone(),
            facts: facts::shown(&catalog, crypto, Subject::Person, place, &row.kept, &mut origins)?,
            left_on: row.left_on,
            left_reason: row.left_reason.clone(),
        });
    }
    let events = list_events_of_person(tx, id.0).await?;
    let events = events.into_iter().map(|row| page::event(row, &mut origins)).collect();
    Ok(Person {
        id,
        id_number: numbers::masked_id(crypto, id.0, found.id_sealed.as_deref())?,
        name: found.name,
        sex: found.sex,
        birthday: found.birthday,
        id_type: found.id_type,
        number: found.number,
        household_id: HouseholdId(found.household_id),
        household_number: found.household_number,
        village: page::village(tx, found.village_id).await?,
        present: found.present,
        voided: found.void_reason,
        merged_into: found.merged_into.map(PersonId),
        years,
        events,
        origins: origins.read(tx).await?,
    })
}
