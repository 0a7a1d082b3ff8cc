//! 腾讯云短信 (SMS 2021-01-11): one template for each event, our id as SessionContext.
//!
//! Its receipts name the carrier's own number of the message alone (SerialNo), which is kept with the answer.

pub mod signer;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use fupin_contract::notify::{ReceiptOutcome, TencentGateway};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    carrier::{self, Told},
    wire,
};
use crate::{
    address::{self, Reach},
    hook::Letter,
    rules::Outcome,
};

const SERVICE: &str = "sms";
const VERSION: &str = "2021-01-11";
const CONTENT: &str = "application/json; charset=utf-8";
const MOST_ANSWER: usize = 4096;
/// A page of a hundred statuses.
const MOST_STATUSES: usize = 256 * 1024;
const PAGE: i64 = 100;
/// Around the moment when the letter was handed over, in which the carrier is asked for it.
const AROUND: Duration = Duration::hours(1);

/// It broke while it worked: nobody knows how far it came.
const BROKEN: &str = "InternalError";
/// What 腾讯云 may take later: it is busy, the number has had its fill, or the package has to be filled up.
const LATER: [&str; 2] = ["FailedOperation.InsufficientBalanceInSmsPackage", "RequestLimitExceeded"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wrapped<T> {
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(default)]
    error: Option<Refused>,
    #[serde(default)]
    send_status_set: Vec<SendStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refused {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendStatus {
    code: String,
    #[serde(default)]
    serial_no: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pulled {
    #[serde(default)]
    pull_sms_send_status_set: Vec<PulledStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PulledStatus {
    #[serde(default)]
    session_context: String,
    #[serde(default)]
    serial_no: String,
    report_status: String,
    #[serde(default)]
    description: String,
}

/// Hand over a letter, once.
pub async fn send(client: &reqwest::Client, settings: &TencentGateway, reach: Reach, letter: &Letter) -> Outcome {
    let Some(template) = carrier::template_for(&settings.templates, &letter.event) else {
        return Outcome::NotNow { code: carrier::NO_TEMPLATE.to_owned(), after: None };
    };
    let params: Vec<&str> = template.params.iter().map(|param| letter.fact(&param.fact)).collect();
    let body = json!({
        "PhoneNumberSet": [abroad(letter)],
        "SmsSdkAppId": settings.app_id,
        "SignName": settings.sign_name,
        "TemplateId": template.code,
        "TemplateParamSet": params,
        "SessionContext": letter.id,
    });
    match call(client, settings, reach, ("SendSms", body.to_string(), MOST_ANSWER)).await {
        Ok(answer) => judge(&answer),
        Err(outcome) => outcome,
    }
}

/// The number as the carrier writes it.
fn abroad(letter: &Letter) -> String {
    format!("+86{}", letter.phone.reveal())
}

/// What became of a letter whose fate is unknown; `None` when the carrier does not know it, or says nothing.
pub async fn ask(
    client: &reqwest::Client,
    settings: &TencentGateway,
    reach: Reach,
    letter: &Letter,
    sent_at: DateTime<Utc>,
) -> Option<Told> {
    let body = json!({
        "BeginTime": (sent_at - AROUND).timestamp(),
        "EndTime": (sent_at + AROUND).timestamp(),
        "Offset": 0,
        "Limit": PAGE,
        "PhoneNumber": abroad(letter),
        "SmsSdkAppId": settings.app_id,
    });
    let action = "PullSmsSendStatusByPhoneNumber";
    let answer = call(client, settings, reach, (action, body.to_string(), MOST_STATUSES)).await.ok()?;
    read_statuses(&answer.body, &letter.id.to_string())
}

fn read_statuses(body: &[u8], session: &str) -> Option<Told> {
    let pulled: Pulled = read(body)?;
    let status = pulled.pull_sms_send_status_set.into_iter().find(|status| status.session_context == session)?;
    let outcome = outcome_of(&status.report_status);
    Some(Told { outcome, code: carrier::short(&status.description), reference: Some(status.serial_no) })
}

/// What a report says of the message.
#[must_use]
pub fn outcome_of(report_status: &str) -> ReceiptOutcome {
    match report_status {
        "SUCCESS" => ReceiptOutcome::Delivered,
        "FAIL" => ReceiptOutcome::Failed,
        // It has the message and no word on it yet.
        _ => ReceiptOutcome::Accepted,
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice::<Wrapped<T>>(body).ok().map(|wrapped| wrapped.response)
}

type Call = (&'static str, String, usize);

async fn call(
    client: &reqwest::Client,
    settings: &TencentGateway,
    reach: Reach,
    (action, body, most): Call,
) -> Result<wire::Answer, Outcome> {
    let not_now = |code: &str| Outcome::NotNow { code: code.to_owned(), after: None };
    // The name was fit when it was typed; the configuration may have changed since.
    let mut url = address::read(&settings.endpoint, reach).map_err(|refused| not_now(refused.code()))?;
    let at = Utc::now();
    let signed: BTreeMap<String, String> =
        [("content-type", CONTENT.to_owned()), ("host", carrier::host(&url)), ("x-tc-action", action.to_lowercase())]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
    let signable = signer::Signable { service: SERVICE, at, headers: &signed, body: body.as_bytes() };
    let authorization = signer::authorization(&settings.secret_id, &settings.secret_key, &signable);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", CONTENT.to_owned()),
        ("host", carrier::host(&url)),
        ("x-tc-action", action.to_owned()),
        ("x-tc-version", VERSION.to_owned()),
        ("x-tc-timestamp", at.timestamp().to_string()),
        ("x-tc-region", settings.region.clone()),
        ("authorization", authorization.unwrap_or_default()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    url.set_path("/");
    wire::call(client.post(url).headers(headers).body(body), most).await
}

/// What the answer says about the message.
fn judge(answer: &wire::Answer) -> Outcome {
    let Some(sent) = read::<Sent>(&answer.body) else {
        // Something between us may have spoken.
        return Outcome::Unclear { code: answer.code() };
    };
    let (code, serial) = match (sent.error, sent.send_status_set.into_iter().next()) {
        (Some(refused), _) => (refused.code, String::new()),
        (None, Some(status)) => (status.code, status.serial_no),
        (None, None) => return Outcome::Unclear { code: answer.code() },
    };
    let code = carrier::short(&code);
    if code == "Ok" {
        return Outcome::Accepted { code, reference: Some(serial) };
    }
    if LATER.contains(&code.as_str()) || code.starts_with("LimitExceeded") || code.starts_with("RequestLimitExceeded.")
    {
        return Outcome::NotNow { code, after: answer.after };
    }
    if code.starts_with(BROKEN) {
        return Outcome::Unclear { code };
    }
    Outcome::Refused { code }
}

#[cfg(test)]
mod tests {
    use fupin_contract::notify::ReceiptOutcome;

    use super::{judge, read_statuses};
    use crate::{gateway::wire::Answer, rules::Outcome};

    fn said(body: &str) -> Outcome {
        judge(&Answer { status: 200, after: None, body: body.as_bytes().to_vec() })
    }

    fn status(code: &str) -> String {
        format!(
            r#"{{"Response":{{"SendStatusSet":[{{"SerialNo":"2640:1","Code":"{code}","Fee":1}}],"RequestId":"r"}}}}"#
        )
    }

    #[test]
    fn the_carriers_code_decides_and_is_kept() {
        assert_eq!(said(&status("Ok")), Outcome::Accepted { code: "Ok".into(), reference: Some("2640:1".into()) });
        for code in ["LimitExceeded.PhoneNumberDailyLimit", "FailedOperation.InsufficientBalanceInSmsPackage"] {
            assert_eq!(said(&status(code)), Outcome::NotNow { code: code.into(), after: None });
        }
        for code in ["InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist"] {
            assert_eq!(said(&status(code)), Outcome::Refused { code: code.into() });
        }
        let error =
            |code: &str| format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"m"}},"RequestId":"r"}}}}"#);
        assert!(matches!(said(&error("AuthFailure.SignatureFailure")), Outcome::Refused { .. }));
        assert!(matches!(said(&error("RequestLimitExceeded")), Outcome::NotNow { .. }));
        assert!(matches!(said(&error("InternalError.SigAndPackageError")), Outcome::Unclear { .. }));
        for body in ["<html>", "", "{}", r#"{"Response":{"RequestId":"r"}}"#] {
            assert!(matches!(said(body), Outcome::Unclear { .. }), "{body}");
        }
    }

    #[test]
    fn statuses_tell_of_our_own_message_alone() {
        let body = br#"{"Response":{"PullSmsSendStatusSet":[
            {"SessionContext":"other","SerialNo":"1","ReportStatus":"FAIL","Description":"x"},
            {"SessionContext":"mine","SerialNo":"2","ReportStatus":"SUCCESS","Description":"DELIVRD"}]}}"#;
        let told = read_statuses(body, "mine").unwrap();
        assert_eq!((told.outcome, told.code.as_str()), (ReceiptOutcome::Delivered, "DELIVRD"));
        assert_eq!(told.reference.as_deref(), Some("2"));
        assert!(read_statuses(body, "nobody's").is_none());
        assert!(read_statuses(b"{}", "mine").is_none());
    }
}
