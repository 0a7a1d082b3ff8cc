//! The SQL of forms. Forms belong to no unit: whoever may read forms reads all.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable};
use diesel_async::RunQueryDsl;
use fupin_contract::{FormId, reporting::FormSummary};
use fupin_form::FormDefinition;
use fupin_kernel::{Result, Tx};
use fupin_schema::{form, form_layout};
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(Debug, Queryable)]
pub struct FormRow {
    form_id: Uuid,
    code: String,
    version: i32,
    title: String,
    cells: i32,
}

impl From<FormRow> for FormSummary {
    fn from(row: FormRow) -> Self {
        Self { id: FormId(row.form_id), code: row.code, version: row.version, title: row.title, cells: row.cells }
    }
}

#[derive(Debug, Queryable)]
pub struct NewestRow {
    pub form_id: Uuid,
    pub version: i32,
    pub title: String,
    pub digest: Vec<u8>,
}

impl NewestRow {
    /// Whether it says exactly this.
    pub fn is(&self, definition: &FormDefinition) -> bool {
        serde_json::to_string(definition).is_ok_and(|canonical| self.digest == digest_of(&canonical))
    }
}

/// Tells definitions apart.
pub fn digest_of(canonical: &str) -> [u8; 32] {
    Sha256::digest(canonical.as_bytes()).into()
}

/// A form that is about to exist.
#[derive(Clone, Copy, Debug)]
pub struct NewForm<'a> {
    pub summary: &'a FormSummary,
    pub definition: &'a str,
    pub digest: &'a [u8],
}

type Summary = (form::form_id, form::code, form::version, form::title, form::cells);
const SUMMARY: Summary = (form::form_id, form::code, form::version, form::title, form::cells);

/// The newest version of each form, by code.
pub async fn list_newest(tx: &mut Tx) -> Result<Vec<FormRow>> {
    let query = form::table.select(SUMMARY).distinct_on(form::code).order((form::code, form::version.desc()));
    Ok(query.load(tx.conn()?).await?)
}

/// Forms by id, in no order.
pub async fn list_forms(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<FormRow>> {
    Ok(form::table.filter(form::form_id.eq_any(ids)).select(SUMMARY).load(tx.conn()?).await?)
}

/// A form with its definition as JSON.
pub async fn find_form(tx: &mut Tx, id: FormId) -> Result<(FormRow, String)> {
    Ok(form::table.find(id.0).select((SUMMARY, form::definition)).first(tx.conn()?).await?)
}

pub async fn find_newest(tx: &mut Tx, code: &str) -> Result<Option<NewestRow>> {
    let query = form::table.filter(form::code.eq(code)).order(form::version.desc());
    Ok(query.select((form::form_id, form::version, form::title, form::digest)).first(tx.conn()?).await.optional()?)
}

/// The sheet that a form was made from, as JSON.
pub async fn find_layout(tx: &mut Tx, id: FormId) -> Result<Option<String>> {
    Ok(form_layout::table.find(id.0).select(form_layout::layout).first(tx.conn()?).await.optional()?)
}

pub async fn insert_layout(tx: &mut Tx, id: FormId, layout: &str) -> Result<()> {
    let values = (form_layout::form_id.eq(id.0), form_layout::layout.eq(layout));
    diesel::insert_into(form_layout::table).values(values).execute(tx.conn()?).await?;
    Ok(())
}

pub async fn insert_form(tx: &mut Tx, new: NewForm<'_>) -> Result<()> {
    let values = (
        form::form_id.eq(new.summary.id.0),
        form::code.eq(&new.summary.code),
        form::version.eq(new.summary.version),
        form::title.eq(&new.summary.title),
        form::cells.eq(new.summary.cells),
        form::definition.eq(new.definition),
        form::digest.eq(new.digest),
    );
    diesel::insert_into(form::table).values(values).execute(tx.conn()?).await?;
    Ok(())
}
