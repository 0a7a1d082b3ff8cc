//! The SQL of what changes do to households and people. Whoever calls holds the household.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{
        BigInt, Binary, Bool, Date, Integer, Jsonb, Nullable, Numeric, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
    },
};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use fupin_contract::{
    AccountId, HouseholdChangeId, HouseholdId, IdNumber, PersonId,
    registry::{ChangeKind, IncomeSum},
};
use fupin_kernel::{Error, Result, Tx, crypto::CryptoProvider};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::{Acting, WrittenRow};
use crate::{
    changes::reading::Identity,
    error::RegistryError,
    numbers,
    origins::{NewOrigin, insert_origin},
};

/// From here on everything can be undone.
pub async fn begin_trying(tx: &mut Tx) -> Result<()> {
    Ok(tx.conn()?.batch_execute("savepoint trying").await?)
}

pub async fn undo_trying(tx: &mut Tx) -> Result<()> {
    Ok(tx.conn()?.batch_execute("rollback to savepoint trying").await?)
}

pub async fn insert_origin_of_change(
    tx: &mut Tx,
    id: HouseholdChangeId,
    kind: ChangeKind,
    by: AccountId,
) -> Result<()> {
    insert_origin(tx, &NewOrigin { id: id.0, kind: "change", source: kind.name(), by: Some(by) }).await
}

