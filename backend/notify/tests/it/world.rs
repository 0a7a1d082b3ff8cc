//! A small province with people in it, and an instance that notify runs in.
//!
//! ```text
//! 1 province ─ 2 county ─┬─ 3 town ─┬─ 4, 5, 6 villages
//!                        └─ 7 town ─┴─ 8, 9 villages
//! ```

use std::{sync::Arc, time::Duration};

use fupin_contract::{
    MessageId,
    notify::{GatewayKind, GatewaySettings, HttpGateway},
};
use fupin_kernel::{App, Db, Settings, keys::Keys, outbox, seal, settings::Limits};
use fupin_notify::{
    gateway::{self, PostOffice},
    jobs,
};
use fupin_testing::TestDb;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

pub const SECRET: &str = "a secret that carrier and house share";
/// How long the gateway may take in tests.
pub const PATIENCE: Duration = Duration::from_millis(400);

pub struct World {
    pub db: TestDb,
    pub app: App,
    /// The database without any right in the way, to arrange and to look.
    pub sql: Client,
}

pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub fn app_on(url: &str, keys: Keys) -> App {
    let settings = Settings {
        data_dir: "/nonexistent".into(),
        public_url: "https://fp.example.cn".into(),
        listen: ([127, 0, 0, 1], 0).into(),
        demo: false,
        trusted_proxies: vec![],
        limits: Limits::default(),
        hook_may_call_private: true,
    };
    App {
        db: Db::connect(url, 12).unwrap(),
        crypto: Arc::new(fupin_kernel::crypto::Software::new(&keys).unwrap()),
        keys: Arc::new(keys),
        settings: Arc::new(settings),
        outbox_wake: Arc::default(),
    }
}

const TREE: &str = "
    insert into tree (valid_from) values ('2026-01-01');
    insert into unit (unit_id) overriding system value select n from generate_series(1, 9) n;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi) values
        (1, 1, null, 0, '46', '海南省', 0, 100), (1, 2, 1, 1, '469030', '琼中县', 1, 50),
        (1, 3, 2, 2, '469030105', '红毛镇', 2, 20), (1, 4, 3, 3, '469030105207', '什寒村', 3, 4),
        (1, 5, 3, 3, '469030105208', '草南村', 4, 5), (1, 6, 3, 3, '469030105209', '番响村', 5, 6),
        (1, 7, 2, 2, '469030106', '长征镇', 20, 30), (1, 8, 7, 3, '469030106201', '潮村', 21, 22),
        (1, 9, 7, 3, '469030106202', '南什村', 22, 23);";

impl World {
    /// The province without people, and the sandbox as its gateway.
    pub async fn start() -> Self {
        Self::start_with(Keys::ephemeral()).await
    }

    pub async fn start_with(keys: Keys) -> Self {
        let db = TestDb::create().await;
        let app = app_on(&db.urls.app, keys);
        let sql = connect(&db.admin_url()).await;
        sql.batch_execute(TREE).await.unwrap();
        let world = Self { db, app, sql };
        let words = include_str!("../../../server/provinces/hainan/messages.json");
        world.app.db.write(async |tx| fupin_notify::load_templates(tx, words).await).await.unwrap();
        world.install(GatewaySettings::of(GatewayKind::Sandbox)).await;
        world
    }

    pub async fn install(&self, settings: GatewaySettings) {
        self.app.db.write(async |tx| gateway::install(tx, &self.app.keys, settings).await).await.unwrap();
    }

    /// Send by the hook at an address.
    pub async fn install_hook(&self, url: &str) {
        let http = HttpGateway {
            url: url.to_owned(),
            headers: vec![],
            body: r#"{"id":{{id}},"phone":{{phone}},"text":{{text}}}"#.to_owned(),
            secret: SECRET.to_owned(),
        };
        self.install(GatewaySettings { http: Some(http), ..GatewaySettings::of(GatewayKind::Http) }).await;
    }

    /// A person with a phone who can sign in, and holds a role at a unit.
    pub async fn person(&self, name: &str, role: &str, unit: i32) -> Uuid {
        let id = Uuid::now_v7();
        let phone = seal::seal(&self.app.keys, &format!("account.phone:{id}"), "13900000001").unwrap();
        let username = format!("u{}", id.simple());
        self.sql
            .execute(
                "insert into account (account_id, username, name, unit_id, phone_sealed, password_hash)
                 values ($1, $2, $3, $4, $5, 'x')",
                &[&id, &username, &name, &unit, &phone],
            )
            .await
            .unwrap();
        self.sql
            .execute(
                "insert into account_grant (grant_id, account_id, role, unit_id) values ($1, $2, $3, $4)",
                &[&Uuid::now_v7(), &id, &role, &unit],
            )
            .await
            .unwrap();
        id
    }

