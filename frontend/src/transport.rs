//! Carries calls by `fetch`, adds who is calling, and renews an access token that ran out.
//! Invariants: the access token is kept in memory only; across tabs one renewal runs at a time, because each one
//! changes the cookie that the next one needs; a call is repeated at most once, and only after a 401.

use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};

use fupin_client::{Client, Request, Response, Transport, TransportError};
use fupin_contract::access::SignedIn;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Headers, RequestInit};
use yew::Callback;

const PATIENCE_MS: u32 = 30_000;
/// A file of a whole province, over a county's line.
const PATIENCE_FOR_FILES_MS: u32 = 15 * 60_000;
const LOCK: &str = "fupin-session";

/// Every operation of the server, called from this browser.
pub type Api = Client<Browser>;

/// The one transport of the app; clones share the token.
#[derive(Clone, Default)]
pub struct Browser {
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    token: Option<String>,
    /// Told when a renewal answers, and when the session turns out to be over.
    on_renewed: Option<Callback<Rc<SignedIn>>>,
    on_lost: Option<Callback<()>>,
}

impl PartialEq for Browser {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

impl Browser {
    /// Who wants to know about renewals and about the end of the session.
    pub fn listen(&self, on_renewed: Callback<Rc<SignedIn>>, on_lost: Callback<()>) {
        let mut state = self.state.borrow_mut();
        state.on_renewed = Some(on_renewed);
        state.on_lost = Some(on_lost);
    }

    pub fn set_token(&self, token: Option<String>) {
        self.state.borrow_mut().token = token;
    }

    fn token(&self) -> Option<String> {
        self.state.borrow().token.clone()
    }

    /// Asks for a new access token unless another call has brought one since `stale`; tells whether there is one.
    pub async fn renew(&self, stale: Option<String>) -> bool {
        let this = self.clone();
        locked(Box::pin(async move {
            if this.token().is_some() && this.token() != stale {
                return true;
            }
            match Client::new(Bare).refresh_session().await {
                Ok(signed_in) => {
                    this.set_token(Some(signed_in.access_token.clone()));
                    let listener = this.state.borrow().on_renewed.clone();
                    if let Some(listener) = listener {
                        listener.emit(Rc::new(signed_in));
                    }
                    true
                }
                // A server that cannot be reached ends nobody's session.
                Err(error) => {
                    if error.status() == Some(401) {
                        this.lose();
                    }
                    false
                }
            }
        }))
        .await
    }

    fn lose(&self) {
        let listener = {
            let mut state = self.state.borrow_mut();
            state.token = None;
            state.on_lost.clone()
        };
        if let Some(listener) = listener {
            listener.emit(());
        }
    }
}

impl Transport for Browser {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let token = self.token();
        let first = fetch(&request, token.as_deref()).await?;
        if first.status != 401 || token.is_none() || !self.renew(token).await {
            return Ok(first);
        }
        fetch(&request, self.token().as_deref()).await
    }
}

/// Calls without an access token: the cookie alone proves who asks.
struct Bare;

impl Transport for Bare {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        fetch(&request, None).await
    }
}

async fn fetch(request: &Request, token: Option<&str>) -> Result<Response, TransportError> {
    let is_file = request.path.ends_with("/file");
    let signal = AbortSignal::timeout_with_u32(if is_file { PATIENCE_FOR_FILES_MS } else { PATIENCE_MS });
    let failed = |error: JsValue| {
        if signal.aborted() { TransportError::TimedOut } else { TransportError::Unreachable(format!("{error:?}")) }
    };
    let init = written(request, token, &signal).map_err(failed)?;
    let url =
        if request.query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, request.query) };
    let window = web_sys::window().ok_or_else(|| TransportError::Unreachable("no window".to_owned()))?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await.map_err(failed)?;
    let answer: web_sys::Response = answer.dyn_into().map_err(failed)?;
    let bytes = JsFuture::from(answer.array_buffer().map_err(failed)?).await.map_err(failed)?;
    let disposition = answer.headers().get("Content-Disposition").ok().flatten();
    Ok(Response { status: answer.status(), disposition, body: Uint8Array::new(&bytes).to_vec(), ..Response::default() })
}

fn written(request: &Request, token: Option<&str>, signal: &AbortSignal) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    headers.set("Accept", "application/json")?;
    if let Some(token) = token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.name());
    init.set_headers(&headers);
    init.set_signal(Some(signal));
    if let Some(body) = &request.body {
        init.set_body(&Uint8Array::from(body.as_slice()).into());
    }
    Ok(init)
}

/// Runs the work while holding the browser-wide lock; without the Web Locks API it just runs.
async fn locked(work: Pin<Box<dyn Future<Output = bool>>>) -> bool {
    let locks = web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"locks".into()).ok());
    let Some(locks) = locks.filter(JsValue::is_object) else { return work.await };
    let Some(request) =
        Reflect::get(&locks, &"request".into()).ok().and_then(|value| value.dyn_into::<Function>().ok())
    else {
        return work.await;
    };
    let held = Closure::once_into_js(move || -> JsValue {
        future_to_promise(async move { Ok(JsValue::from_bool(work.await)) }).into()
    });
    let arguments = Array::of2(&LOCK.into(), &held);
    let Ok(promise) = Reflect::apply(&request, &locks, &arguments) else { return false };
    let answer = JsFuture::from(Promise::resolve(&promise)).await;
    answer.ok().and_then(|value| value.as_bool()).unwrap_or(false)
}
