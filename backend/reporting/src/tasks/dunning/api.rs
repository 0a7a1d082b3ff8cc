//! The operation of dunning.

use actix_web::post;
use fupin_access::{Permit, permit::DunReports as MayDun};
use fupin_contract::{
    TaskId,
    reporting::{DunReports, Dunned},
};
use fupin_kernel::{Created, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(dun_reports);
}

/// Ask those who owe reports of a task for them
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = TaskId, Path, description = "A task"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = DunReports,
    responses((status = 201, body = Dunned))
)]
#[post("/tasks/{id}/dunnings")]
async fn dun_reports(permit: Permit<MayDun>, id: Path<TaskId>, body: Valid<DunReports>) -> Result<Created<Dunned>> {
    actions::dun_reports(&permit, id.0, body).await.map(Created)
}