    /// A task with forms of these titles, reviewed by town, county and province.
    pub async fn task(&self, titles: &[&str]) -> Uuid {
        let (task, officer) = (Uuid::now_v7(), self.person("陈主任", "officer", 1).await);
        self.sql
            .execute(
                "insert into task (task_id, title, period, level, unit_id, tree_id, deadline, due_at, chain, issued_by,
                     issued_at)
                 values ($1, '十一月', '2026-11-01', 3, 1, 1, '2026-11-25', '2026-11-25 16:00+00', '{2,1,0}', $2, now())",
                &[&task, &officer],
            )
            .await
            .unwrap();
        for (position, title) in (0_i16..).zip(titles) {
            let form = Uuid::now_v7();
            self.sql
                .execute(
                    "insert into form (form_id, code, version, title, cells, definition, digest)
                     values ($1, $2, 1, $3, 1, '{}', '')",
                    &[&form, &format!("F{}", form.simple()), title],
                )
                .await
                .unwrap();
            self.sql
                .execute(
                    "insert into task_form (task_id, form_id, \"position\") values ($1, $2, $3)",
                    &[&task, &form, &position],
                )
                .await
                .unwrap();
        }
        task
    }

    /// A unit owes all reports of a task; says which, in the order of the forms.
    pub async fn owe(&self, task: Uuid, unit: i32) -> Vec<Uuid> {
        let rows = self
            .sql
            .query(
                "insert into report (report_id, task_id, form_id, unit_id, form_code, period, changed_at)
                 select gen_random_uuid(), tf.task_id, tf.form_id, $2, f.code, '2026-11-01', now()
                 from task_form tf join form f using (form_id) where tf.task_id = $1 order by tf.\"position\"
                 returning report_id",
                &[&task, &unit],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Put a report into a status.
    pub async fn set_report(&self, report: Uuid, status: &str, stage: i16, reason: Option<&str>) {
        self.sql
            .execute(
                "update report set status = $2, stage = $3, return_reason = $4, leaf = '' where report_id = $1",
                &[&report, &status, &stage, &reason],
            )
            .await
            .unwrap();
    }

    pub async fn push(&self, topic: &str, payload: serde_json::Value) {
        self.app.db.write(async |tx| outbox::push(tx, topic, &payload)).await.unwrap();
    }

    pub async fn drain(&self) {
        fupin_notify::drain::drain(&self.app).await.unwrap();
    }

    /// Queue so many messages to one clerk's phone, through the outbox as in life.
    pub async fn queue(&self, messages: usize) -> Vec<MessageId> {
        for _ in 0..messages {
            let (task, clerk) = (self.task(&["收入监测表"]).await, self.person("符丽", "clerk", 4).await);
            self.owe(task, 4).await;
            self.push("reporting.task_issued", serde_json::json!({ "task_id": task })).await;
            self.drain().await;
            // Whoever has been told needs not be told of the next task.
            self.sql.execute("update account set disabled_at = now() where account_id = $1", &[&clerk]).await.unwrap();
        }
        let rows = self.sql.query("select message_id from message order by created_at", &[]).await.unwrap();
        rows.iter().map(|row| MessageId(row.get(0))).collect()
    }

    pub async fn count(&self, query: &str) -> i64 {
        self.sql.query_one(query, &[]).await.unwrap().get(0)
    }

    pub async fn texts(&self, query: &str) -> Vec<String> {
        self.sql.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    pub async fn state(&self, id: MessageId) -> String {
        self.sql.query_one("select state from message where message_id = $1", &[&id.0]).await.unwrap().get(0)
    }

    /// A worker that runs this domain's jobs until it is aborted.
    pub async fn work(&self) -> JoinHandle<()> {
        let office = PostOffice::with_patience(&self.app, PATIENCE).unwrap();
        work(&self.db.urls.worker, office).await
    }

    /// Until nothing is queued or under way; what waits for its next try is not waited for.
    pub async fn settle(&self) {
        for _ in 0..2000 {
            self.hurry().await;
            let open = "select count(*) from message where state in ('queued', 'sending')";
            let jobs = "select count(*) from graphile_worker.jobs where attempts < max_attempts";
            if self.count(open).await == 0 && self.count(jobs).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("messages never came to rest: {:?}", self.texts("select state || ' ' || intent from message").await);
    }

    /// Let jobs that wait for their time, or for a worker that is dead, run now.
    pub async fn hurry(&self) {
        self.sql
            .batch_execute(
                "update graphile_worker._private_jobs set run_at = now() where run_at > now() and locked_at is null",
            )
            .await
            .unwrap();
    }
}

pub async fn work(url: &str, office: PostOffice) -> JoinHandle<()> {
    let options = graphile_worker::WorkerOptions::default()
        .database_url(url)
        .schema(fupin_kernel::jobs::SCHEMA)
        .concurrency(6)
        .max_pg_conn(10)
        .poll_interval(Duration::from_millis(50))
        .local_queue(graphile_worker::LocalQueueConfig::default().with_size(50))
        .complete_job_batch_delay(Duration::from_millis(20))
        .listen_os_shutdown_signals(false);
    let worker = jobs::define(options, office).init().await.unwrap();
    tokio::spawn(async move { worker.run().await.unwrap() })
}
