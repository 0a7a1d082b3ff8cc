//! Which of many reports may be acted on. Pure.

use std::collections::BTreeMap;

use fupin_contract::{
    Faults, ReportId,
    reporting::{RefusedReport, ReportAct},
};

use crate::{
    error::ReportingError,
    report::{
        acting::{self, Seen},
        rules::Asker,
        store::Found,
    },
};

/// Reports that may be acted on, and those that are left as they are.
#[derive(Debug, Default)]
pub struct Judged {
    pub good: Vec<Found>,
    pub refused: Vec<RefusedReport>,
}

/// Judge each report that was seen as if it were the only one; what is not among those found does not exist for the
/// caller.
pub fn judge(
    seen: &BTreeMap<ReportId, i32>,
    found: Vec<Found>,
    asker: impl Fn(&Found) -> Asker,
    act: ReportAct,
) -> Judged {
    let mut found: BTreeMap<ReportId, Found> = found.into_iter().map(|report| (report.id, report)).collect();
    let mut judged = Judged::default();
    for (id, version) in seen {
        let Some(report) = found.remove(id) else {
            judged.refused.push(absent(*id));
            continue;
        };
        match acting::judge(&report, Seen(*version), act, asker(&report)) {
            Ok(()) => judged.good.push(report),
            Err(refusal) => judged.refused.push(refused(&report, refusal)),
        }
    }
    judged
}

/// A report that there is none of, or that lies outside the caller's scope.
pub fn absent(id: ReportId) -> RefusedReport {
    RefusedReport { id, code: "request.not_found".to_owned(), faults: Faults::new(), current: None }
}

/// A report that is left as it is.
pub fn refused(report: &Found, refusal: ReportingError) -> RefusedReport {
    let code = refusal.code().to_owned();
    RefusedReport { id: report.id, code, faults: refusal.into_faults(), current: Some(report.summary()) }
}
