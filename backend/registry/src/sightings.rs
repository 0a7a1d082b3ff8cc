//! Who looked at whom. Every reading of people goes through [`look`], which keeps its trace before anything goes out.
//!
//! Invariants: a sighting is never changed and never deleted; a list leaves one for each village that it showed, anything
//! else one for each household or person; a search that found nobody leaves one too, so that guessing is counted. Hours
//! that are over are sealed ([`sealing`]).

mod alarm;
mod api;
mod sealing;
mod store;

use fupin_access::{Permit, permit::Right};
use fupin_contract::{HouseholdId, PersonId, registry::SeenAct};
use fupin_kernel::{Result, Tx};

use crate::{error::RegistryError, policy};

pub(crate) use api::configure;
pub use sealing::{SightingVerdict, seal, verify};

/// What an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Households of a village on a list, from one to another.
    Listed {
        village_id: i32,
        first: HouseholdId,
        last: HouseholdId,
    },
    Found {
        household_id: HouseholdId,
        person_id: PersonId,
    },
    /// A search that found nobody.
    Nobody,
    Household(HouseholdId),
    Person {
        household_id: HouseholdId,
        person_id: PersonId,
    },
    Revealed {
        household_id: HouseholdId,
        person_id: Option<PersonId>,
    },
    /// All of a village, in a table.
    Exported {
        village_id: i32,
    },
}

impl Seen {
    fn act(self) -> SeenAct {
        match self {
            Self::Listed { .. } => SeenAct::Listed,
            Self::Found { .. } | Self::Nobody => SeenAct::Found,
            Self::Household(_) => SeenAct::Household,
            Self::Person { .. } => SeenAct::Person,
            Self::Revealed { .. } => SeenAct::Revealed,
            Self::Exported { .. } => SeenAct::Exported,
        }
    }
}

/// Read what is kept of people; `act` says what its answer shows.
pub(crate) async fn look<P: Right, T>(
    permit: &Permit<P>,
    act: impl AsyncFnOnce(&mut Tx) -> Result<(T, Vec<Seen>)>,
) -> Result<T> {
    permit
        .read_personal(async |tx| {
            let (answer, seen) = act(tx).await?;
            leave(permit, tx, &seen).await?;
            Ok(answer)
        })
        .await
}

/// Keep the trace of a look within another act.
pub(crate) async fn leave<P: Right>(permit: &Permit<P>, tx: &mut Tx, seen: &[Seen]) -> Result<()> {
    let account = permit.account_id()?;
    let onlooker = store::find_onlooker(tx, account).await?;
    store::insert_sightings(tx, onlooker.no, seen).await?;
    alarm::watch(tx, account, onlooker, seen).await
}

/// Refuse a search beyond what one may search within an hour.
pub(crate) async fn within_searches<P: Right>(permit: &Permit<P>, tx: &mut Tx) -> Result<()> {
    let most = i64::from(policy::find_policy(tx).await?.searches_per_hour);
    let done = store::count_acts(tx, permit.account_id()?, SeenAct::Found, "1 hour").await?;
    if done < most { Ok(()) } else { Err(RegistryError::Quota { code: "registry.searched_enough", most }.into()) }
}

/// How many numbers one may still see today; a refusal where none is left.
pub(crate) async fn reveals_left<P: Right>(permit: &Permit<P>, tx: &mut Tx) -> Result<i64> {
    let most = i64::from(policy::find_policy(tx).await?.reveals_per_day);
    let done = store::count_acts(tx, permit.account_id()?, SeenAct::Revealed, "24 hours").await?;
    if done < most {
        Ok(most - done)
    } else {
        Err(RegistryError::Quota { code: "registry.revealed_enough", most }.into())
    }
}
