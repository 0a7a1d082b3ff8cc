//! The tree over time, through HTTP.

use chrono::NaiveDate;
use fupin_client::{Client, ClientError, Transport};
use fupin_contract::{
    UnitId,
    access::Role,
    units::{ImportUnit, ImportUnits, Level, MergeUnit, MoveUnit, RenameUnit, TreeChangeKind, TreeReport, UnitFilter},
};
use fupin_testing::{PLACES, TestApp};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn names(client: &Client<impl Transport>, parent: UnitId, on: Option<&str>) -> Vec<String> {
    let filter = UnitFilter { parent: Some(parent), q: None, on: on.map(day) };
    client.list_units(&filter).await.unwrap().items.into_iter().map(|unit| unit.name).collect()
}

fn move_to(parent: UnitId, from: &str) -> MoveUnit {
    MoveUnit { parent, from: day(from), dry_run: false }
}

fn rename(name: &str, from: &str) -> RenameUnit {
    RenameUnit { name: name.to_owned(), code: None, from: day(from), dry_run: false }
}

fn merge(into: UnitId, from: &str) -> MergeUnit {
    MergeUnit { into, from: day(from), dry_run: false }
}

/// The sample province as rows of an import.
fn rows() -> Vec<ImportUnit> {
    let code_of = |id: i32| PLACES.iter().find(|place| place.id == id).map(|place| place.code.to_owned());
    let row = |place: &fupin_testing::Place| ImportUnit {
        code: place.code.to_owned(),
        name: place.name.to_owned(),
        level: place.level,
        parent_code: place.parent.and_then(code_of),
    };
    PLACES.iter().map(row).collect()
}

fn import(units: Vec<ImportUnit>, from: &str, dry_run: bool) -> ImportUnits {
    ImportUnits { units, from: day(from), dry_run }
}

fn counts(report: &TreeReport) -> [i64; 5] {
    [report.added, report.renamed, report.moved, report.ended, report.unchanged]
}

fn code(error: &ClientError) -> &str {
    error.code()
}

#[tokio::test]
async fn a_village_that_moves_is_in_the_old_town_before_and_in_the_new_one_after() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let (old, new) = (app.unit("甲东镇"), app.unit("甲西镇"));
    let moved = admin.move_unit(app.unit("甲东一村"), &move_to(new, "2026-06-01")).await.unwrap();
    assert_eq!(counts(&moved), [0, 0, 1, 0, 14]);
    assert_eq!(moved.changes[0].before.as_deref(), Some("甲东镇"));
    assert_eq!(names(&admin, old, Some("2026-05-31")).await, ["甲东一村", "甲东二村"]);
    assert_eq!(names(&admin, old, Some("2026-06-01")).await, ["甲东二村"]);
    assert_eq!(names(&admin, new, Some("2026-06-01")).await, ["甲东一村", "甲西一村", "甲西二村"]);
    let detail = admin.get_unit(app.unit("甲东一村")).await.unwrap();
    let spans: Vec<_> = detail.history.iter().map(|span| (span.parent_name.as_deref(), span.until)).collect();
    assert_eq!(spans, [(Some("甲东镇"), Some(day("2026-06-01"))), (Some("甲西镇"), None)]);
    let path: Vec<_> = detail.path.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(path, ["样例省", "甲县", "甲西镇"]);
}

#[tokio::test]
async fn a_stored_tree_is_never_rewritten() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let village = app.unit("甲东一村");
    admin.rename_unit(village, &rename("第一次", "2026-06-01")).await.unwrap();
    let first = app.number("select tree_on('2026-06-01')::bigint").await;
    admin.rename_unit(village, &rename("第二次", "2026-06-01")).await.unwrap();
    assert_ne!(app.number("select tree_on('2026-06-01')::bigint").await, first);
    let kept = format!("select count(*) from tree_node where tree_id = {first} and name = '第一次'");
    assert_eq!(app.number(&kept).await, 1);
    // A planner that knows how few trees there are reads them as they lie.
    app.sql("analyze tree").await;
    let today = "select count(*) from v_access_unit where name = '第二次'";
    assert_eq!(app.number(today).await, 1, "of the trees of a day the newest is today's");
    assert_eq!(admin.get_unit(village).await.unwrap().unit.name, "第二次");
    assert_eq!(admin.get_unit(village).await.unwrap().history.len(), 2);
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_changes_nothing() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let (village, town) = (app.unit("甲东一村"), app.unit("乙西镇"));
    let act = MoveUnit { dry_run: true, ..move_to(town, "2026-06-01") };
    let tried = admin.move_unit(village, &act).await.unwrap();
    assert_eq!(app.number("select count(*) from tree").await, 1);
    let done = admin.move_unit(village, &move_to(town, "2026-06-01")).await.unwrap();
    assert_eq!(tried.changes, done.changes);
    assert_eq!(counts(&tried), counts(&done));
}

