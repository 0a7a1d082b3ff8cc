//! Carries calls by `fetch`, and those whose progress somebody watches by `XMLHttpRequest`; adds who is calling, and renews
//! an access token that ran out.
//! Invariants: the access token is kept in memory only; across tabs one renewal runs at a time, because each one
//! changes the cookie that the next one needs; a call is repeated at most once, and only after a 401.

use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};

use fupin_client::{Client, Request, Response, Transport, TransportError};
use fupin_contract::access::SignedIn;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Headers, ProgressEvent, RequestInit, XmlHttpRequest, XmlHttpRequestResponseType};
use yew::Callback;

const PATIENCE_MS: u32 = 30_000;
/// A file of a whole province, over a county's line.
const PATIENCE_FOR_FILES_MS: u32 = 15 * 60_000;
/// A photograph over a village's line; the server waits as long.
const PATIENCE_FOR_UPLOADS_MS: u32 = 60_000;
const LOCK: &str = "fupin-session";

/// Every operation of the server, called from this browser.
pub type Api = Client<Browser>;

/// The one transport of the app; clones share the token.
#[derive(Clone, Default)]
pub struct Browser {
    state: Rc<RefCell<State>>,
    /// Hears how much of a body has left, of a hundred.
    sent: Option<Callback<i64>>,
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

    /// The same transport, of which somebody watches how much of a body has left.
    pub fn watched(&self, sent: Callback<i64>) -> Self {
        Self { state: self.state.clone(), sent: Some(sent) }
    }

    async fn carry(&self, request: &Request, token: Option<&str>) -> Result<Response, TransportError> {
        match &self.sent {
            Some(sent) => send_watched(request, token, sent.clone()).await,
            None => fetch(request, token).await,
        }
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
        let first = self.carry(&request, token.as_deref()).await?;
        if first.status != 401 || token.is_none() || !self.renew(token).await {
            return Ok(first);
        }
        self.carry(&request, self.token().as_deref()).await
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
    let url = url_of(request);
    let window = web_sys::window().ok_or_else(|| TransportError::Unreachable("no window".to_owned()))?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await.map_err(failed)?;
    let answer: web_sys::Response = answer.dyn_into().map_err(failed)?;
    let bytes = JsFuture::from(answer.array_buffer().map_err(failed)?).await.map_err(failed)?;
    let disposition = answer.headers().get("Content-Disposition").ok().flatten();
    Ok(Response { status: answer.status(), disposition, body: Uint8Array::new(&bytes).to_vec(), ..Response::default() })
}

/// As [`fetch`], by the older way, which alone tells how much has left.
async fn send_watched(request: &Request, token: Option<&str>, sent: Callback<i64>) -> Result<Response, TransportError> {
    let failed = |error: JsValue| TransportError::Unreachable(format!("{error:?}"));
    let call = XmlHttpRequest::new().map_err(failed)?;
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        sent.emit((event.loaded() * 100.0 / event.total().max(1.0)) as i64);
    });
    let over = Promise::new(&mut |resolve, _| call.set_onloadend(Some(&resolve)));
    open_watched(&call, request, token, &on_progress).map_err(failed)?;
    JsFuture::from(over).await.map_err(failed)?;
    let status = call.status().map_err(failed)?;
    if status == 0 {
        return Err(TransportError::Unreachable("no answer".to_owned()));
    }
    let body = Uint8Array::new(&call.response().map_err(failed)?).to_vec();
    Ok(Response { status, body, ..Response::default() })
}

fn open_watched(
    call: &XmlHttpRequest,
    request: &Request,
    token: Option<&str>,
    on_progress: &Closure<dyn Fn(ProgressEvent)>,
) -> Result<(), JsValue> {
    call.open(request.method.name(), &url_of(request))?;
    call.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    call.set_timeout(PATIENCE_FOR_UPLOADS_MS);
    for (name, value) in headers_of(request, token) {
        call.set_request_header(name, &value)?;
    }
    call.upload()?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    call.send_with_opt_buffer_source(request.body.as_deref().map(Uint8Array::from).as_deref())
}

fn url_of(request: &Request) -> String {
    if request.query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, request.query) }
}

fn headers_of(request: &Request, token: Option<&str>) -> Vec<(&'static str, String)> {
    let bearer = token.map(|token| ("Authorization", format!("Bearer {token}")));
    request.headers.iter().cloned().chain([("Accept", "application/json".to_owned())]).chain(bearer).collect()
}

fn written(request: &Request, token: Option<&str>, signal: &AbortSignal) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in headers_of(request, token) {
        headers.set(name, &value)?;
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
