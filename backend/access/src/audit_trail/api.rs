//! Operations of the audit administrator.

use actix_web::{get, post};
use fupin_contract::{
    Cursor, Page,
    audit::{AuditFilter, AuditRow, AuditVerdict},
};
use fupin_kernel::{
    Filter, Json, Result,
    audit::{self, Event},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::permit::{Permit, ReadAudit};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(list_audit).service(verify_audit);
}

/// Read the audit trail
#[utoipa::path(tag = "access", operation_id = "list_audit", params(AuditFilter),
    responses((status = 200, body = Page<AuditRow>)))]
#[get("/audit")]
async fn list_audit(permit: Permit<ReadAudit>, filter: Filter<AuditFilter>) -> Result<Json<Page<AuditRow>>> {
    let limit = usize::from(filter.0.limit.unwrap_or(50));
    let event = Event::new("access.audit_read").with("limit", limit);
    let rows = permit.write(event, async |tx| store::list_audit(tx, permit.scope(), &filter.0, limit).await).await?;
    Ok(Json(Page::cut(rows, limit, |row: &AuditRow| Cursor::after(row.at, row.id.0).0)))
}

/// Verify the whole audit trail
#[utoipa::path(tag = "access", operation_id = "verify_audit", responses((status = 200, body = AuditVerdict)))]
#[post("/audit/verification")]
async fn verify_audit(permit: Permit<ReadAudit>) -> Result<Json<AuditVerdict>> {
    let keys = permit.app().keys.clone();
    let verdict = permit.read(async |tx| audit::verify(tx, &keys, None).await).await?;
    let whole = verdict.breach.is_none();
    permit.write(Event::new("access.audit_verified").with("whole", whole), async |_| Ok(())).await?;
    Ok(Json(verdict))
}
