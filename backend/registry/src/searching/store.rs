//! The SQL that finds people, each mark by an index of its own, always within ranges of today's tree.

use chrono::NaiveDate;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Date, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Error, Result, Tx};

use crate::{names::Sought, place::VISIBLE};

/// By what people are found.
#[derive(Clone, Debug)]
pub enum Mark {
    Name(Sought),
    Key(i64),
    Tail(i64),
    Phone(i64),
    Household(String),
}

#[derive(Debug, QueryableByName)]
pub struct FoundRow {
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
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub household_number: String,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Integer)]
    village_id: i32,
    #[diesel(sql_type = Text)]
    pub village: String,
    #[diesel(sql_type = Text)]
    pub town: String,
    #[diesel(sql_type = Bool)]
    pub present: bool,
}

impl FoundRow {
    /// Where it stands among those found.
    pub fn place(&self) -> [i64; 3] {
        [self.lo.into(), self.village_id.into(), self.person_id]
    }
}

const FOUND: &str = "q.person_id, q.name, q.sex, q.birthday, q.id_sealed, q.present, q.household_id, q.village_id";
const BESIDE: &str = "
    h.number as household_number, f.lo, f.village, coalesce(t.name, '') as town
    from found f join household h using (household_id) left join v_access_unit t on t.unit_id = f.parent_id
    order by f.lo, f.village_id, f.person_id limit $6";
/// Beyond the person that was shown last.
const BEYOND: &str = "(p.lo, q.village_id, q.person_id) > ($3, $4, $5)";

/// People by a mark within ranges, by place.
pub async fn find_people(
    tx: &mut Tx,
    mark: &Mark,
    ranges: &(Vec<i32>, Vec<i32>),
    after: Option<[i64; 3]>,
    limit: i64,
) -> Result<Vec<FoundRow>> {
    let [lo, village, person] = after.unwrap_or([-1, 0, 0]);
    let narrow = |number: i64| i32::try_from(number).map_err(|_| Error::NotFound);
    let query = |inner: &str| {
        let names = FOUND.replace("q.", "f.");
        sql_query(format!("with found as ({inner}) select {names}, {BESIDE}"))
            .bind::<Array<Integer>, _>(ranges.0.clone())
            .bind::<Array<Integer>, _>(ranges.1.clone())
    };
    // Those found by a whole number are few, wherever they live.
    let by = |column: &str| {
        format!(
            "select {FOUND}, p.lo, p.name as village, p.parent_id
             from person q join v_access_place p on p.unit_id = q.village_id
             where {column} and q.voided_at is null and {VISIBLE} and {BEYOND}"
        )
    };
    macro_rules! load {
        ($query:expr $(, $type:ty => $value:expr)*) => {
            $query
                .bind::<Integer, _>(narrow(lo)?)
                .bind::<Integer, _>(narrow(village)?)
                .bind::<BigInt, _>(person)
                .bind::<BigInt, _>(limit)
                $(.bind::<$type, _>($value))*
                .load(tx.conn()?)
                .await?
        };
    }
    let rows = match mark {
        Mark::Name(sought) => {
            // Each village is read by its own stretch of the index, in the order of the tree, until the page is full.
            let inner = format!(
                "select {FOUND}, p.lo, p.name as village, p.parent_id
                 from (select v.unit_id, v.parent_id, v.lo, v.name from v_access_place v
                       where v.level = 3 and v.lo >= $3
                         and exists (select from unnest($1::int[], $2::int[]) s(lo, hi)
                                     where v.lo >= s.lo and v.lo < s.hi)
                       order by v.lo, v.unit_id) p
                 cross join lateral (
                     select {FOUND} from person q
                     where q.village_id = p.unit_id and q.voided_at is null
                       and q.initials collate \"C\" >= $7 and q.initials collate \"C\" < $7 || chr(1114111)
                       and ($8 is null or starts_with(q.name, $8))
                       and ($9 is null or starts_with(q.pinyin, $9) or starts_with(q.initials, $9))
                       and {BEYOND}
                     order by q.person_id limit $6) q
                 order by p.lo, q.village_id, q.person_id limit $6"
            );
            load!(query(&inner), Text => &sought.initials, Nullable<Text> => &sought.name, Nullable<Text> => &sought.latin)
        }
        Mark::Key(key) => load!(query(&by("q.person_key = $7")), BigInt => key),
        Mark::Tail(index) => load!(query(&by("q.tail_index = $7")), BigInt => index),
        Mark::Phone(index) => {
            let of_person = by("q.phone_index = $7");
            // A household's phone finds its head.
            let of_household = format!(
                "select {FOUND}, p.lo, p.name as village, p.parent_id
                 from household hh join person q on q.person_id = hh.head_id
                 join v_access_place p on p.unit_id = q.village_id
                 where hh.phone_index = $7 and hh.voided_at is null and q.voided_at is null and {VISIBLE} and {BEYOND}"
            );
            load!(query(&format!("{of_person} union {of_household}")), BigInt => index)
        }
        Mark::Household(number) => load!(
            query(&by("q.household_id in (select household_id from household where number = $7 and voided_at is null)")),
            Text => number
        ),
    };
    Ok(rows)
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many counties the ranges reach into.
pub async fn count_counties(tx: &mut Tx, ranges: &(Vec<i32>, Vec<i32>)) -> Result<i64> {
    let row: CountRow = sql_query(
        "select count(*) as count from v_access_unit u
         where u.level = 1
           and exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where s.lo < u.hi and u.lo < s.hi)",
    )
    .bind::<Array<Integer>, _>(&ranges.0)
    .bind::<Array<Integer>, _>(&ranges.1)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.count)
}