pub async fn bump_version(tx: &mut Tx, household: i64) -> Result<()> {
    sql_query("update household set version = version + 1 where household_id = $1")
        .bind::<BigInt, _>(household)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn copy_household_year(tx: &mut Tx, id: i64, from: i16, to: i16, sealed: Option<Vec<u8>>) -> Result<()> {
    sql_query(
        "insert into household_year (household_id, year, village_id, head_id, facts, sealed, origin_id, marks, unmapped)
         select household_id, $3, village_id, head_id, facts, $4, origin_id, marks, unmapped
         from household_year where household_id = $1 and year = $2",
    )
    .bind::<BigInt, _>(id)
    .bind::<SmallInt, _>(from)
    .bind::<SmallInt, _>(to)
    .bind::<Nullable<Binary>, _>(sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn copy_person_year(tx: &mut Tx, id: i64, from: i16, to: i16, sealed: Option<Vec<u8>>) -> Result<()> {
    sql_query(
        "insert into person_year (person_id, year, household_id, relation, facts, sealed, origin_id, marks, unmapped)
         select person_id, $3, household_id, relation, facts, $4, origin_id, marks, unmapped
         from person_year where person_id = $1 and year = $2",
    )
    .bind::<BigInt, _>(id)
    .bind::<SmallInt, _>(from)
    .bind::<SmallInt, _>(to)
    .bind::<Nullable<Binary>, _>(sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_household_year(tx: &mut Tx, id: i64, year: i16, row: &WrittenRow) -> Result<()> {
    update_row(
        tx,
        "household_year set facts = $3, sealed = $4, marks = $5, unmapped = $6 where household_id",
        id,
        year,
        row,
    )
    .await
}

pub async fn update_person_year(tx: &mut Tx, id: i64, year: i16, row: &WrittenRow) -> Result<()> {
    update_row(tx, "person_year set facts = $3, sealed = $4, marks = $5, unmapped = $6 where person_id", id, year, row)
        .await
}

async fn update_row(tx: &mut Tx, set: &str, id: i64, year: i16, row: &WrittenRow) -> Result<()> {
    sql_query(format!("update {set} = $1 and year = $2"))
        .bind::<BigInt, _>(id)
        .bind::<SmallInt, _>(year)
        .bind::<Jsonb, _>(&row.facts)
        .bind::<Nullable<Binary>, _>(&row.sealed)
        .bind::<Nullable<Jsonb>, _>(&row.marks)
        .bind::<Nullable<Jsonb>, _>(&row.unmapped)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn update_household_phone(tx: &mut Tx, id: i64, index: Option<i64>) -> Result<()> {
    sql_query("update household set phone_index = $2 where household_id = $1")
        .bind::<BigInt, _>(id)
        .bind::<Nullable<BigInt>, _>(index)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn update_person_phone(tx: &mut Tx, id: i64, index: Option<i64>) -> Result<()> {
    sql_query("update person set phone_index = $2 where person_id = $1")
        .bind::<BigInt, _>(id)
        .bind::<Nullable<BigInt>, _>(index)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct LedgerRow {
    #[diesel(sql_type = Jsonb)]
    lines: Value,
}

/// The ledger of a year; empty where there is none.
pub async fn find_ledger(tx: &mut Tx, household: i64, year: i16) -> Result<BTreeMap<String, Decimal>> {
    let row: Option<LedgerRow> = sql_query("select lines from income where household_id = $1 and year = $2")
        .bind::<BigInt, _>(household)
        .bind::<SmallInt, _>(year)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(row.map(|row| serde_json::from_value(row.lines)).transpose()?.unwrap_or_default())
}

pub async fn save_ledger(
    tx: &mut Tx,
    household: i64,
    year: i16,
    lines: Value,
    sum: IncomeSum,
    origin: Uuid,
) -> Result<()> {
    sql_query(
        "insert into income (household_id, year, lines, members, total, net, per_capita, origin_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (household_id, year) do update set lines = excluded.lines, members = excluded.members,
             total = excluded.total, net = excluded.net, per_capita = excluded.per_capita,
             origin_id = excluded.origin_id",
    )
    .bind::<BigInt, _>(household)
    .bind::<SmallInt, _>(year)
    .bind::<Jsonb, _>(lines)
    .bind::<SmallInt, _>(sum.members)
    .bind::<Numeric, _>(sum.total)
    .bind::<Numeric, _>(sum.net)
    .bind::<Numeric, _>(sum.per_capita)
    .bind::<SqlUuid, _>(origin)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Who has an ID number.
#[derive(Clone, Debug, QueryableByName)]
pub struct Holder {
    #[diesel(sql_type = BigInt)]
    pub person_id: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub present: bool,
    /// The county and town of the household.
    #[diesel(sql_type = Text)]
    pub place: String,
}

pub async fn find_holder(tx: &mut Tx, key: i64) -> Result<Option<Holder>> {
    let row = sql_query(
        "select q.person_id, q.name, q.present,
             coalesce((select string_agg(u.name, ' ' order by u.level) from v_access_unit u
                       where u.lo <= p.lo and p.lo < u.hi and u.level between 1 and 2), '') as place
         from person q left join v_access_place p on p.unit_id = q.village_id
         where q.person_key = $1 and q.voided_at is null for update of q",
    )
    .bind::<BigInt, _>(key)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

async fn next_id(tx: &mut Tx, sequence: &str) -> Result<i64> {
    let row: IdRow =
        sql_query("select nextval($1::regclass) as id").bind::<Text, _>(sequence).get_result(tx.conn()?).await?;
    Ok(row.id)
}

/// Somebody new to the registry.
#[derive(Debug)]
pub struct NewPerson<'a> {
    pub identity: &'a Identity,
    /// Pinyin and initials of the name.
    pub readings: (String, String),
    pub household_id: i64,
    pub village_id: i32,
}

pub async fn insert_person(
    tx: &mut Tx,
    crypto: &dyn CryptoProvider,
    origin: Uuid,
    new: &NewPerson<'_>,
) -> Result<PersonId> {
    let id = PersonId(next_id(tx, "person_person_id_seq").await?);
    let identity = new.identity;
    let number = identity.id_number.as_ref();
    let key = numbers::key_of(crypto, number, id)?;
    let sealed = number.map(|number| numbers::seal_id(crypto, id, number)).transpose()?;
    let tail = tail_of(crypto, number)?;
    let (pinyin, initials) = &new.readings;
    sql_query(
        "insert into person (person_id, person_key, household_id, village_id, name, initials, pinyin, sex, birthday,
             id_sealed, tail_index, origin_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind::<BigInt, _>(id.0)
    .bind::<BigInt, _>(key.stored())
    .bind::<BigInt, _>(new.household_id)
    .bind::<Integer, _>(new.village_id)
    .bind::<Text, _>(&identity.name)
    .bind::<Text, _>(initials)
    .bind::<Text, _>(pinyin)
    .bind::<Text, _>(&identity.sex)
    .bind::<Nullable<Date>, _>(identity.birthday)
    .bind::<Nullable<Binary>, _>(sealed)
    .bind::<Nullable<BigInt>, _>(tail)
    .bind::<SqlUuid, _>(origin)
    .execute(tx.conn()?)
    .await?;
    Ok(id)
}

fn tail_of(crypto: &dyn CryptoProvider, number: Option<&IdNumber>) -> Result<Option<i64>> {
    Ok(number.map(|number| numbers::tail_index(crypto, number.reveal())).transpose()?.flatten())
}

pub async fn update_identity(
    tx: &mut Tx,
    crypto: &dyn CryptoProvider,
    person: PersonId,
    now: &Identity,
    (pinyin, initials): &(String, String),
) -> Result<()> {
    let number = now.id_number.as_ref();
    let key = numbers::key_of(crypto, number, person)?;
    let sealed = number.map(|number| numbers::seal_id(crypto, person, number)).transpose()?;
    let tail = tail_of(crypto, number)?;
    sql_query(
        "update person set name = $2, initials = $3, pinyin = $4, sex = $5, birthday = $6, person_key = $7,
             id_sealed = $8, tail_index = $9
         where person_id = $1",
    )
    .bind::<BigInt, _>(person.0)
    .bind::<Text, _>(&now.name)
    .bind::<Text, _>(initials)
    .bind::<Text, _>(pinyin)
    .bind::<Text, _>(&now.sex)
    .bind::<Nullable<Date>, _>(now.birthday)
    .bind::<BigInt, _>(key.stored())
    .bind::<Nullable<Binary>, _>(sealed)
    .bind::<Nullable<BigInt>, _>(tail)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Somebody belongs to this household from now on.
pub async fn move_person(tx: &mut Tx, person: i64, household: i64, village: i32) -> Result<()> {
    sql_query("update person set household_id = $2, village_id = $3, present = true where person_id = $1")
        .bind::<BigInt, _>(person)
        .bind::<BigInt, _>(household)
        .bind::<Integer, _>(village)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// The year's page of somebody who goes along with others to another household.
pub async fn move_person_year(tx: &mut Tx, person: i64, year: i16, household: i64, relation: &str) -> Result<()> {
    sql_query("update person_year set household_id = $3, relation = $4 where person_id = $1 and year = $2")
        .bind::<BigInt, _>(person)
        .bind::<SmallInt, _>(year)
        .bind::<BigInt, _>(household)
        .bind::<Text, _>(relation)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// The year's page of somebody who comes in; whoever left another household in the same year is of this one now.
pub async fn save_person_year(
    tx: &mut Tx,
    acting: &Acting<'_>,
    person: PersonId,
    household: i64,
    relation: &str,
    facts: &Value,
    sealed: Option<Vec<u8>>,
) -> Result<()> {
    sql_query(
        "insert into person_year (person_id, year, household_id, relation, facts, sealed, origin_id)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (person_id, year) do update set household_id = excluded.household_id,
             relation = excluded.relation, facts = person_year.facts || excluded.facts,
             sealed = coalesce(excluded.sealed, person_year.sealed), left_on = null, left_reason = null",
    )
    .bind::<BigInt, _>(person.0)
    .bind::<SmallInt, _>(acting.year)
    .bind::<BigInt, _>(household)
    .bind::<Text, _>(relation)
    .bind::<Jsonb, _>(facts)
    .bind::<Nullable<Binary>, _>(sealed)
    .bind::<SqlUuid, _>(acting.origin)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_relation(tx: &mut Tx, person: i64, year: i16, relation: &str) -> Result<()> {
    sql_query("update person_year set relation = $3 where person_id = $1 and year = $2")
        .bind::<BigInt, _>(person)
        .bind::<SmallInt, _>(year)
        .bind::<Text, _>(relation)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn update_left(
    tx: &mut Tx,
    person: i64,
    household: i64,
    year: i16,
    left: Option<(NaiveDate, &str)>,
) -> Result<()> {
    sql_query("update person_year set left_on = $3, left_reason = $4 where person_id = $1 and year = $2")
        .bind::<BigInt, _>(person)
        .bind::<SmallInt, _>(year)
        .bind::<Nullable<Date>, _>(left.map(|(on, _)| on))
        .bind::<Nullable<Text>, _>(left.map(|(_, reason)| reason))
        .execute(tx.conn()?)
        .await?;
    sql_query("update person set present = false where person_id = $1 and household_id = $2")
        .bind::<BigInt, _>(person)
        .bind::<BigInt, _>(household)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn void_person(tx: &mut Tx, person: i64, reason: &str, into: Option<i64>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update person set voided_at = $2, void_reason = $3, merged_into = $4, present = false where person_id = $1",
    )
    .bind::<BigInt, _>(person)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(reason)
    .bind::<Nullable<BigInt>, _>(into)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A household of its own, under the given number or one made of its village and itself.
pub async fn insert_household(tx: &mut Tx, acting: &Acting<'_>, number: Option<&str>, on: NaiveDate) -> Result<i64> {
    let id = next_id(tx, "household_household_id_seq").await?;
    let done = sql_query(
        "insert into household (household_id, number, village_id, origin_id, registered_on)
         select $1, coalesce($2, (select code from v_access_place where unit_id = $3) || lpad($1::text, 6, '0')),
             $3, $4, $5
         on conflict (number) where voided_at is null do nothing",
    )
    .bind::<BigInt, _>(id)
    .bind::<Nullable<Text>, _>(number.map(str::trim))
    .bind::<Integer, _>(acting.village_id)
    .bind::<SqlUuid, _>(acting.origin)
    .bind::<Date, _>(on)
    .execute(tx.conn()?)
    .await?;
    if done == 1 { Ok(id) } else { Err(RegistryError::NumberTaken.into()) }
}

pub async fn insert_household_year(
    tx: &mut Tx,
    acting: &Acting<'_>,
    id: i64,
    facts: &Value,
    sealed: Option<Vec<u8>>,
) -> Result<()> {
    sql_query(
        "insert into household_year (household_id, year, village_id, facts, sealed, origin_id)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<BigInt, _>(id)
    .bind::<SmallInt, _>(acting.year)
    .bind::<Integer, _>(acting.village_id)
    .bind::<Jsonb, _>(facts)
    .bind::<Nullable<Binary>, _>(sealed)
    .bind::<SqlUuid, _>(acting.origin)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_head(tx: &mut Tx, id: i64, year: i16, person: i64) -> Result<()> {
    for statement in [
        "update household_year set head_id = $3 where household_id = $1 and year = $2",
        // Of the latest year the head is today's as well.
        "update household set head_id = $3 where household_id = $1
           and $2 = (select max(year) from household_year where household_id = $1)",
    ] {
        sql_query(statement)
            .bind::<BigInt, _>(id)
            .bind::<SmallInt, _>(year)
            .bind::<BigInt, _>(person)
            .execute(tx.conn()?)
            .await?;
    }
    Ok(())
}

pub async fn update_village(tx: &mut Tx, id: i64, year: i16, village: i32) -> Result<()> {
    for statement in [
        "update household_year set village_id = $3 where household_id = $1 and year = $2",
        "update household set village_id = $3 where household_id = $1 and $2 > 0",
        "update person set village_id = $3 where household_id = $1 and $2 > 0",
    ] {
        sql_query(statement)
            .bind::<BigInt, _>(id)
            .bind::<SmallInt, _>(year)
            .bind::<Integer, _>(village)
            .execute(tx.conn()?)
            .await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = Text)]
    number: String,
}

/// Hold another household of the same village.
pub async fn lock_neighbour(tx: &mut Tx, id: HouseholdId, village: i32) -> Result<String> {
    let row: Option<NumberRow> = sql_query(
        "select number from household where household_id = $1 and village_id = $2 and voided_at is null for update",
    )
    .bind::<BigInt, _>(id.0)
    .bind::<Integer, _>(village)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    row.map(|row| row.number).ok_or(Error::NotFound)
}

pub async fn void_household(tx: &mut Tx, id: i64, reason: &str, into: Option<i64>) -> Result<()> {
    let now = tx.now();
    sql_query("update household set voided_at = $2, void_reason = $3, merged_into = $4 where household_id = $1")
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(reason)
        .bind::<Nullable<BigInt>, _>(into)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row, each of another kind")]
pub async fn insert_event(
    tx: &mut Tx,
    origin: Uuid,
    household: i64,
    kind: &str,
    person: Option<i64>,
    reason: Option<&str>,
    on: NaiveDate,
    other: Option<i64>,
) -> Result<()> {
    sql_query(
        "insert into household_event (household_id, person_id, kind, reason, held_on, other_id, origin_id)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<BigInt, _>(household)
    .bind::<Nullable<BigInt>, _>(person)
    .bind::<Text, _>(kind)
    .bind::<Nullable<Text>, _>(reason)
    .bind::<Date, _>(on)
    .bind::<Nullable<BigInt>, _>(other)
    .bind::<SqlUuid, _>(origin)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
