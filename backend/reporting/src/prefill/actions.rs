//! What is suggested for a report.

use std::collections::BTreeSet;

use fupin_contract::{
    Period,
    reporting::{Prefilled, ReportStatus},
};
use fupin_form::{Cells, Form};
use fupin_kernel::{Error, Result, Tx};

use super::{rules, store};
use crate::{
    fill::rules::Open,
    report::{rules::status_of, store::Found},
};

/// Suggestions for a report that was found within a scope: the last report is the same unit's.
pub async fn find(tx: &mut Tx, form: &Form, found: &Found, content: &Cells, open: &Open) -> Result<Option<Prefilled>> {
    if !form.has_prefill() || !matches!(found.stand.status, ReportStatus::Draft | ReportStatus::Returned) {
        return Ok(None);
    }
    let Some(last) = store::find_last(tx, found).await? else { return Ok(None) };
    let suggested = form.suggest(&serde_json::from_str(&last.cells)?);
    let answered: BTreeSet<String> = store::list_answered(tx, found).await?.into_iter().collect();
    let cells = rules::open_suggestions(suggested, content, &answered, open);
    if cells.iter().next().is_none() {
        return Ok(None);
    }
    let status = status_of(&last.status).ok_or_else(|| Error::internal("the last report is in no known state"))?;
    Ok(Some(Prefilled { period: Period::of(last.period), status, cells }))
}
