//! Typed answers: what a handler returns is what the document says.

use std::{io, pin::Pin};

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, web::Bytes};
use futures_util::Stream;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// 200 with a body.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

/// 200 with a body that seldom changes and says nothing of anybody: the caller keeps it and asks whether it still
/// holds; 304 if it does.
#[derive(Clone, Debug)]
pub struct Tagged<T>(pub T);

/// 201 with a body.
#[derive(Clone, Debug)]
pub struct Created<T>(pub T);

/// 204.
#[derive(Clone, Copy, Debug)]
pub struct NoContent;

/// 200 with a file that is made while it travels.
pub struct Download {
    /// In any script.
    pub name: String,
    /// For a client that reads no other name.
    pub plain_name: &'static str,
    pub media_type: &'static str,
    pub body: Pin<Box<dyn Stream<Item = io::Result<Bytes>>>>,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("name", &self.name).finish_non_exhaustive()
    }
}

// Answers speak of people and their work: no cache keeps them.
const NO_STORE: (&str, &str) = ("Cache-Control", "no-store");

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().insert_header(NO_STORE).json(self.0)
    }
}

impl<T: Serialize> Responder for Tagged<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let body = match serde_json::to_vec(&self.0) {
            Ok(body) => body,
            Err(error) => return HttpResponse::from_error(error),
        };
        let digest: String = Sha256::digest(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("\"{digest}\"");
        let known = request.headers().get("If-None-Match").and_then(|known| known.to_str().ok());
        let holds = known.is_some_and(|known| known.split(',').any(|one| is_same(one, &tag)));
        let mut response = if holds { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header(("Cache-Control", "private, no-cache")).insert_header(("ETag", tag));
        if holds { response.finish() } else { response.content_type("application/json").body(body) }
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Created().insert_header(NO_STORE).json(self.0)
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().insert_header(NO_STORE).finish()
    }
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        // RFC 6266 with the extended notation of RFC 5987.
        let disposition =
            format!("attachment; filename=\"{}\"; filename*=UTF-8''{}", self.plain_name, encoded(&self.name));
        HttpResponse::Ok()
            .insert_header(NO_STORE)
            .insert_header(("Content-Type", self.media_type))
            .insert_header(("Content-Disposition", disposition))
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .streaming(self.body)
    }
}

/// Whether a tag that a caller names is this one. What compressed the answer on its way may have made it weak.
fn is_same(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
}

/// Every byte but letters and digits in hexadecimal; a sign that no file name may hold becomes a blank first.
fn encoded(name: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::new();
    for character in name.chars() {
        let fits = !character.is_control() && !r#"/\:*?"<>|"#.contains(character);
        for byte in if fits { character } else { ' ' }.encode_utf8(&mut [0; 4]).bytes() {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use actix_web::{Responder, http::StatusCode, test::TestRequest};

    use super::{Tagged, encoded};

    #[test]
    fn an_answer_that_the_caller_has_already_is_not_sent_again() {
        let first = Tagged("shapes").respond_to(&TestRequest::get().to_http_request());
        let tag = first.headers().get("ETag").unwrap().to_str().unwrap().to_owned();
        let ask = |known: &str| {
            let request = TestRequest::get().insert_header(("If-None-Match", known)).to_http_request();
            (Tagged("shapes").respond_to(&request).status(), Tagged("others").respond_to(&request).status())
        };
        assert_eq!(ask(&tag), (StatusCode::NOT_MODIFIED, StatusCode::OK));
        assert_eq!(ask(&format!("\"stale\", W/{tag}")), (StatusCode::NOT_MODIFIED, StatusCode::OK));
    }

    #[test]
    fn a_file_name_travels_in_any_script_and_leaves_no_folder() {
        assert_eq!(encoded("脱贫-2026.xlsx"), "%E8%84%B1%E8%B4%AB-2026.xlsx");
        assert_eq!(encoded("../a\"b\r\n;c"), "..%20a%20b%20%20%3Bc");
    }
}
