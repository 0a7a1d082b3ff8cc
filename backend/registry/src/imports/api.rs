//! The operations on tables that come in.

use actix_web::{get, post};
use fupin_access::{Permit, permit::ExchangePeople};
use fupin_contract::{
    Page, RegistryImportId,
    registry::{TableFault, TableFaultFilter, TableImport, TableImportFilter, TableKind, UploadTable},
};
use fupin_kernel::{Created, Download, Filter, Json, Path, Result, Upload};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service
        .service(download_table_template)
        .service(upload_table)
        .service(list_table_imports)
        .service(get_table_import)
        .service(list_table_faults)
        .service(download_bad_rows)
        .service(take_table)
        .service(drop_table)
        .service(undo_table);
}

/// An empty table to fill
#[utoipa::path(tag = "registry", operation_id = "download_table_template",
    params(("table" = TableKind, Path, description = "Which table")),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    )))]
#[get("/registry/templates/{table}")]
async fn download_table_template(permit: Permit<ExchangePeople>, table: Path<TableKind>) -> Result<Download> {
    actions::download_template(&permit, table.0).await
}

/// Upload a table, to be checked; it changes nothing before it is taken
#[utoipa::path(tag = "registry", operation_id = "upload_table",
    params(
        UploadTable,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body(
        content(
            ([u8] = "text/csv"),
            ([u8] = "application/gzip"),
            ([u8] = "application/zip"),
            ([u8] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        description = "Text with commas (plain, gzip or zip, at most 1,000,000 rows) or a workbook (at most 200,000 rows), at most 512 MiB"
    ),
    responses((status = 201, body = TableImport)))]
#[post("/registry/imports")]
async fn upload_table(
    permit: Permit<ExchangePeople>,
    how: Filter<UploadTable>,
    upload: Upload,
) -> Result<Created<TableImport>> {
    actions::upload_table(&permit, how.0, upload).await.map(Created)
}

/// List tables that came in, the latest first
#[utoipa::path(tag = "registry", operation_id = "list_table_imports", params(TableImportFilter),
    responses((status = 200, body = Page<TableImport>)))]
#[get("/registry/imports")]
async fn list_table_imports(
    permit: Permit<ExchangePeople>,
    filter: Filter<TableImportFilter>,
) -> Result<Json<Page<TableImport>>> {
    actions::list_imports(&permit, &filter.0).await.map(Json)
}

/// How far a table is, and what its rows come to
#[utoipa::path(tag = "registry", operation_id = "get_table_import",
    params(("id" = RegistryImportId, Path, description = "An import")), responses((status = 200, body = TableImport)))]
#[get("/registry/imports/{id}")]
async fn get_table_import(permit: Permit<ExchangePeople>, id: Path<RegistryImportId>) -> Result<Json<TableImport>> {
    actions::get_import(&permit, id.0).await.map(Json)
}

/// List what is wrong with a table, by row and column
#[utoipa::path(tag = "registry", operation_id = "list_table_faults",
    params(("id" = RegistryImportId, Path, description = "An import"), TableFaultFilter),
    responses((status = 200, body = Page<TableFault>)))]
#[get("/registry/imports/{id}/faults")]
async fn list_table_faults(
    permit: Permit<ExchangePeople>,
    id: Path<RegistryImportId>,
    filter: Filter<TableFaultFilter>,
) -> Result<Json<Page<TableFault>>> {
    actions::list_faults(&permit, id.0, &filter.0).await.map(Json)
}

/// The bad rows of a table as they were sent, each with what is wrong with it
#[utoipa::path(tag = "registry", operation_id = "download_bad_rows",
    params(("id" = RegistryImportId, Path, description = "An import")),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    )))]
#[get("/registry/imports/{id}/bad-rows.xlsx")]
async fn download_bad_rows(permit: Permit<ExchangePeople>, id: Path<RegistryImportId>) -> Result<Download> {
    actions::download_errors(&permit, id.0).await
}

/// Take the good rows of a table
#[utoipa::path(tag = "registry", operation_id = "take_table",
    params(
        ("id" = RegistryImportId, Path, description = "An import"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    responses((status = 200, body = TableImport)))]
#[post("/registry/imports/{id}/take")]
async fn take_table(permit: Permit<ExchangePeople>, id: Path<RegistryImportId>) -> Result<Json<TableImport>> {
    actions::take_table(&permit, id.0).await.map(Json)
}

/// Let go of a table that was checked
#[utoipa::path(tag = "registry", operation_id = "drop_table",
    params(("id" = RegistryImportId, Path, description = "An import")), responses((status = 200, body = TableImport)))]
#[post("/registry/imports/{id}/drop")]
async fn drop_table(permit: Permit<ExchangePeople>, id: Path<RegistryImportId>) -> Result<Json<TableImport>> {
    actions::drop_table(&permit, id.0).await.map(Json)
}

/// Undo a table as a whole, while nothing rests on it
#[utoipa::path(tag = "registry", operation_id = "undo_table",
    params(
        ("id" = RegistryImportId, Path, description = "An import"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    responses((status = 200, body = TableImport)))]
#[post("/registry/imports/{id}/undo")]
async fn undo_table(permit: Permit<ExchangePeople>, id: Path<RegistryImportId>) -> Result<Json<TableImport>> {
    actions::undo_table(&permit, id.0).await.map(Json)
}
