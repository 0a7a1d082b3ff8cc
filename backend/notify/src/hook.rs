//! The HTTP hook: one call for each message, written as the administrator configured it, signed with the secret.
//! What the answer means is decided here; anything that leaves a doubt is unclear, not failed.

use std::collections::BTreeMap;

use fupin_contract::{
    Fault, MessageId, Phone,
    notify::{HttpGateway, HttpHeader},
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    address::{self, Reach},
    gateway::wire,
    rules::Outcome,
    signature,
    words::{self, TemplateError},
};

/// What the answer may weigh; more is cut off.
const MOST_ANSWER: usize = 4096;
/// One message as the carrier is to have it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub id: MessageId,
    pub phone: Phone,
    pub text: String,
    /// What it tells of, and what there is to tell: for carriers that have their own words.
    pub event: String,
    pub facts: BTreeMap<String, String>,
}

impl Letter {
    /// What a template asks for; nothing where the event does not have it.
    #[must_use]
    pub fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }
}

/// Headers that the call itself needs to be what it is.
const OURS: [&str; 9] = [
    "host",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-fupin-signature",
];

/// Everything that is wrong with a hook's settings, by field.
#[must_use]
pub fn check(hook: &HttpGateway, reach: Reach) -> Vec<(String, Fault)> {
    let mut faults = Vec::new();
    if let Err(refused) = address::read(&hook.url, reach) {
        faults.push(("http.url".to_owned(), Fault::new(refused.code())));
    }
    for (index, header) in hook.headers.iter().enumerate() {
        if read_header(header).is_none() {
            faults.push((format!("http.headers.{index}"), Fault::new("header")));
        }
    }
    if let Some(fault) = check_body(&hook.body) {
        faults.push(("http.body".to_owned(), fault));
    }
    faults
}

fn check_body(template: &str) -> Option<Fault> {
    let sample = fill(template, "018f0000-0000-7000-8000-000000000001", "13900000000", "\"村\\\n");
    let body = match sample {
        Ok(body) => body,
        Err(TemplateError::Open) => return Some(Fault::new("template.open")),
        Err(TemplateError::Unknown(name)) => return Some(Fault::new("template.unknown").with("name", name)),
    };
    if serde_json::from_str::<serde_json::Value>(&body).is_err() {
        return Some(Fault::new("template.not_json"));
    }
    let names: Vec<_> =
        template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim).collect();
    let missing = ["phone", "text"].into_iter().find(|name| !names.contains(name));
    missing.map(|name| Fault::new("template.missing").with("name", name))
}

fn read_header(header: &HttpHeader) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
    if OURS.contains(&name.as_str()) || name == "x-fupin-timestamp" {
        return None;
    }
    let mut value = HeaderValue::from_str(&header.value).ok()?;
    // Carriers are given their keys in headers: none of them belongs into a log.
    value.set_sensitive(true);
    Some((name, value))
}

fn fill(template: &str, id: &str, phone: &str, text: &str) -> Result<String, TemplateError> {
    words::fill(template, |name| {
        let value = match name {
            "id" => id,
            "phone" => phone,
            "text" => text,
            _ => return None,
        };
        serde_json::to_string(value).ok()
    })
}

/// Call the carrier once. `now` is what the signature says of the time, in seconds since 1970.
pub async fn call(client: &reqwest::Client, hook: &HttpGateway, reach: Reach, letter: &Letter, now: i64) -> Outcome {
    // The name was fit when it was typed; the configuration may have changed since.
    let url = match address::read(&hook.url, reach) {
        Ok(url) => url,
        Err(refused) => return Outcome::NotNow { code: refused.code().to_owned(), after: None },
    };
    let body = match fill(&hook.body, &letter.id.to_string(), letter.phone.reveal(), &letter.text) {
        Ok(body) => body,
        Err(error) => return Outcome::NotNow { code: error.to_string(), after: None },
    };
    let mut headers: HeaderMap = hook.headers.iter().filter_map(read_header).collect();
    let timestamp = now.to_string();
    if !hook.secret.is_empty() {
        let signature = signature::sign(hook.secret.as_bytes(), &timestamp, body.as_bytes());
        let signature = signature.and_then(|signature| HeaderValue::from_str(&signature).ok());
        if let (Some(signature), Ok(timestamp)) = (signature, HeaderValue::from_str(&timestamp)) {
            headers.insert("x-fupin-timestamp", timestamp);
            headers.insert("x-fupin-signature", signature);
        }
    }
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    match wire::call(client.post(url).headers(headers).body(body), MOST_ANSWER).await {
        Ok(answer) => judge(&answer),
        Err(outcome) => outcome,
    }
}

