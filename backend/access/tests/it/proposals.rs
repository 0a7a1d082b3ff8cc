//! Roles that a sheet proposes give nothing until the security administrator confirms them, in one act.

use fupin_contract::{
    access::Role,
    audit::AuditFilter,
    grant_proposals::{DecideProposals, ProposalException, ProposalFilter, ProposalState, RestOfProposals},
    units::Level,
};
use uuid::Uuid;

use crate::imports::{LI, code, imported, sheet, start};

pub fn confirm_all(pending: i64) -> DecideProposals {
    DecideProposals { pending, refuse: Vec::new(), rest: RestOfProposals::Confirm, reason: None }
}

#[tokio::test]
async fn all_that_a_sheet_proposes_is_confirmed_in_one_act() {
    let (app, system) = start().await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let town = ["王五", "wang.wu", "19900001235", "甲东镇", "审核员"];
    let import = imported(&app, &system, sheet(&[LI, town])).await;
    let batches = security.client.list_proposal_batches().await.unwrap().items;
    assert_eq!((batches.len(), batches[0].pending), (1, 2));
    let summary = security.client.get_proposal_batch(import.id).await.unwrap();
    let counts: Vec<_> = summary.counts.iter().map(|count| (count.role, count.level, count.proposals)).collect();
    assert_eq!(counts, [(Role::Reviewer, Level::Town, 1), (Role::Clerk, Level::Village, 1)]);
    assert_eq!((summary.samples.len(), summary.exceptions.len()), (2, 0));

    let seen_less = security.client.decide_proposals(import.id, &confirm_all(1), Uuid::now_v7()).await;
    assert_eq!(code(seen_less), "access.proposals_changed");
    let key = Uuid::now_v7();
    let decided = security.client.decide_proposals(import.id, &confirm_all(2), key).await.unwrap();
    assert_eq!((decided.confirmed, decided.refused, decided.excepted), (2, 0, 0));
    let again = security.client.decide_proposals(import.id, &confirm_all(2), key).await.unwrap();
    assert_eq!(again, decided, "the same key acts once");

    let held = "select count(*) from account_grant g join account a using (account_id) where a.username in ('li.si', 'wang.wu')";
    assert_eq!(app.number(held).await, 2);
    let auditor = app.person(Role::AuditAdmin, "样例省").await;
    let rows = async |event: &str| {
        let filter = AuditFilter { event: Some(event.to_owned()), ..AuditFilter::default() };
        auditor.client.list_audit(&filter).await.unwrap().items.len()
    };
    assert_eq!(rows("access.role_granted").await, 2);
    assert_eq!(rows("access.proposals_decided").await, 2, "the refused call and the one that acted");
}

#[tokio::test]
async fn some_are_refused_with_a_reason_and_stay_refused() {
    let (app, system) = start().await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let officer = ["王五", "wang.wu", "19900001235", "样例省", "系统管理员"];
    let file = sheet(&[LI, officer]);
    let import = imported(&app, &system, file.clone()).await;
    let filter = ProposalFilter { role: Some(Role::SystemAdmin), ..ProposalFilter::default() };
    let proposal = security.client.list_proposals(import.id, &filter).await.unwrap().items.remove(0);
    let refuse = DecideProposals { refuse: vec![proposal.id], ..confirm_all(2) };
    let without = security.client.decide_proposals(import.id, &refuse, Uuid::now_v7()).await;
    assert_eq!(without.unwrap_err().problem().unwrap().faults["reason"][0].code, "required");

    let refuse = DecideProposals { reason: Some("不设此岗".to_owned()), ..refuse };
    let decided = security.client.decide_proposals(import.id, &refuse, Uuid::now_v7()).await.unwrap();

    assert_eq!((decided.confirmed, decided.refused), (1, 1));
    let refused = ProposalFilter { state: Some(ProposalState::Refused), ..ProposalFilter::default() };
    let refused = security.client.list_proposals(import.id, &refused).await.unwrap().items;
    assert_eq!(refused[0].reason.as_deref(), Some("不设此岗"));
    let again = crate::imports::checked(&app, &system, file).await;
    assert_eq!(again.counts.same, 2, "what was refused is not proposed anew");
}

#[tokio::test]
async fn what_cannot_be_confirmed_is_left_and_named() {
    let (app, system) = start().await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let rename = format!(
        "update account set name = '安全员', username = 'security.one' where account_id = '{}'",
        security.account_id
    );
    app.sql(&rename).await;
    let own = ["安全员", "security.one", "19900001236", "样例省", "领导"];
    let disabled = ["王五", "wang.wu", "19900001235", "甲东镇", "审核员"];
    let two = ["赵六", "zhao.liu", "19900001237", "样例省", "审计管理员"];
    let import = imported(&app, &system, sheet(&[LI, own, disabled, two])).await;
    app.sql(
        "update account set disabled_at = now() where username = 'wang.wu';
         insert into account_grant (grant_id, account_id, role, unit_id)
             select gen_random_uuid(), account_id, 'system_admin', unit_id from account where username = 'zhao.liu'",
    )
    .await;
    let summary = security.client.get_proposal_batch(import.id).await.unwrap();
    let exceptions: Vec<_> = summary.exceptions.iter().map(|count| count.exception).collect();
    let expected =
        [ProposalException::OwnAccount, ProposalException::AccountDisabled, ProposalException::TwoAdministrators];
    assert_eq!(exceptions, expected);

    let decided = security.client.decide_proposals(import.id, &confirm_all(4), Uuid::now_v7()).await.unwrap();

    assert_eq!((decided.confirmed, decided.excepted), (1, 3));
    let left: Vec<_> = decided.left.iter().map(|left| (left.username.as_str(), left.exception)).collect();
    assert_eq!(left.len(), 3);
    assert!(left.contains(&("security.one", ProposalException::OwnAccount)), "{left:?}");
    let exceptional = ProposalFilter { exceptional: Some(true), ..ProposalFilter::default() };
    assert_eq!(security.client.list_proposals(import.id, &exceptional).await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn a_county_decides_on_its_own_units_alone() {
    let (app, system) = start().await;
    let county = app.person(Role::SecurityAdmin, "甲县").await;
    let other = app.person(Role::SecurityAdmin, "乙县").await;
    let import = imported(&app, &system, sheet(&[LI])).await;
    assert_eq!(code(other.client.get_proposal_batch(import.id).await), "request.not_found");
    let nothing = other.client.decide_proposals(import.id, &confirm_all(0), Uuid::now_v7()).await;
    assert_eq!(code(nothing), "request.not_found");
    assert_eq!(code(system.client.list_proposal_batches().await), "access.forbidden");
    let decided = county.client.decide_proposals(import.id, &confirm_all(1), Uuid::now_v7()).await.unwrap();
    assert_eq!(decided.confirmed, 1);
}
