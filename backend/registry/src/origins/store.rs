//! The SQL of origins.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, registry::FactOrigin};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

/// What is being written: each value points at it.
#[derive(Clone, Debug)]
pub struct NewOrigin<'a> {
    pub id: Uuid,
    pub kind: &'a str,
    pub source: &'a str,
    pub by: Option<AccountId>,
}

pub async fn insert_origin(tx: &mut Tx, origin: &NewOrigin<'_>) -> Result<()> {
    let now = tx.now();
    sql_query("insert into origin (origin_id, kind, source, account_id, at) values ($1, $2, $3, $4, $5)")
        .bind::<SqlUuid, _>(origin.id)
        .bind::<Text, _>(origin.kind)
        .bind::<Text, _>(origin.source)
        .bind::<Nullable<SqlUuid>, _>(origin.by.map(|by| by.0))
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// The origins of one answer, each named once, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Origins {
    places: BTreeMap<Uuid, u32>,
    ids: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct OriginRow {
    #[diesel(sql_type = SqlUuid)]
    origin_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

impl Origins {
    /// Where an origin stands among them.
    pub fn place(&mut self, id: Uuid) -> u32 {
        let ids = &mut self.ids;
        *self.places.entry(id).or_insert_with(|| {
            ids.push(id);
            ids.len() as u32 - 1
        })
    }

    /// What is known of each.
    pub async fn read(self, tx: &mut Tx) -> Result<Vec<FactOrigin>> {
        let rows: Vec<OriginRow> = sql_query(
            "select o.origin_id, o.kind, o.source, a.name as by, o.at
             from unnest($1) with ordinality w(origin_id, place)
             join origin o using (origin_id)
             left join account a on a.account_id = o.account_id
             order by w.place",
        )
        .bind::<Array<SqlUuid>, _>(&self.ids)
        .load(tx.conn()?)
        .await?;
        debug_assert!(rows.iter().map(|row| row.origin_id).eq(self.ids.iter().copied()));
        Ok(rows
            .into_iter()
            .map(|row| FactOrigin { kind: row.kind, source: row.source, by: row.by, at: row.at })
            .collect())
    }
}
