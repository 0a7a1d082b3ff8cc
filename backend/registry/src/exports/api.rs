//! The operation that takes a table out.

use actix_web::post;
use fupin_access::{Permit, permit::ExchangePeople};
use fupin_contract::registry::ExportTable;
use fupin_kernel::{Download, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(export_table);
}

/// A table of a year as text with commas; numbers are masked unless a purpose is stated
#[utoipa::path(tag = "registry", operation_id = "export_table", request_body = ExportTable,
    responses((status = 200, description = "Text with commas, in UTF-8 with its mark", content_type = "text/csv", body = [u8])))]
#[post("/registry/exports")]
async fn export_table(permit: Permit<ExchangePeople>, body: Valid<ExportTable>) -> Result<Download> {
    actions::export_table(&permit, body.into_inner()).await
}
