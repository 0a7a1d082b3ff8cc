//! People, activated or not.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Binary, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

/// Somebody whose account is not disabled.
#[derive(Debug, QueryableByName)]
pub struct PersonRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub username: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub phone_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    pub home_unit_id: i32,
    /// Has no password yet.
    #[diesel(sql_type = Bool)]
    pub pending: bool,
}

/// Those of some accounts that are not disabled.
pub async fn list_people(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<PersonRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sql_query(
        "select account_id, username, name, phone_sealed, home_unit_id, pending from v_access_person
         where account_id = any($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(tx.conn()?)
    .await?)
}
