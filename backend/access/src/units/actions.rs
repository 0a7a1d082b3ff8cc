//! Acts on the tree. A dry run makes the same plan and stores nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fupin_contract::{
    Page, UnitId,
    units::{ImportUnit, ImportUnits, MergeUnit, MoveUnit, RenameUnit, TreeReport, Unit, UnitDetail, UnitFilter},
};
use fupin_kernel::{Error, Result, Tx, audit::Event};

use super::{
    changes,
    import::{numbered, provisional, read},
    store,
    timeline::{self, Act, Dated},
    tree::Tree,
};
use crate::{
    permit::{ManageUnits, Permit, ReadUnits},
    scope::Scope,
};

pub(super) async fn list_units(permit: &Permit<ReadUnits>, filter: UnitFilter) -> Result<Page<Unit>> {
    let read = permit.read(async |tx| {
        if let Some(parent) = filter.parent {
            store::require_unit(tx, permit.scope(), parent).await?;
        }
        store::list_units(tx, permit.scope(), &filter).await
    });
    Ok(Page { items: read.await?, next: None })
}

pub(super) async fn get_unit(permit: &Permit<ReadUnits>, unit: UnitId) -> Result<UnitDetail> {
    permit.read(async |tx| store::find_detail(tx, permit.scope(), unit).await).await
}

pub(super) async fn rename_unit(permit: &Permit<ManageUnits>, unit: UnitId, input: RenameUnit) -> Result<TreeReport> {
    let event = Event::on("access.unit_renamed", unit);
    let code = input.code.map(|code| code.trim().to_owned());
    let act = Act::Rename { unit, name: input.name.trim().to_owned(), code };
    perform(permit, event, &act, When { from: input.from, dry_run: input.dry_run }).await
}

pub(super) async fn move_unit(permit: &Permit<ManageUnits>, unit: UnitId, input: MoveUnit) -> Result<TreeReport> {
    let event = Event::on("access.unit_moved", unit).with("parent", input.parent.0);
    let act = Act::Move { unit, parent: input.parent };
    perform(permit, event, &act, When { from: input.from, dry_run: input.dry_run }).await
}

pub(super) async fn merge_unit(permit: &Permit<ManageUnits>, unit: UnitId, input: MergeUnit) -> Result<TreeReport> {
    let event = Event::on("access.unit_merged", unit).with("into", input.into.0);
    let act = Act::Merge { unit, into: input.into };
    perform(permit, event, &act, When { from: input.from, dry_run: input.dry_run }).await
}

pub(super) async fn import_units(permit: &Permit<ManageUnits>, input: ImportUnits) -> Result<TreeReport> {
    let When { from, dry_run } = When { from: input.from, dry_run: input.dry_run };
    let units: Vec<ImportUnit> = input.units.into_iter().map(trimmed).collect();
    let event = Event::new("access.units_imported").with("from", from.to_string()).with("dry_run", dry_run);
    permit
        .write_noting(event, async |tx, event| {
            // A whole tree is for whoever administers all of it.
            if !permit.scope().covers(0) {
                return Err(Error::NotFound);
            }
            let report = if dry_run {
                plan_import(tx, &units, from).await?.report(true)
            } else {
                import(tx, &units, from).await?
            };
            note(event, &report);
            Ok(report)
        })
        .await
}

/// Spreadsheets leave spaces at the ends.
fn trimmed(row: ImportUnit) -> ImportUnit {
    ImportUnit {
        code: row.code.trim().to_owned(),
        name: row.name.trim().to_owned(),
        parent_code: row.parent_code.map(|code| code.trim().to_owned()),
        ..row
    }
}

/// How much an act changes, for its audit row.
fn note(event: &mut Event, report: &TreeReport) {
    let counts = [
        ("added", report.added),
        ("renamed", report.renamed),
        ("moved", report.moved),
        ("ended", report.ended),
        ("unchanged", report.unchanged),
    ];
    event.detail.extend(counts.map(|(name, count)| (name.to_owned(), count.into())));
}

/// Make the tree that holds from a day on what the rows say. The first import of an instance makes its first tree.
pub async fn import(tx: &mut Tx, units: &[ImportUnit], from: NaiveDate) -> Result<TreeReport> {
    store::lock_trees(tx).await?;
    let plan = plan_import(tx, units, from).await?;
    let report = plan.report(false);
    let new = provisional(&plan.after);
    let numbers: BTreeMap<UnitId, UnitId> =
        new.iter().copied().zip(store::insert_units(tx, new.len()).await?).collect();
    if !report.changes.is_empty() {
        store::insert_tree(tx, from, &numbered(&plan.after, &numbers)?).await?;
    }
    Ok(report)
}

/// From which day on an act holds, and whether it is only tried.
#[derive(Clone, Copy)]
struct When {
    from: NaiveDate,
    dry_run: bool,
}

/// What an act comes to.
struct Plan {
    from: NaiveDate,
    before: Tree,
    after: Tree,
    absorbed: Option<(UnitId, UnitId)>,
}

impl Plan {
    fn report(&self, dry_run: bool) -> TreeReport {
        let changes = changes::compare(&self.before, &self.after, self.absorbed);
        changes::report(&self.after, changes, self.from, dry_run)
    }
}

async fn perform(permit: &Permit<ManageUnits>, event: Event, act: &Act, when: When) -> Result<TreeReport> {
    permit
        .write_noting(event.with("from", when.from.to_string()).with("dry_run", when.dry_run), async |tx, event| {
            if !when.dry_run {
                store::lock_trees(tx).await?;
            }
            let (plan, made) = plan(tx, permit.scope(), act, when.from).await?;
            if !when.dry_run {
                keep(tx, &plan, &made).await?;
            }
            let report = plan.report(when.dry_run);
            note(event, &report);
            Ok(report)
        })
        .await
}

async fn keep(tx: &mut Tx, plan: &Plan, made: &[Dated]) -> Result<()> {
    for dated in made {
        store::insert_tree(tx, dated.from, &dated.tree).await?;
    }
    match plan.absorbed {
        Some((unit, into)) => store::update_successor(tx, unit, into).await,
        None => Ok(()),
    }
}

async fn plan(tx: &mut Tx, scope: &Scope, act: &Act, from: NaiveDate) -> Result<(Plan, Vec<Dated>)> {
    for unit in act.units() {
        store::require_unit(tx, scope, unit).await?;
    }
    let trees = store::list_trees_from(tx, from).await?;
    let made = timeline::apply(&trees, from, act)?;
    let before = timeline::on(&trees, from).map(|dated| dated.tree.clone()).unwrap_or_default();
    let after = made.first().map(|dated| dated.tree.clone()).unwrap_or_default();
    let absorbed = match act {
        Act::Merge { unit, into } => Some((*unit, *into)),
        Act::Rename { .. } | Act::Move { .. } => None,
    };
    Ok((Plan { from, before, after, absorbed }, made))
}

async fn plan_import(tx: &mut Tx, units: &[ImportUnit], from: NaiveDate) -> Result<Plan> {
    let trees = store::list_trees_from(tx, from).await?;
    let before = timeline::base_of_import(&trees, from)?;
    let ended = store::list_ended(tx, from).await?;
    let after = read(&before, &ended, units)?;
    Ok(Plan { from, before, after, absorbed: None })
}
