//! What was chosen, and what there are words for.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, notify::MessageChoice};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

#[derive(QueryableByName)]
pub(super) struct ChoiceRow {
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Bool)]
    pub sms: bool,
    #[diesel(sql_type = Bool)]
    pub mail: bool,
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = Text)]
    event: String,
}

pub(super) async fn list_choices(tx: &mut Tx, of: Uuid) -> Result<Vec<ChoiceRow>> {
    let query = "select event, sms, mail from message_choice where account_id = $1";
    Ok(sql_query(query).bind::<SqlUuid, _>(of).load(tx.conn()?).await?)
}

/// Events that leave the house.
pub(super) async fn list_worded(tx: &mut Tx) -> Result<Vec<String>> {
    let query = "select distinct event from message_template where channel in ('message', 'mail')";
    let rows: Vec<EventRow> = sql_query(query).load(tx.conn()?).await?;
    Ok(rows.into_iter().map(|row| row.event).collect())
}

pub(super) async fn save_choices(tx: &mut Tx, of: AccountId, choices: &[MessageChoice]) -> Result<()> {
    sql_query(
        "insert into message_choice (account_id, event, sms, mail)
         select $1, * from unnest($2::text[], $3::boolean[], $4::boolean[])
         on conflict (account_id, event) do update set sms = excluded.sms, mail = excluded.mail",
    )
    .bind::<SqlUuid, _>(of.0)
    .bind::<Array<Text>, _>(choices.iter().map(|choice| choice.event.as_str()).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(choices.iter().map(|choice| choice.sms).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(choices.iter().map(|choice| choice.mail).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