#[tokio::test]
async fn who_held_a_role_at_a_merged_unit_holds_it_at_the_one_that_goes_on_from_that_day() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    app.grant(clerk.account_id, Role::Clerk, "甲东二村").await;
    let tomorrow = chrono::Utc::now().date_naive() + chrono::Days::new(2);
    let act = merge(app.unit("甲东二村"), &tomorrow.to_string());
    let merged = admin.merge_unit(app.unit("甲东一村"), &act).await.unwrap();
    assert_eq!(merged.changes[0].after.as_deref(), Some("甲东二村"));
    let held = |me: fupin_contract::access::Me| me.grants.into_iter().map(|grant| grant.unit.name).collect::<Vec<_>>();
    assert_eq!(held(clerk.client.get_session().await.unwrap()), ["甲东一村", "甲东二村"]);
    app.shift_clock("3 days").await;
    let again = app.enter(clerk.account_id).await;
    assert_eq!(held(again.client.get_session().await.unwrap()), ["甲东二村"]);
    // The one that was absorbed is still to be read, as it last stood.
    let ended = again.client.get_unit(app.unit("甲东一村")).await.unwrap();
    assert_eq!(ended.history[0].until, Some(tomorrow));
}

#[tokio::test]
async fn an_import_is_held_against_the_tree_in_force() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let same = admin.import_units(&import(rows(), "2026-06-01", false)).await.unwrap();
    assert_eq!(counts(&same), [0, 0, 0, 0, 15]);
    assert_eq!(app.number("select count(*) from tree").await, 1);
    let mut changed = rows();
    changed.retain(|row| row.name != "甲东一村");
    changed.push(ImportUnit {
        code: "980100100900".into(),
        name: "新村".into(),
        level: Level::Village,
        parent_code: Some("980100100".into()),
    });
    let tried = admin.import_units(&import(changed.clone(), "2026-06-01", true)).await.unwrap();
    assert_eq!(counts(&tried), [1, 0, 0, 1, 14]);
    let done = admin.import_units(&import(changed, "2026-06-01", false)).await.unwrap();
    assert_eq!(done, TreeReport { dry_run: false, ..tried });
    assert_eq!(names(&admin, app.unit("甲东镇"), None).await, ["甲东二村", "新村"]);
    // Left out by mistake: it comes back as itself, and what was added goes.
    let back = admin.import_units(&import(rows(), "2026-07-01", false)).await.unwrap();
    assert_eq!(counts(&back), [1, 0, 0, 1, 14]);
    assert_eq!(admin.get_unit(app.unit("甲东一村")).await.unwrap().history.len(), 2);
}

