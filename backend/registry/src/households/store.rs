//! The SQL of households. A household is found within a scope; what belongs to it is read by its id from then on.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{
        Array, BigInt, Binary, Bool, Date, Integer, Jsonb, Nullable, Numeric, SmallInt, Text, Timestamptz,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    HouseholdId, UnitId,
    registry::HouseholdLine,
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::place::VISIBLE;

/// A household as it stands today.
#[derive(Clone, Debug, QueryableByName)]
pub struct HouseholdRow {
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub head_id: Option<i64>,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Date)]
    pub registered_on: NaiveDate,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub voided_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub void_reason: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub merged_into: Option<i64>,
    /// Where its village stands in today's tree.
    #[diesel(sql_type = Integer)]
    pub lo: i32,
}

const FOUND: &str = "
    select h.household_id, h.number, h.village_id, h.head_id, h.version, h.registered_on, h.voided_at,
        h.void_reason, h.merged_into, p.lo
    from household h join v_access_place p on p.unit_id = h.village_id";

/// A household within a scope.
pub async fn find_household(tx: &mut Tx, scope: &Scope, id: HouseholdId) -> Result<HouseholdRow> {
    let row = sql_query(format!("{FOUND} where h.household_id = $3 and {VISIBLE}"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<BigInt, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.ok_or(Error::NotFound)
}

/// Hold a household within a scope for an act; of two who act at once the second waits.
pub async fn lock_household(tx: &mut Tx, scope: &Scope, id: HouseholdId) -> Result<HouseholdRow> {
    sql_query("select household_id from household where household_id = $1 for update")
        .bind::<BigInt, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    find_household(tx, scope, id).await
}

/// The values of a year's row, and where they came from.
#[derive(Clone, Debug, QueryableByName)]
pub struct KeptRow {
    #[diesel(sql_type = Jsonb)]
    pub facts: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    #[diesel(sql_type = SqlUuid)]
    pub origin_id: Uuid,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub marks: Option<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub unmapped: Option<Value>,
}

/// What is kept of a household in one year.
#[derive(Clone, Debug, QueryableByName)]
pub struct YearRow {
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub head_id: Option<i64>,
    #[diesel(embed)]
    pub kept: KeptRow,
}

pub async fn find_year(tx: &mut Tx, id: i64, year: i16) -> Result<Option<YearRow>> {
    let row = sql_query(
        "select year, village_id, head_id, facts, sealed, origin_id, marks, unmapped
         from household_year where household_id = $1 and year = $2",
    )
    .bind::<BigInt, _>(id)
    .bind::<SmallInt, _>(year)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row)
}

#[derive(QueryableByName)]
struct YearOnlyRow {
    #[diesel(sql_type = SmallInt)]
    year: i16,
}

/// The years of which something is kept, the latest first.
pub async fn list_years(tx: &mut Tx, id: i64) -> Result<Vec<i16>> {
    let rows: Vec<YearOnlyRow> =
        sql_query("select year from household_year where household_id = $1 order by year desc")
            .bind::<BigInt, _>(id)
            .load(tx.conn()?)
            .await?;
    Ok(rows.into_iter().map(|row| row.year).collect())
}

/// A member in one year.
#[derive(Clone, Debug, QueryableByName)]
pub struct MemberRow {
    #[diesel(sql_type = BigInt)]
    pub person_id: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub sex: String,
    #[diesel(sql_type = Nullable<Date>)]
    pub birthday: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub id_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    pub relation: String,
    #[diesel(sql_type = Nullable<Date>)]
    pub left_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    pub left_reason: Option<String>,
    #[diesel(embed)]
    pub kept: KeptRow,
}

impl MemberRow {
    /// Belonged to the household at the end of the year, or belongs to it now.
    pub fn stayed(&self) -> bool {
        self.left_on.is_none()
    }
}

/// Members of a year, the head first; those who left in it last.
pub async fn list_members(tx: &mut Tx, id: i64, year: i16) -> Result<Vec<MemberRow>> {
    let rows = sql_query(
        "select p.person_id, p.name, p.sex, p.birthday, p.id_sealed,
             y.relation, y.facts, y.sealed, y.left_on, y.left_reason, y.origin_id, y.marks, y.unmapped
         from person_year y join person p using (person_id)
         where y.household_id = $1 and y.year = $2 and p.voided_at is null
         order by y.left_on is not null, y.relation, p.birthday, p.person_id",
    )
    .bind::<BigInt, _>(id)
    .bind::<SmallInt, _>(year)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}

/// A ledger as it is kept.
#[derive(Clone, Debug, QueryableByName)]
pub struct IncomeRow {
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = Jsonb)]
    pub lines: Value,
    #[diesel(sql_type = SmallInt)]
    pub members: i16,
    #[diesel(sql_type = SqlUuid)]
    pub origin_id: Uuid,
}

