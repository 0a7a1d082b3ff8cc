//! Accounts and grants.

use fupin_client::ClientError;
use fupin_contract::{
    Phone,
    access::{AccountFilter, AccountStatus, CreateAccount, GrantRole, HandOver, Role, UpdateAccount, UseLink},
    audit::{AuditFilter, AuditRow},
    units::MergeUnit,
};
use fupin_testing::{PASSWORD, TestApp};

fn code<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> String {
    answer.unwrap_err().code().to_owned()
}

fn somebody(app: &TestApp, username: &str, unit: &str) -> CreateAccount {
    let phone = Phone::parse("19900001234").ok();
    CreateAccount { username: username.to_owned(), name: "李四".to_owned(), unit: app.unit(unit), phone }
}

#[tokio::test]
async fn a_new_account_is_activated_once_and_has_no_right_until_it_is_granted_one() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let created = system.client.create_account(&somebody(&app, "li.si", "甲东一村")).await.unwrap();
    assert_eq!(created.account.status, AccountStatus::Pending);
    assert_eq!(created.account.phone.as_deref(), Some("199****1234"));

    let token = created.activation.link.rsplit('#').next().unwrap().to_owned();
    let act = UseLink { token, password: PASSWORD.to_owned() };
    app.nobody().use_link(&act).await.unwrap();
    assert_eq!(code(app.nobody().use_link(&act).await), "access.link_spent");

    let person = app.nobody();
    assert_eq!(person.enter("LI.SI", PASSWORD).await.unwrap().me.permissions, []);
    let clerk = GrantRole { role: Role::Clerk, unit: app.unit("甲东一村") };
    security.client.grant_role(created.account.id, &clerk).await.unwrap();
    assert!(!person.get_session().await.unwrap().permissions.is_empty(), "a grant counts from the next call on");
    let grant = system.client.get_account(created.account.id).await.unwrap().grants[0].id;
    security.client.revoke_grant(grant).await.unwrap();
    assert!(person.get_session().await.unwrap().permissions.is_empty(), "and so does its end");
}

#[tokio::test]
async fn administrators_keep_to_their_own_power() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let unit_admin = app.person(Role::UnitAdmin, "甲县").await;
    let other = app.account("甲东一村").await;
    let grant = |role, unit| GrantRole { role, unit: app.unit(unit) };

    assert_eq!(code(system.client.grant_role(other, &grant(Role::Clerk, "甲东一村")).await), "access.forbidden");
    assert_eq!(code(security.client.create_account(&somebody(&app, "x.y", "甲县")).await), "access.forbidden");
    let own = security.client.grant_role(security.account_id, &grant(Role::Clerk, "甲县")).await;
    assert_eq!(code(own), "access.own_account");
    assert_eq!(
        code(unit_admin.client.grant_role(other, &grant(Role::Officer, "甲东镇")).await),
        "access.role_not_yours"
    );
    assert_eq!(code(unit_admin.client.grant_role(other, &grant(Role::Clerk, "甲县")).await), "access.role_not_yours");
    assert_eq!(code(unit_admin.client.grant_role(other, &grant(Role::Clerk, "乙东镇")).await), "request.not_found");
    unit_admin.client.grant_role(other, &grant(Role::Clerk, "甲东镇")).await.unwrap();
    let twice = security.client.grant_role(system.account_id, &grant(Role::AuditAdmin, "样例省")).await;
    assert_eq!(code(twice), "access.two_administrators");
}

