//! Reading the board.

use fupin_access::{
    Permit, Scope,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::{
    TaskId,
    reporting::{Board, BoardFilter, Matrix, MatrixFilter},
};
use fupin_kernel::{Download, Error, Result, Tx, audit::Event};

use super::{
    rules::{self, Seen},
    words,
};
use crate::{
    export::table,
    place::{self, view::View},
    tasks::{
        standings,
        store::{FoundTask, find_task},
    },
};

pub async fn get_board(permit: &Permit<ReadReports>, id: TaskId, filter: &BoardFilter) -> Result<Board> {
    permit
        .read(async |tx| {
            let scope = permit.scope();
            let found = find_task(tx, scope, id).await?;
            if filter.form.is_some_and(|form| !found.task.forms.iter().any(|known| known.id == form)) {
                return Err(Error::NotFound);
            }
            let view = View::open(tx, scope, &found, filter.unit).await?;
            let seen = Seen::read(tx, view, &found).await?;
            let (progress, rows) = rules::board(&seen, filter.form);
            let view = seen.view;
            Ok(Board { unit: view.top.unit, path: view.path, progress, rows, as_of: tx.now() })
        })
        .await
}

pub async fn get_matrix(permit: &Permit<ReadReports>, id: TaskId, filter: &MatrixFilter) -> Result<Matrix> {
    permit.read(async |tx| matrix(tx, permit.scope(), id, filter).await).await
}

/// The matrix within a transaction.
pub async fn matrix(tx: &mut Tx, scope: &Scope, id: TaskId, filter: &MatrixFilter) -> Result<Matrix> {
    let found = find_task(tx, scope, id).await?;
    let view = View::open(tx, scope, &found, filter.unit).await?;
    let seen = Seen::read(tx, view, &found).await?;
    let (whole, rows) = rules::matrix(&seen, &found.task.forms);
    let view = seen.view;
    Ok(Matrix { unit: view.top.unit, path: view.path, forms: found.task.forms, whole, rows, as_of: tx.now() })
}

impl Seen {
    async fn read(tx: &mut Tx, view: View, found: &FoundTask) -> Result<Self> {
        Ok(Self {
            reports: standings::of_task(tx, found.task.id).await?,
            ordinals: place::store::list_ordinals(tx, found.tree_id, &view.top).await?,
            view,
            due_at: found.task.due_at,
            now: tx.now(),
        })
    }
}

pub async fn export_matrix(permit: &Permit<ExportReports>, id: TaskId, filter: &MatrixFilter) -> Result<Download> {
    let event = Event::on("reporting.matrix_exported", id);
    let read = permit.write(event, async |tx| {
        let title = find_task(tx, permit.scope(), id).await?.task.title;
        Ok(words::matrix(&title, &matrix(tx, permit.scope(), id, filter).await?))
    });
    Ok(table::download(read.await?, "matrix.xlsx"))
}
