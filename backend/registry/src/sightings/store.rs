//! The SQL of sightings.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, HouseholdId, PersonId,
    registry::{SeenAct, Sighting, SightingOf, SightingSubject, mask_name},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::Seen;

/// An account by its short number.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Onlooker {
    #[diesel(sql_type = Integer, column_name = onlooker_no)]
    pub no: i32,
    /// Somebody was told of its walking within a day.
    #[diesel(sql_type = Bool)]
    pub alarmed: bool,
}

pub async fn find_onlooker(tx: &mut Tx, account: AccountId) -> Result<Onlooker> {
    let now = tx.now();
    let found: Vec<Onlooker> = sql_query(
        "select onlooker_no, coalesce(alarmed_at > $2 - interval '1 day', false) as alarmed
         from onlooker where account_id = $1",
    )
    .bind::<SqlUuid, _>(account.0)
    .bind::<Timestamptz, _>(now)
    .load(tx.conn()?)
    .await?;
    if let Some(known) = found.into_iter().next() {
        return Ok(known);
    }
    // Of two first looks at once, the later waits for the earlier and takes its number.
    let made = sql_query(
        "insert into onlooker (account_id) values ($1)
         on conflict (account_id) do update set account_id = excluded.account_id
         returning onlooker_no, false as alarmed",
    )
    .bind::<SqlUuid, _>(account.0)
    .get_result(tx.conn()?)
    .await?;
    Ok(made)
}

pub async fn insert_sightings(tx: &mut Tx, onlooker: i32, seen: &[Seen]) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let (mut households, mut people, mut villages, mut lasts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for seen in seen {
        let (household, person, village, last) = match *seen {
            Seen::Listed { village_id, first, last } => (Some(first.0), None, Some(village_id), Some(last.0)),
            Seen::Found { household_id, person_id } | Seen::Person { household_id, person_id } => {
                (Some(household_id.0), Some(person_id.0), None, None)
            }
            Seen::Exported { village_id } => (Some(1), None, Some(village_id), Some(i64::MAX)),
            Seen::Nobody => (None, None, None, None),
            Seen::Household(household_id) => (Some(household_id.0), None, None, None),
            Seen::Revealed { household_id, person_id } => {
                (Some(household_id.0), person_id.map(|person| person.0), None, None)
            }
        };
        households.push(household);
        people.push(person);
        villages.push(village);
        lasts.push(last);
    }
    let acts: Vec<i16> = seen.iter().map(|seen| seen.act().number()).collect();
    sql_query(
        "insert into sighting (at, household_id, person_id, village_id, last_household_id, onlooker_no, act)
         select $1, s.household_id, s.person_id, s.village_id, s.last_id, $2, s.act
         from unnest($3::bigint[], $4::bigint[], $5::int[], $6::bigint[], $7::smallint[])
             s(household_id, person_id, village_id, last_id, act)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(onlooker)
    .bind::<Array<Nullable<BigInt>>, _>(households)
    .bind::<Array<Nullable<BigInt>>, _>(people)
    .bind::<Array<Nullable<Integer>>, _>(villages)
    .bind::<Array<Nullable<BigInt>>, _>(lasts)
    .bind::<Array<SmallInt>, _>(acts)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How often an account has done one kind of look within an interval; an answer counts once, however many it shows.
pub async fn count_acts(tx: &mut Tx, account: AccountId, act: SeenAct, within: &str) -> Result<i64> {
    let now = tx.now();
    let row: CountRow = sql_query(
        "select count(distinct s.at) as count
         from sighting s join onlooker o using (onlooker_no)
         where o.account_id = $1 and s.act = $2 and s.at > $3 - $4::interval",
    )
    .bind::<SqlUuid, _>(account.0)
    .bind::<SmallInt, _>(act.number())
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(within)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.count)
}

/// How many households an account has opened or found within the last hour, counted up to `most`.
pub async fn count_households(tx: &mut Tx, onlooker: i32, most: i64) -> Result<i64> {
    let now = tx.now();
    let row: CountRow = sql_query(
        "select count(*) as count from (
             select distinct household_id from sighting
             where onlooker_no = $1 and at > $2 - interval '1 hour' and household_id is not null and village_id is null
             limit $3) opened",
    )
    .bind::<Integer, _>(onlooker)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(most)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.count)
}

