//! The people whom a delegation concerns.

use chrono::NaiveDate;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Binary, Bool, Date, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

/// One of the two people of a delegation, and what is said of it.
#[derive(Debug, QueryableByName)]
pub struct DelegationRow {
    #[diesel(sql_type = SqlUuid)]
    pub delegation_id: Uuid,
    /// `principal` or `delegate`.
    #[diesel(sql_type = Text)]
    pub side: String,
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub phone_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    pub home_unit_id: i32,
    #[diesel(sql_type = Text)]
    pub principal_name: String,
    #[diesel(sql_type = Text)]
    pub delegate_name: String,
    #[diesel(sql_type = Date)]
    pub first_day: NaiveDate,
    #[diesel(sql_type = Date)]
    pub last_day: NaiveDate,
    #[diesel(sql_type = Text)]
    pub reason: String,
    #[diesel(sql_type = Bool)]
    pub ended: bool,
}

/// Both sides of delegations, those who can no longer sign in left out.
pub async fn list_delegations(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<DelegationRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sql_query(
        "select delegation_id, side, account_id, name, phone_sealed, home_unit_id, principal_name, delegate_name,
             first_day, last_day, reason, ended
         from v_access_delegation where delegation_id = any($1) order by delegation_id, side",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(tx.conn()?)
    .await?)
}
