//! The SQL of the policy.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Nullable, SmallInt},
};
use diesel_async::RunQueryDsl;
use fupin_contract::units::Level;
use fupin_kernel::{Result, Tx};
use serde::Deserialize;

use crate::place::level;

/// As the province's folder says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    review_level: Option<Level>,
    review_days: i32,
    searches_per_hour: i32,
    reveals_per_day: i32,
    walk_households: i32,
}

/// What holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Whose word a clerk's change waits for; none: nobody's.
    pub review_level: Option<Level>,
    pub searches_per_hour: i32,
    pub reveals_per_day: i32,
    /// So many households within an hour are a walk.
    pub walk_households: i32,
}

#[derive(QueryableByName)]
struct PolicyRow {
    #[diesel(sql_type = Nullable<SmallInt>)]
    review_level: Option<i16>,
    #[diesel(sql_type = Integer)]
    searches_per_hour: i32,
    #[diesel(sql_type = Integer)]
    reveals_per_day: i32,
    #[diesel(sql_type = Integer)]
    walk_households: i32,
}

pub(crate) async fn find_policy(tx: &mut Tx) -> Result<Policy> {
    let row: PolicyRow =
        sql_query("select review_level, searches_per_hour, reveals_per_day, walk_households from registry_policy")
            .get_result(tx.conn()?)
            .await?;
    Ok(Policy {
        review_level: row.review_level.map(level).transpose()?,
        searches_per_hour: row.searches_per_hour,
        reveals_per_day: row.reveals_per_day,
        walk_households: row.walk_households,
    })
}

/// Take in what the province's folder says, where nothing was said before.
pub async fn load(tx: &mut Tx, policy: &str) -> Result<()> {
    let policy: Written = serde_json::from_str(policy)?;
    sql_query(
        "insert into registry_policy (review_level, review_days, searches_per_hour, reveals_per_day, walk_households)
         values ($1, $2, $3, $4, $5) on conflict (singleton) do nothing",
    )
    .bind::<Nullable<SmallInt>, _>(policy.review_level.map(Level::rank))
    .bind::<Integer, _>(policy.review_days)
    .bind::<Integer, _>(policy.searches_per_hour)
    .bind::<Integer, _>(policy.reveals_per_day)
    .bind::<Integer, _>(policy.walk_households)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
