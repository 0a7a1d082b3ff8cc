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

use super::{rules, store, words};
use crate::{export::table, place::view::View, tasks::store::find_task};

pub async fn get_board(permit: &Permit<ReadReports>, id: TaskId, filter: &BoardFilter) -> Result<Board> {
    permit
        .read(async |tx| {
            let scope = permit.scope();
            let found = find_task(tx, scope, id).await?;
            if filter.form.is_some_and(|form| !found.task.forms.iter().any(|known| known.id == form)) {
                return Err(Error::NotFound);
            }
            let view = View::open(tx, scope, &found, filter.unit).await?;
            let counts = store::list_counts(tx, &view, &found, filter.form).await?;
            let (progress, rows) = rules::board(&view, counts);
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
    let counts = store::list_cells(tx, &view, &found).await?;
    let (whole, rows) = rules::matrix(&view, &found.task.forms, &counts);
    Ok(Matrix { unit: view.top.unit, path: view.path, forms: found.task.forms, whole, rows, as_of: tx.now() })
}

pub async fn export_matrix(permit: &Permit<ExportReports>, id: TaskId, filter: &MatrixFilter) -> Result<Download> {
    let event = Event::on("reporting.matrix_exported", id);
    let read = permit.write(event, async |tx| {
        let title = find_task(tx, permit.scope(), id).await?.task.title;
        Ok(words::matrix(&title, &matrix(tx, permit.scope(), id, filter).await?))
    });
    Ok(table::download(read.await?, "matrix.xlsx"))
}
