//! A real mail server beside the tests: the npm package that the browser tests have as well, in a process of its own.

use std::{
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use fupin_contract::{
    Email,
    notify::{MailSecurity, MailServer},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
};

pub const USER: &str = "fupin@example.cn";
pub const PASSWORD: &str = "授权码 Abc-123";

pub struct Post {
    pub port: u16,
    security: MailSecurity,
    /// Vouches for its certificate.
    authority: String,
    lines: Arc<Mutex<Vec<Value>>>,
    _process: (Child, ChildStdin),
}

impl Post {
    /// A server in clear that asks for no user and does this with one mail after the other.
    pub async fn start(deeds: &[&str]) -> Self {
        Self::with(MailSecurity::None, json!({ "deeds": deeds })).await
    }

    /// A server with more to it.
    pub async fn with(security: MailSecurity, mut told: Value) -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut authority = String::new();
        told["modules"] = json!(format!("{root}/e2e"));
        if security != MailSecurity::None {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            authority = made.cert.pem();
            told["cert"] = json!(authority);
            told["key"] = json!(made.signing_key.serialize_pem());
        }
        told["security"] = json!(security);
        let mut process = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.mjs"))
            .arg(told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut printed = BufReader::new(process.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&printed.next_line().await.unwrap().unwrap()).unwrap();
        let lines = Arc::<Mutex<Vec<Value>>>::default();
        let kept = lines.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = printed.next_line().await {
                kept.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        let stdin = process.stdin.take().unwrap();
        Self { port, security, authority, lines, _process: (process, stdin) }
    }

    /// How the platform is told of it.
    pub fn server(&self) -> MailServer {
        MailServer {
            host: "localhost".to_owned(),
            port: self.port,
            security: self.security,
            user: String::new(),
            password: String::new(),
            from_address: Email::parse("fupin@example.cn").unwrap(),
            from_name: "海南扶贫".to_owned(),
            authority: self.authority.clone(),
        }
    }

    /// The same with a user.
    pub fn server_for(&self, user: &str, password: &str) -> MailServer {
        MailServer { user: user.to_owned(), password: password.to_owned(), ..self.server() }
    }

    /// What it has said of a kind, once there are so many; what comes late is not waited for.
    pub async fn said(&self, kind: &str, least: usize) -> Vec<Value> {
        self.said_within(kind, least, Duration::from_secs(5)).await
    }

    async fn said_within(&self, kind: &str, least: usize, patience: Duration) -> Vec<Value> {
        let begun = std::time::Instant::now();
        while begun.elapsed() < patience {
            let found: Vec<Value> =
                self.lines.lock().unwrap().iter().filter_map(|line| line.get(kind).cloned()).collect();
            if found.len() >= least {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it has not said {least} of {kind}: {:?}", self.lines.lock().unwrap());
    }

    /// The mails that it has really taken.
    pub async fn mails(&self, least: usize) -> Vec<Value> {
        self.said("mail", least).await
    }

    /// [`Post::mails`], where somebody has to start first.
    pub async fn mails_within(&self, least: usize, patience: Duration) -> Vec<Value> {
        self.said_within("mail", least, patience).await
    }
}
