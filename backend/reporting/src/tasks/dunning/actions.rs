//! Dunning.

use fupin_access::{Permit, permit::DunReports as MayDun};
use fupin_contract::{
    TaskId,
    reporting::{DunOf, DunReports, Dunned},
};
use fupin_kernel::{Error, Result, Valid, audit::Event, outbox};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, Dunning};
use crate::{
    error::ReportingError,
    place,
    tasks::{policy, rules::check_end, store::find_task},
};

/// Tell everybody concerned but those who were told a short while ago; say how many.
pub async fn dun_reports(permit: &Permit<MayDun>, id: TaskId, body: Valid<DunReports>) -> Result<Dunned> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.reports_dunned", id).with("overdue_only", input.of == DunOf::Overdue);
    permit
        .write_once(event, digest, async |tx| {
            let task = find_task(tx, permit.scope(), id).await?.task;
            check_end(task.status)?;
            if input.form.is_some_and(|form| !task.forms.iter().any(|known| known.id == form)) {
                return Err(Error::NotFound);
            }
            let unit = match input.unit {
                Some(unit) => Some(place::store::find_standing(tx, permit.scope(), unit).await?),
                None => None,
            };
            store::lock_officer(tx, by).await?;
            let policy = policy::store::find_policy(tx).await?;
            let since = policy::start_of_day(tx.today());
            let left = i64::from(policy.dunnings_per_day) - store::count_dunnings(tx, by, since).await?;
            if left <= 0 {
                return Err(ReportingError::DunnedEnough { most: policy.dunnings_per_day }.into());
            }
            let dunning = Dunning { id: Uuid::now_v7(), task: id, by, input: &input, unit };
            let told = store::insert_dunned(tx, permit.scope(), &dunning, tx.now() - policy.rest()).await?;
            store::insert_dunning(tx, &dunning, told.told, told.resting).await?;
            if told.told > 0 {
                outbox::push(tx, "reporting.reports_dunned", &json!({ "dunning_id": dunning.id }))?;
            }
            let left_today = left - i64::from(told.told > 0);
            Ok(Dunned {
                reports: told.reports,
                units: told.units,
                told: told.told,
                resting: told.resting,
                unreached: told.unreached,
                left_today,
            })
        })
        .await
}
