//! Designing forms: drafts are kept whatever is wrong with them, versions never change, nobody overwrites another.

mod from_sheet;
mod ministry;

use std::path::PathBuf;

use fupin_client::ClientError;
use fupin_contract::{
    Period,
    access::Role,
    reporting::{
        AtVersion, CopyForm, DraftStart, EmptyForm, FormDraft, FormIds, FormSummary, OverlapFilter, ReviseForm,
        SaveFormDraft,
    },
};
use fupin_form::{CellTraits, FormDefinition, Severity};
use fupin_testing::Caller;
use serde_json::json;

use crate::world::{World, code, form_json, key};

fn begin(code: &str, title: &str) -> DraftStart {
    DraftStart::Empty(EmptyForm { code: code.to_owned(), title: title.to_owned() })
}

async fn save(who: &Caller, draft: &FormDraft, definition: FormDefinition) -> Result<FormDraft, ClientError> {
    let save = SaveFormDraft { version: draft.summary.version, definition };
    who.save_form_draft(draft.summary.id, &save).await
}

async fn publish(who: &Caller, draft: &FormDraft) -> Result<FormSummary, ClientError> {
    who.publish_form_draft(draft.summary.id, &AtVersion { version: draft.summary.version }, key()).await
}

#[tokio::test]
async fn a_form_is_begun_changed_and_published_and_a_task_can_issue_it() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let draft = officer.create_form_draft(&begin("新01表", "防汛物资月报"), key()).await.unwrap();
    assert_eq!((draft.faults.len(), draft.summary.version), (0, 1), "what an official begins with can be filled");
    let mut definition = draft.definition.clone();
    definition.rules.push(fupin_form::RuleDefinition {
        id: "few".to_owned(),
        severity: Severity::Hard,
        each: None,
        expression: "s1.r1.c1 < 100".to_owned(),
        cells: vec!["s1.r1.c1".to_owned()],
        message: "数量不得超过 99".to_owned(),
    });
    let saved = save(officer, &draft, definition.clone()).await.unwrap();
    assert_eq!(saved.summary.version, 2);

    let published = publish(officer, &saved).await.unwrap();

    assert_eq!((published.code.as_str(), published.version, published.cells), ("新01表", 1, 1));
    assert_eq!(officer.get_form(published.id).await.unwrap().definition, definition);
    assert!(officer.list_forms().await.unwrap().items.contains(&published));
    assert!(officer.list_form_drafts().await.unwrap().items.is_empty(), "a draft is gone once it is published");
    let issue = fupin_contract::reporting::IssueTask { forms: vec![published.id], ..world.issue() };
    assert_eq!(officer.issue_task(&issue, key()).await.unwrap().added, 8);
    let events = "select count(*) from audit_row where event in
        ('reporting.draft_created', 'reporting.draft_saved', 'reporting.form_published')";
    assert_eq!(world.app.number(events).await, 3);
}

#[tokio::test]
async fn who_saves_on_an_older_version_loses_and_hears_how_the_draft_is_now() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let colleague = world.app.person(Role::Officer, "样例省").await.client;
    let draft = officer.create_form_draft(&begin("新01表", "甲"), key()).await.unwrap();
    let titled = |title: &str| FormDefinition { title: title.to_owned(), ..draft.definition.clone() };
    let theirs = save(&colleague, &draft, titled("乙")).await.unwrap();

    let refused = save(officer, &draft, titled("丙")).await.unwrap_err();

    assert_eq!((refused.status(), refused.code()), (Some(409), "reporting.stale_draft"));
    let current: FormDraft = serde_json::from_value(refused.problem().unwrap().current.clone().unwrap()).unwrap();
    assert_eq!(current, theirs);
    assert_eq!(officer.get_form_draft(draft.summary.id).await.unwrap().definition, titled("乙"));
    assert_eq!(code(publish(officer, &draft).await), "reporting.stale_draft", "nor is published what nobody has seen");
}

