//! The operation on the catalogue.

use actix_web::get;
use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::registry::catalog::Catalog;
use fupin_kernel::{Json, Result};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(get_catalog);
}

/// Which attributes households and people have, and what their codes say
#[utoipa::path(tag = "registry", operation_id = "get_catalog", responses((status = 200, body = Catalog)))]
#[get("/registry/catalog")]
async fn get_catalog(permit: Permit<ReadPeople>) -> Result<Json<Catalog>> {
    let catalog = permit.read(async |tx| super::current(tx).await).await?;
    Ok(Json(Catalog::clone(&catalog)))
}
