//! Refused and failed calls leave their audit row too: one row for each call that would have changed something,
//! written after the rollback in a transaction of its own.

use actix_web::{
    Error as ActixError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use fupin_kernel::{
    App, Error, RequestFacts,
    audit::{self, Actor, Event, Outcome},
};

use crate::permit::operation_of;

/// Middleware around every operation.
pub async fn audit_refusals<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let app = request.app_data::<web::Data<App>>().map(|app| app.get_ref().clone());
    let facts = RequestFacts::of(request.request());
    let response = next.call(request).await?;
    if !changes {
        return Ok(response);
    }
    let attempt = facts.trace.attempt();
    let outcome =
        response.response().error().and_then(|error| error.as_error::<Error>()).map(|error| {
            if error.is_failure() { Outcome::Failed(error.code()) } else { Outcome::Refused(error.code()) }
        });
    if let (Some(outcome), Some(app), false) = (outcome, app, attempt.recorded) {
        let operation = operation_of(response.request());
        let event = attempt.event.unwrap_or_else(|| Event::new("access.call_refused")).with("operation", operation);
        let actor = Actor { account_id: attempt.account_id, session_id: attempt.session_id };
        let written = app.db.write(async |tx| audit::record(tx, &app.keys, &facts, actor, &event, outcome)).await;
        if let Err(error) = written {
            // The call is refused all the same; that its row is missing must be seen by whoever watches the log.
            tracing::error!(%error, "the audit row of a refused call could not be written");
        }
    }
    Ok(response)
}