pub async fn update_alarmed(tx: &mut Tx, onlooker: i32) -> Result<()> {
    let now = tx.now();
    sql_query("update onlooker set alarmed_at = $2 where onlooker_no = $1")
        .bind::<Integer, _>(onlooker)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct NamedRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Who has an ID number.
pub async fn find_person_by_key(tx: &mut Tx, key: i64) -> Result<Option<SightingSubject>> {
    let row: Option<NamedRow> =
        sql_query("select person_id as id, name from person where person_key = $1 and voided_at is null")
            .bind::<BigInt, _>(key)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    Ok(row.map(|row| SightingSubject::Person { id: PersonId(row.id), name: mask_name(&row.name) }))
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The household of a number, or else the account of a username.
pub async fn find_by_mark(tx: &mut Tx, mark: &str) -> Result<Option<SightingSubject>> {
    let household: Option<NamedRow> =
        sql_query("select household_id as id, number as name from household where number = $1 and voided_at is null")
            .bind::<Text, _>(mark)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    if let Some(row) = household {
        return Ok(Some(SightingSubject::Household { id: HouseholdId(row.id), number: row.name }));
    }
    let account: Option<AccountRow> = sql_query("select account_id, username, name from account where username = $1")
        .bind::<Text, _>(mark)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(account.map(|row| SightingSubject::Account {
        id: AccountId(row.account_id),
        username: row.username,
        name: row.name,
    }))
}

/// What is asked of the trail: whose, from when to when, and where the page begins.
#[derive(Clone, Debug)]
pub struct Asked {
    pub of: SightingOf,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Microseconds of the last one shown, and how many of that moment were.
    pub after: Option<(DateTime<Utc>, i64)>,
    pub limit: i64,
}

#[derive(QueryableByName)]
struct SightingRow {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = SmallInt)]
    act: i16,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    by: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    household_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    household_number: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    person_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    person: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    village: Option<String>,
}

/// Sightings, the latest first. A list is a sighting of whoever stood between its first and last household.
pub async fn list_sightings(tx: &mut Tx, asked: &Asked) -> Result<Vec<Sighting>> {
    let found = match asked.of {
        SightingOf::Account(_) => {
            "select * from sighting where onlooker_no = (select onlooker_no from onlooker where account_id = $1::uuid)"
        }
        SightingOf::Household(_) => {
            "select * from sighting where household_id = $1::bigint and village_id is null
             union all
             select s.* from household h join sighting s on s.village_id = h.village_id
             where h.household_id = $1::bigint and s.household_id <= h.household_id
               and s.last_household_id >= h.household_id"
        }
        SightingOf::Person(_) => {
            "select s.* from person q join sighting s on s.household_id = q.household_id and s.village_id is null
             where q.person_id = $1::bigint and (s.person_id is null or s.person_id = q.person_id)
             union all
             select s.* from person q join sighting s on s.village_id = q.village_id
             where q.person_id = $1::bigint and s.household_id <= q.household_id
               and s.last_household_id >= q.household_id"
        }
    };
    let of = match asked.of {
        SightingOf::Account(id) => id.to_string(),
        SightingOf::Household(id) => id.to_string(),
        SightingOf::Person(id) => id.to_string(),
    };
    let (before, skip) = asked.after.map_or((None, 0), |(at, shown)| (Some(at), shown));
    let rows: Vec<SightingRow> = sql_query(format!(
        "select s.at, s.act, a.account_id, a.username, a.name as by, s.household_id,
             h.number as household_number, s.person_id, q.name as person, v.name as village
         from (
             select * from ({found}) f
             where f.at >= $2::date::timestamp at time zone 'Asia/Shanghai'
               and f.at < ($3::date + 1)::timestamp at time zone 'Asia/Shanghai'
               and ($4 is null or f.at <= $4)
             order by f.at desc, f.household_id, f.person_id offset $5 limit $6
         ) s
         join onlooker o using (onlooker_no)
         join account a using (account_id)
         left join household h on h.household_id = s.household_id and s.village_id is null
         left join person q on q.person_id = s.person_id
         left join v_access_place v on v.unit_id = s.village_id
         order by s.at desc, s.household_id, s.person_id"
    ))
    .bind::<Text, _>(of)
    .bind::<Date, _>(asked.from)
    .bind::<Date, _>(asked.to)
    .bind::<Nullable<Timestamptz>, _>(before)
    .bind::<BigInt, _>(skip)
    .bind::<BigInt, _>(asked.limit)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(wire).collect()
}

fn wire(row: SightingRow) -> Result<Sighting> {
    // Of a list the first household says nothing by itself.
    let listed = row.village.is_some();
    Ok(Sighting {
        at: row.at,
        act: SeenAct::from_number(row.act).ok_or_else(|| Error::internal("an unknown look"))?,
        account_id: AccountId(row.account_id),
        username: row.username,
        by: row.by,
        household_id: row.household_id.filter(|_| !listed).map(HouseholdId),
        household_number: row.household_number,
        person_id: row.person_id.map(PersonId),
        person: row.person.as_deref().map(mask_name),
        village: row.village,
    })
}
