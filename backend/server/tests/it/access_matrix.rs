//! Every operation, called by nobody and by each role at each place: what is answered is a picture that people approve.

use std::collections::BTreeSet;

use fupin_client::Request;
use fupin_contract::access::Role;
use fupin_testing::Operation;

use crate::{
    picture::{self, Row},
    probes::{PROBES, Probe},
    tables,
    world::{Answer, PLACES, Someone, World},
};

/// Places among [`PLACES`] from which the town is out of sight.
const BELOW: usize = 1;
const BESIDE: usize = 2;

#[test]
fn every_operation_has_a_probe_and_every_probe_an_operation() {
    let wire = fupin_testing::Wire::of(fupin_server::api::configure);
    let operations: BTreeSet<&str> = wire.operations.iter().map(|operation| operation.id.as_str()).collect();
    let probes: BTreeSet<&str> = PROBES.iter().map(|probe| probe.operation).collect();
    assert_eq!(operations, probes);
    assert_eq!(PROBES.len(), probes.len(), "a probe stands twice");
}

#[test]
fn what_needs_no_sign_in_is_an_operation() {
    let wire = fupin_testing::Wire::of(fupin_server::api::configure);
    for public in fupin_server::api::PUBLIC {
        assert!(wire.operations.iter().any(|operation| operation.id == *public), "{public}");
    }
}

#[tokio::test]
async fn who_may_do_what_where_looks_like_its_picture() {
    let world = World::start().await;
    let mut rows = Vec::new();
    for probe in PROBES.iter() {
        let operation = world.test.wire.operations.iter().find(|known| known.id == probe.operation).unwrap();
        rows.push(try_all(&world, operation, probe).await);
    }
    for row in &rows {
        let public = fupin_server::api::PUBLIC.contains(&row.operation.as_str());
        assert!(public || row.nobody == 401, "{} is open to nobody in particular: {}", row.operation, row.nobody);
        let answers = row.roles.iter().flat_map(|(_, answers)| answers).chain([&row.nobody]);
        assert!(answers.clone().all(|status| *status < 500), "{} breaks", row.operation);
    }
    insta::assert_snapshot!("by_role", picture::by_role(&rows));
    insta::assert_snapshot!("by_place", picture::by_place(&rows));
}

async fn try_all(world: &World, operation: &Operation, probe: &Probe) -> Row {
    let nobody = attempt(world, operation, probe, &world.nobody).await.status;
    let mut roles = Vec::new();
    for role in Role::ALL {
        let mut answers = [0; PLACES.len()];
        for (place, status) in answers.iter_mut().enumerate() {
            *status = attempt(world, operation, probe, world.who(role, place)).await.status;
        }
        roles.push((role, answers));
    }
    Row { title: probe.title, operation: operation.id.clone(), nobody, roles }
}

/// Call, and hold what came of it against what must be so whoever calls.
async fn attempt(world: &World, operation: &Operation, probe: &Probe, who: &Someone) -> Answer {
    let request = (probe.request)(world, who);
    let answer = world.call(who, request.clone()).await;
    let by = format!("{} by {:?} at {}", operation.id, who.role, PLACES[who.place].0);
    assert!(answer.status < 300 || !answer.changed, "{by}: refused, and something changed");
    // One operation shows a number in clear, whoever calls whatever.
    let body = String::from_utf8_lossy(&answer.body);
    let clear: Vec<_> = tables::numbers().into_iter().filter(|number| body.contains(number.as_str())).collect();
    assert!(clear.is_empty() || operation.id == "reveal_number", "{by}: numbers leave in clear: {clear:?}");
    if matches!(who.place, BELOW | BESIDE) && who.role != Some(Role::AuditAdmin) {
        let shown: Vec<_> = hidden(world).into_iter().filter(|object| body.contains(object.as_str())).collect();
        assert!(shown.is_empty(), "{by}: the answer speaks of what is hidden: {shown:?}");
    }
    if answer.status == 404 && who.place == BESIDE && operation.path.contains("{id}") {
        let absent = world.call(who, absent(operation, request)).await;
        assert_eq!(nameless(&answer), nameless(&absent), "{by}: what is hidden is told from what is absent");
    }
    answer
}

/// What nobody below the town or beside it may hear of. The trail is the audit administrator's wherever he stands.
fn hidden(world: &World) -> Vec<String> {
    let objects = &world.objects;
    let reports = [objects.draft, objects.submitted, objects.approved_once].map(|report| report.to_string());
    let accounts = [objects.account, objects.other_account, objects.disabled].map(|account| account.to_string());
    let tables = &objects.tables;
    let of_tables = [tables.change.to_string(), tables.checked.to_string(), tables.done.to_string()];
    let others = [objects.message.to_string(), objects.grant.to_string(), objects.done_import.to_string()];
    let others = others.into_iter().chain(of_tables);
    reports.into_iter().chain(accounts).chain(others).collect()
}

/// The same call on an object that there is none of.
fn absent(operation: &Operation, mut request: Request) -> Request {
    let nothing =
        if ["/api/units/", "/api/households/", "/api/persons/"].iter().any(|path| operation.path.starts_with(path)) {
            "2000000000"
        } else {
            "018f0000-0000-7000-8000-000000000001"
        };
    let path = operation.path.split('/').zip(request.path.split('/'));
    request.path = path.map(|(known, sent)| if known == "{id}" { nothing } else { sent }).collect::<Vec<_>>().join("/");
    request
}

/// The answer without the request's own number.
fn nameless(answer: &Answer) -> (u16, serde_json::Value) {
    let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    body["request_id"].take();
    (answer.status, body)
}
