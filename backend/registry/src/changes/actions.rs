//! What people do with changes.

use chrono::Datelike;
use fupin_access::{
    Permit,
    permit::{ChangePeople, ReadPeople, ReviewPeople},
};
use fupin_contract::{
    Cursor, Fault, HouseholdChangeId, HouseholdId, Page,
    registry::{Change, ChangeDecision, ChangeFilter, ChangeHousehold, ChangeKind, ChangeState, RegisterHousehold},
    units::Level,
};
use fupin_kernel::{Error, Result, Tx, Valid, audit::Event};

use super::{
    Reader,
    applying::{self, Acting, Content, Done, store as trying},
    store::{self, ChangeRow, NewChange},
};
use crate::{
    catalog,
    error::RegistryError,
    households::{page, store as households},
    place, policy, sightings,
    sightings::Seen,
};

/// Of an act that has no body.
const NO_BODY: [u8; 32] = [0; 32];

/// Whose place it is, and what is to be done there.
struct Proposal {
    village_id: i32,
    lo: i32,
    household: Option<households::HouseholdRow>,
    content: Content,
    year: i16,
}

pub(super) async fn register_household(
    permit: &Permit<ChangePeople>,
    body: Valid<RegisterHousehold>,
) -> Result<Change> {
    let digest = body.digest();
    let act = body.into_inner();
    let event = Event::new("registry.household_registered").with("village", act.village_id.0);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            check_year(tx, act.year)?;
            let spot = place::find_village(tx, permit.scope(), act.village_id).await?;
            let proposal = Proposal {
                village_id: spot.unit.id.0,
                lo: spot.lo,
                household: None,
                year: act.year,
                content: Content::Register(act),
            };
            propose(tx, permit, proposal, event).await
        })
        .await
}

pub(super) async fn change_household(
    permit: &Permit<ChangePeople>,
    id: HouseholdId,
    body: Valid<ChangeHousehold>,
) -> Result<Change> {
    let digest = body.digest();
    let asked = body.into_inner();
    let event = Event::on("registry.household_changed", id).with("kind", asked.act.kind().name());
    permit
        .write_once_noting(event, digest, async |tx, event| {
            check_year(tx, asked.year)?;
            let household = households::lock_household(tx, permit.scope(), id).await?;
            if household.voided_at.is_some() {
                return Err(RegistryError::Voided.into());
            }
            if household.version != asked.version {
                let fresh = page::household(tx, &Reader::of(permit), id, Some(asked.year)).await.ok();
                return Err(RegistryError::StaleVersion.with_current(&fresh));
            }
            let proposal = Proposal {
                village_id: household.village_id,
                lo: household.lo,
                household: Some(household),
                year: asked.year,
                content: Content::Act(asked.act),
            };
            propose(tx, permit, proposal, event).await
        })
        .await
}

/// Nothing is known of years to come.
fn check_year(tx: &Tx, year: i16) -> Result<()> {
    if i32::from(year) <= tx.today().year() {
        return Ok(());
    }
    Err(RegistryError::Bad("year", Fault::new("registry.future_year")).into())
}

/// Apply a change, or try it and keep it for a reviewer.
async fn propose(tx: &mut Tx, permit: &Permit<ChangePeople>, proposal: Proposal, event: &mut Event) -> Result<Change> {
    let reader = Reader::of(permit);
    let catalog = catalog::current(tx).await?;
    let principal = permit.scope().principal_at(proposal.lo);
    event.note_principal(principal.map(|principal| principal.id));
    let level = policy::find_policy(tx).await?.review_level;
    let kind = proposal.content.kind();
    // That somebody was there and saw it is that person's own word: nobody else can say so.
    let at_once = level.is_none() || kind == ChangeKind::Verify;
    let id = HouseholdChangeId::generate();
    let acting = Acting {
        catalog: &catalog,
        crypto: reader.crypto,
        origin: id.0,
        year: proposal.year,
        village_id: proposal.village_id,
        household: proposal.household,
    };
    let known = acting.household.as_ref().map(|household| HouseholdId(household.household_id));
    trying::begin_trying(tx).await?;
    let by = permit.account_id()?;
    trying::insert_origin_of_change(tx, id, kind, by).await?;
    let Done { household_id, lines } = applying::apply(tx, &acting, &proposal.content).await?;
    if lines.is_empty() {
        return Err(RegistryError::NothingChanges.into());
    }
    if !at_once {
        trying::undo_trying(tx).await?;
    }
    event.note("state", if at_once { "applied" } else { "proposed" });
    let new = NewChange {
        id,
        household_id: if at_once { Some(household_id) } else { known },
        village_id: proposal.village_id,
        kind,
        year: proposal.year,
        content: &proposal.content,
        lines: &lines,
        at_once,
        by,
        on_behalf_of: principal.map(|principal| principal.id),
    };
    store::insert_change(tx, reader.crypto, &new).await?;
    let row = store::find_change(tx, permit.scope(), id).await?;
    row.wire(&reader, level)
}

pub(super) async fn get_change(permit: &Permit<ReadPeople>, id: HouseholdChangeId) -> Result<Change> {
    let reader = Reader::of(permit);
    sightings::look(permit, async |tx| {
        let level = policy::find_policy(tx).await?.review_level;
        let row = store::find_change(tx, permit.scope(), id).await?;
        let seen = seen_of(&row);
        Ok((row.wire(&reader, level)?, seen))
    })
    .await
}

fn seen_of(row: &ChangeRow) -> Vec<Seen> {
    row.household_id.map(|id| Seen::Household(HouseholdId(id))).into_iter().collect()
}

