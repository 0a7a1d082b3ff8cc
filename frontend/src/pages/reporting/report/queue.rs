//! The reports that wait for this reviewer: which comes before and after, and the keys that move and decide.

use fupin_contract::{
    ReportId,
    reporting::{ReportAct, ReportFilter, ReportSummary},
};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use crate::{
    kit::{use_query, use_single_keys},
    routes::Route,
};

/// What stands beside a report among those that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    pub before: Option<ReportId>,
    pub after: Option<ReportId>,
}

/// A report that does not wait itself leads to the first that does.
fn neighbours(queue: &[ReportSummary], id: ReportId) -> Neighbours {
    let id_at = |at: Option<usize>| at.and_then(|at| queue.get(at)).map(|report| report.id);
    match queue.iter().position(|report| report.id == id) {
        Some(at) => Neighbours { before: id_at(at.checked_sub(1)), after: id_at(at.checked_add(1)) },
        None => Neighbours { before: None, after: id_at(Some(0)) },
    }
}

/// Reads what waits for the caller's review; how many there are stands beside.
#[hook]
pub fn use_queue(id: ReportId, reviewing: bool) -> (Neighbours, usize) {
    let queue = use_query(reviewing, |api, reviewing| async move {
        if !reviewing {
            return Ok(Vec::new());
        }
        let filter = ReportFilter { mine: Some(true), limit: Some(200), ..ReportFilter::default() };
        api.list_reports(&filter).await.map(|page| page.items)
    });
    let found = queue.ready().map(|queue| queue.as_slice()).unwrap_or_default();
    (neighbours(found, id), found.len())
}

/// `a` approves, `r` returns, `j` and `k` move. Answers what was asked for, numbered so that asking twice counts twice.
#[hook]
pub fn use_keys(neighbours: Neighbours, acts: Vec<ReportAct>) -> Option<(u32, ReportAct)> {
    let asked = use_state(|| None::<(u32, ReportAct)>);
    let count = use_mut_ref(|| 0_u32);
    let navigator = use_navigator();
    let ask = {
        let asked = asked.clone();
        move |act: ReportAct| {
            *count.borrow_mut() += 1;
            asked.set(Some((*count.borrow(), act)));
        }
    };
    let go = move |id: Option<ReportId>| {
        if let (Some(id), Some(navigator)) = (id, &navigator) {
            navigator.push(&Route::Report { id: id.to_string() });
        }
    };
    use_single_keys(move |key| {
        match key {
            "a" if acts.contains(&ReportAct::Approve) => ask(ReportAct::Approve),
            "r" if acts.contains(&ReportAct::Return) => ask(ReportAct::Return),
            "j" => go(neighbours.after),
            "k" => go(neighbours.before),
            _ => return false,
        }
        true
    });
    *asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use fupin_client::Uuid;

    fn report(id: u128) -> ReportSummary {
        serde_json::from_value(serde_json::json!({
            "id": Uuid::from_u128(id), "task_id": Uuid::nil(), "form_id": Uuid::nil(), "form_title": "T", "period": "2026-11",
            "unit": {"id": 1, "name": "V", "level": "village"}, "status": "submitted", "stage": 0, "version": 1,
            "due_at": "2026-11-25T16:00:00Z", "late": false
        }))
        .unwrap()
    }

    #[test]
    fn a_report_in_the_queue_has_what_stands_beside_it() {
        let queue = [report(1), report(2), report(3)];
        let of = |id: u128| neighbours(&queue, ReportId(Uuid::from_u128(id)));
        assert_eq!(of(1), Neighbours { before: None, after: Some(queue[1].id) });
        assert_eq!(of(3), Neighbours { before: Some(queue[1].id), after: None });
        assert_eq!(of(9), Neighbours { before: None, after: Some(queue[0].id) });
    }
}
