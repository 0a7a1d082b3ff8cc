//! The SQL of changes as records: what was proposed, and what became of it.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, HouseholdChangeId, HouseholdId, UnitId,
    registry::{Applied, Change, ChangeFilter, ChangeKind, ChangeState},
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx, crypto::CryptoProvider};
use uuid::Uuid;

use super::{Reader, actions::decidable, applying::Content};
use crate::place::VISIBLE;

/// A change as it is kept.
#[derive(Clone, Debug, QueryableByName)]
pub struct ChangeRow {
    #[diesel(sql_type = SqlUuid)]
    pub change_id: Uuid,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub household_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    household_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    head_name: Option<String>,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Integer)]
    place_id: i32,
    #[diesel(sql_type = Text)]
    village: String,
    #[diesel(sql_type = Integer)]
    pub lo: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = Binary)]
    content_sealed: Vec<u8>,
    #[diesel(sql_type = Binary)]
    lines_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = SqlUuid)]
    proposed_by: Uuid,
    #[diesel(sql_type = Text)]
    proposer: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    on_behalf_of: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    principal: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    proposed_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    decider: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    decided_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
}

const CHANGES: &str = "
    select c.change_id, c.household_id, h.number as household_number, head.name as head_name, c.village_id,
        p.place_id, p.name as village, p.lo, c.kind, c.year, c.content_sealed, c.lines_sealed, c.state, c.proposed_by,
        a.name as proposer, c.on_behalf_of, b.name as principal, c.proposed_at, d.name as decider, c.decided_at, c.reason
    from household_change c
    join v_access_place p on p.unit_id = c.village_id
    join account a on a.account_id = c.proposed_by
    left join account b on b.account_id = c.on_behalf_of
    left join account d on d.account_id = c.decided_by
    left join household h on h.household_id = c.household_id
    left join person head on head.person_id = h.head_id";

fn place(change: Uuid, part: &str) -> String {
    format!("household_change.{part}:{change}")
}

impl ChangeRow {
    pub fn state(&self) -> Result<ChangeState> {
        ChangeState::from_name(&self.state).ok_or_else(|| Error::internal("a change is in no known state"))
    }

    pub fn waits(&self) -> bool {
        self.state == ChangeState::Proposed.name()
    }

    pub fn kind(&self) -> Result<ChangeKind> {
        ChangeKind::from_name(&self.kind).ok_or_else(|| Error::internal("a change of no known kind"))
    }

    pub fn by(&self) -> AccountId {
        AccountId(self.proposed_by)
    }

    /// Proposed by an account, or in its place.
    pub fn is_of(&self, account: AccountId) -> bool {
        self.proposed_by == account.0 || self.on_behalf_of == Some(account.0)
    }

    pub fn content(&self, crypto: &dyn CryptoProvider) -> Result<Content> {
        Ok(serde_json::from_str(&crypto.open(&place(self.change_id, "content"), &self.content_sealed)?)?)
    }

    pub fn lines(&self, crypto: &dyn CryptoProvider) -> Result<Vec<Applied>> {
        Ok(serde_json::from_str(&crypto.open(&place(self.change_id, "lines"), &self.lines_sealed)?)?)
    }

    pub fn wire(self, reader: &Reader<'_>, level: Option<Level>) -> Result<Change> {
        let lines = self.lines(reader.crypto)?;
        let may_decide = decidable(reader, &self, level);
        let may_withdraw = self.waits() && reader.own.is_some_and(|own| self.is_of(own));
        Ok(Change {
            id: HouseholdChangeId(self.change_id),
            kind: self.kind()?,
            state: self.state()?,
            year: self.year,
            household_id: self.household_id.map(HouseholdId),
            household_number: self.household_number,
            head_name: self.head_name,
            village: UnitName { id: UnitId(self.place_id), name: self.village, level: Level::Village },
            proposed_by: self.proposer,
            on_behalf_of: self.principal,
            proposed_at: self.proposed_at,
            decided_by: self.decider,
            decided_at: self.decided_at,
            reason: self.reason,
            lines,
            may_decide,
            may_withdraw,
        })
    }
}

