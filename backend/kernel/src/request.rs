//! What a call says of itself: its number, where it came from, its key against repetition.
//! One [`CallTrace`] travels with each request, so that the audit row of a refusal knows what was attempted.

use std::{cell::RefCell, rc::Rc};

use actix_web::{HttpMessage, HttpRequest};
use uuid::Uuid;

use crate::audit::Event;

/// Facts of a request that audit rows and limits need.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    pub request_id: String,
    /// The client's address: the peer's, or a trusted proxy's word.
    pub address: String,
    pub user_agent: String,
    pub idempotency_key: Option<String>,
    pub trace: CallTrace,
}

/// Whether the call has left its audit row, and what it set out to do.
#[derive(Clone, Debug, Default)]
pub struct CallTrace(Rc<RefCell<Attempt>>);

/// What a call set out to do, as far as it got.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    pub recorded: bool,
    pub event: Option<Event>,
    pub account_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
}

impl CallTrace {
    pub fn attempt(&self) -> Attempt {
        self.0.borrow().clone()
    }

    pub fn set_actor(&self, account_id: Uuid, session_id: Option<Uuid>) {
        let mut attempt = self.0.borrow_mut();
        attempt.account_id = Some(account_id);
        attempt.session_id = session_id;
    }

    pub fn set_event(&self, event: &Event) {
        self.0.borrow_mut().event = Some(event.clone());
    }

    pub fn set_recorded(&self) {
        self.0.borrow_mut().recorded = true;
    }
}

impl RequestFacts {
    /// Read the facts that the server's outermost layer has put beside the request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::read(request, None))
    }

    /// Read the facts off a fresh request. `forwarded` is the client's address by the word of a trusted proxy.
    #[must_use]
    pub fn read(request: &HttpRequest, forwarded: Option<String>) -> Self {
        let header = |name: &str, most: usize| {
            let text = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            text.chars().filter(|c| !c.is_control()).take(most).collect::<String>()
        };
        let peer = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
        // One that is empty or unreadable is refused where it counts, not taken for none: its sender relies on it.
        let key = request.headers().get("Idempotency-Key");
        let key = key.map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(101).collect());
        Self {
            request_id: Uuid::now_v7().simple().to_string(),
            address: forwarded.unwrap_or(peer),
            user_agent: header("User-Agent", 200),
            idempotency_key: key,
            trace: CallTrace::default(),
        }
    }

    /// Facts for work that no request asked for.
    #[must_use]
    pub fn of_job(name: &str) -> Self {
        Self {
            request_id: Uuid::now_v7().simple().to_string(),
            address: "-".to_owned(),
            user_agent: name.to_owned(),
            idempotency_key: None,
            trace: CallTrace::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::RequestFacts;
    use crate::idempotency::Repeatable;

    fn key(sent: &[u8]) -> Option<String> {
        let value = actix_web::http::header::HeaderValue::from_bytes(sent).unwrap();
        RequestFacts::read(&TestRequest::default().insert_header(("Idempotency-Key", value)).to_http_request(), None)
            .idempotency_key
    }

    #[test]
    fn a_key_that_is_empty_or_unreadable_is_a_key_and_refused() {
        for sent in [&b""[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"short", &[b'a'; 101]] {
            assert!(Repeatable::check_key(&key(sent).unwrap()).is_err(), "{sent:?}");
        }
        assert!(Repeatable::check_key(&key(b"0123-4567").unwrap()).is_ok());
        let without = RequestFacts::read(&TestRequest::default().to_http_request(), None);
        assert_eq!(without.idempotency_key, None);
    }
}
