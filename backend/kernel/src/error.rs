//! The one error of the HTTP surface. Domains convert their refusals into it with a stable code;
//! causes are logged here, once, and never leave the house.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use fupin_contract::{Fault, Faults, Problem};
use serde_json::{Map, Value};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body or the query cannot be read at all.
    #[error("unreadable: {0}")]
    Unreadable(Refusal),
    #[error("not signed in: {0}")]
    Unauthenticated(Refusal),
    /// The caller's roles never allow this act anywhere.
    #[error("forbidden: {0}")]
    Forbidden(Refusal),
    /// Absent, or outside the caller's scope: nobody can tell which.
    #[error("not found")]
    NotFound,
    #[error("conflict: {0}")]
    Conflict(Refusal),
    #[error("invalid: {0}")]
    Invalid(Refusal),
    #[error("too large")]
    TooLarge { limit: usize },
    #[error("unsupported media type")]
    UnsupportedMedia,
    #[error("too many: {0}")]
    TooMany(Refusal),
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("internal: {0}")]
    Internal(String),
}

/// A refusal that the client can put into words: a stable code, what the sentence needs, and the fields concerned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    pub code: &'static str,
    pub params: Map<String, Value>,
    pub faults: Faults,
    /// The fresh state of the object, on a conflict.
    pub current: Option<Value>,
}

impl Refusal {
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, ..Self::default() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// One more thing that is wrong with a field.
    #[must_use]
    pub fn fault(mut self, field: &str, fault: Fault) -> Self {
        self.faults.entry(field.to_owned()).or_default().push(fault);
        self
    }

    #[must_use]
    pub fn current(mut self, state: &impl serde::Serialize) -> Self {
        self.current = serde_json::to_value(state).ok();
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl Error {
    #[must_use]
    pub fn conflict(code: &'static str) -> Self {
        Self::Conflict(Refusal::new(code))
    }

    #[must_use]
    pub fn forbidden(code: &'static str) -> Self {
        Self::Forbidden(Refusal::new(code))
    }

    #[must_use]
    pub fn unauthenticated(code: &'static str) -> Self {
        Self::Unauthenticated(Refusal::new(code))
    }

    /// One field is wrong.
    #[must_use]
    pub fn invalid_field(field: &str, fault: Fault) -> Self {
        Self::Invalid(Refusal::new("request.invalid").fault(field, fault))
    }

    /// Something that cannot happen did; the cause is for the log alone.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// The stable code of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(refusal)
            | Self::Unauthenticated(refusal)
            | Self::Forbidden(refusal)
            | Self::Conflict(refusal)
            | Self::Invalid(refusal)
            | Self::TooMany(refusal) => refusal.code,
            Self::NotFound => "request.not_found",
            Self::TooLarge { .. } => "request.too_large",
            Self::UnsupportedMedia => "request.unsupported_media",
            Self::Unavailable(_) => "server.unavailable",
            Self::Internal(_) => "server.internal",
        }
    }

    /// Refused by a rule, or broken on our side.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Internal(_))
    }

    fn refusal(&self) -> Refusal {
        match self {
            Self::Unreadable(refusal)
            | Self::Unauthenticated(refusal)
            | Self::Forbidden(refusal)
            | Self::Conflict(refusal)
            | Self::Invalid(refusal)
            | Self::TooMany(refusal) => refusal.clone(),
            Self::TooLarge { limit } => Refusal::new(self.code()).with("limit", *limit),
            Self::NotFound | Self::UnsupportedMedia | Self::Unavailable(_) | Self::Internal(_) => {
                Refusal::new(self.code())
            }
        }
    }

    /// The problem as it goes on the wire; the request's number is filled in by the server's outermost layer.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let status = self.status_code();
        let refusal = self.refusal();
        problem(status, refusal)
    }
}

fn problem(status: StatusCode, refusal: Refusal) -> Problem {
    Problem {
        r#type: format!("/problems/{}", refusal.code),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: refusal.code.to_owned(),
        params: refusal.params,
        faults: refusal.faults,
        current: refusal.current,
        request_id: String::new(),
    }
}

/// The answer for a problem; also for those that no handler made (unknown path, wrong method).
#[must_use]
pub fn respond(problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.content_type("application/problem+json");
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = problem.params.get("seconds").and_then(Value::as_u64).unwrap_or(2);
        response.insert_header(("Retry-After", seconds.to_string()));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header(("WWW-Authenticate", "Bearer"));
    }
    response.json(problem)
}

/// A problem by status and code, for the edges of the server.
#[must_use]
pub fn edge_problem(status: StatusCode, code: &'static str) -> Problem {
    problem(status, Refusal::new(code))
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if self.is_failure() {
            tracing::error!(error = %self, "a call failed");
        }
        respond(&self.problem())
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match &error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Diesel::BrokenTransactionManager => {
                Self::Unavailable(error.to_string())
            }
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::conflict("request.try_again"),
            // A statement that the server could not finish because it is going down or is out of room.
            Diesel::DatabaseError(_, info) if is_outage(info.message()) => Self::Unavailable(error.to_string()),
            _ => Self::internal(error),
        }
    }
}

fn is_outage(message: &str) -> bool {
    const SIGNS: [&str; 7] = [
        "terminating connection",
        "shutting down",
        "connection closed",
        // What the driver says of a connection that broke in the midst of a statement.
        "error communicating with the server",
        "starting up",
        "recovery mode",
        "No space left",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
