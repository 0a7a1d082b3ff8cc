//! What people do with records that may be of one person.

use fupin_access::{
    Permit,
    permit::{ReadPeople, ReviewPeople, Right},
};
use fupin_contract::{
    Cursor, DuplicateId, Fault, HouseholdId, Page, PersonId,
    registry::{DecideDuplicate, Duplicate, DuplicateAct, DuplicateFilter, DuplicateSide, DuplicateState, mask_name},
};
use fupin_kernel::{Result, Tx, Valid, audit::Event};

use super::store::{self, PairRow, SideRow, Verdict};
use crate::{
    changes::{
        Reader,
        applying::{self, store as people},
    },
    error::RegistryError,
    households::store::{list_years, lock_household},
    numbers::{self, YearRow},
    origins,
    origins::NewOrigin,
    place, sightings,
    sightings::Seen,
};

pub(super) async fn list_duplicates(permit: &Permit<ReadPeople>, filter: &DuplicateFilter) -> Result<Page<Duplicate>> {
    let limit = usize::from(filter.limit.unwrap_or(30));
    let reader = Reader::of(permit);
    sightings::look(permit, async |tx| {
        let ranges = place::ranges(tx, permit.scope(), filter.unit_id).await?;
        let state = filter.state.unwrap_or(DuplicateState::Open);
        let rows = store::list_pairs(tx, &ranges, state, filter.after.as_ref(), limit as i64 + 1).await?;
        let seen = rows.iter().take(limit).flat_map(|row| listed(&reader, row)).collect();
        let pairs = rows.iter().map(|row| wire(&reader, row)).collect::<Result<Vec<_>>>()?;
        Ok((Page::cut(pairs, limit, |pair| Cursor::after(pair.found_at, pair.id.0).0), seen))
    })
    .await
}

/// Of those whom the reader may see, each stands on the list with the household.
fn listed(reader: &Reader<'_>, row: &PairRow) -> Vec<Seen> {
    let own = [&row.first, &row.second].into_iter().filter(|side| reader.scope.covers(side.lo));
    own.map(|side| {
        let household = HouseholdId(side.household_id);
        Seen::Listed { village_id: side.village_id, first: household, last: household }
    })
    .collect()
}

fn looked_at(row: &PairRow) -> [Seen; 2] {
    [&row.first, &row.second]
        .map(|side| Seen::Person { household_id: HouseholdId(side.household_id), person_id: PersonId(side.person_id) })
}

fn wire(reader: &Reader<'_>, row: &PairRow) -> Result<Duplicate> {
    let said = &row.said;
    let state = said.state()?;
    let merged = |side: &SideRow| state == DuplicateState::Merged && said.kept_id != Some(side.person_id);
    let sides = [&row.first, &row.second];
    Ok(Duplicate {
        id: DuplicateId(said.duplicate_id),
        state,
        likeness: said.likeness()?,
        found_at: said.found_at,
        sides: sides.iter().map(|side| shown(reader, side, merged(side))).collect::<Result<_>>()?,
        decided_by: said.decided_by.clone(),
        decided_at: said.decided_at,
        reason: said.reason.clone(),
        may_decide: sides.iter().all(|side| reader.reviews_in(side.lo)),
    })
}

/// One record as the reader may see it: of another region only what says whom to telephone.
fn shown(reader: &Reader<'_>, row: &SideRow, merged: bool) -> Result<DuplicateSide> {
    let own = reader.scope.covers(row.lo);
    Ok(DuplicateSide {
        person_id: own.then_some(PersonId(row.person_id)),
        name: if own { row.name.clone() } else { mask_name(&row.name) },
        sex: row.sex.clone(),
        birthday: row.birthday.filter(|_| own),
        id_number: numbers::masked_id(reader.crypto, row.person_id, row.id_sealed.as_deref().filter(|_| own))?,
        household_id: own.then_some(HouseholdId(row.household_id)),
        household_number: own.then(|| row.household_number.clone()),
        place: if own { row.village.clone() } else { row.county.clone() },
        year: row.year.filter(|_| own),
        present: row.present,
        merged,
    })
}

pub(super) async fn decide_duplicate(
    permit: &Permit<ReviewPeople>,
    id: DuplicateId,
    body: Valid<DecideDuplicate>,
) -> Result<Duplicate> {
    let digest = body.digest();
    let DecideDuplicate { act, reason } = body.into_inner();
    let event = match act {
        DuplicateAct::Merge { keep } => Event::on("registry.people_merged", id).with("keep", keep.0),
        DuplicateAct::Part => Event::on("registry.people_parted", id),
        DuplicateAct::Reopen => Event::on("registry.duplicate_reopened", id),
    };
    let reader = Reader::of(permit);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let pair = store::lock_pair(tx, id).await?;
            lock_both(tx, permit, &pair).await?;
            let principal = permit.scope().principal_at(pair.first.lo).map(|principal| principal.id);
            event.note_principal(principal);
            let verdict = match act {
                DuplicateAct::Merge { keep } => merge(tx, permit, &pair, keep, &reason).await?,
                DuplicateAct::Part => part(&pair)?,
                DuplicateAct::Reopen => reopen(tx, permit, &pair, &reason).await?,
            };
            store::update_verdict(tx, id, verdict, permit.account_id()?, &reason).await?;
            let pair = store::lock_pair(tx, id).await?;
            sightings::leave(permit, tx, &looked_at(&pair)).await?;
            wire(&reader, &pair)
        })
        .await
}

