//! Files of many spreadsheets: ordered, made by a job, fetched by whoever ordered them, gone after three days.

use std::{
    io::{Cursor, Read},
    path::PathBuf,
    time::Duration,
};

use calamine::{Data, Reader, Xlsx};
use fupin_contract::{
    ExportId, UnitId,
    access::Role,
    reporting::{Export, ExportState, OrderExport, Task},
};
use graphile_worker::WorkerOptions;
use serde_json::json;
use zip::ZipArchive;

use crate::world::{Acts, World, code, key};

async fn ordered(world: &World, task: &Task, unit: Option<UnitId>) -> Export {
    let order = OrderExport { form: world.form, unit };
    world.officer.client.order_export(task.id, &order, key()).await.unwrap()
}

async fn made(world: &World, task: &Task) -> Export {
    let export = ordered(world, task, None).await;
    fupin_reporting::make_export(&world.app.app, export.id).await.unwrap();
    world.officer.client.get_export(export.id).await.unwrap()
}

fn file_of(world: &World, id: ExportId) -> PathBuf {
    world.app.app.settings.data_dir.join(format!("exports/{id}.zip"))
}

#[tokio::test]
async fn an_export_holds_a_workbook_for_each_report_with_its_formulas() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    clerk.save(world.report(task.id, "甲东一村").await, 0, json!({"a.r1.n": 21})).await.unwrap();

    let export = made(&world, &task).await;

    assert_eq!((export.state, export.written, export.total), (ExportState::Done, 8, 8));
    let expires = export.expires_at.unwrap() - export.finished_at.unwrap();
    assert_eq!(expires, chrono::Duration::hours(72));
    let file = world.officer.client.download_export(export.id).await.unwrap();
    assert_eq!(file.name, format!("=试用 表 -{}-样例省.zip", fupin_contract::Period::of(world.today)));
    assert_eq!(file.bytes.len() as i64, export.bytes.unwrap());
    let mut archive = ZipArchive::new(Cursor::new(file.bytes)).unwrap();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    assert_eq!(names.len(), 8);
    assert!(names.contains(&"甲县/甲东镇/甲东一村.xlsx".to_owned()), "{names:?}");
    let mut workbook = Vec::new();
    archive.by_name("甲县/甲东镇/甲东一村.xlsx").unwrap().read_to_end(&mut workbook).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let main = workbook.worksheet_range("填报表").unwrap();
    assert_eq!((main.get_value((7, 1)), main.get_value((7, 2))), (Some(&Data::Float(21.0)), Some(&Data::Float(42.0))));
    assert_eq!(workbook.worksheet_formula("填报表").unwrap().used_cells().count(), 2);
    let rows = "select count(*) from audit_row where outcome = 'done'
        and event in ('reporting.export_ordered', 'reporting.export_downloaded')";
    assert_eq!(world.app.number(rows).await, 2);
}

#[tokio::test]
async fn an_order_is_carried_out_by_the_queue() {
    let world = World::start().await;
    let task = world.issued().await;
    let export = ordered(&world, &task, Some(world.app.unit("甲东镇"))).await;
    assert_eq!((export.state, export.unit.name.as_str()), (ExportState::Queued, "甲东镇"));
    assert_eq!(code(world.officer.client.download_export(export.id).await), "reporting.export_not_ready");

    let options = WorkerOptions::default()
        .database_url(&world.app.db.urls.worker)
        .schema(fupin_kernel::jobs::SCHEMA)
        .poll_interval(Duration::from_millis(50))
        .listen_os_shutdown_signals(false);
    let worker = fupin_reporting::define_jobs(options, &world.app.app).init().await.unwrap();
    let worker = tokio::spawn(async move { worker.run().await.unwrap() });
    let done = async {
        loop {
            let found = world.officer.client.get_export(export.id).await.unwrap();
            if !found.state.is_under_way() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), done).await.unwrap();
    worker.abort();
    assert_eq!(done.state, ExportState::Done);
    assert_eq!(done.written, done.total);
}

#[tokio::test]
async fn an_export_is_its_owners_alone_and_only_within_his_scope() {
    let world = World::start().await;
    let task = world.issued().await;
    let export = made(&world, &task).await;
    let other = world.app.person(Role::Officer, "样例省").await.client;
    for refused in [
        code(other.get_export(export.id).await),
        code(other.download_export(export.id).await),
        code(other.cancel_export(export.id).await),
    ] {
        assert_eq!(refused, "request.not_found");
    }
    assert!(other.list_exports().await.unwrap().items.is_empty());
    assert_eq!(world.officer.client.list_exports().await.unwrap().items.len(), 1);

    // He goes to another county: what he took along there is out of his sight.
    let account = world.officer.account_id;
    world.app.sql(&format!("delete from account_grant where account_id = '{account}'")).await;
    world.app.grant(account, Role::Officer, "乙县").await;
    world.app.sql("update access_epoch set version = version + 1").await;
    assert_eq!(code(world.officer.client.download_export(export.id).await), "request.not_found");
    assert!(world.officer.client.list_exports().await.unwrap().items.is_empty());
}

