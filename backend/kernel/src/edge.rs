//! The outermost layer: numbers each request, notes where it came from, sets the headers that every answer carries,
//! and gives each problem its request number. Unknown paths are 404, known paths with another method 405.

use std::net::IpAddr;

use actix_web::{
    Error as ActixError, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header::HeaderValue},
    middleware::Next,
    web,
};
use utoipa::openapi::{OpenApi, path::PathItem};

use crate::{
    App,
    error::{self, Error},
    request::RequestFacts,
};

/// Sent with every answer. The page runs WebAssembly, loads nothing from elsewhere, and is framed by nobody.
const HEADERS: [(&str, &str); 6] = [
    (
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), payment=()"),
];

/// Middleware around everything.
pub async fn edge<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let forwarded = forwarded_for(&request);
    let facts = RequestFacts::read(request.request(), forwarded);
    let request_id = facts.request_id.clone();
    request.extensions_mut().insert(facts);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(numbered) = numbered_problem(&response, &request_id) {
        let (request, old) = response.into_parts();
        response = ServiceResponse::new(request, keep_headers(&old, numbered));
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        let name = actix_web::http::header::HeaderName::from_bytes(name.as_bytes());
        if let Ok(name) = name
            && !headers.contains_key(&name)
        {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let (Ok(value), name) = (HeaderValue::from_str(&request_id), "x-request-id") {
        headers.insert(actix_web::http::header::HeaderName::from_static(name), value);
    }
    Ok(response)
}

/// Cookies that an error answer sets or removes survive its rewriting.
fn keep_headers(old: &HttpResponse, mut new: HttpResponse) -> HttpResponse {
    for cookie in old.cookies() {
        let _ = new.add_cookie(&cookie.into_owned());
    }
    for name in ["Allow", "Retry-After", "WWW-Authenticate"] {
        if let (Ok(header), Some(value)) =
            (actix_web::http::header::HeaderName::from_bytes(name.as_bytes()), old.headers().get(name))
        {
            new.headers_mut().insert(header, value.clone());
        }
    }
    new
}

fn numbered_problem(response: &ServiceResponse, request_id: &str) -> Option<HttpResponse> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let mut problem = match response.response().error().map(|error| error.as_error::<Error>()) {
        Some(Some(error)) => error.problem(),
        // An error of the framework itself: its text stays inside.
        Some(None) => error::edge_problem(status, "request.unreadable"),
        None => {
            return response.response().extensions().get::<EdgeProblem>().map(|edge| {
                let mut problem = error::edge_problem(status, edge.0);
                request_id.clone_into(&mut problem.request_id);
                error::respond(&problem)
            });
        }
    };
    request_id.clone_into(&mut problem.request_id);
    Some(error::respond(&problem))
}

/// Marks an answer of the edge itself.
#[derive(Clone, Copy, Debug)]
struct EdgeProblem(&'static str);

/// A proxy that we trust says whom it speaks for: the last address it added.
fn forwarded_for(request: &ServiceRequest) -> Option<String> {
    let app = request.app_data::<web::Data<App>>()?;
    let peer = request.peer_addr()?.ip();
    if !app.settings.trusted_proxies.contains(&peer) {
        return None;
    }
    let header = request.headers().get("X-Forwarded-For")?.to_str().ok()?;
    let last: IpAddr = header.rsplit(',').next()?.trim().parse().ok()?;
    Some(last.to_string())
}

/// What the paths of a document allow, to tell 405 from 404.
#[derive(Clone, Debug)]
pub struct KnownPaths(Vec<(Vec<String>, String)>);

impl KnownPaths {
    /// Read them off the document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let known = document.paths.paths.iter().map(|(path, item)| {
            let segments = path.split('/').map(str::to_owned).collect();
            (segments, methods_of(item).join(", "))
        });
        Self(known.collect())
    }

    fn allowed(&self, path: &str) -> Option<&str> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |known: &[String]| {
            known.len() == asked.len()
                && known.iter().zip(&asked).all(|(known, asked)| known.starts_with('{') || known == asked)
        };
        self.0.iter().find(|(known, _)| fits(known)).map(|(_, methods)| methods.as_str())
    }
}

fn methods_of(item: &PathItem) -> Vec<&'static str> {
    let all = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(method, _)| method).collect()
}

/// The answer for what no operation serves.
#[must_use]
pub fn unserved(request: &HttpRequest, known: &KnownPaths) -> HttpResponse {
    let (status, code, allow) = match known.allowed(request.path()) {
        Some(allow) => (StatusCode::METHOD_NOT_ALLOWED, "request.method_not_allowed", Some(allow)),
        None => (StatusCode::NOT_FOUND, "request.not_found", None),
    };
    let mut response = HttpResponse::build(status);
    if let Some(allow) = allow {
        response.insert_header(("Allow", allow));
    }
    let mut response = response.finish();
    response.extensions_mut().insert(EdgeProblem(code));
    response
}

#[cfg(test)]
mod tests {
    use super::KnownPaths;

    #[test]
    fn a_known_path_is_told_from_an_unknown_one() {
        let known = KnownPaths(vec![(
            "/api/reports/{id}/submission".split('/').map(str::to_owned).collect(),
            "PUT".to_owned(),
        )]);
        assert_eq!(known.allowed("/api/reports/7/submission"), Some("PUT"));
        assert_eq!(known.allowed("/api/reports/7/submissions"), None);
        assert_eq!(known.allowed("/api/reports/7"), None);
    }
}
