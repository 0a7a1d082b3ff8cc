//! The operations on income lines.

use actix_web::{delete, get, put};
use fupin_access::{
    Permit,
    permit::{MapCodes, ReadPeople},
};
use fupin_contract::{
    Fault, Page,
    registry::{IncomeLine, IncomeLinePlace, SetIncomeLine},
};
use fupin_kernel::{Error, Filter, Json, Result, Valid, audit::Event};
use rust_decimal::Decimal;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::place;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_income_lines).service(set_income_line).service(remove_income_line);
}

/// List income lines, the latest year first
#[utoipa::path(tag = "registry", operation_id = "list_income_lines", responses((status = 200, body = Page<IncomeLine>)))]
#[get("/income-lines")]
async fn list_income_lines(permit: Permit<ReadPeople>) -> Result<Json<Page<IncomeLine>>> {
    let items = permit.read(async |tx| store::list_lines(tx, permit.scope()).await).await?;
    Ok(Json(Page { items, next: None }))
}

/// Set an income line of one's unit, or change it
#[utoipa::path(tag = "registry", operation_id = "set_income_line", request_body = SetIncomeLine,
    responses((status = 200, body = Page<IncomeLine>)))]
#[put("/income-lines")]
async fn set_income_line(permit: Permit<MapCodes>, body: Valid<SetIncomeLine>) -> Result<Json<Page<IncomeLine>>> {
    let line = body.into_inner();
    let value = read_yuan(&line.value).ok_or_else(|| Error::invalid_field("value", Fault::new("fact.not_a_number")))?;
    let event = Event::on("registry.income_line_set", line.unit_id)
        .with("kind", line.kind.name())
        .with("year", line.year)
        .with("value", value.to_string());
    let items = permit
        .write(event, async |tx| {
            place::find_within(tx, permit.scope(), line.unit_id).await?;
            store::save_line(tx, &line, value, permit.account_id()?).await?;
            store::list_lines(tx, permit.scope()).await
        })
        .await?;
    Ok(Json(Page { items, next: None }))
}

/// Remove an income line that somebody set; one of the province's folder stays
#[utoipa::path(tag = "registry", operation_id = "remove_income_line", params(IncomeLinePlace),
    responses((status = 200, body = Page<IncomeLine>)))]
#[delete("/income-lines")]
async fn remove_income_line(permit: Permit<MapCodes>, line: Filter<IncomeLinePlace>) -> Result<Json<Page<IncomeLine>>> {
    let line = line.0;
    let event =
        Event::on("registry.income_line_removed", line.unit_id).with("kind", line.kind.name()).with("year", line.year);
    let items = permit
        .write(event, async |tx| {
            place::find_within(tx, permit.scope(), line.unit_id).await?;
            store::delete_line(tx, &line).await?;
            store::list_lines(tx, permit.scope()).await
        })
        .await?;
    Ok(Json(Page { items, next: None }))
}

/// A positive sum of at most two decimals.
fn read_yuan(text: &str) -> Option<Decimal> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let value: Decimal = text.parse().ok()?;
    (plain && value.scale() <= 2 && value > Decimal::ZERO && value < Decimal::from(1_000_000_000)).then_some(value)
}
