//! What the carriers say on the wire. Signatures are computed anew from what arrived, by the carriers' published rules
//! and not by our signers.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::carrier::{Call, say};

pub const KEY_ID: &str = "an id";
pub const KEY: &str = "a key that carrier and house share";

/// Whose language a carrier speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Hook,
    Aliyun,
    Tencent,
}

/// What a call wants.
pub enum Said {
    Send(String),
    /// What became of the messages to a number.
    Ask,
    /// The signature does not hold.
    Forged,
}

impl Dialect {
    pub fn read(self, call: &Call) -> Said {
        let json = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
        match self {
            Self::Hook => Said::Send(json(&call.body)["id"].as_str().unwrap().to_owned()),
            Self::Aliyun if !aliyun_signed(call) => Said::Forged,
            Self::Aliyun if header(&call.raw, "x-acs-action") == "QuerySendDetails" => Said::Ask,
            Self::Aliyun => Said::Send(query(&call.raw)["OutId"].clone()),
            Self::Tencent if !tencent_signed(call) => Said::Forged,
            Self::Tencent if header(&call.raw, "x-tc-action") != "SendSms" => Said::Ask,
            Self::Tencent => Said::Send(json(&call.body)["SessionContext"].as_str().unwrap().to_owned()),
        }
    }

    /// The carrier's own number of a message.
    pub fn reference(id: &str) -> String {
        format!("no-{id}")
    }

    pub fn accepted(self, id: &str) -> String {
        let number = Self::reference(id);
        match self {
            Self::Hook => r#"{"code":"OK","bizId":"9006^0"}"#.to_owned(),
            Self::Aliyun => format!(r#"{{"Message":"OK","RequestId":"r","BizId":"{number}","Code":"OK"}}"#),
            Self::Tencent => format!(
                r#"{{"Response":{{"SendStatusSet":[{{"SerialNo":"{number}","PhoneNumber":"+86","Fee":1,"SessionContext":"{id}",
                    "Code":"Ok","Message":"send success","IsoCode":"CN"}}],"RequestId":"r"}}}}"#
            ),
        }
    }

    pub fn busy(self) -> String {
        match self {
            Self::Hook => say("429 Too Many Requests", "isv.BUSINESS_LIMIT_CONTROL"),
            Self::Aliyun => say("400 Bad Request", r#"{"RequestId":"r","Code":"Throttling.User","Message":"m"}"#),
            Self::Tencent => say("200 OK", &tencent_error("RequestLimitExceeded")),
        }
    }

    pub fn broken(self) -> String {
        match self {
            Self::Hook => say("500 Internal Server Error", "oops"),
            Self::Aliyun => {
                say("500 Internal Server Error", r#"{"RequestId":"r","Code":"InternalError","Message":"m"}"#)
            }
            Self::Tencent => say("200 OK", &tencent_error("InternalError.Timeout")),
        }
    }

    pub fn refused(self) -> String {
        match self {
            Self::Hook => say("400 Bad Request", "isv.MOBILE_NUMBER_ILLEGAL"),
            Self::Aliyun => say("200 OK", r#"{"RequestId":"r","Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"m"}"#),
            Self::Tencent => say("200 OK", &tencent_error("InvalidParameterValue.IncorrectPhoneNumber")),
        }
    }

    pub fn forged(self) -> String {
        match self {
            Self::Hook => say("401 Unauthorized", ""),
            Self::Aliyun => say("400 Bad Request", r#"{"RequestId":"r","Code":"SignatureDoesNotMatch"}"#),
            Self::Tencent => say("200 OK", &tencent_error("AuthFailure.SignatureFailure")),
        }
    }

    /// What became of what was taken: it arrived.
    pub fn tell<'a>(self, taken: impl Iterator<Item = &'a String>) -> String {
        let of = |id: &String| match self {
            Self::Hook => String::new(),
            Self::Aliyun => format!(r#"{{"OutId":"{id}","SendStatus":3,"ErrCode":"DELIVERED"}}"#),
            Self::Tencent => format!(
                r#"{{"SessionContext":"{id}","SerialNo":"{}","ReportStatus":"SUCCESS","Description":"DELIVRD"}}"#,
                Self::reference(id)
            ),
        };
        let all = taken.map(of).collect::<Vec<_>>().join(",");
        let body = match self {
            Self::Hook => String::new(),
            Self::Aliyun => {
                format!(r#"{{"Code":"OK","Message":"OK","SmsSendDetailDTOs":{{"SmsSendDetailDTO":[{all}]}}}}"#)
            }
            Self::Tencent => format!(r#"{{"Response":{{"PullSmsSendStatusSet":[{all}],"RequestId":"r"}}}}"#),
        };
        say("200 OK", &body)
    }
}

fn tencent_error(code: &str) -> String {
    format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"m"}},"RequestId":"r"}}}}"#)
}

pub fn header(head: &str, name: &str) -> String {
    let line = head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    });
    line.unwrap_or_default()
}

fn target(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

/// The query as it arrived, decoded.
pub fn query(head: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://carrier{}", target(head))).unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn sha(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A part of the header `Authorization`.
fn part(head: &str, name: &str) -> String {
    let authorization = header(head, "authorization");
    let rest = authorization.split_once(&format!("{name}=")).unwrap().1;
    rest.split(',').next().unwrap().trim().to_owned()
}

fn signed_lines(head: &str, names: &str) -> String {
    names.split(';').map(|name| format!("{name}:{}\n", header(head, name))).collect()
}

fn aliyun_signed(call: &Call) -> bool {
    let (path, query) = target(&call.raw).split_once('?').unwrap();
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    let names = part(&call.raw, "SignedHeaders");
    let lines = signed_lines(&call.raw, &names);
    let canonical = format!("POST\n{path}\n{}\n{lines}\n{names}\n{}", pairs.join("&"), sha(&call.body));
    let text = format!("ACS3-HMAC-SHA256\n{}", sha(canonical));
    let needed =
        ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
    needed.iter().all(|name| names.split(';').any(|signed| signed == *name))
        && part(&call.raw, "Credential") == KEY_ID
        && part(&call.raw, "Signature") == hex::encode(mac(KEY.as_bytes(), &text))
}

fn tencent_signed(call: &Call) -> bool {
    let credential = part(&call.raw, "Credential");
    let (id, scope) = credential.split_once('/').unwrap();
    let day = scope.split('/').next().unwrap();
    let at: i64 = header(&call.raw, "x-tc-timestamp").parse().unwrap();
    let names = part(&call.raw, "SignedHeaders");
    // The action is signed in lower case, whatever case it travels in.
    let head = call
        .raw
        .replace("SendSms", "sendsms")
        .replace("PullSmsSendStatusByPhoneNumber", "pullsmssendstatusbyphonenumber");
    let lines = signed_lines(&head, &names);
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", sha(&call.body));
    let text = format!("TC3-HMAC-SHA256\n{at}\n{scope}\n{}", sha(canonical));
    let signing = mac(&mac(&mac(format!("TC3{KEY}").as_bytes(), day), "sms"), "tc3_request");
    id == KEY_ID
        && names == "content-type;host;x-tc-action"
        && chrono::DateTime::from_timestamp(at, 0).unwrap().format("%Y-%m-%d").to_string() == day
        && part(&call.raw, "Signature") == hex::encode(mac(&signing, &text))
}
