//! Reading a trend.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use fupin_access::{
    Permit, Scope,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::{
    Fault, FormId, Period, TaskId, UnitId,
    reporting::{Trend, TrendFilter},
};
use fupin_form::{ItemTotal, KeptTotals, OneItem};
use fupin_kernel::{Download, Error, Result, Tx, audit::Event};

use super::{
    kept,
    rules::{self, Group, ItemIn, LeafIn},
    store::{self, Asked},
};
use crate::{
    board::words,
    export::table,
    forms,
    place::{self, rules::Node},
    tasks::standings,
};

const MONTHS: u32 = 12;

pub async fn get_trend(permit: &Permit<ReadReports>, filter: &TrendFilter) -> Result<Trend> {
    permit.read(async |tx| trend(tx, permit.scope(), filter).await).await
}

pub async fn export_trend(permit: &Permit<ExportReports>, filter: &TrendFilter) -> Result<Download> {
    let event =
        Event::new("reporting.trend_exported").with("form", filter.form.as_str()).with("item", filter.item.as_str());
    let read = permit.write(event, async |tx| trend(tx, permit.scope(), filter).await).await?;
    Ok(table::download(words::trend(&read), "trend.xlsx"))
}

async fn trend(tx: &mut Tx, scope: &Scope, filter: &TrendFilter) -> Result<Trend> {
    let unit = filter.unit.or_else(|| scope.top()).ok_or(Error::NotFound)?;
    let top = place::store::find_standing(tx, scope, unit).await?;
    let periods = periods(filter.until, filter.months.unwrap_or(MONTHS));
    let versions = store::list_versions(tx, &filter.form, &periods).await?;
    let items = items(tx, filter, &versions).await?;
    let newest = items.last().ok_or(Error::NotFound)?;
    let asked = Asked { periods: &periods, versions: &versions, items: &items, of: filter.of.unwrap_or_default() };
    let lines = place::store::list_lines(tx, scope, &top, filter.level).await?;
    let groups = groups(tx, &lines, &asked).await?;
    let (whole, rows) = rules::trend(&lines, &periods, &groups)?;
    Ok(Trend {
        unit: top.unit,
        form_title: newest.form.definition().title.clone(),
        label: rules::label(newest.spec()),
        measured_in: newest.spec().unit.clone(),
        periods,
        whole,
        rows,
        as_of: tx.now(),
    })
}

/// Each group of reports with what it adds up to; leaves are read of those months alone in which a group has changed.
async fn groups<'a>(
    tx: &mut Tx,
    lines: &[Node],
    asked: &Asked<'a>,
) -> Result<Vec<(Group, Option<(&'a OneItem, ItemTotal)>)>> {
    let item_of = |group: &Group| asked.items.iter().find(|item| item.id == group.form);
    let places: HashMap<UnitId, i32> = place::store::list_places(tx, lines).await?.into_iter().collect();
    let tasks = store::list_tasks(tx, asked.periods, asked.versions).await?;
    let standings = standings::of_tasks(tx, &tasks.iter().map(|(task, _)| *task).collect::<Vec<_>>()).await?;
    let reports = tasks.iter().filter_map(|(task, period)| Some((*period, standings.get(task)?.as_slice())));
    let groups = rules::groups(reports, &places, asked.versions, asked.of);
    let totals: Vec<Option<Arc<KeptTotals>>> = groups.iter().map(kept::find).collect();
    let changed = groups
        .iter()
        .zip(&totals)
        .filter(|(group, totals)| totals.is_none() && group.counted > 0 && item_of(group).is_some());
    let changed: HashSet<_> = changed.map(|(group, _)| (group.line, group.period, group.form)).collect();
    let mut made = made(tx, &tasks, asked, &places, &changed).await?;
    let with_total = |(group, totals): (Group, Option<Arc<KeptTotals>>)| {
        let Some(item) = item_of(&group) else { return Ok((group, None)) };
        let totals = totals.or_else(|| {
            let totals = Arc::new(made.remove(&(group.line, group.period, group.form))?);
            kept::keep(&group, &totals);
            Some(totals)
        });
        let total = totals.map_or_else(|| Ok(ItemTotal::default()), |totals| item.item.read(&totals));
        Ok((group, Some((&item.item, total.map_err(rules::fault)?))))
    };
    groups.into_iter().zip(totals).map(with_total).collect()
}

/// What marks a group out among those of one look: line, month and version.
type Place = (i32, Period, FormId);

/// The totals of groups that have changed, of their leaves.
async fn made(
    tx: &mut Tx,
    tasks: &[(TaskId, Period)],
    asked: &Asked<'_>,
    places: &HashMap<UnitId, i32>,
    changed: &HashSet<Place>,
) -> Result<HashMap<Place, KeptTotals>> {
    let months: BTreeSet<Period> = changed.iter().map(|(_, period, _)| *period).collect();
    let mut made = HashMap::new();
    // Month by month, so that no more than the leaves of one are held at a time.
    for month in months {
        let tasks: Vec<TaskId> = tasks.iter().filter(|(_, period)| *period == month).map(|(task, _)| *task).collect();
        let leaves = store::list_leaves(tx, &tasks, asked).await?;
        let mut gathered: HashMap<Place, Vec<&LeafIn>> = HashMap::new();
        for leaf in &leaves {
            let Some(line) = places.get(&leaf.unit) else { continue };
            let place = (*line, leaf.period, leaf.form);
            if changed.contains(&place) {
                gathered.entry(place).or_default().push(leaf);
            }
        }
        for (place, leaves) in gathered {
            let Some(item) = asked.items.iter().find(|item| item.id == place.2) else { continue };
            let leaves = leaves.iter().map(|leaf| (leaf.items.as_slice(), leaf.submitted_at_micros));
            made.insert(place, KeptTotals::of(&item.form, leaves).map_err(rules::fault)?);
        }
    }
    Ok(made)
}

/// The months, the first one first.
fn periods(until: Period, months: u32) -> Vec<Period> {
    (0..months).rev().filter_map(|ago| until.earlier(ago)).collect()
}

/// The item in each version of the form that reports of these months follow, the oldest version first.
async fn items(tx: &mut Tx, filter: &TrendFilter, versions: &[FormId]) -> Result<Vec<ItemIn>> {
    let bad = |code: &str| Error::invalid_field("item", Fault::new(code));
    let mut items = Vec::new();
    for id in versions.iter().copied() {
        let form = forms::compiled(tx, id).await?;
        let Some(measure) = form.measures().iter().find(|measure| measure.key.as_str() == filter.item) else {
            continue;
        };
        let item = OneItem::of(&form, measure).ok_or_else(|| bad("reporting.item_without_trend"))?;
        items.push(ItemIn { id, measure: measure.index, item, form: form.clone() });
    }
    if items.is_empty() { Err(bad("reporting.unknown_item")) } else { Ok(items) }
}
