//! Opening the page of a year of which nothing is kept yet: the page before it is the start, with whence its values come.

use fupin_kernel::{Error, Result, Tx};

use super::{Acting, store};
use crate::{
    households::store::{find_year, list_members, list_years},
    numbers::{YearRow, reseal_numbers},
};

/// Make sure that the household has a page of the year that is changed.
pub async fn ensure(tx: &mut Tx, acting: &Acting<'_>) -> Result<()> {
    let id = acting.household()?.household_id;
    let years = list_years(tx, id).await?;
    if years.contains(&acting.year) {
        return Ok(());
    }
    // A year before all others cannot be known from them.
    let before = years.into_iter().find(|year| *year < acting.year).ok_or(Error::NotFound)?;
    let page = find_year(tx, id, before).await?.ok_or(Error::NotFound)?;
    let (old, new) = (YearRow::Household(id, before), YearRow::Household(id, acting.year));
    let sealed = reseal_numbers(acting.crypto, old, new, page.kept.sealed.as_deref())?;
    store::copy_household_year(tx, id, before, acting.year, sealed).await?;
    for member in list_members(tx, id, before).await?.into_iter().filter(|member| member.stayed()) {
        let person = member.person_id;
        let (old, new) = (YearRow::Person(person, before), YearRow::Person(person, acting.year));
        let sealed = reseal_numbers(acting.crypto, old, new, member.kept.sealed.as_deref())?;
        store::copy_person_year(tx, person, before, acting.year, sealed).await?;
    }
    Ok(())
}
