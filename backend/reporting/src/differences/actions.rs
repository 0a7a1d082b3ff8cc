//! Comparing.

use fupin_access::{Permit, permit::ReadReports};
use fupin_contract::{
    ReportId,
    reporting::{Differences, Since},
};
use fupin_kernel::{Error, Result};

use super::rules::{self, Taken};
use crate::{
    forms,
    report::{
        rules::kind_of,
        store::{self, EditRow},
    },
};

pub async fn get_differences(permit: &Permit<ReadReports>, id: ReportId, since: Since) -> Result<Differences> {
    permit
        .read(async |tx| {
            let (found, content) = store::find_content(tx.conn()?, permit.scope(), id).await?;
            let form = forms::compiled(tx, found.form_id).await?;
            let steps: Vec<Taken> =
                store::list_edits(tx, &found, 0).await?.into_iter().map(taken).collect::<Result<_>>()?;
            let now = serde_json::from_str(&content.cells)?;
            Ok(rules::compare(&form, found.stand.status, &steps, now, since))
        })
        .await
}

fn taken(edit: EditRow) -> Result<Taken> {
    let kind = kind_of(&edit.kind).ok_or_else(|| Error::internal("a step of a report is of no known kind"))?;
    let cells = serde_json::from_str(&edit.cells)?;
    let EditRow { version, at, by, on_behalf_of, .. } = edit;
    Ok(Taken { kind, version, at, by, on_behalf_of, cells })
}
