//! The operation on sightings.

use actix_web::{get, post};
use chrono::{DateTime, Months, Utc};
use fupin_access::{Permit, permit::ReadSightings};
use fupin_contract::{
    Cursor, Fault, IdNumber, Page, PersonId,
    registry::{FindSubject, Sighting, SightingFilter, SightingSubject},
};
use fupin_kernel::{Error, Filter, Json, Result, Valid, audit::Event};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::{self, Asked};
use crate::numbers;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_sightings).service(find_sighting_subject);
}

/// Who saw a person or household, or whom an account saw
#[utoipa::path(tag = "registry", operation_id = "list_sightings", params(SightingFilter),
    responses((status = 200, body = Page<Sighting>)))]
#[get("/sightings")]
async fn list_sightings(permit: Permit<ReadSightings>, filter: Filter<SightingFilter>) -> Result<Json<Page<Sighting>>> {
    let filter = filter.0;
    let of = filter.of().ok_or_else(|| Error::invalid_field("", Fault::new("one_subject")))?;
    let limit = usize::from(filter.limit.unwrap_or(50));
    let after = filter.after.as_ref().map(|cursor| place_of(cursor).ok_or(Error::NotFound)).transpose()?;
    // Whoever asks who looked is himself on record.
    let rows = permit
        .write(Event::new("registry.sightings_read"), async |tx| {
            let to = filter.to.unwrap_or_else(|| tx.today());
            let year_before = to.checked_sub_months(Months::new(12)).unwrap_or(to);
            let from = filter.from.unwrap_or(year_before);
            let asked = Asked { of, from, to, after, limit: limit as i64 + 1 };
            store::list_sightings(tx, &asked).await
        })
        .await?;
    Ok(Json(cut(rows, limit, after)))
}

/// Whose traces are meant by an ID number, the number of a household or a username; it stands in no address
#[utoipa::path(tag = "registry", operation_id = "find_sighting_subject", request_body = FindSubject,
    responses((status = 200, body = SightingSubject)))]
#[post("/sighting-subjects")]
async fn find_sighting_subject(
    permit: Permit<ReadSightings>,
    body: Valid<FindSubject>,
) -> Result<Json<SightingSubject>> {
    let asked = body.into_inner();
    let mark = asked.mark.reveal().trim();
    let key = match IdNumber::parse(mark) {
        Ok(number) if number.seventeen().is_some() => {
            Some(numbers::key_of(permit.app().crypto.as_ref(), Some(&number), PersonId(1))?.stored())
        }
        _ => None,
    };
    let subject = permit
        .write(Event::new("registry.sighting_subject_sought"), async |tx| {
            let found = match key {
                Some(key) => store::find_person_by_key(tx, key).await?,
                None => store::find_by_mark(tx, mark).await?,
            };
            found.ok_or_else(|| Error::invalid_field("mark", Fault::new("registry.no_subject")))
        })
        .await?;
    Ok(Json(subject))
}

/// Several rows share a moment: a place in the list is the moment and how many of its rows were shown.
fn cut(mut rows: Vec<Sighting>, limit: usize, after: Option<(DateTime<Utc>, i64)>) -> Page<Sighting> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let Some(last) = rows.last().map(|row| row.at).filter(|_| more) else { return Page { items: rows, next: None } };
    let of_moment = rows.iter().rev().take_while(|row| row.at == last).count() as i64;
    let before = after.filter(|(at, _)| *at == last).map_or(0, |(_, shown)| shown);
    let next = Cursor::after_numbers([last.timestamp_micros(), before + of_moment]);
    Page { items: rows, next: Some(next) }
}

fn place_of(cursor: &Cursor) -> Option<(DateTime<Utc>, i64)> {
    let [micros, shown] = cursor.read_numbers()?;
    let at = DateTime::from_timestamp_micros(micros).filter(|at| (0..253_402_300_800).contains(&at.timestamp()))?;
    (0..1_000_000).contains(&shown).then_some((at, shown))
}
