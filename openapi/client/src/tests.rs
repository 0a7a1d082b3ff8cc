//! What a call looks like on the wire, and what the answers turn into.

use std::cell::RefCell;

use fupin_contract::{
    AccountId, Cursor, FormId, ReportId, TaskId, UnitId,
    access::AccountFilter,
    reporting::{AtVersion, BoardFilter, ReportFilter, ReportStatus, TotalsFilter, TotalsOf},
};
use uuid::Uuid;

use crate::{Client, ClientError, Request, Response, Transport, TransportError};

/// Writes down what it is asked to carry, and answers what it was told to.
struct Tape {
    answer: Result<Response, TransportError>,
    sent: RefCell<Vec<Request>>,
}

impl Transport for Tape {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.sent.borrow_mut().push(request);
        self.answer.clone()
    }
}

fn answering(status: u16, body: &str) -> Client<Tape> {
    let response = Response { status, body: body.as_bytes().to_vec(), ..Response::default() };
    Client::new(Tape { answer: Ok(response), sent: RefCell::default() })
}

/// The tape never waits, so one poll finishes.
fn now<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the tape waits for nothing"),
    }
}

fn id<T: std::str::FromStr<Err = uuid::Error>>() -> T {
    "018f0000-0000-7000-8000-000000000001".parse().unwrap()
}

#[test]
fn a_filter_becomes_a_query_without_what_is_absent() {
    let client = answering(200, r#"{"items":[]}"#);
    let filter = ReportFilter {
        task: Some(id::<TaskId>()),
        unit: Some(UnitId(7)),
        status: Some(ReportStatus::Submitted),
        mine: Some(true),
        after: Some(Cursor("a&b=c".into())),
        limit: Some(50),
        ..ReportFilter::default()
    };
    now(client.list_reports(&filter)).unwrap();
    let sent = client.transport().sent.borrow();
    assert_eq!(sent[0].path, "/api/reports");
    assert_eq!(
        sent[0].query,
        "task=018f0000-0000-7000-8000-000000000001&unit=7&status=submitted&mine=true&after=a%26b%3Dc&limit=50"
    );
}

#[test]
fn chinese_and_enums_survive_a_query() {
    let client = answering(200, r#"{"items":[]}"#);
    now(client.list_accounts(&AccountFilter { q: Some("符 丽".into()), ..AccountFilter::default() })).unwrap();
    let totals = TotalsFilter { form: id::<FormId>(), unit: None, of: Some(TotalsOf::ApprovedOnce) };
    let _ = now(client.get_totals(id::<TaskId>(), &totals));
    let _ = now(client.get_board(id::<TaskId>(), &BoardFilter::default()));
    let sent = client.transport().sent.borrow();
    assert_eq!(sent[0].query, "q=%E7%AC%A6+%E4%B8%BD");
    assert_eq!(sent[1].query, "form=018f0000-0000-7000-8000-000000000001&of=approved_once");
    assert_eq!(sent[2].query, "");
}

#[test]
fn a_repetition_carries_the_same_key_and_the_same_body() {
    let client = answering(503, "");
    let key = Uuid::from_u128(5);
    for _ in 0..2 {
        let refused = now(client.approve_report(id::<ReportId>(), &AtVersion { version: 3 }, key)).unwrap_err();
        assert_eq!(refused, ClientError::Unreadable(503));
        assert!(refused.is_passing());
    }
    let sent = client.transport().sent.borrow();
    assert_eq!(sent[0], sent[1]);
    assert!(sent[0].headers.contains(&("Idempotency-Key", key.to_string())));
    assert_eq!(sent[0].body.as_deref(), Some(br#"{"version":3}"#.as_slice()));
}

#[test]
fn a_refusal_is_read_as_a_problem() {
    let body = r#"{"type":"/problems/access.not_found","title":"Not Found","status":404,"code":"access.not_found",
        "params":{"n":1},"request_id":"r-1"}"#;
    let refused = now(answering(404, body).get_account(id::<AccountId>())).unwrap_err();
    assert_eq!((refused.code(), refused.status(), refused.is_passing()), ("access.not_found", Some(404), false));
    assert_eq!(refused.problem().unwrap().request_id, "r-1");
}

#[test]
fn what_is_not_ours_is_unreadable_and_not_a_panic() {
    let unreadable = now(answering(200, "<html>login</html>").get_session()).unwrap_err();
    assert_eq!(unreadable, ClientError::Unreadable(200));
    let gone = Client::new(Tape { answer: Err(TransportError::TimedOut), sent: RefCell::default() });
    assert_eq!(now(gone.get_session()).unwrap_err().code(), "client.timed_out");
}
