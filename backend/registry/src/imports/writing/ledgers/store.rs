//! The SQL of ledgers, and what a row comes to among them.

use std::collections::{BTreeMap, HashMap};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Jsonb, Nullable, Numeric, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{Fault, registry::sum_income};
use fupin_kernel::{Result, Tx};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::super::{Taken, Taking, existing, existing::Outlook};
use crate::imports::judging::Judged;

#[derive(QueryableByName)]
struct ThereRow {
    #[diesel(sql_type = BigInt)]
    household_id: i64,
    #[diesel(sql_type = SmallInt)]
    year: i16,
    /// Who belonged to the household in the year.
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = Nullable<Jsonb>)]
    lines: Option<Value>,
}

struct NewLedger {
    household_id: i64,
    year: i16,
    lines: Value,
    members: i16,
    total: Decimal,
    net: Decimal,
    per_capita: Decimal,
}

pub async fn take(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<Taken> {
    let wanted: Vec<&str> = rows.iter().map(|row| row.household_number.as_str()).collect();
    let homes = existing::list_households(tx, &wanted).await?;
    let of: Vec<(i64, i16)> =
        rows.iter().filter_map(|row| Some((homes.get(&row.household_number)?.household_id, row.year))).collect();
    let there = list_there(tx, &of).await?;
    let (mut taken, mut new) = (Taken::default(), Vec::new());
    for row in rows {
        let mut refuse = |code: &str| {
            taken.refused.push((row.row, Fault::new(code)));
            taken.counts.faulty += 1;
        };
        let Some(home) = homes.get(&row.household_number) else {
            refuse("import.no_household");
            continue;
        };
        let known = there.get(&(home.household_id, row.year));
        let members = known.map_or(0, |known| i16::try_from(known.members).unwrap_or(i16::MAX));
        let lines: BTreeMap<String, Decimal> = row.ledger.iter().cloned().collect();
        let Ok(sum) = sum_income(&lines, &taking.catalog.income, members) else {
            refuse("registry.no_members");
            continue;
        };
        let lines = serde_json::to_value(&lines)?;
        match known.and_then(|known| known.lines.as_ref()) {
            Some(before) if *before == lines => {
                taken.counts.same += 1;
                continue;
            }
            Some(_) => taken.counts.update += 1,
            None => taken.counts.create += 1,
        }
        new.push(NewLedger {
            household_id: home.household_id,
            year: row.year,
            lines,
            members: sum.members,
            total: sum.total,
            net: sum.net,
            per_capita: sum.per_capita,
        });
    }
    save(tx, taking.import, &new).await?;
    Ok(taken)
}

/// What each row would come to.
pub async fn look_up(
    tx: &mut Tx,
    rows: &[Judged],
    homes: &HashMap<String, existing::HouseholdThere>,
) -> Result<Vec<Outlook>> {
    let home = |row: &Judged| homes.get(&row.household_number).map(|home| home.household_id);
    let of: Vec<(i64, i16)> = rows.iter().filter_map(|row| Some((home(row)?, row.year))).collect();
    let there = list_there(tx, &of).await?;
    let outlook = |row: &Judged| {
        let Some(id) = home(row) else { return Ok(Outlook::Refused(Fault::new("import.no_household"))) };
        let known = there.get(&(id, row.year)).filter(|known| known.members > 0);
        let Some(known) = known else { return Ok(Outlook::Refused(Fault::new("registry.no_members"))) };
        let lines: BTreeMap<&str, Decimal> = row.ledger.iter().map(|(code, yuan)| (code.as_str(), *yuan)).collect();
        Ok(match &known.lines {
            None => Outlook::Create,
            Some(before) if *before == serde_json::to_value(&lines)? => Outlook::Same,
            Some(_) => Outlook::Update,
        })
    };
    rows.iter().map(outlook).collect()
}

async fn list_there(tx: &mut Tx, of: &[(i64, i16)]) -> Result<HashMap<(i64, i16), ThereRow>> {
    let rows: Vec<ThereRow> = sql_query(
        "select distinct w.household_id, w.year,
             (select count(*) from person_year y join person q using (person_id)
              where y.household_id = w.household_id and y.year = w.year and y.left_on is null
                and q.voided_at is null) as members,
             i.lines
         from unnest($1::bigint[], $2::smallint[]) w(household_id, year)
         left join income i on i.household_id = w.household_id and i.year = w.year",
    )
    .bind::<Array<BigInt>, _>(of.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(of.iter().map(|(_, year)| *year).collect::<Vec<_>>())
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.household_id, row.year), row)).collect())
}

async fn save(tx: &mut Tx, import: Uuid, new: &[NewLedger]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = new.iter().map(|ledger| ledger.household_id).collect();
    let years: Vec<i16> = new.iter().map(|ledger| ledger.year).collect();
    sql_query(
        "insert into registry_import_before (registry_import_id, kind, subject_id, year, before)
         select $1, 'income', i.household_id, i.year, to_jsonb(i)
         from unnest($2::bigint[], $3::smallint[]) w(household_id, year)
         join income i on i.household_id = w.household_id and i.year = w.year
         on conflict do nothing",
    )
    .bind::<SqlUuid, _>(import)
    .bind::<Array<BigInt>, _>(&ids)
    .bind::<Array<SmallInt>, _>(&years)
    .execute(tx.conn()?)
    .await?;
    sql_query(
        "insert into income (household_id, year, lines, members, total, net, per_capita, origin_id)
         select n.household_id, n.year, n.lines::jsonb, n.members, n.total, n.net, n.per_capita, $1
         from unnest($2::bigint[], $3::smallint[], $4::text[], $5::smallint[], $6::numeric[], $7::numeric[],
             $8::numeric[]) n(household_id, year, lines, members, total, net, per_capita)
         on conflict (household_id, year) do update set lines = excluded.lines, members = excluded.members,
             total = excluded.total, net = excluded.net, per_capita = excluded.per_capita,
             origin_id = excluded.origin_id",
    )
    .bind::<SqlUuid, _>(import)
    .bind::<Array<BigInt>, _>(&ids)
    .bind::<Array<SmallInt>, _>(&years)
    .bind::<Array<Text>, _>(new.iter().map(|ledger| ledger.lines.to_string()).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(new.iter().map(|ledger| ledger.members).collect::<Vec<_>>())
    .bind::<Array<Numeric>, _>(new.iter().map(|ledger| ledger.total).collect::<Vec<_>>())
    .bind::<Array<Numeric>, _>(new.iter().map(|ledger| ledger.net).collect::<Vec<_>>())
    .bind::<Array<Numeric>, _>(new.iter().map(|ledger| ledger.per_capita).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
