//! What the month came to: the server's totals beside what the clerks wrote, the board, the messages, the files.

use std::{collections::BTreeMap, path::Path, time::Duration};

use fupin_contract::{
    FormId,
    access::Role,
    notify::{MessageFilter, MessageState},
    reporting::{ExportState, MatrixFilter, OrderExport, TotalsFilter, TotalsOf},
};
use fupin_form::{Form, MeasureKind, Totals, leaf};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Outcome,
    month::Month,
    people::{Place, Units},
    progress,
};

/// How often a thing under way is asked for, and for how long at most.
const ASK_EVERY: Duration = Duration::from_millis(500);
const ASK_TIMES: usize = 1_200;

/// Every figure of every form is what an addition from nothing comes to.
pub async fn compare_totals(place: &Place, month: &Month<'_>, units: &Units) -> Outcome<()> {
    let officer = place.enter(Role::Officer).await?;
    let (mut figures, mut reports) = (0, 0);
    for (id, form) in &month.forms {
        let filter = TotalsFilter { form: *id, unit: Some(units.top.id), of: Some(TotalsOf::Approved) };
        let whole = officer.get_totals(month.task, &filter).await?.whole;
        reports += whole.counted;
        for (key, reckoned) in reckon(month, *id, form)? {
            let said = whole.values.get(&key).and_then(|total| total.value.as_deref());
            let said = said.and_then(|text| text.parse::<Decimal>().ok());
            if said != reckoned {
                return Err(format!(
                    "《{}》 {key}: {said:?} is said, {reckoned:?} was written",
                    form.definition().title
                )
                .into());
            }
            figures += 1;
        }
    }
    crate::say(&format!("汇总：{reports} 份报表的 {figures} 个汇总数与逐份重新相加的结果全部一致"));
    Ok(())
}

/// From what the clerks wrote. The last of several depends on whose report came last: only the server knows.
fn reckon(month: &Month<'_>, id: FormId, form: &Form) -> Outcome<BTreeMap<String, Option<Decimal>>> {
    let mut totals = Totals::new(form);
    let written = month.written.lock().map_err(|_| "a player panicked")?;
    for (_, cells) in written.values().filter(|(of, _)| *of == id) {
        totals.add(&leaf(form, cells), 0).map_err(|fault| fault.code())?;
    }
    let by_time = form.measures().iter().any(|measure| measure.kind == MeasureKind::Last);
    let certain = |kind| match kind {
        MeasureKind::Last => false,
        MeasureKind::Formula => !by_time,
        MeasureKind::Sum | MeasureKind::Average { .. } | MeasureKind::Min | MeasureKind::Max | MeasureKind::Count => {
            true
        }
    };
    let figures = totals.figures(form).map_err(|fault| fault.code())?;
    let measured = form.measures().iter().zip(figures).filter(|(measure, _)| certain(measure.kind) && !measure.is_date);
    Ok(measured.map(|(_, total)| (total.key.as_str().to_owned(), total.value.decimal())).collect())
}

/// The board's numbers, a line for each form.
pub async fn show_board(place: &Place, month: &Month<'_>, units: &Units) -> Outcome<()> {
    let officer = place.enter(Role::Officer).await?;
    let matrix = officer.get_matrix(month.task, &MatrixFilter { unit: Some(units.top.id) }).await?;
    for (form, cell) in matrix.forms.iter().zip(&matrix.whole) {
        if cell.submitted != cell.expected || cell.approved != cell.expected {
            return Err(format!("《{}》 is not complete: {cell:?}", form.title).into());
        }
        crate::say(&format!(
            "  {}  应报 {}  已报 {}  按期 {}  通过 {}",
            form.title, cell.expected, cell.submitted, cell.on_time, cell.approved
        ));
    }
    Ok(())
}

/// Wait until each message has met its fate, and say how many met which.
pub async fn await_messages(place: &Place) -> Outcome<()> {
    let system = place.enter(Role::SystemAdmin).await?;
    for _ in 0..ASK_TIMES {
        let mut under_way = 0;
        for state in [MessageState::Queued, MessageState::Sending, MessageState::Accepted] {
            let filter = MessageFilter { state: Some(state), limit: Some(1), ..MessageFilter::default() };
            under_way += system.list_messages(&filter).await?.items.len();
        }
        if under_way == 0 {
            let costs = system.get_message_costs().await?;
            crate::say(&format!("短信：本月 {} 条，都有回执", costs.segments_this_month));
            return Ok(());
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
    Err("messages are still under way after five minutes".into())
}

/// The summary of each form, and the sheets of all villages of the first one.
pub async fn export(place: &Place, month: &Month<'_>, units: &Units, folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    let officer = place.enter(Role::Officer).await?;
    for form in month.forms.keys() {
        let filter = TotalsFilter { form: *form, unit: Some(units.top.id), of: None };
        let file = officer.export_totals(month.task, &filter).await?;
        std::fs::write(folder.join(&file.name), &file.bytes)?;
    }
    crate::say(&format!("导出 {} 张汇总表：{}", month.forms.len(), folder.display()));
    let Some(form) = month.forms.keys().next() else { return Ok(()) };
    let order = OrderExport { form: *form, unit: Some(units.top.id) };
    let ordered = officer.order_export(month.task, &order, Uuid::now_v7()).await?;
    let bar = progress("各村报表", usize::try_from(ordered.total).unwrap_or_default());
    for _ in 0..ASK_TIMES {
        let export = officer.get_export(ordered.id).await?;
        bar.set_position(u64::try_from(export.written).unwrap_or_default());
        if export.state == ExportState::Done {
            bar.finish();
            let file = officer.download_export(ordered.id).await?;
            std::fs::write(folder.join(&file.name), &file.bytes)?;
            crate::say(&format!("导出 {} 份村级报表：{}", export.total, folder.join(&file.name).display()));
            return Ok(());
        }
        if !export.state.is_under_way() {
            return Err(format!("the export ended as {:?}", export.state).into());
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
    Err("the export is still under way after five minutes".into())
}