/// A change within a scope.
pub async fn find_change(tx: &mut Tx, scope: &Scope, id: HouseholdChangeId) -> Result<ChangeRow> {
    let row = sql_query(format!("{CHANGES} where c.change_id = $3 and {VISIBLE}"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.ok_or(Error::NotFound)
}

/// Hold a change within a scope for an act.
pub async fn lock_change(tx: &mut Tx, scope: &Scope, id: HouseholdChangeId) -> Result<ChangeRow> {
    sql_query("select change_id from household_change where change_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    find_change(tx, scope, id).await
}

pub async fn list_waiting(tx: &mut Tx, id: HouseholdId) -> Result<Vec<ChangeRow>> {
    let of = "where c.household_id = $1 and c.state = 'proposed' order by c.proposed_at limit 50";
    let rows = sql_query(format!("{CHANGES} {of}")).bind::<BigInt, _>(id.0).load(tx.conn()?).await?;
    Ok(rows)
}

pub async fn list_changes(
    tx: &mut Tx,
    ranges: (Vec<i32>, Vec<i32>),
    filter: &ChangeFilter,
    own: Option<AccountId>,
    limit: i64,
) -> Result<Vec<ChangeRow>> {
    let after = filter.after.as_ref().map(|at| at.read().ok_or(Error::NotFound)).transpose()?;
    let within = |at: &DateTime<Utc>| (0..253_402_300_800).contains(&at.timestamp());
    if after.as_ref().is_some_and(|(at, _)| !within(at)) {
        return Err(Error::NotFound);
    }
    let rows = sql_query(format!(
        "{CHANGES} where {VISIBLE}
           and ($3 is null or c.household_id = $3) and ($4 is null or c.state = $4)
           and ($5 is null or c.proposed_by = $5 or c.on_behalf_of = $5)
           and ($6 is null or (c.proposed_at, c.change_id) < ($6, $7))
         order by c.proposed_at desc, c.change_id desc limit $8"
    ))
    .bind::<Array<Integer>, _>(ranges.0)
    .bind::<Array<Integer>, _>(ranges.1)
    .bind::<Nullable<BigInt>, _>(filter.household_id.map(|id| id.0))
    .bind::<Nullable<Text>, _>(filter.state.map(ChangeState::name))
    .bind::<Nullable<SqlUuid>, _>(own.map(|own| own.0))
    .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}

/// What somebody proposes, or has just applied.
#[derive(Debug)]
pub struct NewChange<'a> {
    pub id: HouseholdChangeId,
    pub household_id: Option<HouseholdId>,
    pub village_id: i32,
    pub kind: ChangeKind,
    pub year: i16,
    pub content: &'a Content,
    pub lines: &'a [Applied],
    pub at_once: bool,
    pub by: AccountId,
    pub on_behalf_of: Option<AccountId>,
}

pub async fn insert_change(tx: &mut Tx, crypto: &dyn CryptoProvider, new: &NewChange<'_>) -> Result<()> {
    let now = tx.now();
    let content = crypto.seal(&place(new.id.0, "content"), &serde_json::to_string(new.content)?)?;
    let lines = crypto.seal(&place(new.id.0, "lines"), &serde_json::to_string(new.lines)?)?;
    sql_query(
        "insert into household_change (change_id, household_id, village_id, kind, year, content_sealed, lines_sealed,
             state, proposed_by, on_behalf_of, proposed_at, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, case when $8 then 'applied' else 'proposed' end, $9, $10, $11,
             case when $8 then $9 end, case when $8 then $11 end)",
    )
    .bind::<SqlUuid, _>(new.id.0)
    .bind::<Nullable<BigInt>, _>(new.household_id.map(|id| id.0))
    .bind::<Integer, _>(new.village_id)
    .bind::<Text, _>(new.kind.name())
    .bind::<SmallInt, _>(new.year)
    .bind::<Binary, _>(content)
    .bind::<Binary, _>(lines)
    .bind::<Bool, _>(new.at_once)
    .bind::<SqlUuid, _>(new.by.0)
    .bind::<Nullable<SqlUuid>, _>(new.on_behalf_of.map(|id| id.0))
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_decided(
    tx: &mut Tx,
    id: HouseholdChangeId,
    state: ChangeState,
    household_id: Option<HouseholdId>,
    by: AccountId,
    reason: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update household_change set state = $2, household_id = $3, decided_by = $4, decided_at = $5, reason = $6
         where change_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(state.name())
    .bind::<Nullable<BigInt>, _>(household_id.map(|id| id.0))
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Text>, _>(reason)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