#[tokio::test]
async fn a_faulty_draft_is_kept_as_it_is_and_not_published() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let draft = officer.create_form_draft(&begin("新01表", "甲"), key()).await.unwrap();
    let mut faulty = draft.definition.clone();
    faulty.code = String::new();
    faulty.sections[0].rows = fupin_form::RowsDefinition::Fixed(Vec::new());

    let saved = save(officer, &draft, faulty.clone()).await.unwrap();

    assert_eq!(officer.get_form_draft(draft.summary.id).await.unwrap().definition, faulty);
    let places: Vec<&str> = saved.faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(places, ["/code", "/sections/0/rows/fixed"]);
    let refused = publish(officer, &saved).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(422), "reporting.faulty_form"));
    let faults: Vec<&String> = refused.problem().unwrap().faults.keys().collect();
    assert_eq!(faults, ["/code", "/sections/0/rows/fixed"]);
    assert_eq!(officer.list_forms().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn the_next_version_is_drafted_from_the_published_one_and_running_tasks_keep_theirs() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let task = world.issued().await;
    let revise = DraftStart::Revise(ReviseForm { form: world.form });
    let draft = officer.create_form_draft(&revise, key()).await.unwrap();
    let other = officer.create_form_draft(&revise, key()).await.unwrap();
    assert_eq!(draft.summary.based_on.as_ref().map(|form| (form.id, form.version)), Some((world.form, 1)));
    assert_eq!(code(publish(officer, &draft).await), "reporting.form_unchanged");
    let before = officer.get_form(world.form).await.unwrap();
    let noted = |note: &str| FormDefinition { note: Some(note.to_owned()), ..draft.definition.clone() };
    let changed = save(officer, &draft, noted("新口径")).await.unwrap();

    let newer = publish(officer, &changed).await.unwrap();

    assert_eq!((newer.code.as_str(), newer.version), ("试01表", 2));
    assert_eq!(officer.get_form(world.form).await.unwrap(), before, "a version never changes");
    assert_eq!(
        officer.get_task(task.id).await.unwrap().forms[0].id,
        world.form,
        "a task keeps the version of its issue"
    );
    let late = save(officer, &other, noted("别的口径")).await.unwrap();
    let refused = publish(officer, &late).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(409), "reporting.form_moved_on"));
    // From the version of last month's task the draft still follows the newest one.
    let again = officer.create_form_draft(&revise, key()).await.unwrap();
    assert_eq!(again.definition, before.definition);
    assert_eq!(again.summary.based_on.map(|form| form.version), Some(2));
}

#[tokio::test]
async fn of_two_who_publish_the_same_draft_or_number_at_once_one_does() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let first = officer.create_form_draft(&begin("新01表", "甲"), key()).await.unwrap();
    let second = officer.create_form_draft(&begin("新01表", "乙"), key()).await.unwrap();
    let answers =
        futures_util::future::join_all([&first, &first, &second, &second].map(|draft| publish(officer, draft))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(refused.status(), Some(404 | 409)), "{refused:?}");
    }
    assert_eq!(world.app.number("select count(*) from form where code = '新01表'").await, 1);
}

#[tokio::test]
async fn a_publication_that_the_network_repeats_counts_once() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let draft = officer.create_form_draft(&begin("新01表", "甲"), key()).await.unwrap();
    let (seen, same) = (AtVersion { version: 1 }, key());
    let first = officer.publish_form_draft(draft.summary.id, &seen, same).await.unwrap();
    assert_eq!(officer.publish_form_draft(draft.summary.id, &seen, same).await.unwrap(), first);
}

#[tokio::test]
async fn a_copy_goes_by_a_number_of_its_own() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let copy =
        |code: &str| DraftStart::Copy(CopyForm { form: world.form, code: code.to_owned(), title: "副本".to_owned() });
    let draft = officer.create_form_draft(&copy("试02表"), key()).await.unwrap();
    let original = officer.get_form(world.form).await.unwrap().definition;
    let expected = FormDefinition { code: "试02表".to_owned(), title: "副本".to_owned(), ..original };
    assert_eq!(draft.definition, expected);
    let taken = officer.create_form_draft(&copy("试01表"), key()).await.unwrap();
    assert_eq!(code(publish(officer, &taken).await), "reporting.code_taken");
}

