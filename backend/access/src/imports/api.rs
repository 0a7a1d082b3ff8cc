//! Operations on sheets of accounts.

use actix_web::{get, post};
use fupin_contract::{
    AccountImportId, Page,
    account_imports::{AccountImport, ImportFilter, ImportRow, ImportRowFilter, InvitedAgain},
};
use fupin_kernel::{Created, Download, Filter, Json, Path, Result, Upload};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, Format};
use crate::permit::{ManageAccounts, Permit};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(download_account_template)
        .service(upload_accounts)
        .service(list_account_imports)
        .service(get_account_import)
        .service(list_import_rows)
        .service(download_row_report)
        .service(download_row_report_text)
        .service(run_account_import)
        .service(invite_again);
}

/// The sheet of accounts to fill
#[utoipa::path(tag = "access", operation_id = "download_account_template",
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    )))]
#[get("/account-template.xlsx")]
async fn download_account_template(permit: Permit<ManageAccounts>) -> Result<Download> {
    actions::download_template(&permit).await
}

/// Upload a filled sheet of accounts, to be checked; it changes nothing before it is run
#[utoipa::path(tag = "access", operation_id = "upload_accounts",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body(
        content = [u8],
        description = "The filled sheet, at most 10 MiB and 60,000 rows",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    responses((status = 201, body = AccountImport)))]
#[post("/account-imports")]
async fn upload_accounts(permit: Permit<ManageAccounts>, upload: Upload) -> Result<Created<AccountImport>> {
    actions::upload(&permit, upload).await.map(Created)
}

/// List sheets of accounts, newest first
#[utoipa::path(tag = "access", operation_id = "list_account_imports", params(ImportFilter),
    responses((status = 200, body = Page<AccountImport>)))]
#[get("/account-imports")]
async fn list_account_imports(
    permit: Permit<ManageAccounts>,
    filter: Filter<ImportFilter>,
) -> Result<Json<Page<AccountImport>>> {
    actions::list_imports(&permit, filter.0).await.map(Json)
}

/// How far a sheet of accounts is, and how many of its people have set a password
#[utoipa::path(tag = "access", operation_id = "get_account_import", params(("id" = AccountImportId, Path)),
    responses((status = 200, body = AccountImport)))]
#[get("/account-imports/{id}")]
async fn get_account_import(permit: Permit<ManageAccounts>, id: Path<AccountImportId>) -> Result<Json<AccountImport>> {
    actions::get_import(&permit, id.0).await.map(Json)
}

/// List the rows of a sheet, with what becomes of each
#[utoipa::path(tag = "access", operation_id = "list_import_rows",
    params(("id" = AccountImportId, Path), ImportRowFilter),
    responses((status = 200, body = Page<ImportRow>)))]
#[get("/account-imports/{id}/rows")]
async fn list_import_rows(
    permit: Permit<ManageAccounts>,
    id: Path<AccountImportId>,
    filter: Filter<ImportRowFilter>,
) -> Result<Json<Page<ImportRow>>> {
    actions::list_rows(&permit, id.0, filter.0).await.map(Json)
}

/// What is wrong with a sheet, as a workbook
#[utoipa::path(tag = "access", operation_id = "download_row_report", params(("id" = AccountImportId, Path)),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    )))]
#[get("/account-imports/{id}/report.xlsx")]
async fn download_row_report(permit: Permit<ManageAccounts>, id: Path<AccountImportId>) -> Result<Download> {
    actions::download_report(&permit, id.0, Format::Workbook).await
}

/// What is wrong with a sheet, as text with commas
#[utoipa::path(tag = "access", operation_id = "download_row_report_text", params(("id" = AccountImportId, Path)),
    responses((status = 200, description = "Text with commas", content_type = "text/csv", body = [u8])))]
#[get("/account-imports/{id}/report.csv")]
async fn download_row_report_text(permit: Permit<ManageAccounts>, id: Path<AccountImportId>) -> Result<Download> {
    actions::download_report(&permit, id.0, Format::Text).await
}

/// Take the good rows of a sheet
#[utoipa::path(tag = "access", operation_id = "run_account_import",
    params(
        ("id" = AccountImportId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    responses((status = 200, body = AccountImport)))]
#[post("/account-imports/{id}/run")]
async fn run_account_import(permit: Permit<ManageAccounts>, id: Path<AccountImportId>) -> Result<Json<AccountImport>> {
    actions::run_import(&permit, id.0).await.map(Json)
}

/// Send those who have not set a password another link
#[utoipa::path(tag = "access", operation_id = "invite_again",
    params(
        ("id" = AccountImportId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    responses((status = 200, body = InvitedAgain)))]
#[post("/account-imports/{id}/invitations")]
async fn invite_again(permit: Permit<ManageAccounts>, id: Path<AccountImportId>) -> Result<Json<InvitedAgain>> {
    actions::invite_again(&permit, id.0).await.map(Json)
}