#[tokio::test]
async fn what_makes_no_tree_is_refused_by_code() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let (village, town, county) = (app.unit("甲东一村"), app.unit("甲西镇"), app.unit("甲县"));
    let refused = admin.move_unit(village, &move_to(county, "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_wrong_level");
    let refused = admin.merge_unit(village, &merge(town, "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_merge_across_levels");
    let refused = admin.move_unit(village, &move_to(UnitId(99), "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "request.not_found");
    let refused = admin.rename_unit(UnitId(99), &rename("x", "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "request.not_found");
    let refused = admin.rename_unit(village, &rename("x", "2019-12-31")).await.unwrap_err();
    assert_eq!(code(&refused), "request.invalid");
    let refused = admin.rename_unit(village, &rename("甲东一村", "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_nothing_changes");
    let mut orphans = rows();
    orphans.retain(|row| row.level != Level::Town);
    let refused = admin.import_units(&import(orphans, "2026-06-01", false)).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_orphan");
    admin.rename_unit(village, &rename("新名", "2026-09-01")).await.unwrap();
    let refused = admin.import_units(&import(rows(), "2026-06-01", false)).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_later");
}

#[tokio::test]
async fn a_person_reads_the_units_of_his_scope_and_no_other() {
    let app = TestApp::start(fupin_access::configure).await;
    let reviewer = app.person(Role::Reviewer, "甲县").await.client;
    let find = |q: Option<&str>, parent: Option<UnitId>| UnitFilter { parent, q: q.map(str::to_owned), on: None };
    let tops = reviewer.list_units(&find(None, None)).await.unwrap().items;
    assert_eq!(tops.iter().map(|unit| (unit.name.as_str(), unit.children)).collect::<Vec<_>>(), [("甲县", 2)]);
    let found = reviewer.list_units(&find(Some("一村"), None)).await.unwrap().items;
    assert_eq!(found.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["甲东一村", "甲西一村"]);
    let found = reviewer.list_units(&find(Some("980100101"), Some(app.unit("甲西镇")))).await.unwrap().items;
    assert_eq!(found.len(), 2);
    assert_eq!(code(&reviewer.list_units(&find(None, Some(app.unit("乙县")))).await.unwrap_err()), "request.not_found");
    assert_eq!(code(&reviewer.get_unit(app.unit("乙县")).await.unwrap_err()), "request.not_found");
    let refused = reviewer.rename_unit(app.unit("甲县"), &rename("x", "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.forbidden");
}

#[tokio::test]
async fn a_countys_system_administrator_changes_his_county_alone() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "甲县").await.client;
    admin.rename_unit(app.unit("甲东一村"), &rename("新名", "2026-06-01")).await.unwrap();
    let away = admin.move_unit(app.unit("甲东一村"), &move_to(app.unit("乙东镇"), "2026-06-01")).await.unwrap_err();
    assert_eq!(code(&away), "request.not_found");
    let refused = admin.import_units(&import(rows(), "2026-06-01", false)).await.unwrap_err();
    assert_eq!(code(&refused), "request.not_found");
}

#[tokio::test]
async fn two_acts_at_once_both_hold() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let (one, other) = (rename("甲", "2026-06-01"), rename("乙", "2026-06-01"));
    let acts = futures_util::future::join(
        admin.rename_unit(app.unit("甲东一村"), &one),
        admin.rename_unit(app.unit("甲东二村"), &other),
    );
    let (one, other) = acts.await;
    one.unwrap();
    other.unwrap();
    assert_eq!(names(&admin, app.unit("甲东镇"), None).await, ["甲", "乙"]);
}

#[tokio::test]
async fn a_village_that_has_ended_is_still_seen_by_those_above_it() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let (here, there) = (app.person(Role::Leader, "甲县").await.client, app.person(Role::Leader, "乙县").await.client);
    let mut fewer = rows();
    fewer.retain(|row| row.name != "甲东一村");
    admin.import_units(&import(fewer, "2026-06-01", false)).await.unwrap();
    let ended = app.unit("甲东一村");
    assert_eq!(names(&here, app.unit("甲东镇"), Some("2026-05-01")).await, ["甲东一村", "甲东二村"]);
    assert_eq!(names(&here, app.unit("甲东镇"), Some("2026-06-01")).await, ["甲东二村"]);
    assert_eq!(here.get_unit(ended).await.unwrap().history[0].until, Some(day("2026-06-01")));
    assert_eq!(code(&there.get_unit(ended).await.unwrap_err()), "request.not_found");
    let refused = admin.rename_unit(ended, &rename("新名", "2026-07-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_unit_absent");
    let refused = admin.move_unit(app.unit("甲西镇"), &move_to(ended, "2026-07-01")).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_other_absent");
}

#[tokio::test]
async fn a_merge_of_today_counts_from_the_next_call_on() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    let home = app.unit("乙西二村");
    assert_eq!(code(&clerk.client.get_unit(home).await.unwrap_err()), "request.not_found");
    admin.merge_unit(app.unit("甲东一村"), &merge(home, "2026-06-01")).await.unwrap();
    assert_eq!(clerk.client.get_session().await.unwrap().grants[0].unit.id, home);
    assert_eq!(clerk.client.get_unit(home).await.unwrap().unit.name, "乙西二村");
    assert_eq!(admin.get_account(clerk.account_id).await.unwrap().unit.id, home);
}

#[tokio::test]
async fn each_act_leaves_one_audit_row_with_its_counts_and_so_does_a_dry_run() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let village = app.unit("甲东一村");
    let act = MoveUnit { dry_run: true, ..move_to(app.unit("乙西镇"), "2026-06-01") };
    admin.move_unit(village, &act).await.unwrap();
    admin.move_unit(village, &MoveUnit { dry_run: false, ..act }).await.unwrap();
    let refused = MoveUnit { dry_run: true, ..move_to(app.unit("乙县"), "2026-06-01") };
    admin.move_unit(village, &refused).await.unwrap_err();
    let count = async |dry_run: bool, outcome: &str, counts: &str| {
        let query = format!(
            "select count(*) from audit_row where event = 'access.unit_moved' and object_id = '{village}'
             and outcome = '{outcome}' and detail::jsonb @> '{{\"dry_run\": {dry_run}{counts}}}'"
        );
        app.number(&query).await
    };
    let counts = ", \"moved\": 1, \"unchanged\": 14, \"added\": 0";
    assert_eq!(count(true, "done", counts).await, 1);
    assert_eq!(count(false, "done", counts).await, 1);
    assert_eq!(count(true, "refused", "").await, 1);
    assert_eq!(app.number("select count(*) from audit_row where event = 'access.unit_moved'").await, 3);
}

/// A real province's units.
fn real_rows() -> Vec<ImportUnit> {
    let csv = include_str!("../../../server/provinces/hainan/units.csv");
    let row = |line: &str| {
        let [code, name, level, parent] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        ImportUnit {
            code: code.to_owned(),
            name: name.to_owned(),
            level: serde_json::from_value(level.into()).unwrap(),
            parent_code: (!parent.is_empty()).then(|| parent.to_owned()),
        }
    };
    csv.lines().skip(1).map(row).collect()
}

#[tokio::test]
async fn a_few_changes_to_a_real_province_are_told_exactly() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let rows = real_rows();
    let refused = admin.import_units(&import(rows.clone(), "2026-01-01", true)).await.unwrap_err();
    assert_eq!(code(&refused), "access.tree_other_province");
    // The sample province becomes the real one by its code; its own units end.
    let code_of_province = RenameUnit { code: Some(rows[0].code.clone()), ..rename(&rows[0].name, "2026-01-01") };
    admin.rename_unit(app.unit("样例省"), &code_of_province).await.unwrap();
    let whole = admin.import_units(&import(rows.clone(), "2026-02-01", false)).await.unwrap();
    assert_eq!(counts(&whole), [rows.len() as i64 - 1, 0, 0, 14, 1]);
    assert_eq!(whole.changes.len(), 200);
    let same = admin.import_units(&import(rows.clone(), "2026-02-01", true)).await.unwrap();
    assert_eq!(counts(&same), [0, 0, 0, 0, rows.len() as i64]);

    let mut changed = rows.clone();
    let villages: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].level == Level::Village).collect();
    let (renamed, moved, gone) = (villages[10], villages[1000], villages[3000]);
    let town = rows.iter().rfind(|row| row.level == Level::Town).unwrap();
    changed[renamed].name = "新名村".to_owned();
    changed[moved].parent_code = Some(town.code.clone());
    changed[gone] = ImportUnit { code: "999999".into(), name: "新村".into(), ..changed[gone].clone() };
    let told = admin.import_units(&import(changed, "2026-06-01", false)).await.unwrap();
    assert_eq!(counts(&told), [1, 1, 1, 1, rows.len() as i64 - 3]);
    let mut touched: Vec<_> = told.changes.iter().map(|change| (change.kind, change.code.as_str())).collect();
    touched.sort_by_key(|(_, code)| *code);
    let mut expected = [
        (TreeChangeKind::Added, "999999"),
        (TreeChangeKind::Renamed, rows[renamed].code.as_str()),
        (TreeChangeKind::Moved, rows[moved].code.as_str()),
        (TreeChangeKind::Ended, rows[gone].code.as_str()),
    ];
    expected.sort_by_key(|(_, code)| *code);
    assert_eq!(touched, expected);
}