#[tokio::test]
async fn every_shipped_form_comes_back_as_it_was_brought() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../server/provinces/hainan/forms");
    let mut brought = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let definition: FormDefinition = serde_json::from_str(&text).unwrap();
        let canonical = serde_json::to_string(&definition).unwrap();
        let draft = officer.create_form_draft(&DraftStart::Definition(definition), key()).await.unwrap();
        let back = officer.get_form_draft(draft.summary.id).await.unwrap().definition;
        assert_eq!(serde_json::to_string(&back).unwrap(), canonical);
        let read_again: FormDefinition = serde_json::from_str(&serde_json::to_string_pretty(&back).unwrap()).unwrap();
        assert_eq!(serde_json::to_string(&read_again).unwrap(), canonical, "what is downloaded can be brought again");
        brought += 1;
    }
    assert_eq!(brought, 20);
}

#[tokio::test]
async fn only_the_province_designs() {
    let world = World::start().await;
    let draft = world.officer.client.create_form_draft(&begin("新01表", "甲"), key()).await.unwrap();
    let county = world.app.person(Role::Officer, "甲县").await.client;
    let refused = county.create_form_draft(&begin("新02表", "乙"), key()).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(403), "reporting.only_province_designs"));
    assert_eq!(code(county.get_form_draft(draft.summary.id).await), "reporting.only_province_designs");
    assert_eq!(code(county.delete_form_draft(draft.summary.id).await), "reporting.only_province_designs");
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    assert_eq!(code(clerk.list_form_drafts().await), "access.forbidden");
}

#[tokio::test]
async fn an_item_that_another_form_collects_is_pointed_out_and_forbidden_to_nobody() {
    let world = World::start().await;
    let officer = &world.officer.client;
    let mut asks_again = form_json();
    asks_again["code"] = json!("试03表");
    asks_again["sections"].as_array_mut().unwrap().truncate(1);
    let definition: FormDefinition = serde_json::from_value(asks_again).unwrap();
    let draft = officer.create_form_draft(&DraftStart::Definition(definition.clone()), key()).await.unwrap();

    let overlaps = officer.list_draft_overlaps(draft.summary.id).await.unwrap().items;

    let people = overlaps.iter().find(|overlap| overlap.cell.as_str() == "a.r1.n").unwrap();
    assert_eq!((people.row.as_str(), people.column.as_str()), ("甲", "人数 / 合计"));
    assert_eq!(
        (people.unit.as_deref(), people.other.id, people.other_cell.as_str()),
        (Some("人"), world.form, "a.r1.n")
    );
    let mut with_rows = definition.clone();
    if let fupin_form::RowsDefinition::Fixed(rows) = &mut with_rows.sections[0].rows {
        rows.iter_mut().for_each(|row| row.label = format!("新{}", row.label));
    }
    with_rows.sections[0].cells[0].cell = CellTraits { required: Some(true), ..CellTraits::default() };
    let mended = save(officer, &draft, with_rows).await.unwrap();
    assert_eq!(officer.list_draft_overlaps(draft.summary.id).await.unwrap().items, []);
    let back = save(officer, &mended, definition).await.unwrap();
    let published = publish(officer, &back).await.unwrap();
    let issued = |forms: &[fupin_contract::FormId]| OverlapFilter {
        forms: FormIds(forms.to_vec()),
        period: Period::of(world.today),
    };
    let alone = officer.list_item_overlaps(&issued(&[published.id])).await.unwrap().items;
    assert_eq!(alone, [], "nobody collects it in that month yet");
    let together = officer.list_item_overlaps(&issued(&[published.id, world.form])).await.unwrap().items;
    assert_eq!(together.len(), overlaps.len());
    world.issued().await;
    let after = officer.list_item_overlaps(&issued(&[published.id])).await.unwrap().items;
    assert_eq!((after.len(), after[0].other.code.as_str()), (overlaps.len(), "试01表"));
}
