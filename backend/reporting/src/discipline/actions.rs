//! Ranking.

use fupin_access::{
    Permit, Scope,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::reporting::{Discipline, DisciplineFilter};
use fupin_kernel::{Download, Error, Result, Tx, audit::Event};

use super::{rules, store, words};
use crate::{
    export::table,
    place::{self, store::list_lines},
    tasks::policy,
};

pub async fn get_discipline(permit: &Permit<ReadReports>, filter: &DisciplineFilter) -> Result<Discipline> {
    permit.read(async |tx| rank(tx, permit.scope(), filter).await).await
}

pub async fn export_discipline(permit: &Permit<ExportReports>, filter: &DisciplineFilter) -> Result<Download> {
    let event = Event::new("reporting.discipline_exported")
        .with("from", filter.from.to_string())
        .with("until", filter.until.to_string());
    let ranked = permit.write(event, async |tx| rank(tx, permit.scope(), filter).await).await?;
    Ok(table::download(words::circular(&ranked), "discipline.xlsx"))
}

async fn rank(tx: &mut Tx, scope: &Scope, filter: &DisciplineFilter) -> Result<Discipline> {
    rules::check_span(filter.from, filter.until)?;
    let unit = filter.unit.or_else(|| scope.top()).ok_or(Error::NotFound)?;
    let top = place::store::find_standing(tx, scope, unit).await?;
    let points = policy::store::find_policy(tx).await?.discipline;
    let lines = list_lines(tx, scope, &top, filter.level).await?;
    let counts = store::list_counts(tx, &lines, (filter.from, filter.until)).await?;
    Ok(Discipline {
        unit: top.unit,
        from: filter.from,
        until: filter.until,
        rows: rules::rank(&lines, &counts, &points),
        points: points.into(),
        as_of: tx.now(),
    })
}
