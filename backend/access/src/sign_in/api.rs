//! Operations of signing in.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    cookie::{Cookie, SameSite},
    delete, get, post, put,
};
use fupin_contract::{
    Page, SessionId,
    access::{
        ChangePassword, ChangePhone, CheckLink, LinkOwner, Me, OwnPhone, Session, SignIn, SignedIn as SignedInAnswer,
        UseLink,
    },
};
use fupin_kernel::{Error, Json, NoContent, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, Opened};
use crate::permit::{Anyone, Permit, SignedIn};

pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(sign_in)
        .service(refresh_session)
        .service(sign_out)
        .service(get_session)
        .service(list_sessions)
        .service(end_session)
        .service(change_password)
        .service(get_own_phone)
        .service(change_phone)
        .service(check_link)
        .service(use_link);
}

/// Read by no script, sent to no other site, bound to this host.
const COOKIE: &str = "__Host-fupin-refresh";
/// A page of another origin cannot send this header without our leave.
const OWN_HEADER: &str = "X-Fupin";

/// The answer of a sign-in with its cookie.
struct WithCookie(Opened);

impl Responder for WithCookie {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = Json(self.0.answer).respond_to(request);
        // A cookie that cannot be set would only mean signing in again; the answer itself still holds.
        let _ = response.add_cookie(&cookie(self.0.refresh_token));
        response
    }
}

fn cookie(token: String) -> Cookie<'static> {
    Cookie::build(COOKIE, token).path("/").secure(true).http_only(true).same_site(SameSite::Strict).finish()
}

/// Sign in
#[utoipa::path(tag = "access", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = SignedInAnswer)))]
#[post("/session")]
async fn sign_in(permit: Permit<Anyone>, body: Valid<SignIn>) -> Result<WithCookie> {
    crate::limits::check_address(permit.app(), permit.facts())?;
    actions::sign_in(&permit, body.into_inner()).await.map(WithCookie)
}

/// Renew the session by its cookie
#[utoipa::path(tag = "access", operation_id = "refresh_session",
    params(("X-Fupin" = String, Header, description = "1: shows that the page is ours")),
    responses((status = 200, body = SignedInAnswer)))]
#[post("/session/refresh")]
async fn refresh_session(permit: Permit<Anyone>, request: HttpRequest) -> Result<WithCookie> {
    let over = || Error::unauthenticated("access.session_over");
    if request.headers().get(OWN_HEADER).is_none_or(|value| value != "1") {
        return Err(over());
    }
    let token = request.cookie(COOKIE).ok_or_else(over)?;
    actions::refresh(&permit, token.value()).await.map(WithCookie)
}

/// Sign out
#[utoipa::path(tag = "access", operation_id = "sign_out", responses((status = 204)))]
#[delete("/session")]
async fn sign_out(permit: Permit<SignedIn>, request: HttpRequest) -> Result<HttpResponse> {
    actions::sign_out(&permit).await?;
    let mut response = NoContent.respond_to(&request);
    let _ = response.add_removal_cookie(&cookie(String::new()));
    Ok(response)
}

/// Who am I, and what may I do
#[utoipa::path(tag = "access", operation_id = "get_session", responses((status = 200, body = Me)))]
#[get("/session")]
async fn get_session(permit: Permit<SignedIn>) -> Result<Json<Me>> {
    permit.caller().map(|caller| Json(caller.me())).ok_or(Error::NotFound)
}

/// List one's own sessions
#[utoipa::path(tag = "access", operation_id = "list_sessions", responses((status = 200, body = Page<Session>)))]
#[get("/sessions")]
async fn list_sessions(permit: Permit<SignedIn>) -> Result<Json<Page<Session>>> {
    actions::list_sessions(&permit).await.map(Json)
}

/// End one of one's own sessions
#[utoipa::path(tag = "access", operation_id = "end_session", params(("id" = SessionId, Path)),
    responses((status = 204)))]
#[delete("/sessions/{id}")]
async fn end_session(permit: Permit<SignedIn>, id: Path<SessionId>) -> Result<NoContent> {
    actions::end_session(&permit, id.0).await.map(|()| NoContent)
}

/// Change one's own password
#[utoipa::path(tag = "access", operation_id = "change_password", request_body = ChangePassword,
    responses((status = 204)))]
#[put("/session/password")]
async fn change_password(permit: Permit<SignedIn>, body: Valid<ChangePassword>) -> Result<NoContent> {
    actions::change_password(&permit, body.into_inner()).await.map(|()| NoContent)
}

/// One's own contact phone
#[utoipa::path(tag = "access", operation_id = "get_own_phone", responses((status = 200, body = OwnPhone)))]
#[get("/session/phone")]
async fn get_own_phone(permit: Permit<SignedIn>) -> Result<Json<OwnPhone>> {
    actions::get_own_phone(&permit).await.map(Json)
}

/// Change one's own contact phone
#[utoipa::path(tag = "access", operation_id = "change_phone", request_body = ChangePhone,
    responses((status = 204)))]
#[put("/session/phone")]
async fn change_phone(permit: Permit<SignedIn>, body: Valid<ChangePhone>) -> Result<NoContent> {
    actions::change_phone(&permit, body.into_inner()).await.map(|()| NoContent)
}

/// Look at a one-time link
#[utoipa::path(tag = "access", operation_id = "check_link", request_body = CheckLink,
    responses((status = 200, body = LinkOwner)))]
#[post("/links/check")]
async fn check_link(permit: Permit<Anyone>, body: Valid<CheckLink>) -> Result<Json<LinkOwner>> {
    crate::limits::check_address(permit.app(), permit.facts())?;
    actions::check_link(&permit, body.into_inner()).await.map(Json)
}

/// Set a password by a one-time link
#[utoipa::path(tag = "access", operation_id = "use_link", request_body = UseLink, responses((status = 204)))]
#[post("/links/use")]
async fn use_link(permit: Permit<Anyone>, body: Valid<UseLink>) -> Result<NoContent> {
    crate::limits::check_address(permit.app(), permit.facts())?;
    actions::use_link(&permit, body.into_inner()).await.map(|()| NoContent)
}
