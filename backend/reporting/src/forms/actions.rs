//! Reading and loading forms.

use std::sync::Arc;

use fupin_access::{Permit, permit::ReadForms};
use fupin_contract::{
    FormId, Page,
    reporting::{FormDetail, FormSummary},
};
use fupin_form::{Form, FormDefinition};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::store::{self, NewForm};
use crate::sheets::official::Official;

pub async fn list_forms(permit: &Permit<ReadForms>) -> Result<Page<FormSummary>> {
    Ok(Page { items: permit.read(async |tx| list_newest(tx).await).await?, next: None })
}

pub async fn get_form(permit: &Permit<ReadForms>, id: FormId) -> Result<FormDetail> {
    permit
        .read(async |tx| {
            let (summary, definition) = find_form(tx, id).await?;
            Ok(FormDetail { summary, definition })
        })
        .await
}

/// Forms by id, for whoever reads what they were issued in.
pub async fn list_summaries(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<FormSummary>> {
    Ok(store::list_forms(tx, ids).await?.into_iter().map(FormSummary::from).collect())
}

/// The newest version of each of some forms, in the order of the codes.
pub async fn list_newest_of(tx: &mut Tx, codes: &[String]) -> Result<Vec<FormSummary>> {
    let newest = list_newest(tx).await?;
    Ok(codes.iter().filter_map(|code| newest.iter().find(|form| form.code == *code).cloned()).collect())
}

/// Load forms from their JSON. A form that is already there as it stands changes nothing; a changed one becomes the next
/// version. Answers the newest version of each.
pub async fn load_forms(tx: &mut Tx, definitions: &[impl AsRef<str>]) -> Result<Vec<FormId>> {
    let mut ids = Vec::with_capacity(definitions.len());
    for json in definitions {
        ids.push(load_form(tx, json.as_ref()).await?);
    }
    Ok(ids)
}

async fn load_form(tx: &mut Tx, json: &str) -> Result<FormId> {
    let definition: FormDefinition = serde_json::from_str(json)?;
    let newest = store::find_newest(tx, &definition.code).await?;
    if let Some(newest) = newest.as_ref().filter(|newest| newest.is(&definition)) {
        return Ok(FormId(newest.form_id));
    }
    let code = definition.code.clone();
    let form = Form::compile(definition).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Error::internal(format!("the form {code} is faulty: {}", faults.join("; ")))
    })?;
    Ok(insert_version(tx, &form, newest.map_or(1, |newest| newest.version + 1)).await?.id)
}

/// One more version of a form; it never changes again.
pub async fn insert_version(tx: &mut Tx, form: &Form, version: i32) -> Result<FormSummary> {
    let definition = form.definition();
    let canonical = serde_json::to_string(definition)?;
    let cells = form.cells().iter().filter(|cell| cell.is_fillable()).count();
    let summary = FormSummary {
        id: FormId::generate(),
        code: definition.code.clone(),
        version,
        title: definition.title.clone(),
        cells: i32::try_from(cells).map_err(Error::internal)?,
    };
    let digest = store::digest_of(&canonical);
    store::insert_form(tx, NewForm { summary: &summary, definition: &canonical, digest: &digest }).await?;
    Ok(summary)
}

/// Keep the sheet that a version of a form was made from.
pub async fn insert_official(tx: &mut Tx, id: FormId, official: &Official) -> Result<()> {
    store::insert_layout(tx, id, &serde_json::to_string(official)?).await
}

/// The sheet that a version of a form was made from.
pub async fn find_official(tx: &mut Tx, id: FormId) -> Result<Option<Arc<Official>>> {
    let layout = store::find_layout(tx, id).await?;
    Ok(layout.map(|layout| serde_json::from_str(&layout)).transpose()?.map(Arc::new))
}

/// A version of a form with what it says.
pub async fn find_form(tx: &mut Tx, id: FormId) -> Result<(FormSummary, FormDefinition)> {
    let (summary, definition) = store::find_form(tx, id).await?;
    Ok((summary.into(), serde_json::from_str(&definition)?))
}

/// The newest version of each form.
pub async fn list_newest(tx: &mut Tx) -> Result<Vec<FormSummary>> {
    Ok(store::list_newest(tx).await?.into_iter().map(FormSummary::from).collect())
}
