//! The SQL of code gaps.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, CodeGapId, registry::CodeGap};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

#[derive(QueryableByName)]
struct GapRow {
    #[diesel(sql_type = SqlUuid)]
    code_gap_id: Uuid,
    #[diesel(sql_type = Text)]
    dictionary: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = SmallInt)]
    year: i16,
    #[diesel(sql_type = Text)]
    typed: String,
    #[diesel(sql_type = BigInt)]
    seen: i64,
    #[diesel(sql_type = Timestamptz)]
    last_seen_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    means: Option<String>,
}

const GAPS: &str = "
    select g.code_gap_id, g.dictionary, d.title, g.source, g.year, g.typed, g.seen, g.last_seen_at, g.means
    from code_gap g join dictionary d using (dictionary)";

fn wire(row: GapRow) -> CodeGap {
    CodeGap {
        id: CodeGapId(row.code_gap_id),
        dictionary: row.dictionary,
        dictionary_title: row.title,
        source: row.source,
        year: row.year,
        typed: row.typed,
        seen: row.seen,
        last_seen_at: row.last_seen_at,
        means: row.means,
    }
}

pub(super) async fn list_gaps(tx: &mut Tx, mapped: bool, skip: i64, limit: i64) -> Result<Vec<CodeGap>> {
    let rows: Vec<GapRow> = sql_query(format!(
        "{GAPS} where (g.means is not null) = $1
         order by g.seen desc, g.last_seen_at desc, g.code_gap_id offset $2 limit $3"
    ))
    .bind::<Bool, _>(mapped)
    .bind::<BigInt, _>(skip)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(wire).collect())
}

pub(super) async fn lock_gap(tx: &mut Tx, id: CodeGapId) -> Result<CodeGap> {
    let row: Option<GapRow> = sql_query(format!("{GAPS} where g.code_gap_id = $1 for update of g"))
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.map(wire).ok_or(Error::NotFound)
}

pub(super) async fn update_meaning(tx: &mut Tx, id: CodeGapId, means: &str, by: AccountId) -> Result<()> {
    let now = tx.now();
    sql_query("update code_gap set means = $2, mapped_by = $3, mapped_at = $4 where code_gap_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(means)
        .bind::<SqlUuid, _>(by.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Give the values that waited for a code what it means: of its year and later ones, as the list holds from then on.
pub(super) async fn settle(tx: &mut Tx, person: bool, key: &str, typed: &str, since: i16, means: &str) -> Result<()> {
    let table = if person { "person_year" } else { "household_year" };
    sql_query(format!(
        "update {table} set facts = facts || jsonb_build_object($1::text, $3::text),
             unmapped = nullif(unmapped - $1, '{{}}'::jsonb)
         where unmapped is not null and unmapped->>$1 = $2 and year >= $4"
    ))
    .bind::<Text, _>(key)
    .bind::<Text, _>(typed)
    .bind::<Text, _>(means)
    .bind::<SmallInt, _>(since)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Codes that a file brought and nobody knew: list and what was written, with how many cells said so.
pub(crate) type Unknown = BTreeMap<(String, String), i64>;

pub(crate) async fn insert_gaps(tx: &mut Tx, source: &str, year: i16, unknown: &Unknown) -> Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let ids: Vec<Uuid> = unknown.iter().map(|_| Uuid::now_v7()).collect();
    let lists: Vec<&str> = unknown.keys().map(|(list, _)| list.as_str()).collect();
    let typed: Vec<&str> = unknown.keys().map(|(_, typed)| typed.as_str()).collect();
    let seen: Vec<i64> = unknown.values().copied().collect();
    sql_query(
        "insert into code_gap (code_gap_id, dictionary, source, year, typed, seen, first_seen_at, last_seen_at)
         select u.id, u.dictionary, $1, $2, u.typed, u.seen, $3, $3
         from unnest($4::uuid[], $5::text[], $6::text[], $7::bigint[]) u(id, dictionary, typed, seen)
         on conflict (dictionary, source, year, typed) do update
             set seen = code_gap.seen + excluded.seen, last_seen_at = excluded.last_seen_at",
    )
    .bind::<Text, _>(source)
    .bind::<SmallInt, _>(year)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(lists)
    .bind::<Array<Text>, _>(typed)
    .bind::<Array<BigInt>, _>(seen)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
