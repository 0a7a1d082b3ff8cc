//! What carriers pass on from phones.

use fupin_access::{Permit, permit::Anyone};
use fupin_contract::{
    Phone,
    notify::{AliyunReply, AliyunTaken, CarrierReply, GatewayKind, TencentReply, TencentTaken},
};
use fupin_kernel::{Result, audit::Event, seal};
use validator::Validate;

use super::store;
use crate::{
    drain::paced_names,
    receipts::{SignedBody, check_signature, check_token},
};

pub async fn take_reply(permit: &Permit<Anyone>, kind: GatewayKind, signed: SignedBody) -> Result<()> {
    check_signature(permit, kind, &signed).await?;
    let reply: CarrierReply = fupin_kernel::extract::parse(&signed.body)?;
    reply.validate().map_err(|errors| fupin_kernel::extract::invalid(&errors))?;
    take(permit, kind, vec![(reply.phone.reveal().to_owned(), reply.text)]).await
}

pub async fn take_aliyun_replies(permit: &Permit<Anyone>, token: &str, body: &[u8]) -> Result<AliyunTaken> {
    check_token(permit, GatewayKind::Aliyun, token).await?;
    let replies: Vec<AliyunReply> = fupin_kernel::extract::parse(body)?;
    let replies = replies.into_iter().map(|reply| (reply.phone_number, reply.content)).collect();
    take(permit, GatewayKind::Aliyun, replies).await?;
    Ok(AliyunTaken::all())
}

pub async fn take_tencent_reply(permit: &Permit<Anyone>, token: &str, body: &[u8]) -> Result<TencentTaken> {
    check_token(permit, GatewayKind::Tencent, token).await?;
    let reply: TencentReply = fupin_kernel::extract::parse(body)?;
    take(permit, GatewayKind::Tencent, vec![(reply.mobile, reply.text)]).await?;
    Ok(TencentTaken::all())
}

/// Numbers and texts, as they came.
async fn take(permit: &Permit<Anyone>, kind: GatewayKind, replies: Vec<(String, String)>) -> Result<()> {
    let event = Event::new("notify.replies_taken").with("gateway", kind.name()).with("replies", replies.len());
    permit
        .write(event, async |tx| {
            for (number, text) in &replies {
                let message = match Phone::parse(at_home(number)) {
                    Ok(phone) => {
                        let number_mac = seal::index(&permit.app().keys, "message.number", phone.reveal())?;
                        store::find_last_sent_to(tx, &number_mac).await?
                    }
                    Err(_) => None,
                };
                let meaning = match message {
                    None => "unknown",
                    Some(_) if !says_read(text) => "other",
                    Some(id) => {
                        store::update_read_by(tx, id, &paced_names()).await?;
                        "read"
                    }
                };
                store::insert_reply(tx, kind, message, meaning).await?;
            }
            Ok(())
        })
        .await
}

/// A number without the country before it.
fn at_home(number: &str) -> &str {
    let number = number.trim();
    number.strip_prefix("+86").or_else(|| number.strip_prefix("86").filter(|rest| rest.len() == 11)).unwrap_or(number)
}

/// 「1」, however a phone writes it.
fn says_read(text: &str) -> bool {
    let kept: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    kept == "1" || kept == "１"
}

#[cfg(test)]
mod tests {
    use super::{at_home, says_read};

    #[test]
    fn a_one_is_a_one_however_it_is_written() {
        for text in ["1", " 1 ", "１", "1。", "【1】", "1\n"] {
            assert!(says_read(text), "{text}");
        }
        for text in ["", "11", "2", "收到", "一", "T"] {
            assert!(!says_read(text), "{text}");
        }
    }

    #[test]
    fn numbers_come_with_and_without_the_country() {
        for number in ["13900000001", "+8613900000001", "8613900000001", " 13900000001"] {
            assert_eq!(at_home(number), "13900000001", "{number}");
        }
        assert_eq!(at_home("86139"), "86139");
    }
}
