//! Exporting.

use fupin_access::{Permit, permit::ExportReports};
use fupin_contract::{TaskId, reporting::TotalsFilter};
use fupin_kernel::{Download, Result, audit::Event};

use super::{channel, workbook};
use crate::totals::actions::sum;

pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Sum up in a transaction that records who took the totals; the file is made afterwards.
pub async fn export_totals(permit: &Permit<ExportReports>, id: TaskId, filter: &TotalsFilter) -> Result<Download> {
    let event = Event::on("reporting.totals_exported", id).with("form_id", filter.form.to_string());
    let summed = permit.write(event, async |tx| sum(tx, permit.scope(), id, filter).await).await?;
    let title = &summed.form.definition().title;
    let name = format!("{title}-{}-{}.xlsx", summed.found.task.period, summed.totals.unit.name);
    let body = channel::stream(move |out| workbook::write(&summed, out));
    Ok(Download { name, plain_name: "totals.xlsx", media_type: MEDIA_TYPE, body: Box::pin(body) })
}
