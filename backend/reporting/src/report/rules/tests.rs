//! The table role × state × act, each square of it, against a plain statement of the rules.

use fupin_contract::{UnitId, access::Role};

use super::*;

const CHAIN: [Level; 3] = [Level::Town, Level::County, Level::Province];
/// The report's village; the ranges of the units above hold it.
const VILLAGE: i32 = 4;

/// Where a role is held: above the village, at it, or beside it.
fn places() -> [(&'static str, Level, i32, i32); 6] {
    [
        ("province", Level::Province, 1, 100),
        ("county", Level::County, 2, 50),
        ("town", Level::Town, 3, 10),
        ("village", Level::Village, VILLAGE, 5),
        ("other village", Level::Village, 5, 6),
        ("other town", Level::Town, 10, 20),
    ]
}

fn held(role: Role, (name, level, lo, hi): (&'static str, Level, i32, i32)) -> Held {
    Held { role, unit_id: UnitId(lo), unit_name: name.to_owned(), level, lo, hi, on_behalf_of: None }
}

fn stands() -> Vec<Stand> {
    let mut stands = Vec::new();
    for task in [TaskStatus::Open, TaskStatus::Closed, TaskStatus::Cancelled] {
        for (status, stages) in [
            (ReportStatus::Draft, 0..1),
            (ReportStatus::Returned, 0..1),
            (ReportStatus::Submitted, 0..3),
            (ReportStatus::Approved, 3..4),
        ] {
            stands.extend(stages.map(|stage| Stand { task, status, stage }));
        }
    }
    stands
}

fn parts() -> impl Iterator<Item = Part> {
    [false, true].into_iter().flat_map(|wrote_it| [false, true].map(|approved_it| Part { wrote_it, approved_it }))
}

/// The rules in other words: who may do what, from the product's own description.
fn expected(role: Role, place: &str, stand: Stand, part: Part) -> Vec<ReportAct> {
    let above = ["province", "county", "town", "village"].contains(&place);
    if stand.task != TaskStatus::Open || !above {
        return Vec::new();
    }
    let levels = ["town", "county", "province"];
    let stage = usize::try_from(stand.stage).unwrap();
    let (turn, last) = (levels.get(stage), stage.checked_sub(1).map(|last| &levels[last]));
    match (role, stand.status) {
        (Role::Clerk, ReportStatus::Draft | ReportStatus::Returned) => vec![ReportAct::Fill, ReportAct::Submit],
        (Role::Clerk, ReportStatus::Submitted) if stand.stage == 0 => vec![ReportAct::Withdraw],
        (Role::Reviewer, ReportStatus::Submitted) if turn == Some(&place) && !part.wrote_it => {
            vec![ReportAct::Approve, ReportAct::Return]
        }
        // Who approved takes it back while nobody above has answered; of the last level, whoever reviews there.
        (Role::Reviewer, ReportStatus::Submitted) if last == Some(&place) && part.approved_it => {
            vec![ReportAct::Revoke]
        }
        (Role::Reviewer, ReportStatus::Approved) if place == "province" => vec![ReportAct::Revoke],
        _ => Vec::new(),
    }
}

#[test]
fn each_role_may_do_in_each_state_what_the_rules_say_and_nothing_else() {
    let mut squares = 0;
    for role in Role::ALL {
        for place in places() {
            for stand in stands() {
                for part in parts() {
                    let report = Judged { ordinal: VILLAGE, chain: &CHAIN, stand };
                    let found = acts(&[held(role, place)], report, |_| part);
                    let found: Vec<ReportAct> = found.into_iter().map(|(act, _)| act).collect();
                    assert_eq!(
                        found,
                        expected(role, place.0, stand, part),
                        "{role:?} at {} {stand:?} {part:?}",
                        place.0
                    );
                    squares += ACTS.len();
                }
            }
        }
    }
    assert_eq!(squares, 8 * 6 * 18 * 4 * 6);
}

#[test]
fn each_act_is_refused_with_the_reason_of_the_state() {
    use ReportingError::{
        AlreadyApproved, AlreadyReviewed, AlreadySubmitted, NotApproved, NotSubmitted, NotYourApproval, NotYourTurn,
        OwnReport,
    };
    let open = |status, stage| Stand { task: TaskStatus::Open, status, stage };
    let reviewer = Asker { in_turn: true, part: Part::default() };
    let author = Asker { part: Part { wrote_it: true, approved_it: false }, ..reviewer };
    let elsewhere = Asker { in_turn: false, part: Part { wrote_it: false, approved_it: true } };
    let cases = [
        (ReportAct::Fill, open(ReportStatus::Submitted, 0), reviewer, AlreadySubmitted),
        (ReportAct::Submit, open(ReportStatus::Submitted, 2), reviewer, AlreadySubmitted),
        (ReportAct::Fill, open(ReportStatus::Approved, 3), reviewer, AlreadyApproved),
        (ReportAct::Withdraw, open(ReportStatus::Draft, 0), reviewer, NotSubmitted),
        (ReportAct::Withdraw, open(ReportStatus::Submitted, 1), reviewer, AlreadyReviewed),
        (ReportAct::Withdraw, open(ReportStatus::Approved, 3), reviewer, AlreadyApproved),
        (ReportAct::Approve, open(ReportStatus::Returned, 0), reviewer, NotSubmitted),
        (ReportAct::Return, open(ReportStatus::Approved, 3), reviewer, AlreadyApproved),
        (ReportAct::Approve, open(ReportStatus::Submitted, 0), Asker { in_turn: false, ..reviewer }, NotYourTurn),
        (ReportAct::Return, open(ReportStatus::Submitted, 0), author, OwnReport),
        (ReportAct::Revoke, open(ReportStatus::Returned, 0), reviewer, NotSubmitted),
        (ReportAct::Revoke, open(ReportStatus::Submitted, 0), reviewer, NotApproved),
        (ReportAct::Revoke, open(ReportStatus::Submitted, 1), reviewer, NotYourApproval),
        (ReportAct::Revoke, open(ReportStatus::Submitted, 1), elsewhere, NotYourApproval),
        (ReportAct::Revoke, open(ReportStatus::Approved, 3), elsewhere, NotYourApproval),
    ];
    for (act, stand, asker, wanted) in cases {
        assert_eq!(may(act, stand, asker), Err(wanted), "{act:?} {stand:?}");
    }
    for (task, wanted) in
        [(TaskStatus::Closed, ReportingError::TaskClosed), (TaskStatus::Cancelled, ReportingError::TaskCancelled)]
    {
        for act in ACTS {
            let stand = Stand { task, status: ReportStatus::Draft, stage: 0 };
            assert_eq!(may(act, stand, reviewer), Err(wanted.clone()), "{act:?}");
        }
    }
}

#[test]
fn the_turn_goes_up_the_chain_and_ends() {
    let turns: Vec<_> = (0..4).map(|stage| turn(&CHAIN, ReportStatus::Submitted, stage)).collect();
    assert_eq!(turns, [Some(Level::Town), Some(Level::County), Some(Level::Province), None]);
    assert_eq!(turn(&CHAIN, ReportStatus::Draft, 0), None);
}

#[test]
fn a_role_held_twice_counts_where_it_fits() {
    let both = [held(Role::Reviewer, places()[0]), held(Role::Reviewer, places()[2])];
    let stand = |stage| Stand { task: TaskStatus::Open, status: ReportStatus::Submitted, stage };
    let offered: Vec<bool> = (0..3)
        .map(|stage| {
            let report = Judged { ordinal: VILLAGE, chain: &CHAIN, stand: stand(stage) };
            !acts(&both, report, |_| Part::default()).is_empty()
        })
        .collect();
    assert_eq!(offered, [true, false, true]);
}

#[test]
fn a_delegated_grant_is_used_where_no_own_one_serves_and_never_for_what_its_principal_wrote() {
    let (own, lent) = (AccountId::generate(), AccountId::generate());
    let delegated = |id: AccountId, place| Held {
        on_behalf_of: Some(Principal { id, name: id.to_string() }),
        ..held(Role::Reviewer, place)
    };
    let stand = Stand { task: TaskStatus::Open, status: ReportStatus::Submitted, stage: 0 };
    let report = Judged { ordinal: VILLAGE, chain: &CHAIN, stand };
    let town = places()[2];
    let whose = |held: &[Held], submitter: AccountId| {
        let part = |principal: Option<AccountId>| Part {
            wrote_it: submitter == own || principal == Some(submitter),
            approved_it: false,
        };
        let acts = acts(held, report, part).into_iter();
        acts.map(|(_, principal)| principal.map(|principal| principal.id)).collect::<Vec<_>>()
    };
    let other = AccountId::generate();
    assert_eq!(whose(&[delegated(lent, town)], other), [Some(lent); 2]);
    assert_eq!(whose(&[delegated(lent, town), held(Role::Reviewer, town)], other), [None; 2]);
    assert_eq!(whose(&[delegated(lent, town)], lent), []);
    assert_eq!(whose(&[delegated(lent, town)], own), []);
    assert_eq!(whose(&[delegated(lent, town), delegated(other, town)], lent), [Some(other); 2]);
}

#[test]
fn the_last_approval_is_the_one_that_stands() {
    use HistoryKind::{Approved, Returned, Revoked, Saved, Submitted};
    let (town, county) = (AccountId::generate(), AccountId::generate());
    let history = [(Submitted, county), (Approved, town), (Approved, county), (Revoked, county)];
    assert_eq!(last_approver(history), Some(town), "the one below stands again");
    assert_eq!(last_approver(history.into_iter().chain([(Revoked, town)])), None);
    assert_eq!(last_approver(history.into_iter().chain([(Approved, county)])), Some(county));
    assert_eq!(last_approver(history.into_iter().chain([(Returned, county), (Saved, town)])), None);
}

#[test]
fn stored_names_read_back() {
    for name in ["draft", "submitted", "returned", "approved"] {
        assert_eq!(status_of(name).map(status_name), Some(name));
    }
    for name in ["saved", "submitted", "withdrawn", "approved", "returned", "revoked"] {
        assert_eq!(kind_of(name).map(kind_name), Some(name));
    }
    assert_eq!((status_of("void"), kind_of("")), (None, None));
}
