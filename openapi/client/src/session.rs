//! The caller's own session, password and one-time links.

use fupin_contract::{
    Page, SessionId,
    access::{ChangePassword, ChangePhone, CheckLink, LinkOwner, Me, OwnPhone, Session, SignIn, SignedIn, UseLink},
    email::{ChangeEmail, ConfirmEmail, ConfirmedEmail, OwnEmail},
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// The transport keeps the refresh cookie; the access token is the caller's to keep, in memory only.
    pub async fn sign_in(&self, credentials: &SignIn) -> Result<SignedIn> {
        self.call(Request::post("/api/session").json(credentials)?).await
    }

    /// By the refresh cookie; the header keeps other sites from doing it in the caller's name.
    pub async fn refresh_session(&self) -> Result<SignedIn> {
        self.call(Request::post("/api/session/refresh").header("X-Fupin", "1")).await
    }

    pub async fn sign_out(&self) -> Result<()> {
        self.act(Request::new(Method::Delete, "/api/session").header("X-Fupin", "1")).await
    }

    pub async fn get_session(&self) -> Result<Me> {
        self.call(Request::get("/api/session")).await
    }

    pub async fn list_sessions(&self) -> Result<Page<Session>> {
        self.call(Request::get("/api/sessions")).await
    }

    pub async fn end_session(&self, id: SessionId) -> Result<()> {
        self.act(Request::new(Method::Delete, format!("/api/sessions/{id}"))).await
    }

    pub async fn change_password(&self, passwords: &ChangePassword) -> Result<()> {
        self.act(Request::put("/api/session/password").json(passwords)?).await
    }

    pub async fn get_own_phone(&self) -> Result<OwnPhone> {
        self.call(Request::get("/api/session/phone")).await
    }

    pub async fn change_phone(&self, change: &ChangePhone) -> Result<()> {
        self.act(Request::put("/api/session/phone").json(change)?).await
    }

    pub async fn get_own_email(&self) -> Result<OwnEmail> {
        self.call(Request::get("/api/session/email")).await
    }

    pub async fn change_email(&self, change: &ChangeEmail) -> Result<()> {
        self.act(Request::put("/api/session/email").json(change)?).await
    }

    /// Have the link sent again.
    pub async fn ask_email_confirmation(&self) -> Result<()> {
        self.act(Request::post("/api/session/email/confirmation")).await
    }

    pub async fn confirm_email(&self, confirm: &ConfirmEmail) -> Result<ConfirmedEmail> {
        self.call(Request::post("/api/email-confirmations").json(confirm)?).await
    }

    pub async fn check_link(&self, link: &CheckLink) -> Result<LinkOwner> {
        self.call(Request::post("/api/links/check").json(link)?).await
    }

    pub async fn use_link(&self, link: &UseLink) -> Result<()> {
        self.act(Request::post("/api/links/use").json(link)?).await
    }
}
