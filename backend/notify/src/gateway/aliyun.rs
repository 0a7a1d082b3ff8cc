//! 阿里云短信服务 (Dysmsapi 2017-05-25): one template for each event, our id as OutId.
//!
//! The carrier says itself that its call is not idempotent: after a doubt it is asked what became of the message, and
//! the message is not sent again.

pub mod signer;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use fupin_contract::notify::{AliyunGateway, ReceiptOutcome};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use super::{
    carrier::{self, Told},
    wire,
};
use crate::{
    address::{self, Reach},
    hook::Letter,
    rules::Outcome,
};

const VERSION: &str = "2017-05-25";
const MOST_ANSWER: usize = 4096;
/// A page of fifty details.
const MOST_DETAILS: usize = 256 * 1024;
const PAGE: usize = 50;

/// What 阿里云 may take later: it is busy, the number has had its fill, or the account has to be mended.
const LATER: [&str; 6] = [
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.DAY_LIMIT_CONTROL",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "isv.PRODUCT_UNSUBSCRIBE",
    "ServiceUnavailable",
];
/// It broke while it worked: nobody knows how far it came.
const BROKEN: [&str; 3] = ["isp.SYSTEM_ERROR", "InternalError", "isp.GATEWAY_ERROR"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    code: String,
    #[serde(default)]
    biz_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    #[serde(default, rename = "SmsSendDetailDTOs")]
    pages: Option<DetailPage>,
}

#[derive(Deserialize)]
struct DetailPage {
    #[serde(default, rename = "SmsSendDetailDTO")]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    #[serde(default)]
    out_id: String,
    #[serde(default)]
    err_code: String,
    /// 1 waits for the receipt, 2 failed, 3 arrived.
    send_status: i64,
}

/// Hand over a letter, once.
pub async fn send(client: &reqwest::Client, settings: &AliyunGateway, reach: Reach, letter: &Letter) -> Outcome {
    let Some(template) = carrier::template_for(&settings.templates, &letter.event) else {
        return Outcome::NotNow { code: carrier::NO_TEMPLATE.to_owned(), after: None };
    };
    let params: BTreeMap<&str, &str> =
        template.params.iter().map(|param| (param.name.as_str(), letter.fact(&param.fact))).collect();
    let query = query([
        ("PhoneNumbers", letter.phone.reveal()),
        ("SignName", &settings.sign_name),
        ("TemplateCode", &template.code),
        ("TemplateParam", &serde_json::to_string(&params).unwrap_or_default()),
        ("OutId", &letter.id.to_string()),
    ]);
    match call(client, settings, reach, ("SendSms", query, MOST_ANSWER)).await {
        Ok(answer) => judge(&answer),
        Err(outcome) => outcome,
    }
}

fn query<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What became of a letter whose fate is unknown; `None` when the carrier does not know it, or says nothing.
pub async fn ask(
    client: &reqwest::Client,
    settings: &AliyunGateway,
    reach: Reach,
    letter: &Letter,
    sent_at: DateTime<Utc>,
) -> Option<Told> {
    let day = fupin_kernel::clock::local_date(sent_at);
    // A call shortly after midnight may be on the books of either day.
    for day in [Some(day), day.checked_sub_days(Days::new(1))].into_iter().flatten() {
        let query = query([
            ("PhoneNumber", letter.phone.reveal()),
            ("SendDate", &day.format("%Y%m%d").to_string()),
            ("PageSize", &PAGE.to_string()),
            ("CurrentPage", "1"),
        ]);
        let answer = call(client, settings, reach, ("QuerySendDetails", query, MOST_DETAILS)).await.ok()?;
        let told = read_details(&answer.body, &letter.id.to_string());
        if told.is_some() {
            return told;
        }
    }
    None
}

fn read_details(body: &[u8], out_id: &str) -> Option<Told> {
    let details: Details = serde_json::from_slice(body).ok()?;
    let detail = details.pages?.details.into_iter().find(|detail| detail.out_id == out_id)?;
    let outcome = match detail.send_status {
        2 => ReceiptOutcome::Failed,
        3 => ReceiptOutcome::Delivered,
        _ => ReceiptOutcome::Accepted,
    };
    Some(Told { outcome, code: carrier::short(&detail.err_code), reference: None })
}

