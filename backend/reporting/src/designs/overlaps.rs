//! Items that two forms ask for: pointed out where a form is designed and where it is issued.

use std::collections::BTreeMap;

use fupin_access::{
    Permit,
    permit::{DesignForms, IssueTasks},
};
use fupin_contract::{
    DraftId, Fault, FormId, Page,
    reporting::{FormSummary, ItemOverlap, OverlapFilter},
};
use fupin_form::{Form, asked_twice};
use fupin_kernel::{Error, Result, Tx};

use super::{rules, store};
use crate::forms;

/// More of them would say the same.
const MOST: usize = 200;

/// Against the newest version of every other form. A draft with faults is not compared yet.
pub async fn of_draft(permit: &Permit<DesignForms>, id: DraftId) -> Result<Page<ItemOverlap>> {
    rules::check_designer(permit.scope())?;
    permit
        .read(async |tx| {
            let definition = store::find_draft(tx, id).await?.definition()?;
            let Ok(form) = Form::compile(definition) else { return Ok(Page { items: Vec::new(), next: None }) };
            let mut found = Vec::new();
            for other in forms::list_newest(tx).await? {
                if other.code != form.definition().code {
                    let compiled = forms::compiled(tx, other.id).await?;
                    found.extend(between(&form, &compiled, &other));
                }
            }
            found.truncate(MOST);
            Ok(Page { items: found, next: None })
        })
        .await
}

/// Among the forms that are to be issued, and against those that the period collects already.
pub async fn of_issue(permit: &Permit<IssueTasks>, filter: OverlapFilter) -> Result<Page<ItemOverlap>> {
    permit
        .read(async |tx| {
            let mut collecting = store::list_collecting(tx, permit.scope(), filter.period).await?;
            collecting.retain(|form| !filter.forms.0.contains(form));
            let known = summaries(tx, filter.forms.0.iter().chain(&collecting)).await?;
            let mut found = Vec::new();
            for (at, wanted) in filter.forms.0.iter().enumerate() {
                let Some(wanted) = known.get(wanted) else {
                    return Err(Error::invalid_field("forms", Fault::new("reporting.unknown_form")));
                };
                let form = forms::compiled(tx, wanted.id).await?;
                // Two of the wanted ones are compared once, from the earlier one.
                let others = filter.forms.0[at + 1..].iter().chain(&collecting).filter_map(|id| known.get(id));
                for other in others.filter(|other| other.code != wanted.code) {
                    let compiled = forms::compiled(tx, other.id).await?;
                    found.extend(between(&form, &compiled, other));
                }
            }
            found.truncate(MOST);
            Ok(Page { items: found, next: None })
        })
        .await
}

async fn summaries(tx: &mut Tx, ids: impl Iterator<Item = &FormId>) -> Result<BTreeMap<FormId, FormSummary>> {
    let ids: Vec<_> = ids.map(|id| id.0).collect();
    Ok(forms::list_summaries(tx, &ids).await?.into_iter().map(|form| (form.id, form)).collect())
}

fn between(form: &Form, other: &Form, summary: &FormSummary) -> Vec<ItemOverlap> {
    let overlap = |twice: fupin_form::AskedTwice| {
        let asked = form.cells().iter().find(|spec| spec.key == twice.here)?;
        Some(ItemOverlap {
            code: form.definition().code.clone(),
            title: form.definition().title.clone(),
            row: asked.row_label.clone(),
            column: asked.column_title.clone(),
            unit: asked.unit.clone(),
            cell: twice.here,
            other: summary.clone(),
            other_cell: twice.there,
        })
    };
    asked_twice(form, other).into_iter().filter_map(overlap).collect()
}
