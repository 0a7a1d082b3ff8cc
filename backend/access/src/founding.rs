//! The first accounts of an instance, before there is anybody who could create or grant: used by the set-up and by
//! the demonstration, and by nothing else.

mod tree;

use std::collections::HashMap;

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Binary, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, GrantId, Phone, UnitId, access::Role};
use fupin_kernel::{Result, Tx, keys::Keys, seal};

pub use tree::plant;

/// Somebody to begin with.
#[derive(Clone, Debug)]
pub struct Founder {
    pub username: String,
    pub name: String,
    pub role: Role,
    pub unit: UnitId,
    pub phone: Option<Phone>,
    /// Absent where a one-time link will set it.
    pub password_hash: Option<String>,
}

#[derive(QueryableByName)]
struct InstanceRow {
    #[diesel(sql_type = Text)]
    province_name: String,
    #[diesel(sql_type = Bool)]
    demo: bool,
}

/// The province that this instance serves and whether it is a demonstration; none before the set-up.
pub async fn instance(tx: &mut Tx) -> Result<Option<(String, bool)>> {
    let row: Option<InstanceRow> =
        sql_query("select province_name, demo from instance").get_result(tx.conn()?).await.optional()?;
    Ok(row.map(|row| (row.province_name, row.demo)))
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    province_key: String,
}

/// The key of the province's folder of data; none before the set-up.
pub async fn province_key(tx: &mut Tx) -> Result<Option<String>> {
    let row: Option<KeyRow> = sql_query("select province_key from instance").get_result(tx.conn()?).await.optional()?;
    Ok(row.map(|row| row.province_key))
}

/// Say which province this instance serves. The second of two that race fails on the row's key.
pub async fn found(tx: &mut Tx, province_key: &str, province_name: &str, demo: bool) -> Result<()> {
    sql_query("insert into instance (province_key, province_name, demo) values ($1, $2, $3)")
        .bind::<Text, _>(province_key)
        .bind::<Text, _>(province_name)
        .bind::<Bool, _>(demo)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Make an account with its role.
pub async fn insert_founder(tx: &mut Tx, keys: &Keys, founder: &Founder) -> Result<AccountId> {
    let account_id = AccountId::generate();
    let place = format!("account.phone:{account_id}");
    let phone = founder.phone.as_ref().map(|phone| seal::seal(keys, &place, phone.reveal())).transpose()?;
    sql_query(
        "insert into account (account_id, username, name, unit_id, phone_sealed, password_hash)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Text, _>(&founder.username)
    .bind::<Text, _>(&founder.name)
    .bind::<Integer, _>(founder.unit.0)
    .bind::<Nullable<Binary>, _>(phone)
    .bind::<Nullable<Text>, _>(founder.password_hash.as_deref())
    .execute(tx.conn()?)
    .await?;
    sql_query("insert into account_grant (grant_id, account_id, role, unit_id) values ($1, $2, $3, $4)")
        .bind::<SqlUuid, _>(GrantId::generate().0)
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Text, _>(founder.role.name())
        .bind::<Integer, _>(founder.unit.0)
        .execute(tx.conn()?)
        .await?;
    Ok(account_id)
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: uuid::Uuid,
}

/// The account of a user name.
pub async fn find_account(tx: &mut Tx, username: &str) -> Result<Option<AccountId>> {
    let rows: Vec<AccountRow> = sql_query("select account_id from account where lower(username) = lower($1)")
        .bind::<Text, _>(username)
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().next().map(|row| AccountId(row.account_id)))
}

/// Let the planner look at a tree that has just been planted.
pub async fn know_the_tree(tx: &mut Tx) -> Result<()> {
    sql_query("select know_the_tree()").execute(tx.conn()?).await?;
    Ok(())
}

/// A unit of today's tree, for placing founders.
#[derive(Clone, Debug, QueryableByName)]
pub struct Seat {
    #[diesel(sql_type = Integer)]
    pub unit_id: i32,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = diesel::sql_types::SmallInt)]
    pub level: i16,
}

#[derive(QueryableByName)]
struct CodeRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// Which units have these codes today. Codes and names of units are no secret; what they report is.
pub async fn units_by_code(tx: &mut Tx, codes: &[String]) -> Result<HashMap<String, UnitId>> {
    let rows: Vec<CodeRow> = sql_query("select code, unit_id from v_access_unit where code = any($1)")
        .bind::<Array<Text>, _>(codes)
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().map(|row| (row.code, UnitId(row.unit_id))).collect())
}

/// The units from the province down to the village of a code, or to the first village of a town of villages.
pub async fn path_to_village(tx: &mut Tx, code: Option<&str>) -> Result<Vec<Seat>> {
    let seats = sql_query(
        "with village as (
             select * from v_access_unit where level = 3 and ($1 is null or code = $1) order by lo limit 1
         )
         select u.unit_id, u.name, u.level from v_access_unit u join village v on v.lo >= u.lo and v.lo < u.hi
         order by u.level",
    )
    .bind::<Nullable<Text>, _>(code)
    .load(tx.conn()?)
    .await?;
    Ok(seats)
}