/// All ledgers of a household, the earliest first.
pub async fn list_incomes(tx: &mut Tx, id: i64) -> Result<Vec<IncomeRow>> {
    let rows = sql_query("select year, lines, members, origin_id from income where household_id = $1 order by year")
        .bind::<BigInt, _>(id)
        .load(tx.conn()?)
        .await?;
    Ok(rows)
}

/// Something that happened.
#[derive(Clone, Debug, QueryableByName)]
pub struct EventRow {
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Date)]
    pub held_on: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    pub person: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub other: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    pub origin_id: Uuid,
}

const EVENTS: &str = "
    select e.kind, e.held_on, p.name as person, e.reason, e.origin_id,
        case when e.kind = 'moved' then (select name from v_access_place where unit_id = e.other_id::int)
             else (select number from household where household_id = e.other_id) end as other
    from household_event e left join person p using (person_id)";

/// What happened to a household, the latest first.
pub async fn list_events(tx: &mut Tx, id: i64) -> Result<Vec<EventRow>> {
    let order = "order by e.held_on desc, e.household_event_id desc limit 200";
    let rows =
        sql_query(format!("{EVENTS} where e.household_id = $1 {order}")).bind::<BigInt, _>(id).load(tx.conn()?).await?;
    Ok(rows)
}

/// What happened to a person, in whatever household, the latest first.
pub async fn list_events_of_person(tx: &mut Tx, id: i64) -> Result<Vec<EventRow>> {
    let of = "where e.person_id = $1";
    let rows = sql_query(format!("{EVENTS} {of} order by e.held_on desc, e.household_event_id desc limit 200"))
        .bind::<BigInt, _>(id)
        .load(tx.conn()?)
        .await?;
    Ok(rows)
}

/// Attributes that are asked of a household and of one of its members.
#[derive(Clone, Debug, Default)]
pub struct Having {
    pub household: Map<String, Value>,
    pub person: Map<String, Value>,
    pub relation: Option<String>,
}

/// What a list is asked.
#[derive(Clone, Debug)]
pub struct Listing {
    pub ranges: (Vec<i32>, Vec<i32>),
    /// Absent: of each household its latest.
    pub year: Option<i16>,
    pub having: Having,
    /// The village's ordinal, the village and the household that were shown last.
    pub after: Option<[i64; 3]>,
    pub limit: i64,
}

#[derive(Debug, QueryableByName)]
pub struct ListRow {
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Integer)]
    place_id: i32,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Text)]
    village: String,
    #[diesel(sql_type = Text)]
    town: String,
    #[diesel(sql_type = Nullable<Text>)]
    head_name: Option<String>,
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = SmallInt)]
    year: i16,
    #[diesel(sql_type = Jsonb)]
    facts: Value,
    #[diesel(sql_type = Nullable<Numeric>)]
    per_capita: Option<Decimal>,
    #[diesel(sql_type = Bool)]
    waiting: bool,
}

impl ListRow {
    /// Where it stands in the list.
    pub fn place(&self) -> [i64; 3] {
        [self.lo.into(), self.village_id.into(), self.household_id]
    }

    pub fn line(self) -> Result<HouseholdLine> {
        Ok(HouseholdLine {
            id: HouseholdId(self.household_id),
            number: self.number,
            village: UnitName { id: UnitId(self.place_id), name: self.village, level: Level::Village },
            town: self.town,
            head_name: self.head_name,
            members: self.members,
            year: self.year,
            facts: serde_json::from_value(self.facts)?,
            per_capita: self.per_capita,
            waiting: self.waiting,
        })
    }
}

/// How many villages one page looks through for attributes that few households may have.
const VILLAGES_AT_ONCE: i64 = 100;

impl Having {
    fn is_empty(&self) -> bool {
        self.household.is_empty() && self.person.is_empty() && self.relation.is_none()
    }
}

