//! Changing what is kept of a household: what is proposed is tried on the spot, so that whoever reviews it sees what it would
//! change, and what cannot be is refused at once.
//!
//! Who does what: [`actions`] propose, apply, decide and take back; [`applying`] does each act; [`reading`] reads what was
//! written by hand; [`store`] and that of [`applying`] hold the SQL.
//!
//! Invariants:
//! - A change is applied to what its lines were made of, or not at all.
//! - Nobody reviews what he or she proposed, or what was proposed in his or her place.
//! - Each applied change is an origin, to which every value that it wrote points.

mod actions;
mod api;
pub(crate) mod applying;
mod reading;
mod store;

use fupin_access::{Permit, Scope, permit::Right};
use fupin_contract::{AccountId, HouseholdId, access::Permission, registry::Change, units::Level};
use fupin_kernel::{Result, Tx, crypto::CryptoProvider};

pub(crate) use api::configure;
pub(crate) use reading::sex_code;

use crate::policy;

/// Who reads, and what he or she may do with changes that wait.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub scope: &'a Scope,
    pub crypto: &'a dyn CryptoProvider,
    own: Option<AccountId>,
    reviews: Scope,
}

impl<'a> Reader<'a> {
    pub fn of<P: Right>(permit: &'a Permit<P>) -> Self {
        Self {
            scope: permit.scope(),
            crypto: permit.app().crypto.as_ref(),
            own: permit.caller().map(|caller| caller.account_id),
            reviews: permit.scope_of(Permission::ReviewPeople),
        }
    }

    /// Whether the reader reviews anything at an ordinal.
    pub fn reviews_in(&self, ordinal: i32) -> bool {
        self.reviews.covers(ordinal)
    }

    /// Whether the reader reviews at exactly the level that the province asks.
    fn reviews_at(&self, level: Option<Level>, ordinal: i32) -> bool {
        level.is_some_and(|level| self.reviews.covers_from(level, ordinal))
    }
}

/// Changes of a household that wait for a reviewer, the oldest first.
pub(crate) async fn list_waiting(tx: &mut Tx, reader: &Reader<'_>, id: HouseholdId) -> Result<Vec<Change>> {
    let level = policy::find_policy(tx).await?.review_level;
    let rows = store::list_waiting(tx, id).await?;
    rows.into_iter().map(|row| row.wire(reader, level)).collect()
}
