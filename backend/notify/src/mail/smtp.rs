//! One conversation with the mail server, and what is certain after it.
//!
//! Invariant: until the text is handed over the server surely does not have the mail; once it is being handed over only
//! the server's own word says whether it has.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use fupin_contract::notify::{MailSecurity, MailServer};
use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters},
    commands::{Data, Mail as MailFrom, Noop, Rcpt},
    extension::ClientId,
    response::Response,
};
use tokio::time::timeout;

use super::letter::{self, Mail};
use crate::{address::Reach, rules::Outcome};

/// What of an answer is kept as the message's code.
const MOST_CODE: usize = 200;
/// Taking leave is a courtesy.
const FAREWELL: Duration = Duration::from_millis(500);
/// Answers by which a server asks for credentials, or for others: it is we who are not configured as we should be.
const OF_CREDENTIALS: [&str; 4] = ["530", "534", "535", "538"];

/// How far a conversation had come when it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Connecting, greeting, TLS, signing in: of no mail in particular.
    Entering,
    /// Sender, recipient, and whether a text may follow.
    Announcing,
    /// The text is on its way.
    HandingOver,
}

/// What went wrong.
#[derive(Debug)]
enum Trouble {
    /// The server said so.
    Reply(String),
    /// There is no word of the server, or none that can be read.
    Silence(String),
}

/// Send a mail, once.
pub async fn send(server: &MailServer, mail: &Mail, patience: Duration) -> Outcome {
    match converse(server, mail, patience).await {
        Ok(code) => Outcome::Accepted { code, reference: None },
        Err((stage, trouble)) => judge(stage, trouble),
    }
}

/// Connect and sign in without sending anything: what the server said last, or what kept it from saying anything.
pub async fn knock(server: &MailServer, patience: Duration) -> Result<String, String> {
    let entered = in_time(patience, enter(server, patience)).await;
    let mut connection = entered.map_err(Trouble::code)?;
    let answer = in_time(patience, async { connection.command(Noop).await.map_err(|error| read(&error)) }).await;
    leave(connection).await;
    answer.map(|answer| said(&answer)).map_err(Trouble::code)
}

async fn converse(server: &MailServer, mail: &Mail, patience: Duration) -> Result<String, (Stage, Trouble)> {
    let unwritable = |_| (Stage::Announcing, Trouble::Reply("501 an address cannot be written".to_owned()));
    let text = letter::write(server, mail).map_err(unwritable)?;
    let (from, to) = (letter::address(&server.from_address), letter::address(&mail.to));
    let (from, to) = (from.map_err(unwritable)?, to.map_err(unwritable)?);
    let entered = in_time(patience, enter(server, patience)).await;
    let mut connection = entered.map_err(|trouble| (Stage::Entering, trouble))?;
    let announced = in_time(patience, async {
        connection.command(MailFrom::new(Some(from), vec![])).await.map_err(|error| read(&error))?;
        connection.command(Rcpt::new(to, vec![])).await.map_err(|error| read(&error))?;
        connection.command(Data).await.map_err(|error| read(&error))
    });
    announced.await.map_err(|trouble| (Stage::Announcing, trouble))?;
    let handed = in_time(patience, async { connection.message(&text).await.map_err(|error| read(&error)) }).await;
    let answer = handed.map_err(|trouble| (Stage::HandingOver, trouble))?;
    leave(connection).await;
    Ok(said(&answer))
}

async fn in_time<T>(patience: Duration, talk: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    timeout(patience, talk).await.unwrap_or_else(|_| Err(Trouble::Silence("no answer in time".to_owned())))
}

async fn leave(mut connection: AsyncSmtpConnection) {
    // Whatever comes of it, the mail's fate is known.
    let _ = timeout(FAREWELL, connection.quit()).await;
}

async fn enter(server: &MailServer, patience: Duration) -> Result<AsyncSmtpConnection, Trouble> {
    let addresses = resolve(server).await?;
    let tls = match server.security {
        MailSecurity::None => None,
        MailSecurity::Tls | MailSecurity::Starttls => Some(parameters(server)?),
    };
    let implicit = tls.clone().filter(|_| server.security == MailSecurity::Tls);
    let hello = ClientId::Domain(server.from_address.domain().to_owned());
    let connected = AsyncSmtpConnection::connect_tokio1(&addresses[..], Some(patience), &hello, implicit, None).await;
    let mut connection = connected.map_err(|error| read(&error))?;
    if let Some(tls) = tls.filter(|_| server.security == MailSecurity::Starttls) {
        connection.starttls(tls, &hello).await.map_err(|error| read(&error))?;
    }
    if !server.user.is_empty() {
        let credentials = Credentials::new(server.user.clone(), server.password.clone());
        let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        signed_in.map_err(|error| read(&error))?;
    }
    Ok(connection)
}