#[derive(QueryableByName)]
struct ReachRow {
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// The village at which a page that is asked for attributes ends, however little it has found; none where it reaches all.
pub async fn find_reach(tx: &mut Tx, listing: &Listing) -> Result<Option<[i64; 3]>> {
    if listing.having.is_empty() {
        return Ok(None);
    }
    let [lo, ..] = listing.after.unwrap_or([-1, 0, 0]);
    let row: Option<ReachRow> = sql_query(
        "select v.lo, v.unit_id from v_access_place v
         where v.level = 3 and v.lo >= $3
           and exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where v.lo >= s.lo and v.lo < s.hi)
         order by v.lo, v.unit_id offset $4 limit 1",
    )
    .bind::<Array<Integer>, _>(&listing.ranges.0)
    .bind::<Array<Integer>, _>(&listing.ranges.1)
    .bind::<Integer, _>(i32::try_from(lo).map_err(|_| Error::NotFound)?)
    .bind::<BigInt, _>(VILLAGES_AT_ONCE)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.map(|row| [row.lo.into(), row.unit_id.into(), i64::MAX]))
}

/// Households of a year by place, up to where the page reaches: villages in the order of the tree, households in the order
/// of their registration. Each village is read only until the page is full, wherever in the list the page begins.
pub async fn list_households(tx: &mut Tx, listing: &Listing, reach: Option<[i64; 3]>) -> Result<Vec<ListRow>> {
    let having = &listing.having;
    let of_person = !having.person.is_empty() || having.relation.is_some();
    let [lo, village, household] = listing.after.unwrap_or([-1, 0, 0]);
    let [last_lo, last_village, _] = reach.unwrap_or([i32::MAX.into(), i32::MAX.into(), 0]);
    let narrow = |number: i64| i32::try_from(number).map_err(|_| Error::NotFound);
    let rows = sql_query(
        "select h.household_id, h.number, h.village_id, p.place_id, p.lo, p.name as village,
             coalesce(t.name, '') as town, head.name as head_name, h.year, h.facts, i.per_capita,
             (select count(*) from person_year m join person q using (person_id)
              where m.household_id = h.household_id and m.year = h.year and m.left_on is null and q.voided_at is null) as members,
             exists (select from household_change c
                     where c.household_id = h.household_id and c.state = 'proposed') as waiting
         from (
             select v.unit_id, v.place_id, v.parent_id, v.lo, v.name from v_access_place v
             where v.level = 3 and v.lo >= $4 and (v.lo, v.unit_id) <= ($12, $13)
               and exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where v.lo >= s.lo and v.lo < s.hi)
             order by v.lo, v.unit_id
         ) p
         cross join lateral (
             select h.household_id, h.number, h.village_id, y.year, y.facts, y.head_id
             from household h
             cross join lateral (
                 select year, facts, head_id from household_year y
                 where y.household_id = h.household_id and ($3 is null or y.year = $3)
                 order by y.year desc limit 1
             ) y
             where h.village_id = p.unit_id and h.voided_at is null
               and (p.lo, p.unit_id, h.household_id) > ($4, $5, $6)
               and y.facts @> $7
               and (not $8 or exists (
                   select from person_year m
                   where m.household_id = h.household_id and m.year = y.year and m.left_on is null
                     and m.facts @> $9 and ($10 is null or m.relation = $10)))
             order by h.household_id limit $11
         ) h
         left join v_access_unit t on t.unit_id = p.parent_id
         left join person head on head.person_id = h.head_id
         left join income i on i.household_id = h.household_id and i.year = h.year
         order by p.lo, p.unit_id, h.household_id
         limit $11",
    )
    .bind::<Array<Integer>, _>(&listing.ranges.0)
    .bind::<Array<Integer>, _>(&listing.ranges.1)
    .bind::<Nullable<SmallInt>, _>(listing.year)
    .bind::<Integer, _>(narrow(lo)?)
    .bind::<Integer, _>(narrow(village)?)
    .bind::<BigInt, _>(household)
    .bind::<Jsonb, _>(Value::Object(having.household.clone()))
    .bind::<Bool, _>(of_person)
    .bind::<Jsonb, _>(Value::Object(having.person.clone()))
    .bind::<Nullable<Text>, _>(&having.relation)
    .bind::<BigInt, _>(listing.limit)
    .bind::<Integer, _>(narrow(last_lo)?)
    .bind::<Integer, _>(narrow(last_village)?)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}
