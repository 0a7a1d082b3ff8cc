//! The SQL of drafts. Drafts belong to no unit: the rules let only the province near them.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{AccountId, DraftId, FormId, Period};
use fupin_form::FormDefinition;
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::{sheets::official::Official, tasks::store::IN_SCOPE};

/// More drafts than a province works on at once.
const MOST: i32 = 200;

#[derive(Debug, QueryableByName)]
pub struct DraftRow {
    #[diesel(sql_type = SqlUuid)]
    pub draft_id: Uuid,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Text)]
    definition: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub based_on: Option<Uuid>,
    #[diesel(sql_type = Text)]
    pub notes: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub layout: Option<String>,
    #[diesel(sql_type = Text)]
    pub changed_by: String,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
}

impl DraftRow {
    pub fn definition(&self) -> Result<FormDefinition> {
        Ok(serde_json::from_str(&self.definition)?)
    }

    /// The sheet that the draft was made from.
    pub fn official(&self) -> Result<Option<Official>> {
        Ok(self.layout.as_deref().map(serde_json::from_str).transpose()?)
    }
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Integer)]
    version: i32,
}

#[derive(QueryableByName)]
struct FormRow {
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
}

/// What a draft is to hold.
#[derive(Clone, Copy, Debug)]
pub struct NewDraft<'a> {
    pub code: &'a str,
    pub title: &'a str,
    pub definition: &'a str,
}

/// What a draft began with, and keeps.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    pub based_on: Option<FormId>,
    pub notes: &'a str,
    pub layout: Option<&'a str>,
}

const DRAFT: &str = "select d.draft_id, d.code, d.title, d.version, d.definition, d.based_on, d.notes, d.layout,
        d.changed_at,
        a.name as changed_by
    from form_draft d
    join account a on a.account_id = d.changed_by";

/// Drafts, the last changed first.
pub async fn list_drafts(tx: &mut Tx) -> Result<Vec<DraftRow>> {
    let query = format!("{DRAFT} order by d.changed_at desc, d.draft_id limit $1");
    Ok(sql_query(query).bind::<Integer, _>(MOST).load(tx.conn()?).await?)
}

pub async fn find_draft(tx: &mut Tx, id: DraftId) -> Result<DraftRow> {
    let query = format!("{DRAFT} where d.draft_id = $1");
    Ok(sql_query(query).bind::<SqlUuid, _>(id.0).get_result(tx.conn()?).await?)
}

/// The version of a draft, which nobody changes before this transaction ends.
pub async fn lock_draft(tx: &mut Tx, id: DraftId) -> Result<i32> {
    let query = "select version from form_draft where draft_id = $1 for update";
    let row: VersionRow = sql_query(query).bind::<SqlUuid, _>(id.0).get_result(tx.conn()?).await?;
    Ok(row.version)
}

/// Let others who would publish wait until this transaction ends.
pub async fn lock_publishing(tx: &mut Tx) -> Result<()> {
    sql_query("select pg_advisory_xact_lock(hashtext('reporting.publishing'))").execute(tx.conn()?).await?;
    Ok(())
}

pub async fn insert_draft(
    tx: &mut Tx,
    id: DraftId,
    by: AccountId,
    new: &NewDraft<'_>,
    origin: &Origin<'_>,
) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into form_draft
             (draft_id, code, title, definition, based_on, notes, layout, created_by, created_at, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(new.code)
    .bind::<Text, _>(new.title)
    .bind::<Text, _>(new.definition)
    .bind::<Nullable<SqlUuid>, _>(origin.based_on.map(|form| form.0))
    .bind::<Text, _>(origin.notes)
    .bind::<Nullable<Text>, _>(origin.layout)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_draft(tx: &mut Tx, id: DraftId, by: AccountId, new: &NewDraft<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update form_draft
         set code = $2, title = $3, definition = $4, version = version + 1, changed_by = $5, changed_at = $6
         where draft_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(new.code)
    .bind::<Text, _>(new.title)
    .bind::<Text, _>(new.definition)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn delete_draft(tx: &mut Tx, id: DraftId) -> Result<()> {
    let gone =
        sql_query("delete from form_draft where draft_id = $1").bind::<SqlUuid, _>(id.0).execute(tx.conn()?).await?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Forms of a period that somebody within the scope fills already.
pub async fn list_collecting(tx: &mut Tx, scope: &Scope, period: Period) -> Result<Vec<FormId>> {
    let query = format!(
        "select distinct f.form_id
         from task t
         join task_form f on f.task_id = t.task_id
         where t.period = $3 and t.status <> 'cancelled'
             and exists (select from report r
                 join v_access_place u on u.unit_id = r.unit_id
                 where r.task_id = t.task_id and r.period = t.period and not r.void and {IN_SCOPE})"
    );
    let rows: Vec<FormRow> = sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Date, _>(period.first_day())
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().map(|row| FormId(row.form_id)).collect())
}
