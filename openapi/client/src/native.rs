//! A transport for programs that run outside a browser. It keeps the session's cookie and the access token.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use fupin_contract::access::{SignIn, SignedIn};

use crate::{Client, Method, Request, Response, Result, Transport, TransportError};

/// How long a resting connection is used again: well below the time after which the server closes it, so that no
/// request is sent into a closing.
pub const CONNECTION_KEPT: Duration = Duration::from_secs(30);

/// Carries requests by HTTP. Clones share connections, cookies and the token.
#[derive(Clone)]
pub struct Native {
    http: reqwest::Client,
    base: String,
    token: Arc<Mutex<Option<String>>>,
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Native").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Native {
    /// To the server at `base`, for example `http://127.0.0.1:8080`, as nobody.
    pub fn new(base: &str) -> std::result::Result<Self, TransportError> {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .pool_idle_timeout(CONNECTION_KEPT)
            .build()
            .map_err(unreachable)?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), token: Arc::default() })
    }

    /// From now on, call as the bearer of this token, or as nobody.
    pub fn set_token(&self, token: Option<String>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn token(&self) -> Option<String> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A transport that can be told in whose name it calls: [`Native`], and whatever is wrapped around it.
pub trait Bearer: Transport {
    /// From now on, call as the bearer of this token, or as nobody.
    fn call_as(&self, token: Option<String>);
}

impl Bearer for Native {
    fn call_as(&self, token: Option<String>) {
        self.set_token(token);
    }
}

impl Client<Native> {
    /// A client for the server at `base`, as nobody.
    pub fn native(base: &str) -> Result<Self> {
        Ok(Self::new(Native::new(base)?))
    }
}

impl<T: Bearer> Client<T> {
    /// Sign in, and call as this person from now on.
    pub async fn enter(&self, username: &str, password: &str) -> Result<SignedIn> {
        let credentials = SignIn { username: username.to_owned(), password: password.to_owned() };
        let signed_in = self.sign_in(&credentials).await?;
        self.transport().call_as(Some(signed_in.access_token.clone()));
        Ok(signed_in)
    }
}

impl Transport for Native {
    async fn send(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mark = if request.query.is_empty() { "" } else { "?" };
        let mut call = self.http.request(method, format!("{}{}{mark}{}", self.base, request.path, request.query));
        for (name, value) in request.headers {
            call = call.header(name, value);
        }
        if let Some(token) = self.token() {
            call = call.bearer_auth(token);
        }
        if let Some(body) = request.body {
            call = call.body(body);
        }
        let answer = call.send().await.map_err(unreachable)?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let media_type = header("content-type").map(|kind| without_parameters(&kind));
        let (status, disposition) = (answer.status().as_u16(), header("content-disposition"));
        let body = answer.bytes().await.map_err(unreachable)?.to_vec();
        Ok(Response { status, media_type, disposition, body })
    }
}

fn without_parameters(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn unreachable(error: reqwest::Error) -> TransportError {
    if error.is_timeout() { TransportError::TimedOut } else { TransportError::Unreachable(error.to_string()) }
}