/// The addresses of the server, each of which may be called.
async fn resolve(server: &MailServer) -> Result<Vec<SocketAddr>, Trouble> {
    let unknown = |_| Trouble::Silence("the server's name is not known".to_owned());
    let found: Vec<SocketAddr> =
        tokio::net::lookup_host((server.host.as_str(), server.port)).await.map_err(unknown)?.collect();
    let may = |address: &SocketAddr| match server.security {
        MailSecurity::None => address.ip().is_loopback(),
        // A government's mail server stands in its own network. Metadata and multicast are nobody's mail server.
        MailSecurity::Tls | MailSecurity::Starttls => Reach::Private.allows(address.ip()),
    };
    if found.is_empty() || !found.iter().all(may) {
        return Err(Trouble::Silence("the server's address may not be called".to_owned()));
    }
    Ok(found)
}

fn parameters(server: &MailServer) -> Result<TlsParameters, Trouble> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if !server.authority.is_empty() {
        let certificate = Certificate::from_pem(server.authority.as_bytes()).map_err(|error| read(&error))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map_err(|error| read(&error))
}

/// Whether a text holds a certificate.
#[must_use]
pub fn is_certificate(pem: &str) -> bool {
    let usable = |certificate| {
        let builder = TlsParameters::builder("localhost".to_owned());
        builder.certificate_store(CertificateStore::None).add_root_certificate(certificate).build().is_ok()
    };
    let framed = ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"].iter().all(|frame| pem.contains(frame));
    framed && Certificate::from_pem(pem.as_bytes()).is_ok_and(usable)
}

/// Whether a host is this very machine, by its name.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Trouble {
    fn code(self) -> String {
        match self {
            Self::Reply(code) | Self::Silence(code) => code,
        }
    }
}

fn read(error: &SmtpError) -> Trouble {
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => Trouble::Reply(short(&format!("{code} {words}"))),
        None => Trouble::Silence(short(&error.to_string())),
    }
}

/// A reply in one line, the code first.
fn said(answer: &Response) -> String {
    let words: Vec<&str> = answer.message().collect();
    short(&format!("{} {}", answer.code(), words.join(" ")))
}

fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CODE).collect();
    line.trim().to_owned()
}

/// What trouble means for the message.
fn judge(stage: Stage, trouble: Trouble) -> Outcome {
    match (stage, trouble) {
        (Stage::HandingOver, Trouble::Silence(code)) => Outcome::Unclear { code },
        (Stage::Announcing | Stage::HandingOver, Trouble::Reply(code))
            if code.starts_with('5') && !OF_CREDENTIALS.iter().any(|asks| code.starts_with(asks)) =>
        {
            Outcome::Refused { code }
        }
        (_, Trouble::Reply(code) | Trouble::Silence(code)) => Outcome::NotNow { code, after: None },
    }
}

#[cfg(test)]
mod tests {
    use super::{Stage, Trouble, is_certificate, is_this_machine, judge};
    use crate::rules::Outcome;

    fn reply(stage: Stage, code: &str) -> Outcome {
        judge(stage, Trouble::Reply(code.to_owned()))
    }

    #[test]
    fn only_the_servers_word_on_a_mail_fails_it_and_only_silence_after_the_text_leaves_a_doubt() {
        for stage in [Stage::Announcing, Stage::HandingOver] {
            assert!(matches!(reply(stage, "550 no such user"), Outcome::Refused { .. }), "{stage:?}");
            assert!(matches!(reply(stage, "451 later"), Outcome::NotNow { .. }), "{stage:?}");
            assert!(matches!(reply(stage, "530 sign in first"), Outcome::NotNow { .. }), "{stage:?}");
        }
        for code in ["535 wrong password", "554 not today", "421 busy"] {
            assert!(matches!(reply(Stage::Entering, code), Outcome::NotNow { .. }), "{code}");
        }
        let silent = |stage| judge(stage, Trouble::Silence("x".to_owned()));
        assert!(matches!(silent(Stage::Entering), Outcome::NotNow { .. }));
        assert!(matches!(silent(Stage::Announcing), Outcome::NotNow { .. }));
        assert!(matches!(silent(Stage::HandingOver), Outcome::Unclear { .. }));
    }

    #[test]
    fn this_machine_is_told_from_others_by_its_name() {
        assert!(["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8"].into_iter().all(is_this_machine));
        assert!(!["localhost.example.cn", "10.0.0.1", "0.0.0.0", "smtp.example.cn"].into_iter().any(is_this_machine));
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for pem in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
            assert!(!is_certificate(pem), "{pem}");
        }
    }
}
