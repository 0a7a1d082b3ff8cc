//! A report as those read it who are many at once: the clerks of a province who submit in the last hours before a deadline.
//! What is in memory, units and forms, is not read beside it.
//!
//! Invariant: what was read is nobody's until it has been placed within a scope.

pub mod store;

use fupin_access::Scope;
use fupin_contract::{FormId, ReportId, UnitId};
use fupin_kernel::{Error, Result, Tx};

use self::store::Read;
use super::store::{AroundRow, Content, Found, find_content};
use crate::{forms, place};

/// A report that was read, if it lies within the scope.
pub async fn place(tx: &mut Tx, scope: &Scope, id: ReportId, read: Read) -> Result<(Found, Content)> {
    let Read { row, task, content } = read;
    let unit = UnitId(task.unit_id);
    let (issued_on, today) = (place::kept::tree(tx, task.tree_id).await?, place::kept::today(tx).await?);
    let (Some(node), Some(standing)) = (issued_on.get(&unit), today.get(&unit)) else {
        // A unit that has ended, or was merged into another: few are, and their places are the database's to say.
        return find_content(tx.conn()?, scope, id).await;
    };
    if !scope.covers(standing.lo) {
        return Err(Error::NotFound);
    }
    let form = forms::compiled(tx, FormId(row.form_id)).await?;
    let submitter = match row.submitted_by {
        Some(account) => Some(store::find_name(tx, account).await?),
        None => None,
    };
    let around = AroundRow {
        task_title: task.title,
        task_status: task.status,
        tree_id: task.tree_id,
        due_at: task.due_at,
        chain: task.chain,
        form_title: form.definition().title.clone(),
        unit_id: unit.0,
        unit_name: node.unit.name.clone(),
        unit_level: node.unit.level.rank(),
        submitter,
    };
    Ok((Found::from_rows((row, around, standing.lo))?, content))
}
