//! A carrier that does everything wrong: it is slow, breaks off, answers nonsense, and takes messages without saying so.
//! It keeps a book of what it has really taken, which is the truth that tests hold us against.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::dialect::{Dialect, Said};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the carrier does with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    Accept,
    AcceptWithoutBody,
    /// Takes it, and answers after everybody has lost patience.
    AcceptSlowly,
    /// Takes it, and resets the connection.
    AcceptAndReset,
    /// Takes it, and sends half of the answer.
    AcceptAndBreakOff,
    /// Takes it, and something between us says that it did not.
    AcceptBehindBadGateway,
    /// Takes it, and answers with what is not HTTP.
    AcceptAndMumble,
    /// Reads it, does nothing, says nothing.
    HangUp,
    /// Never answers at all.
    Hang,
    Busy,
    Broken,
    Refuse,
}

impl Deed {
    pub const ALL: [Self; 12] = [
        Self::Accept,
        Self::AcceptWithoutBody,
        Self::AcceptSlowly,
        Self::AcceptAndReset,
        Self::AcceptAndBreakOff,
        Self::AcceptBehindBadGateway,
        Self::AcceptAndMumble,
        Self::HangUp,
        Self::Hang,
        Self::Busy,
        Self::Broken,
        Self::Refuse,
    ];

    fn takes(self) -> bool {
        match self {
            Self::Accept
            | Self::AcceptWithoutBody
            | Self::AcceptSlowly
            | Self::AcceptAndReset
            | Self::AcceptAndBreakOff
            | Self::AcceptBehindBadGateway
            | Self::AcceptAndMumble => true,
            Self::HangUp | Self::Hang | Self::Busy | Self::Broken | Self::Refuse => false,
        }
    }
}

/// One call as it arrived.
#[derive(Clone, Debug)]
pub struct Call {
    /// In lower case, to look for headers.
    pub head: String,
    /// As it was written, to check signatures.
    pub raw: String,
    pub body: String,
}

#[derive(Debug, Default)]
struct Book {
    calls: Vec<Call>,
    taken: HashMap<String, usize>,
    tries: HashMap<String, usize>,
}

/// What the carrier does with the n-th call (from 0) for an id.
type Script = dyn Fn(&str, usize) -> Deed + Send + Sync;

pub struct Carrier {
    pub url: String,
    book: Arc<Mutex<Book>>,
}

impl Carrier {
    pub async fn start(script: impl Fn(&str, usize) -> Deed + Send + Sync + 'static) -> Self {
        Self::speaking(Dialect::Hook, script).await
    }

    pub async fn speaking(dialect: Dialect, script: impl Fn(&str, usize) -> Deed + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let (book, script): (_, Arc<Script>) = (Arc::<Mutex<Book>>::default(), Arc::new(script));
        let kept = book.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, dialect, kept.clone(), script.clone()));
            }
        });
        Self { url, book }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.book.lock().unwrap().calls.clone()
    }

    /// How often the carrier has taken the message of an id.
    pub fn taken(&self, id: &str) -> usize {
        self.book.lock().unwrap().taken.get(id).copied().unwrap_or(0)
    }
}

async fn serve(mut stream: TcpStream, dialect: Dialect, book: Arc<Mutex<Book>>, script: Arc<Script>) {
    let Some(call) = read_call(&mut stream).await else { return };
    let said = dialect.read(&call);
    let answer = {
        let mut book = book.lock().unwrap();
        match said {
            Said::Forged => Answer::Words(dialect.forged()),
            Said::Ask => Answer::Words(dialect.tell(book.taken.keys())),
            Said::Send(id) => {
                let tries = book.tries.entry(id.clone()).or_default();
                let deed = script(&id, *tries);
                *tries += 1;
                if deed.takes() {
                    *book.taken.entry(id.clone()).or_default() += 1;
                }
                book.calls.push(call);
                Answer::Deed(deed, id)
            }
        }
    };
    let _ = match answer {
        Answer::Words(words) => speak(stream, &words).await,
        Answer::Deed(deed, id) => act(stream, dialect, deed, &id).await,
    };
}

enum Answer {
    Words(String),
    Deed(Deed, String),
}

async fn read_call(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((raw, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = raw.to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length:"))?.trim().parse::<usize>().ok()?;
        if body.len() >= length {
            return Some(Call { head, raw: raw.to_owned(), body: body.to_owned() });
        }
    }
}

/// An answer of HTTP.
pub fn say(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

async fn act(stream: TcpStream, dialect: Dialect, deed: Deed, id: &str) -> std::io::Result<()> {
    let words = match deed {
        Deed::Accept => say("200 OK", &dialect.accepted(id)),
        Deed::AcceptWithoutBody => say("202 Accepted", ""),
        Deed::AcceptSlowly => {
            tokio::time::sleep(super::world::PATIENCE * 3).await;
            say("200 OK", &dialect.accepted(id))
        }
        Deed::AcceptAndBreakOff => "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\":".to_owned(),
        Deed::AcceptBehindBadGateway => say("502 Bad Gateway", "nginx"),
        Deed::AcceptAndMumble => "+OK 你好\r\n\r\n".to_owned(),
        Deed::AcceptAndReset | Deed::HangUp => {
            // Without lingering, closing sends a reset.
            stream.set_zero_linger()?;
            return Ok(());
        }
        Deed::Hang => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            String::new()
        }
        Deed::Busy => dialect.busy(),
        Deed::Broken => dialect.broken(),
        Deed::Refuse => dialect.refused(),
    };
    speak(stream, &words).await
}

async fn speak(mut stream: TcpStream, words: &str) -> std::io::Result<()> {
    stream.write_all(words.as_bytes()).await?;
    stream.shutdown().await
}