type Call = (&'static str, BTreeMap<String, String>, usize);

async fn call(
    client: &reqwest::Client,
    settings: &AliyunGateway,
    reach: Reach,
    (action, query, most): Call,
) -> Result<wire::Answer, Outcome> {
    let not_now = |code: &str| Outcome::NotNow { code: code.to_owned(), after: None };
    // The name was fit when it was typed; the configuration may have changed since.
    let mut url = address::read(&settings.endpoint, reach).map_err(|refused| not_now(refused.code()))?;
    let mut headers: BTreeMap<String, String> = [
        ("host", carrier::host(&url)),
        ("x-acs-action", action.to_owned()),
        ("x-acs-content-sha256", signer::digest(b"")),
        ("x-acs-date", Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        ("x-acs-signature-nonce", uuid::Uuid::new_v4().simple().to_string()),
        ("x-acs-version", VERSION.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let call = signer::Signable { query: &query, headers: &headers };
    let signed = signer::authorization(&settings.access_key_id, &settings.access_key_secret, &call);
    headers.insert("authorization".to_owned(), signed.unwrap_or_default());
    // Said though nothing is sent: servers refuse a call that leaves it open.
    headers.insert("content-length".to_owned(), "0".to_owned());
    let sent: HeaderMap = headers.iter().filter_map(|(name, value)| read_header(name, value)).collect();
    url.set_path("/");
    url.set_query(Some(&signer::query_string(&query)));
    wire::call(client.post(url).headers(sent), most).await
}

fn read_header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
}

/// What the answer says about the message.
fn judge(answer: &wire::Answer) -> Outcome {
    let Ok(sent) = serde_json::from_slice::<Sent>(&answer.body) else {
        // Something between us may have spoken.
        return Outcome::Unclear { code: answer.code() };
    };
    let code = carrier::short(&sent.code);
    if code == "OK" {
        return Outcome::Accepted { code, reference: sent.biz_id };
    }
    let is = |codes: &[&str]| codes.contains(&code.as_str());
    if is(&LATER) || code.starts_with("Throttling") {
        return Outcome::NotNow { code, after: answer.after };
    }
    if is(&BROKEN) {
        return Outcome::Unclear { code };
    }
    Outcome::Refused { code }
}

#[cfg(test)]
mod tests {
    use fupin_contract::notify::ReceiptOutcome;

    use super::{judge, read_details};
    use crate::{gateway::wire::Answer, rules::Outcome};

    fn said(body: &str) -> Outcome {
        judge(&Answer { status: 200, after: None, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn the_carriers_code_decides_and_is_kept() {
        let taken = said(r#"{"Message":"OK","RequestId":"1","BizId":"9006^0","Code":"OK"}"#);
        assert_eq!(taken, Outcome::Accepted { code: "OK".into(), reference: Some("9006^0".into()) });
        for code in ["isv.BUSINESS_LIMIT_CONTROL", "Throttling", "Throttling.User", "ServiceUnavailable"] {
            let outcome = said(&format!(r#"{{"Code":"{code}"}}"#));
            assert_eq!(outcome, Outcome::NotNow { code: code.into(), after: None });
        }
        for code in ["isv.MOBILE_NUMBER_ILLEGAL", "isv.SMS_TEMPLATE_ILLEGAL", "SignatureDoesNotMatch", "NewCode"] {
            assert_eq!(said(&format!(r#"{{"Code":"{code}"}}"#)), Outcome::Refused { code: code.into() });
        }
        for body in [r#"{"Code":"isp.SYSTEM_ERROR"}"#, "<html>", "", "{}"] {
            assert!(matches!(said(body), Outcome::Unclear { .. }), "{body}");
        }
    }

    #[test]
    fn details_tell_of_our_own_message_alone() {
        let body = |status: i64| {
            format!(
                r#"{{"TotalCount":2,"Code":"OK","SmsSendDetailDTOs":{{"SmsSendDetailDTO":[
                    {{"OutId":"other","SendStatus":3,"ErrCode":"DELIVERED"}},
                    {{"OutId":"mine","SendStatus":{status},"ErrCode":"MK:0001"}}]}}}}"#
            )
        };
        for (status, outcome) in
            [(1, ReceiptOutcome::Accepted), (2, ReceiptOutcome::Failed), (3, ReceiptOutcome::Delivered)]
        {
            let told = read_details(body(status).as_bytes(), "mine").unwrap();
            assert_eq!((told.outcome, told.code.as_str()), (outcome, "MK:0001"));
        }
        assert!(read_details(body(3).as_bytes(), "nobody's").is_none());
        assert!(read_details(br#"{"Code":"OK","TotalCount":0}"#, "mine").is_none());
    }
}
