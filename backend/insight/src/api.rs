//! Operations on one's own todos, and search.

use actix_web::get;
use fupin_access::{Permit, permit::SignedIn};
use fupin_contract::{
    Page,
    access::Permission,
    insight::{Hit, SearchFilter, TodoList},
};
use fupin_kernel::{Filter, Json, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::store::{self, Scopes};

/// Register the operations of this crate.
pub fn configure(service: &mut ServiceConfig) {
    service.service(list_todos).service(search);
}

/// What waits for the caller
#[utoipa::path(tag = "insight", operation_id = "list_todos", responses((status = 200, body = TodoList)))]
#[get("/todos")]
async fn list_todos(permit: Permit<SignedIn>) -> Result<Json<TodoList>> {
    let fills = permit.scope_of(Permission::FillReports);
    let reviews = permit.scope_of(Permission::ApproveReports);
    let changes = permit.scope_of(Permission::ReviewPeople);
    let own = permit.account_id()?;
    let scopes = Scopes { fills: &fills, reviews: &reviews, changes: &changes };
    permit.read(async |tx| store::list_todos(tx, own, scopes).await).await.map(Json)
}

/// Find units, forms and tasks
#[utoipa::path(tag = "insight", operation_id = "search", params(SearchFilter),
    responses((status = 200, body = Page<Hit>)))]
#[get("/search")]
async fn search(permit: Permit<SignedIn>, filter: Filter<SearchFilter>) -> Result<Json<Page<Hit>>> {
    let units = permit.scope_of(Permission::ReadUnits);
    let reports = permit.scope_of(Permission::ReadReports);
    let items = permit.read(async |tx| store::search(tx, &units, &reports, &filter.0.q).await).await?;
    Ok(Json(Page { items, next: None }))
}
