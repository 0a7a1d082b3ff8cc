//! Each call that may change something leaves exactly one audit row, however it ends.

use fupin_client::Method;
use fupin_contract::access::Role;

use crate::{
    probes::{PROBES, sign_anew},
    world::{PLACES, Someone, World},
};

/// An act on several objects leaves a row for each of them: who hands over, and who takes over; a
/// sheet, and the one role that it proposes.
const ON_TWO_OBJECTS: &[&str] = &["hand_over_account", "decide_proposals"];

#[tokio::test]
async fn every_call_that_may_change_something_leaves_one_audit_row() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    let mut never_done = Vec::new();
    for probe in PROBES.iter() {
        let (mut done, mut refused) = (false, false);
        for who in callers(&world) {
            let request = (probe.request)(&world, who);
            if request.method == Method::Get {
                (done, refused) = (true, true);
                break;
            }
            let answer = world.call(who, request).await;
            (done, refused) = (done || answer.status < 300, refused || answer.status >= 400);
            let two = answer.status < 300 && ON_TWO_OBJECTS.contains(&probe.operation);
            if answer.audit_rows != if two { 2 } else { 1 } {
                let by = format!("{:?} at {}", who.role, PLACES[who.place].0);
                wrong.push(format!("{} by {by}: {} left {} rows", probe.operation, answer.status, answer.audit_rows));
            }
        }
        if !done {
            never_done.push(probe.operation);
        }
        if !refused {
            wrong.extend(refuse(&world, probe.operation, (probe.request)(&world, &world.nobody)).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A set-up succeeds once, in an instance that is not set up; this one is.
    assert_eq!(never_done, ["list_set_up_choices", "set_up"]);
}

/// Nobody, and each role at the town, above it and at the top.
fn callers(world: &World) -> impl Iterator<Item = &Someone> {
    let places = [0, 3, 4];
    let people = Role::ALL.into_iter().flat_map(move |role| places.map(move |place| world.who(role, place)));
    people.chain([&world.nobody])
}

/// What anybody may do is refused when it is not what it should be.
async fn refuse(world: &World, operation: &str, mut request: fupin_client::Request) -> Option<String> {
    request.body = Some(b"{\"unknown\":1}".to_vec());
    let answer = world.call(&world.nobody, sign_anew(request)).await;
    let right = answer.status >= 400 && answer.audit_rows == 1;
    (!right).then(|| format!("{operation} with a wrong body: {} left {} rows", answer.status, answer.audit_rows))
}