pub(super) async fn list_changes(permit: &Permit<ReadPeople>, filter: &ChangeFilter) -> Result<Page<Change>> {
    let limit = usize::from(filter.limit.unwrap_or(30));
    let reader = Reader::of(permit);
    sightings::look(permit, async |tx| {
        let level = policy::find_policy(tx).await?.review_level;
        let ranges = place::ranges(tx, permit.scope(), filter.unit_id).await?;
        let own = filter.own.unwrap_or(false).then(|| permit.account_id()).transpose()?;
        let rows = store::list_changes(tx, ranges, filter, own, limit as i64 + 1).await?;
        let seen = rows.iter().flat_map(seen_of).collect();
        let rows = rows.into_iter().map(|row| row.wire(&reader, level)).collect::<Result<Vec<_>>>()?;
        Ok((Page::cut(rows, limit, |change| Cursor::after(change.proposed_at, change.id.0).0), seen))
    })
    .await
}

pub(super) async fn decide_change(
    permit: &Permit<ReviewPeople>,
    id: HouseholdChangeId,
    body: Valid<ChangeDecision>,
) -> Result<Change> {
    let digest = body.digest();
    let decision = body.into_inner();
    if !decision.approve && decision.reason.is_none() {
        return Err(RegistryError::Bad("reason", Fault::new("required")).into());
    }
    let event = if decision.approve {
        Event::on("registry.change_approved", id)
    } else {
        Event::on("registry.change_rejected", id)
    };
    let reader = Reader::of(permit);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let level = policy::find_policy(tx).await?.review_level;
            let row = store::lock_change(tx, permit.scope(), id).await?;
            let lo = row.lo;
            event.note_principal(permit.scope().principal_at(lo).map(|principal| principal.id));
            may_decide(permit, &row, level)?;
            let mut household_id = row.household_id.map(HouseholdId);
            if decision.approve {
                household_id = Some(approve(tx, permit, &reader, &row, level).await?);
            }
            let state = if decision.approve { ChangeState::Applied } else { ChangeState::Rejected };
            store::update_decided(tx, id, state, household_id, permit.account_id()?, decision.reason.as_deref())
                .await?;
            store::find_change(tx, permit.scope(), id).await?.wire(&reader, level)
        })
        .await
}

fn may_decide(permit: &Permit<ReviewPeople>, row: &ChangeRow, level: Option<Level>) -> Result<()> {
    if row.state()? != ChangeState::Proposed {
        return Err(RegistryError::Decided.into());
    }
    let own = permit.account_id()?;
    let principal = permit.scope().principal_at(row.lo).map(|principal| principal.id);
    if row.is_of(own) || principal.is_some_and(|principal| row.is_of(principal)) {
        return Err(RegistryError::OwnChange.into());
    }
    // A county's reviewer does not answer in a town's place.
    let at_level = level.is_none_or(|level| permit.scope().covers_from(level, row.lo));
    if at_level { Ok(()) } else { Err(Error::forbidden("registry.not_your_level")) }
}

/// Apply what waited, if it still changes what it was made of.
async fn approve(
    tx: &mut Tx,
    permit: &Permit<ReviewPeople>,
    reader: &Reader<'_>,
    row: &ChangeRow,
    level: Option<Level>,
) -> Result<HouseholdId> {
    let catalog = catalog::current(tx).await?;
    let household = match row.household_id {
        Some(id) => Some(households::lock_household(tx, permit.scope(), HouseholdId(id)).await?),
        None => None,
    };
    if household.as_ref().is_some_and(|household| household.voided_at.is_some()) {
        return Err(RegistryError::Voided.into());
    }
    let content = row.content(reader.crypto)?;
    let acting = Acting {
        catalog: &catalog,
        crypto: reader.crypto,
        origin: row.change_id,
        year: row.year,
        village_id: row.village_id,
        household,
    };
    trying::insert_origin_of_change(tx, HouseholdChangeId(row.change_id), row.kind()?, row.by()).await?;
    let Done { household_id, lines } = applying::apply(tx, &acting, &content).await?;
    let promised = row.lines(reader.crypto)?;
    if lines != promised {
        // Somebody changed the same values meanwhile: the reviewer sees what it would change now.
        let fresh = Change { lines, ..row.clone().wire(reader, level)? };
        return Err(RegistryError::StaleVersion.with_current(&fresh));
    }
    Ok(household_id)
}

pub(super) async fn withdraw_change(permit: &Permit<ChangePeople>, id: HouseholdChangeId) -> Result<Change> {
    let reader = Reader::of(permit);
    permit
        .write_once(Event::on("registry.change_withdrawn", id), NO_BODY, async |tx| {
            let level = policy::find_policy(tx).await?.review_level;
            let row = store::lock_change(tx, permit.scope(), id).await?;
            if !row.is_of(permit.account_id()?) {
                return Err(RegistryError::NotYours.into());
            }
            if row.state()? != ChangeState::Proposed {
                return Err(RegistryError::Decided.into());
            }
            store::update_decided(tx, id, ChangeState::Withdrawn, row.household_id.map(HouseholdId), row.by(), None)
                .await?;
            store::find_change(tx, permit.scope(), id).await?.wire(&reader, level)
        })
        .await
}

/// Whether an act may be shown to be decided by a reader.
pub(super) fn decidable(reader: &Reader<'_>, row: &ChangeRow, level: Option<Level>) -> bool {
    let own = reader.own.is_some_and(|own| row.is_of(own));
    let principal = reader.reviews.principal_at(row.lo).map(|principal| principal.id);
    let principals_own = principal.is_some_and(|principal| row.is_of(principal));
    row.waits() && !own && !principals_own && reader.reviews_at(level, row.lo)
}
