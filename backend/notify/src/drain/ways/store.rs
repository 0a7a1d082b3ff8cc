//! Confirmed addresses, and what their owners chose.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Binary, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

/// A confirmed address, and by which ways its owner wants to be told.
#[derive(Clone, Debug, QueryableByName)]
pub struct MailboxRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Binary)]
    pub email_sealed: Vec<u8>,
    #[diesel(sql_type = Bool)]
    pub sms: bool,
    #[diesel(sql_type = Bool)]
    pub mail: bool,
}

/// The mailboxes of these accounts, and what was chosen for an event.
pub async fn list_mailboxes(tx: &mut Tx, event: &str, accounts: &[Uuid]) -> Result<Vec<MailboxRow>> {
    Ok(sql_query(
        "select b.account_id, b.email_sealed, coalesce(c.sms, true) as sms, coalesce(c.mail, true) as mail
         from v_access_mailbox b
         left join message_choice c on c.account_id = b.account_id and c.event = $2
         where b.account_id = any($1) and exists (select from mail_server)",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Text, _>(event)
    .load(tx.conn()?)
    .await?)
}