#[tokio::test]
async fn no_administrator_resets_the_password_of_another() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
        let other = app.person(role, "样例省").await;
        let refused = system.client.issue_reset_link(other.account_id).await;
        assert_eq!(code(refused), "access.administrator_reset", "{role:?}");
    }
    system.client.issue_reset_link(clerk.account_id).await.unwrap();

    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let me = security.client.get_session().await.unwrap();
    let made = fupin_access::issue_reset_link_at_host(&app.app, &me.username.to_uppercase()).await.unwrap();
    let token = made.link.rsplit('#').next().unwrap().to_owned();
    app.nobody().use_link(&UseLink { token, password: "Another horse 9".to_owned() }).await.unwrap();
    app.nobody().enter(&me.username, "Another horse 9").await.unwrap();

    let auditor = app.person(Role::AuditAdmin, "样例省").await;
    let id = security.account_id.to_string();
    let filter =
        AuditFilter { object: Some(id), event: Some("access.reset_link_issued".into()), ..AuditFilter::default() };
    assert_eq!(auditor.client.list_audit(&filter).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn what_happens_all_day_by_itself_can_be_left_out_of_the_trail() {
    let app = TestApp::start(fupin_access::configure).await;
    let auditor = app.person(Role::AuditAdmin, "样例省").await;
    let everything = AuditFilter::default();
    auditor.client.list_audit(&everything).await.unwrap();
    let shown = |rows: Vec<AuditRow>| rows.into_iter().filter(|row| row.event == "access.audit_read").count();
    assert!(shown(auditor.client.list_audit(&everything).await.unwrap().items) > 0);
    let without = AuditFilter { routine: Some(false), ..AuditFilter::default() };
    assert_eq!(shown(auditor.client.list_audit(&without).await.unwrap().items), 0);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    assert_eq!(code(system.client.disable_account(security.account_id).await), "access.last_administrator");
    assert_eq!(code(system.client.disable_account(system.account_id).await), "access.own_account");
    app.person(Role::SecurityAdmin, "样例省").await;
    let disabled = system.client.disable_account(security.account_id).await.unwrap();
    assert_eq!(disabled.status, AccountStatus::Disabled);
    assert_eq!(code(security.client.get_session().await), "access.session_over");
}

#[tokio::test]
async fn another_takes_over_what_a_leaving_clerk_owes() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let leaving = app.person(Role::Clerk, "甲东一村").await;
    let heir = app.account("甲东一村").await;
    let act = HandOver { to: heir, reason: "调离".to_owned() };
    let left = system.client.hand_over_account(leaving.account_id, &act).await.unwrap();
    assert_eq!(left.status, AccountStatus::Disabled);
    assert!(left.grants.is_empty());
    let heir = app.enter(heir).await;
    assert_eq!(heir.client.get_session().await.unwrap().grants[0].unit.name, "甲东一村");
    let office = HandOver { to: heir.account_id, reason: "调离".to_owned() };
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let refused = system.client.hand_over_account(security.account_id, &office).await;
    assert_eq!(code(refused), "access.hands_over_administration");
}

#[tokio::test]
async fn an_administrator_of_a_county_sees_no_account_of_another() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::UnitAdmin, "甲县").await;
    let there = app.account("乙东一村").await;
    let here = app.account("甲东一村").await;
    assert_eq!(code(admin.client.get_account(there).await), "request.not_found");
    let listed = admin.client.list_accounts(&AccountFilter::default()).await.unwrap();
    let ids: Vec<_> = listed.items.iter().map(|account| account.id).collect();
    assert!(ids.contains(&here) && !ids.contains(&there));
}

#[tokio::test]
async fn a_locked_account_is_opened_by_the_administrator() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let account = app.account("甲东一村").await;
    for _ in 0..5 {
        app.nobody().enter(&TestApp::username(account), "wrong").await.unwrap_err();
    }
    assert_eq!(system.client.get_account(account).await.unwrap().status, AccountStatus::Locked);
    system.client.unlock_account(account).await.unwrap();
    app.enter(account).await;
}

#[tokio::test]
async fn an_administrator_takes_no_daily_work_over() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let reviewer = app.person(Role::Reviewer, "甲县").await;
    let act = HandOver { to: system.account_id, reason: "调离".to_owned() };
    let refused = system.client.hand_over_account(reviewer.account_id, &act).await;
    assert_eq!(code(refused), "access.hands_over_administration");
}

#[tokio::test]
async fn a_county_has_nobody_to_stand_in_for_the_province() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let province = app.person(Role::SecurityAdmin, "样例省").await;
    let county = app.person(Role::SecurityAdmin, "甲县").await;
    assert_eq!(code(system.client.disable_account(province.account_id).await), "access.last_administrator");
    system.client.disable_account(county.account_id).await.unwrap();
}

#[tokio::test]
async fn people_of_a_unit_that_was_merged_or_has_ended_are_still_administrated() {
    let app = TestApp::start(fupin_access::configure).await;
    let system = app.person(Role::SystemAdmin, "样例省").await;
    let security = app.person(Role::SecurityAdmin, "样例省").await;
    let (merged, ended) = (app.person(Role::Clerk, "甲东一村").await, app.person(Role::Clerk, "甲西一村").await);
    let from = "2026-06-01".parse().unwrap();
    let act = MergeUnit { into: app.unit("甲东二村"), from, dry_run: false };
    system.client.merge_unit(app.unit("甲东一村"), &act).await.unwrap();
    // As an import leaves a unit out.
    app.sql(&format!(
        "delete from tree_node where tree_id = tree_on(local_today()) and unit_id = {}",
        app.unit("甲西一村")
    ))
    .await;

    let merged = system.client.get_account(merged.account_id).await.unwrap();
    assert_eq!((merged.unit.name.as_str(), merged.grants[0].unit.name.as_str()), ("甲东二村", "甲东二村"));
    let left = system.client.get_account(ended.account_id).await.unwrap();
    assert_eq!((left.unit.name.as_str(), left.grants[0].unit.name.as_str()), ("样例省", "甲西一村"));
    assert!(ended.client.get_session().await.unwrap().grants.is_empty());
    security.client.revoke_grant(left.grants[0].id).await.unwrap();
    let corrected = UpdateAccount { name: "李四".to_owned(), unit: app.unit("甲西二村"), phone: None };
    let corrected = system.client.update_account(ended.account_id, &corrected).await.unwrap();
    assert_eq!(corrected.unit.name, "甲西二村");
}