/// What a status says about the message.
fn judge(answer: &wire::Answer) -> Outcome {
    let code = answer.code();
    match answer.status {
        200..=299 => Outcome::Accepted { code, reference: None },
        // A go-between gave up waiting, or the carrier knows this id: it may well have the message.
        409 | 502 | 504 => Outcome::Unclear { code },
        // The carrier read the message and will not have it.
        400 | 410 | 413 | 414 | 415 | 422 => Outcome::Refused { code },
        // Busy, broken, moved, or not configured as it should be yet: it was not taken.
        _ => Outcome::NotNow { code, after: answer.after },
    }
}

#[cfg(test)]
mod tests {
    use fupin_contract::notify::{HttpGateway, HttpHeader};

    use super::{check, fill, judge};
    use crate::{address::Reach, gateway::wire::Answer, rules::Outcome};

    fn hook(body: &str) -> HttpGateway {
        HttpGateway {
            url: "https://sms.example.cn/send".into(),
            headers: vec![],
            body: body.into(),
            secret: "s".into(),
        }
    }

    fn codes(hook: &HttpGateway) -> Vec<(String, String)> {
        check(hook, Reach::Public).into_iter().map(|(field, fault)| (field, fault.code)).collect()
    }

    #[test]
    fn a_body_takes_json_strings_whatever_the_text_holds() {
        let body = fill(r#"{"to":[{{phone}}],"m":{{ text }},"id":{{id}}}"#, "1", "139", "\"},{\\\n村").unwrap();
        let read: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(read["m"], "\"},{\\\n村");
        assert_eq!(read["to"][0], "139");
    }

    #[test]
    fn wrong_settings_are_named_by_field() {
        assert_eq!(codes(&hook(r#"{"to":{{phone}},"m":{{text}}}"#)), []);
        for (body, code) in [
            (r#"{"to":{{phone}}}"#, "template.missing"),
            (r#"{"to":"{{phone}}","m":{{text}}}"#, "template.not_json"),
            (r#"{"to":{{phone}},"m":{{text}},"x":{{secret}}}"#, "template.unknown"),
            (r#"{"to":{{phone"#, "template.open"),
        ] {
            assert_eq!(codes(&hook(body)), [("http.body".to_owned(), code.to_owned())], "{body}");
        }
        let mut wrong = hook(r#"{"to":{{phone}},"m":{{text}}}"#);
        wrong.url = "http://127.0.0.1/".into();
        wrong.headers = ["Host", "X-Fupin-Signature", "a b", "Ok"]
            .map(|name| HttpHeader { name: name.into(), value: "v".into() })
            .to_vec();
        wrong.headers.push(HttpHeader { name: "X-Key".into(), value: "a\r\nB: c".into() });
        let fields: Vec<_> = codes(&wrong).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["http.url", "http.headers.0", "http.headers.1", "http.headers.2", "http.headers.4"]);
    }

    #[test]
    fn only_a_status_that_leaves_no_doubt_is_tried_again_or_failed() {
        let of = |status: u16| judge(&Answer { status, after: None, body: Vec::new() });
        for status in [200, 201, 202, 204] {
            assert!(matches!(of(status), Outcome::Accepted { .. }), "{status}");
        }
        for status in [409, 502, 504] {
            assert!(matches!(of(status), Outcome::Unclear { .. }), "{status}");
        }
        for status in [400, 413, 422] {
            assert!(matches!(of(status), Outcome::Refused { .. }), "{status}");
        }
        for status in [301, 302, 401, 403, 404, 408, 429, 500, 503, 599] {
            assert!(matches!(of(status), Outcome::NotNow { .. }), "{status}");
        }
    }
}
