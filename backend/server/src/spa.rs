//! The page and the API's document, from the binary. Every path that is no file is the page's own: it routes itself.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use rust_embed::Embed;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

/// Read from disk by a development build, held by a release.
#[derive(Embed)]
#[folder = "../../frontend/dist"]
struct Page;

/// Register what is not an operation.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")))
        .route("/openapi.json", web::get().to(document));
}

async fn document(document: web::Data<OpenApi>) -> web::Json<OpenApi> {
    web::Json(document.get_ref().clone())
}

/// The file of a path, or the page itself; none for other methods and for the API.
pub fn serve(request: &HttpRequest) -> Option<HttpResponse> {
    let path = request.path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) || path.starts_with("api/") {
        return None;
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let name = if is_file { path } else { "index.html" };
    let compressed = accepts_brotli(request).then(|| Page::get(&format!("{name}.br"))).flatten();
    let encoded = compressed.is_some();
    let file = compressed.or_else(|| Page::get(name))?;
    let mut response = HttpResponse::Ok();
    response.content_type(content_type(name)).insert_header(("Vary", "Accept-Encoding"));
    // Built files carry a digest in their name and never change; all else is asked for anew.
    let kept = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.insert_header(("Cache-Control", kept));
    if encoded {
        response.insert_header(("Content-Encoding", "br"));
    }
    Some(response.body(file.data.into_owned()))
}

fn accepts_brotli(request: &HttpRequest) -> bool {
    request
        .headers()
        .get("Accept-Encoding")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().split(';').next() == Some("br")))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
