//! The SQL of duplicates.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, Cursor, DuplicateId, PersonId,
    registry::{DuplicateState, Likeness},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

/// More people of one name, sex and birthday than this are a test file or a placeholder, and say nothing.
const MOST_ALIKE: i64 = 10;

/// Among whom likenesses are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Newly {
    /// Everybody whom an import brought.
    Imported(Uuid),
    Person(PersonId),
}

/// Queue those who look like somebody that was there before, or came with them. A pair is queued once and for all.
pub async fn insert_likenesses(tx: &mut Tx, newly: Newly) -> Result<()> {
    let now = tx.now();
    let (origin, person) = match newly {
        Newly::Imported(import) => (Some(import), None),
        Newly::Person(person) => (None, Some(person.0)),
    };
    sql_query(
        "insert into duplicate (duplicate_id, first_id, second_id, likeness, found_at)
         select gen_random_uuid(), least(n.person_id, o.person_id), greatest(n.person_id, o.person_id),
             case when n.id_sealed is null or o.id_sealed is null then 'unnumbered' else 'renumbered' end, $3
         from person n
         join person o on o.birthday = n.birthday and o.name = n.name and o.sex = n.sex and o.person_id <> n.person_id
         where ($1 is null or n.origin_id = $1) and ($2 is null or n.person_id = $2)
           and n.voided_at is null and o.voided_at is null
           and (n.id_sealed is null or o.id_sealed is null or n.village_id = o.village_id)
           and (select count(*) from person a
                where a.birthday = n.birthday and a.name = n.name and a.voided_at is null) <= $4
         on conflict (first_id, second_id) do nothing",
    )
    .bind::<Nullable<SqlUuid>, _>(origin)
    .bind::<Nullable<BigInt>, _>(person)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(MOST_ALIKE)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// One record of a pair.
#[derive(Clone, Debug, QueryableByName)]
pub struct SideRow {
    #[diesel(sql_type = BigInt)]
    pub person_id: i64,
    #[diesel(sql_type = BigInt)]
    pub person_key: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub sex: String,
    #[diesel(sql_type = Nullable<Date>)]
    pub birthday: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub id_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub household_number: String,
    #[diesel(sql_type = Bool)]
    pub heads: bool,
    #[diesel(sql_type = Text)]
    pub village: String,
    #[diesel(sql_type = Text)]
    pub county: String,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Integer)]
    pub lo: i32,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub year: Option<i16>,
    #[diesel(sql_type = Bool)]
    pub present: bool,
    #[diesel(sql_type = Bool)]
    pub voided: bool,
}

/// What was said of a pair.
#[derive(Clone, Debug, QueryableByName)]
pub struct SaidRow {
    #[diesel(sql_type = SqlUuid)]
    pub duplicate_id: Uuid,
    #[diesel(sql_type = Text)]
    likeness: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub kept_id: Option<i64>,
    #[diesel(sql_type = Nullable<Bool>)]
    pub was_present: Option<bool>,
    #[diesel(sql_type = Array<SmallInt>)]
    pub moved_years: Vec<i16>,
    #[diesel(sql_type = Timestamptz)]
    pub found_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub decided_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub decided_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
}

impl SaidRow {
    pub fn state(&self) -> Result<DuplicateState> {
        DuplicateState::from_name(&self.state).ok_or_else(|| Error::internal("an unknown state of a pair"))
    }

    pub fn likeness(&self) -> Result<Likeness> {
        Likeness::from_name(&self.likeness).ok_or_else(|| Error::internal("an unknown likeness"))
    }
}

/// A pair and its two records, the older one first.
#[derive(Clone, Debug)]
pub struct PairRow {
    pub said: SaidRow,
    pub first: SideRow,
    pub second: SideRow,
}

/// A pair beside one of its records.
#[derive(Clone, Debug, QueryableByName)]
struct HalfRow {
    #[diesel(embed)]
    said: SaidRow,
    #[diesel(embed)]
    side: SideRow,
}

/// Two rows for each pair, its older record first.
const HALVES: &str = "
    select d.duplicate_id, d.likeness, d.state, d.kept_id, d.was_present, d.moved_years, d.found_at, a.name as decided_by,
        d.decided_at, d.reason, q.person_id, q.person_key, q.name, q.sex, q.birthday, q.id_sealed, q.household_id,
        h.number as household_number, coalesce(h.head_id = q.person_id, false) as heads, p.name as village,
        coalesce(c.name, '') as county, q.village_id, p.lo, q.present, q.voided_at is not null as voided,
        (select max(year) from person_year y where y.person_id = q.person_id) as year
    from pair d
    join person q on q.person_id in (d.first_id, d.second_id)
    join household h using (household_id)
    join v_access_place p on p.unit_id = q.village_id
    left join v_access_unit c on c.level = 1 and c.lo <= p.lo and p.lo < c.hi
    left join account a on a.account_id = d.decided_by
    order by d.found_at, d.duplicate_id, q.person_id";

fn pair_up(halves: Vec<HalfRow>) -> Vec<PairRow> {
    let mut halves = halves.into_iter();
    let mut pairs = Vec::new();
    while let (Some(first), Some(second)) = (halves.next(), halves.next()) {
        pairs.push(PairRow { said: first.said, first: first.side, second: second.side });
    }
    pairs
}