/// Hold both households, in one order whoever comes; a record outside the scope is not there to decide about.
async fn lock_both<P: Right>(tx: &mut Tx, permit: &Permit<P>, pair: &PairRow) -> Result<()> {
    let mut households = [pair.first.household_id, pair.second.household_id];
    households.sort_unstable();
    for household in households {
        lock_household(tx, permit.scope(), HouseholdId(household)).await?;
    }
    Ok(())
}

/// Void the record that is not kept, and let it point at the other.
async fn merge(
    tx: &mut Tx,
    permit: &Permit<ReviewPeople>,
    pair: &PairRow,
    keep: PersonId,
    reason: &str,
) -> Result<Verdict> {
    if pair.said.state()? != DuplicateState::Open {
        return Err(RegistryError::Decided.into());
    }
    let (kept, other) = match keep.0 {
        id if id == pair.first.person_id => (&pair.first, &pair.second),
        id if id == pair.second.person_id => (&pair.second, &pair.first),
        _ => return Err(RegistryError::Bad("act.keep", Fault::new("registry.not_of_the_pair")).into()),
    };
    if kept.voided || other.voided {
        return Err(RegistryError::Voided.into());
    }
    if let Some(year) = list_years(tx, other.household_id).await?.first().copied() {
        let head = other.heads.then_some(other.person_id);
        applying::keep_headed(tx, other.household_id, year, head, other.person_id).await?;
    }
    // Years that the kept record lacks go over to it, so that nobody is missing from an earlier page.
    let years = move_years(tx, permit, other.person_id, kept.person_id, None).await?;
    people::void_person(tx, other.person_id, reason, Some(kept.person_id)).await?;
    tell(tx, permit, other, "voided", reason, Some(kept.household_id)).await?;
    Ok(Verdict::Merged { kept: kept.person_id, was_present: other.present, moved_years: years })
}

/// Move pages of years from one record to the other, sealed anew for where they lie then. Says which.
async fn move_years(
    tx: &mut Tx,
    permit: &Permit<ReviewPeople>,
    from: i64,
    to: i64,
    among: Option<&[i16]>,
) -> Result<Vec<i16>> {
    let crypto = permit.app().crypto.as_ref();
    let mut moved = Vec::new();
    for page in store::list_years_beside(tx, from, to, among).await? {
        let (old, new) = (YearRow::Person(from, page.year), YearRow::Person(to, page.year));
        let sealed = numbers::reseal_numbers(crypto, old, new, page.sealed.as_deref())?;
        store::move_year(tx, from, to, page.year, sealed).await?;
        moved.push(page.year);
    }
    Ok(moved)
}

fn part(pair: &PairRow) -> Result<Verdict> {
    if pair.said.state()? == DuplicateState::Open { Ok(Verdict::Apart) } else { Err(RegistryError::Decided.into()) }
}

/// Take back what was said; the voided record is there again, unless its ID number has been given to somebody else since.
async fn reopen(tx: &mut Tx, permit: &Permit<ReviewPeople>, pair: &PairRow, reason: &str) -> Result<Verdict> {
    match pair.said.state()? {
        DuplicateState::Open => return Err(RegistryError::Decided.into()),
        DuplicateState::Apart => return Ok(Verdict::Open),
        DuplicateState::Merged => {}
    }
    let other = if pair.said.kept_id == Some(pair.first.person_id) { &pair.second } else { &pair.first };
    if let Some(holder) = people::find_holder(tx, other.person_key).await? {
        let name = mask_name(&holder.name);
        return Err(RegistryError::Taken { name, place: holder.place }.into());
    }
    store::revive_person(tx, other.person_id, pair.said.was_present.unwrap_or(false)).await?;
    if let Some(kept) = pair.said.kept_id {
        move_years(tx, permit, kept, other.person_id, Some(&pair.said.moved_years)).await?;
    }
    tell(tx, permit, other, "corrected", reason, None).await?;
    Ok(Verdict::Open)
}

/// Write it into the history of the household whose record it is.
async fn tell(
    tx: &mut Tx,
    permit: &Permit<ReviewPeople>,
    side: &SideRow,
    kind: &str,
    reason: &str,
    other: Option<i64>,
) -> Result<()> {
    let origin = uuid::Uuid::now_v7();
    let new = NewOrigin { id: origin, kind: "merge", source: kind, by: Some(permit.account_id()?) };
    origins::insert_origin(tx, &new).await?;
    let today = tx.today();
    let (household, person) = (side.household_id, Some(side.person_id));
    people::insert_event(tx, origin, household, kind, person, Some(reason), today, other).await?;
    people::bump_version(tx, household).await
}
