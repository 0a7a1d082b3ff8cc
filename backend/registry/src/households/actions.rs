//! What somebody reads of households.

use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{
    Cursor, Fault, HouseholdId, Page,
    registry::{
        Household, HouseholdFilter, HouseholdLine,
        catalog::{Catalog, FieldRole, Subject},
    },
};
use fupin_kernel::{Error, Result};

use super::{
    page,
    store::{self, Having, ListRow, Listing},
};
use crate::{catalog, changes::Reader, place, sightings, sightings::Seen};

pub(super) async fn get_household(
    permit: &Permit<ReadPeople>,
    id: HouseholdId,
    year: Option<i16>,
) -> Result<Household> {
    sightings::look(permit, async |tx| {
        let page = page::household(tx, &Reader::of(permit), id, year).await?;
        Ok((page, vec![Seen::Household(id)]))
    })
    .await
}

pub(super) async fn list_households(
    permit: &Permit<ReadPeople>,
    filter: &HouseholdFilter,
) -> Result<Page<HouseholdLine>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    sightings::look(permit, async |tx| {
        let catalog = catalog::current(tx).await?;
        let listing = Listing {
            ranges: place::ranges(tx, permit.scope(), filter.unit_id).await?,
            year: filter.year,
            having: read_having(&catalog, filter)?,
            after: filter.after.as_ref().map(|at| at.read_numbers().ok_or(Error::NotFound)).transpose()?,
            limit: limit as i64 + 1,
        };
        let reach = store::find_reach(tx, &listing).await?;
        let mut rows = store::list_households(tx, &listing, reach).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        // A page that is full goes on after its last row, a short one where it stopped looking.
        let end = if more { rows.last().map(ListRow::place) } else { reach };
        let next = end.map(Cursor::after_numbers);
        let seen = seen_of(&rows);
        let items = rows.into_iter().map(ListRow::line).collect::<Result<_>>()?;
        Ok((Page { items, next }, seen))
    })
    .await
}

/// Attributes are asked by key and canonical value; numbers lie sealed and cannot be asked this way.
fn read_having(catalog: &Catalog, filter: &HouseholdFilter) -> Result<Having> {
    let bad = || Error::invalid_field("having", Fault::new("having"));
    let asked = filter.attributes().ok_or_else(bad)?;
    let mut having = Having::default();
    for (key, value) in asked {
        let field = catalog.field(key).filter(|field| !field.r#type.is_sealed()).ok_or_else(bad)?;
        let role = field.role;
        let facts = match field.of {
            Subject::Household if role.is_none() => &mut having.household,
            Subject::Person if role.is_none() => &mut having.person,
            Subject::Person if role == Some(FieldRole::Relation) => {
                having.relation = Some(value.to_owned());
                continue;
            }
            Subject::Household | Subject::Person => return Err(bad()),
        };
        facts.insert(key.to_owned(), value.to_owned().into());
    }
    Ok(having)
}

/// One sighting for each village that the page shows, from its first household to its last.
fn seen_of(rows: &[ListRow]) -> Vec<Seen> {
    let of_village = rows.chunk_by(|one, next| one.village_id == next.village_id);
    let ends = of_village.filter_map(|rows| rows.first().zip(rows.last()));
    ends.map(|(first, last)| Seen::Listed {
        village_id: first.village_id,
        first: HouseholdId(first.household_id),
        last: HouseholdId(last.household_id),
    })
    .collect()
}
