//! What comes in, parsed and checked before a handler sees it.
//! Unreadable JSON is 400; readable but wrong (types, unknown keys, limits) is 422 with the field's name.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE, web};
use fupin_contract::{Fault, Faults};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::error::{Error, Refusal, Result};

/// The largest JSON body; a form of 2,000 cells takes a tenth of it.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

/// A JSON body that passed its shape checks.
#[derive(Clone, Debug)]
pub struct Valid<T> {
    value: T,
    digest: [u8; 32],
}

impl<T> Valid<T> {
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Of the bytes as they came: tells a repeated request from a changed one.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Valid<T> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let payload = payload.take();
        Box::pin(async move {
            if !json {
                return Err(Error::UnsupportedMedia);
            }
            let bytes = read_body(payload).await?;
            refuse_list(&bytes)?;
            let value: T = parse(&bytes)?;
            value.validate().map_err(|errors| invalid(&errors))?;
            Ok(Self { value, digest: Sha256::digest(&bytes).into() })
        })
    }
}

/// serde would take a list for an object's fields in their order, which the document does not allow.
fn refuse_list(bytes: &[u8]) -> Result<()> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => Err(Error::invalid_field("", Fault::new("type").with("detail", "an object is expected"))),
        _ => Ok(()),
    }
}

fn is_json(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"))
}

/// Read a body up to [`BODY_LIMIT`].
pub async fn read_body(mut payload: Payload) -> Result<web::BytesMut> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::Unreadable(Refusal::new("request.body_cut")))?;
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Err(Error::TooLarge { limit: BODY_LIMIT });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Read JSON: what is no JSON is unreadable, what does not fit the type is invalid by field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // PostgreSQL cannot store a zero byte; nobody means one.
    if bytes.windows(6).any(|six| six == b"\\u0000") {
        return Err(Error::invalid_field("", Fault::new("zero_byte")));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            return Error::invalid_field(&field_of(&error), Fault::new("type").with("detail", plain(&error)));
        }
        Error::Unreadable(Refusal::new("request.not_json").with("line", error.line()).with("column", error.column()))
    })
}

/// serde names the field in back ticks where it knows it.
fn field_of(error: &serde_json::Error) -> String {
    error.to_string().split('`').nth(1).unwrap_or_default().to_owned()
}

/// serde's own English, for the developer who reads the answer; the person reads the code's sentence.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().chars().take(200).collect()
}

/// Query parameters that passed their checks.
#[derive(Clone, Debug)]
pub struct Filter<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Filter<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        std::future::ready(parse_query(request.query_string()).map(Self))
    }
}

fn parse_query<T: DeserializeOwned + Validate>(query: &str) -> Result<T> {
    let value = web::Query::<T>::from_query(query).map_err(|error| {
        let detail: String = error.to_string().chars().take(200).collect();
        Error::invalid_field("query", Fault::new("type").with("detail", detail))
    })?;
    value.validate().map_err(|errors| invalid(&errors))?;
    if query.contains("%00") {
        return Err(Error::invalid_field("query", Fault::new("zero_byte")));
    }
    Ok(value.into_inner())
}

/// A path parameter. One that does not parse names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let parsed = web::Path::<T>::extract(request).into_inner();
        std::future::ready(parsed.map(|path| Self(path.into_inner())).map_err(|_| Error::NotFound))
    }
}

/// Turn `validator`'s findings into faults by field.
#[must_use]
pub fn invalid(errors: &ValidationErrors) -> Error {
    let mut faults = Faults::new();
    collect(errors, "", &mut faults);
    Error::Invalid(Refusal { code: "request.invalid", faults, ..Refusal::default() })
}

fn collect(errors: &ValidationErrors, path: &str, faults: &mut Faults) {
    for (field, kind) in errors.errors() {
        let name = if path.is_empty() { field.to_string() } else { format!("{path}.{field}") };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                let found = errors.iter().map(|error| {
                    // The value itself stays out of the answer: it may be a password.
                    let params = error.params.iter().filter(|(key, _)| *key != "value");
                    Fault {
                        code: error.code.to_string(),
                        params: params.map(|(key, value)| (key.to_string(), value.clone())).collect(),
                    }
                });
                faults.entry(name).or_default().extend(found);
            }
            ValidationErrorsKind::Struct(errors) => collect(errors, &name, faults),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(errors, &format!("{name}.{index}"), faults);
                }
            }
        }
    }
}