/// Pairs of which at least one record lies within ranges of today's tree.
pub async fn list_pairs(
    tx: &mut Tx,
    ranges: &(Vec<i32>, Vec<i32>),
    state: DuplicateState,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<PairRow>> {
    let after = after.map(|cursor| cursor.read().ok_or(Error::NotFound)).transpose()?;
    let (at, id) = after.unzip();
    let halves: Vec<HalfRow> = sql_query(format!(
        "with pair as (
             select d.* from duplicate d
             where d.state = $3 and ($4 is null or (d.found_at, d.duplicate_id) > ($4, $5))
               and exists (
                   select from person q join v_access_place p on p.unit_id = q.village_id
                   join unnest($1::int[], $2::int[]) s(lo, hi) on p.lo >= s.lo and p.lo < s.hi
                   where q.person_id in (d.first_id, d.second_id))
             order by d.found_at, d.duplicate_id limit $6)
         {HALVES}"
    ))
    .bind::<Array<Integer>, _>(&ranges.0)
    .bind::<Array<Integer>, _>(&ranges.1)
    .bind::<Text, _>(state.name())
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    Ok(pair_up(halves))
}

/// Hold a pair; whoever comes second sees what the first has said. The scope is that of both households, which are held next.
pub async fn lock_pair(tx: &mut Tx, id: DuplicateId) -> Result<PairRow> {
    sql_query("select duplicate_id from duplicate where duplicate_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    let halves: Vec<HalfRow> =
        sql_query(format!("with pair as (select * from duplicate where duplicate_id = $1) {HALVES}"))
            .bind::<SqlUuid, _>(id.0)
            .load(tx.conn()?)
            .await?;
    pair_up(halves).pop().ok_or(Error::NotFound)
}

/// What is said of a pair.
#[derive(Clone, Debug)]
pub enum Verdict {
    Open,
    Merged { kept: i64, was_present: bool, moved_years: Vec<i16> },
    Apart,
}

pub async fn update_verdict(tx: &mut Tx, id: DuplicateId, verdict: Verdict, by: AccountId, reason: &str) -> Result<()> {
    let now = tx.now();
    let (state, kept, was_present, moved_years) = match verdict {
        Verdict::Open => (DuplicateState::Open, None, None, Vec::new()),
        Verdict::Merged { kept, was_present, moved_years } => {
            (DuplicateState::Merged, Some(kept), Some(was_present), moved_years)
        }
        Verdict::Apart => (DuplicateState::Apart, None, None, Vec::new()),
    };
    let decided = (state != DuplicateState::Open).then_some(now);
    sql_query(
        "update duplicate set state = $2, kept_id = $3, was_present = $4, decided_by = $5, decided_at = $6, reason = $7,
             moved_years = $8
         where duplicate_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(state.name())
    .bind::<Nullable<BigInt>, _>(kept)
    .bind::<Nullable<Bool>, _>(was_present)
    .bind::<Nullable<SqlUuid>, _>(decided.map(|_| by.0))
    .bind::<Nullable<Timestamptz>, _>(decided)
    .bind::<Nullable<Text>, _>(decided.map(|_| reason))
    .bind::<Array<SmallInt>, _>(moved_years)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A year's page and its sealed numbers.
#[derive(Debug, QueryableByName)]
pub struct SealedRow {
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
}

/// The years of one record of which the other has no page; of those that are named, where some are.
pub async fn list_years_beside(tx: &mut Tx, of: i64, beside: i64, among: Option<&[i16]>) -> Result<Vec<SealedRow>> {
    Ok(sql_query(
        "select y.year, y.sealed from person_year y
         where y.person_id = $1 and ($3 is null or y.year = any($3))
           and not exists (select from person_year o where o.person_id = $2 and o.year = y.year)
         order by y.year",
    )
    .bind::<BigInt, _>(of)
    .bind::<BigInt, _>(beside)
    .bind::<Nullable<Array<SmallInt>>, _>(among.map(<[i16]>::to_vec))
    .load(tx.conn()?)
    .await?)
}

/// A year's page becomes the other record's, who also heads the household in that year where the one did.
pub async fn move_year(tx: &mut Tx, from: i64, to: i64, year: i16, sealed: Option<Vec<u8>>) -> Result<()> {
    sql_query(
        "with moved as (
             update person_year set person_id = $2, sealed = $4 where person_id = $1 and year = $3 returning household_id)
         update household_year h set head_id = $2
         from moved where h.household_id = moved.household_id and h.year = $3 and h.head_id = $1",
    )
    .bind::<BigInt, _>(from)
    .bind::<BigInt, _>(to)
    .bind::<SmallInt, _>(year)
    .bind::<Nullable<Binary>, _>(sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A record that was voided stands as before.
pub async fn revive_person(tx: &mut Tx, person: i64, present: bool) -> Result<()> {
    sql_query(
        "update person set voided_at = null, void_reason = null, merged_into = null, present = $2 where person_id = $1",
    )
    .bind::<BigInt, _>(person)
    .bind::<Bool, _>(present)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
