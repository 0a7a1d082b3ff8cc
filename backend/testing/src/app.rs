//! The application of one test: the real HTTP stack on a port of its own, over a database of its own.

#![expect(clippy::unwrap_used, reason = "a test without its application cannot go on")]

use std::{net::TcpListener, path::PathBuf, sync::Arc};

use actix_web::{HttpServer, dev::ServerHandle};
use fupin_access::{sign_in::password, stack};
use fupin_client::{
    Client,
    native::{CONNECTION_KEPT, Native},
};
use fupin_contract::{AccountId, UnitId, access::Role};
use fupin_kernel::{App, Db, Settings, crypto::Software, edge, keys::Keys, settings::Limits};
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

use crate::{Caller, Checked, PLACES, Place, TestDb, Wire};

/// Of every person in a test.
pub const PASSWORD: &str = "Correct horse 9";

const _: () = assert!(
    CONNECTION_KEPT.as_secs() * 2 <= stack::CONNECTION_RESTS.as_secs(),
    "a client would send a request on a connection that the server is closing"
);

static HASH: OnceCell<String> = OnceCell::const_new();

/// A running application that lives as long as this value.
pub struct TestApp {
    pub db: TestDb,
    pub app: App,
    /// Where it listens: `http://127.0.0.1:<port>`.
    pub url: String,
    /// The document that every call is held against.
    pub wire: Arc<Wire>,
    server: ServerHandle,
    _data: tempfile::TempDir,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Somebody who has signed in.
#[derive(Debug)]
pub struct Person {
    pub account_id: AccountId,
    pub username: String,
    pub client: Caller,
}

impl TestApp {
    /// Start with the operations that `configure` registers, and the sample province as the tree.
    pub async fn start(configure: stack::Configure) -> Self {
        Self::start_with(configure, Limits { sign_ins_per_minute: None, ..Limits::default() }).await
    }

    /// Start with other limits.
    pub async fn start_with(configure: stack::Configure, limits: Limits) -> Self {
        let db = TestDb::create().await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = listener.local_addr().unwrap();
        let url = format!("http://{listen}");
        let data = tempfile::tempdir().unwrap();
        let keys = Keys::ephemeral();
        let app = App {
            db: Db::connect(&db.urls.app, 16).unwrap(),
            crypto: Arc::new(Software::new(&keys).unwrap()),
            keys: Arc::new(keys),
            settings: Arc::new(Settings {
                data_dir: PathBuf::from(data.path()),
                public_url: url.clone(),
                listen,
                demo: false,
                trusted_proxies: Vec::new(),
                limits,
                hook_may_call_private: true,
            }),
            outbox_wake: Arc::default(),
        };
        let state = app.clone();
        let server = HttpServer::new(move || stack::http_app(state.clone(), configure, &[], |_| {}, edge::unserved))
            .workers(1)
            .keep_alive(stack::CONNECTION_RESTS)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(listener)
            .unwrap()
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        let test = Self { db, app, url, wire: Wire::of(configure), server: handle, _data: data };
        test.plant_places().await;
        test
    }

    /// A client that has not signed in.
    pub fn nobody(&self) -> Caller {
        Client::new(Checked::new(Native::new(&self.url).unwrap(), self.wire.clone()))
    }

    /// A unit of the sample province by name.
    pub fn place(&self, name: &str) -> Place {
        PLACES.into_iter().find(|place| place.name == name).unwrap()
    }

    /// The id of a unit of the sample province.
    pub fn unit(&self, name: &str) -> UnitId {
        UnitId(self.place(name).id)
    }

    /// Somebody who holds a role at a unit, signed in.
    pub async fn person(&self, role: Role, unit: &str) -> Person {
        let account_id = self.account(unit).await;
        self.grant(account_id, role, unit).await;
        self.enter(account_id).await
    }

    /// An account of a unit with a password and no role.
    pub async fn account(&self, unit: &str) -> AccountId {
        let account_id = AccountId::generate();
        let hash = HASH.get_or_init(async || password::hash(PASSWORD.to_owned()).await.unwrap()).await;
        let statement = format!(
            "insert into account (account_id, username, name, unit_id, password_hash)
             values ('{account_id}', '{}', '{unit}的人', {}, '{hash}')",
            Self::username(account_id),
            self.unit(unit)
        );
        self.sql(&statement).await;
        account_id
    }

    /// Give an account a role at a unit.
    pub async fn grant(&self, account_id: AccountId, role: Role, unit: &str) {
        let statement = format!(
            "insert into account_grant (grant_id, account_id, role, unit_id)
             values (gen_random_uuid(), '{account_id}', '{}', {})",
            role.name(),
            self.unit(unit)
        );
        self.sql(&statement).await;
    }

    /// The user name of an account that a test made.
    pub fn username(account_id: AccountId) -> String {
        format!("u{}", account_id.0.simple())
    }

    /// Sign an account in.
    pub async fn enter(&self, account_id: AccountId) -> Person {
        let client = self.nobody();
        let username = Self::username(account_id);
        client.enter(&username, PASSWORD).await.unwrap();
        Person { account_id, username, client }
    }

    /// Set the clock of the database ahead, or back.
    pub async fn shift_clock(&self, shift: &str) {
        self.sql(&format!("update clock_offset set shift = interval '{shift}'")).await;
    }

    /// Run statements as the superuser: what no role of the platform may do.
    pub async fn sql(&self, statements: &str) {
        self.superuser().await.batch_execute(statements).await.unwrap();
    }

    /// One number that a query answers, as the superuser.
    pub async fn number(&self, query: &str) -> i64 {
        self.superuser().await.query_one(query, &[]).await.unwrap().get(0)
    }

    /// A connection of the superuser.
    pub async fn superuser(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.db.admin_url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn plant_places(&self) {
        let mut statements = String::from("insert into tree (valid_from) values ('2020-01-01');");
        let mut by_id = PLACES;
        by_id.sort_by_key(|place| place.id);
        for _ in by_id {
            statements += "insert into unit default values;";
        }
        for place in PLACES {
            let parent = place.parent.map_or_else(|| "null".to_owned(), |parent| parent.to_string());
            statements += &format!(
                "insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
                 values (1, {}, {parent}, {}, '{}', '{}', {}, {});",
                place.id,
                place.level.rank(),
                place.code,
                place.name,
                place.lo,
                place.hi
            );
        }
        self.sql(&statements).await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Not waited for: the database is dropped with force, and the port dies with the process.
        drop(self.server.stop(false));
    }
}
