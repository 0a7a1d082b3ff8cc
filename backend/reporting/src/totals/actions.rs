//! Summing up.

use std::sync::Arc;

use fupin_access::{Permit, Scope, permit::ReadReports};
use fupin_contract::{
    TaskId,
    reporting::{Totals, TotalsFilter},
};
use fupin_form::Form;
use fupin_kernel::{Error, Result, Tx};

use super::{rules, store};
use crate::{
    forms,
    place::view::View,
    sheets::official::Official,
    tasks::store::{FoundTask, find_task},
};

/// Totals, and what they are of.
#[derive(Clone, Debug)]
pub struct Summed {
    pub found: FoundTask,
    pub form: Arc<Form>,
    /// The sheet that the form was made from.
    pub official: Option<Arc<Official>>,
    pub totals: Totals,
}

pub async fn get_totals(permit: &Permit<ReadReports>, id: TaskId, filter: &TotalsFilter) -> Result<Totals> {
    permit.read(async |tx| Ok(sum(tx, permit.scope(), id, filter).await?.totals)).await
}

/// Sum up within a transaction.
pub async fn sum(tx: &mut Tx, scope: &Scope, id: TaskId, filter: &TotalsFilter) -> Result<Summed> {
    let found = find_task(tx, scope, id).await?;
    if !found.task.forms.iter().any(|known| known.id == filter.form) {
        return Err(Error::NotFound);
    }
    let form = forms::compiled(tx, filter.form).await?;
    let official = forms::find_official(tx, filter.form).await?;
    let view = View::open(tx, scope, &found, filter.unit).await?;
    let of = filter.of.unwrap_or_default();
    let leaves = store::list_leaves(tx, &view, &found, filter.form, of).await?;
    let (whole, rows) = rules::sum(&form, &view, &leaves)?;
    let totals = Totals { unit: view.top.unit, path: view.path, of, whole, rows, as_of: tx.now() };
    Ok(Summed { found, form, official, totals })
}