#[tokio::test]
async fn nobody_orders_beyond_his_scope_or_what_is_not_there() {
    let world = World::start().await;
    let task = world.issued().await;
    let county = world.app.person(Role::Reviewer, "乙县").await.client;
    let beyond = OrderExport { form: world.form, unit: Some(world.app.unit("甲县")) };
    assert_eq!(code(county.order_export(task.id, &beyond, key()).await), "request.not_found");
    let unknown = OrderExport { form: fupin_contract::FormId::generate(), unit: None };
    assert_eq!(code(world.officer.client.order_export(task.id, &unknown, key()).await), "request.not_found");
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let own = OrderExport { form: world.form, unit: None };
    assert_eq!(code(clerk.order_export(task.id, &own, key()).await), "access.forbidden");
}

#[tokio::test]
async fn who_orders_the_same_again_gets_the_one_that_is_being_made() {
    let world = World::start().await;
    let task = world.issued().await;
    let first = ordered(&world, &task, None).await;
    assert_eq!(ordered(&world, &task, None).await.id, first.id);
    assert_ne!(ordered(&world, &task, Some(world.app.unit("甲县"))).await.id, first.id);
    fupin_reporting::make_export(&world.app.app, first.id).await.unwrap();
    assert_ne!(ordered(&world, &task, None).await.id, first.id, "a finished one speaks of another moment");
}

#[tokio::test]
async fn an_export_that_was_given_up_is_not_made() {
    let world = World::start().await;
    let task = world.issued().await;
    let export = ordered(&world, &task, None).await;
    let cancelled = world.officer.client.cancel_export(export.id).await.unwrap();
    assert_eq!(cancelled.state, ExportState::Cancelled);
    fupin_reporting::make_export(&world.app.app, export.id).await.unwrap();
    assert!(!file_of(&world, export.id).exists());
    assert_eq!(code(world.officer.client.cancel_export(export.id).await), "reporting.export_over");
    assert_eq!(code(world.officer.client.download_export(export.id).await), "reporting.export_gone");
}

#[tokio::test]
async fn what_a_killed_process_left_half_written_is_written_anew() {
    let world = World::start().await;
    let task = world.issued().await;
    let export = ordered(&world, &task, None).await;
    let file = file_of(&world, export.id);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file.with_extension("part"), "half").unwrap();
    world.app.sql("update export set state = 'running', written = 1, started_at = clock_now()").await;

    fupin_reporting::make_export(&world.app.app, export.id).await.unwrap();

    let found = world.officer.client.get_export(export.id).await.unwrap();
    assert_eq!((found.state, found.written), (ExportState::Done, 8));
    assert!(file.exists() && !file.with_extension("part").exists());
    // Once more, as a queue may do: nothing changes.
    fupin_reporting::make_export(&world.app.app, export.id).await.unwrap();
    assert_eq!(world.officer.client.get_export(export.id).await.unwrap().finished_at, found.finished_at);
}

#[tokio::test]
async fn a_file_is_gone_after_three_days() {
    let world = World::start().await;
    let task = world.issued().await;
    let export = made(&world, &task).await;
    let stray = file_of(&world, ExportId::generate());
    std::fs::write(&stray, "left by somebody").unwrap();
    fupin_reporting::sweep_exports(&world.app.app).await.unwrap();
    assert!(file_of(&world, export.id).exists() && !stray.exists());

    world.app.shift_clock("71 hours 59 minutes").await;
    let account = world.officer.account_id;
    let officer = world.app.enter(account).await.client;
    officer.download_export(export.id).await.unwrap();
    world.app.shift_clock("72 hours 1 minute").await;
    let officer = world.app.enter(account).await.client;
    assert_eq!(code(officer.download_export(export.id).await), "reporting.export_gone", "before anybody swept");
    fupin_reporting::sweep_exports(&world.app.app).await.unwrap();
    assert!(!file_of(&world, export.id).exists());
    assert_eq!(officer.get_export(export.id).await.unwrap().state, ExportState::Expired);
}
