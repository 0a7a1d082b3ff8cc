//! A call: the request as plain data, the transport that carries it, the answer as a type.

use std::future::Future;

use fupin_contract::Problem;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Carries one request to the server and brings the answer back, whatever its status.
///
/// The transport adds the bearer token or the cookie. Its future need not be `Send`: browsers have one thread.
pub trait Transport {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>>;
}

/// How a request changes the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is written on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One request as plain data.
#[derive(Clone, PartialEq)]
pub struct Request {
    pub method: Method,
    /// From `/api` on, without the query.
    pub path: String,
    /// Encoded, without the question mark; empty when there is none.
    pub query: String,
    /// Everything but the caller's proof of identity: content type, idempotency key.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, or a file of the type that the headers name.
    pub body: Option<Vec<u8>>,
}

impl std::fmt::Debug for Request {
    /// Without query and body, which may hold secrets and personal information.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

/// One answer as plain data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// What the body is, as the server says; without parameters.
    pub media_type: Option<String>,
    /// The content disposition, where the answer is a file.
    pub disposition: Option<String>,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No way to the server; whether it acted is not known.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The server did not answer in time; whether it acted is not known.
    #[error("the server did not answer in time")]
    TimedOut,
}

/// Why an operation did not succeed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why.
    #[error("{} ({})", .0.code, .0.status)]
    Problem(Box<Problem>),
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Something answered that does not speak this API, with this status.
    #[error("an answer with status {0} that this client cannot read")]
    Unreadable(u16),
    /// The request cannot be written down.
    #[error("a request that cannot be written")]
    Unwritable,
}

impl ClientError {
    /// Stable; the sentence in the locale is `error.<code>`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Problem(problem) => &problem.code,
            Self::Transport(TransportError::Unreachable(_)) => "client.unreachable",
            Self::Transport(TransportError::TimedOut) => "client.timed_out",
            Self::Unreadable(_) => "client.unreadable",
            Self::Unwritable => "client.unwritable",
        }
    }

    /// The server's refusal, where there is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Transport(_) | Self::Unreadable(_) | Self::Unwritable => None,
        }
    }

    /// The status of the answer, where one came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Unreadable(status) => Some(*status),
            Self::Transport(_) | Self::Unwritable => None,
        }
    }

    /// Whether the same call with the same key may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Problem(problem) => matches!(problem.status, 429 | 502..=504),
            Self::Unreadable(status) => matches!(status, 502..=504),
            Self::Transport(_) => true,
            Self::Unwritable => false,
        }
    }
}

/// All operations of the server behind a transport.
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T> Client<T> {
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// The transport, which knows who is calling.
    pub fn transport(&self) -> &T {
        &self.transport
    }
}

impl Request {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: String::new(), headers: Vec::new(), body: None }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::Post, path)
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::Put, path)
    }

    pub(crate) fn query(mut self, filter: &impl Serialize) -> Result<Self, ClientError> {
        self.query = serde_urlencoded::to_string(filter).map_err(|_| ClientError::Unwritable)?;
        Ok(self)
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, ClientError> {
        self.body = Some(serde_json::to_vec(body).map_err(|_| ClientError::Unwritable)?);
        Ok(self.header("Content-Type", "application/json"))
    }

    pub(crate) fn file(mut self, media_type: &str, bytes: Vec<u8>) -> Self {
        self.body = Some(bytes);
        self.header("Content-Type", media_type)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Repeated with the same key, the write counts once.
    pub(crate) fn key(self, key: Uuid) -> Self {
        self.header("Idempotency-Key", key.to_string())
    }
}

impl<T: Transport> Client<T> {
    /// Send, and read the answer's body.
    pub(crate) async fn call<A: DeserializeOwned>(&self, request: Request) -> Result<A, ClientError> {
        let response = self.answer(request).await?;
        serde_json::from_slice(&response.body).map_err(|_| ClientError::Unreadable(response.status))
    }

    /// Send, and expect no body.
    pub(crate) async fn act(&self, request: Request) -> Result<(), ClientError> {
        self.answer(request).await.map(|_| ())
    }

    /// Send, and turn everything but a success into an error.
    pub(crate) async fn answer(&self, request: Request) -> Result<Response, ClientError> {
        let response = self.transport.send(request).await?;
        if (200..300).contains(&response.status) {
            return Ok(response);
        }
        match serde_json::from_slice::<Problem>(&response.body) {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(_) => Err(ClientError::Unreadable(response.status)),
        }
    }
}
