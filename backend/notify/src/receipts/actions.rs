//! What carriers do: bring receipts.

use chrono::Utc;
use fupin_access::{Permit, permit::Anyone};
use fupin_contract::{
    MessageId,
    notify::{
        AliyunReceipt, AliyunTaken, GatewayKind, GatewaySettings, Receipt, ReceiptOutcome, TencentReceipt, TencentTaken,
    },
};
use fupin_kernel::{Error, Result, Tx, audit::Event};
use serde::Serialize;
use subtle::ConstantTimeEq;
use validator::Validate;

use super::{api::SignedBody, store};
use crate::{
    gateway::{self, carrier, tencent},
    sending, signature,
};

/// One word of a carrier, whatever form it came in.
struct Word {
    id: Option<MessageId>,
    reference: Option<String>,
    outcome: ReceiptOutcome,
    code: String,
    /// As it came, for a person.
    body: String,
}

/// Nothing is read before the signature holds.
pub async fn take_receipt(permit: &Permit<Anyone>, kind: GatewayKind, signed: SignedBody) -> Result<()> {
    check_signature(permit, kind, &signed).await?;
    let receipt: Receipt = fupin_kernel::extract::parse(&signed.body)?;
    receipt.validate().map_err(|errors| fupin_kernel::extract::invalid(&errors))?;
    permit
        .write(Event::on("notify.receipt_taken", receipt.message_id), async |tx| {
            if !sending::receive(tx, &receipt).await? {
                store::insert_stray(tx, kind, None, &String::from_utf8_lossy(&signed.body)).await?;
            }
            Ok(())
        })
        .await
}

/// Whether the hook itself says what it says.
pub(crate) async fn check_signature(permit: &Permit<Anyone>, kind: GatewayKind, signed: &SignedBody) -> Result<()> {
    let settings = permit.read(async |tx| gateway::load(tx, &permit.app().keys).await).await?;
    // The sandbox has no secret: its receipts come from within the house, and none is believed from outside.
    // Carriers that cannot sign have addresses of their own.
    let secret = match kind {
        GatewayKind::Sandbox | GatewayKind::Aliyun | GatewayKind::Tencent => String::new(),
        GatewayKind::Http => settings.and_then(|settings| settings.http).map(|http| http.secret).unwrap_or_default(),
    };
    // The carrier's clock is the real one, whatever a demonstration has set ours to.
    let now = Utc::now().timestamp();
    if !signature::verify(secret.as_bytes(), &signed.timestamp, &signed.signature, &signed.body, now) {
        return Err(Error::unauthenticated("notify.bad_signature"));
    }
    Ok(())
}

/// Whether the address is the one that the carrier was told.
pub(crate) async fn check_token(permit: &Permit<Anyone>, kind: GatewayKind, token: &str) -> Result<()> {
    let settings: Option<GatewaySettings> = permit.read(async |tx| gateway::load(tx, &permit.app().keys).await).await?;
    let known = settings.as_ref().and_then(|settings| gateway::receipt_token(settings, kind)).unwrap_or_default();
    // An empty token is one that everybody knows.
    if known.is_empty() || !bool::from(known.as_bytes().ct_eq(token.as_bytes())) {
        return Err(Error::unauthenticated("notify.bad_signature"));
    }
    Ok(())
}

pub async fn take_aliyun_receipts(permit: &Permit<Anyone>, token: &str, body: &[u8]) -> Result<AliyunTaken> {
    check_token(permit, GatewayKind::Aliyun, token).await?;
    let receipts: Vec<AliyunReceipt> = fupin_kernel::extract::parse(body)?;
    take_words(permit, GatewayKind::Aliyun, receipts.iter().map(of_aliyun).collect()).await?;
    Ok(AliyunTaken::all())
}

fn of_aliyun(receipt: &AliyunReceipt) -> Word {
    Word {
        id: receipt.out_id.parse().ok().map(MessageId),
        reference: Some(receipt.biz_id.clone()).filter(|id| !id.is_empty()),
        outcome: if receipt.success { ReceiptOutcome::Delivered } else { ReceiptOutcome::Failed },
        code: carrier::short(&receipt.err_code),
        body: as_it_came(receipt),
    }
}

pub async fn take_tencent_receipts(permit: &Permit<Anyone>, token: &str, body: &[u8]) -> Result<TencentTaken> {
    check_token(permit, GatewayKind::Tencent, token).await?;
    let receipts: Vec<TencentReceipt> = fupin_kernel::extract::parse(body)?;
    take_words(permit, GatewayKind::Tencent, receipts.iter().map(of_tencent).collect()).await?;
    Ok(TencentTaken::all())
}

fn of_tencent(receipt: &TencentReceipt) -> Word {
    Word {
        id: None,
        reference: Some(receipt.sid.clone()).filter(|id| !id.is_empty()),
        outcome: tencent::outcome_of(&receipt.report_status),
        code: carrier::short(&receipt.errmsg),
        body: as_it_came(receipt),
    }
}

fn as_it_came(receipt: &impl Serialize) -> String {
    serde_json::to_string(receipt).unwrap_or_default()
}

async fn take_words(permit: &Permit<Anyone>, kind: GatewayKind, words: Vec<Word>) -> Result<()> {
    let event = Event::new("notify.receipts_taken").with("gateway", kind.name()).with("receipts", words.len());
    permit
        .write(event, async |tx| {
            let mut meant = Vec::with_capacity(words.len());
            for word in &words {
                match store::find_meant(tx, kind, word.id, word.reference.as_deref()).await? {
                    Some(id) => meant.push((id, word)),
                    None => store::insert_stray(tx, kind, word.reference.as_deref(), &word.body).await?,
                }
            }
            // Two calls may speak of the same messages: locked in one order, neither waits for the other for ever.
            meant.sort_by_key(|(id, _)| id.0);
            for (message_id, word) in meant {
                let receipt = Receipt { message_id, outcome: word.outcome, code: word.code.clone() };
                sending::receive(tx, &receipt).await?;
            }
            Ok(())
        })
        .await
}

/// Keep the carrier's own number of a message, and take the receipts that came under it before anybody knew.
pub async fn take_reference(tx: &mut Tx, id: MessageId, kind: GatewayKind, reference: &str) -> Result<()> {
    store::update_reference(tx, id, reference).await?;
    for body in store::list_strays(tx, kind, reference).await? {
        let word = match kind {
            GatewayKind::Aliyun => serde_json::from_str(&body).ok().map(|receipt| of_aliyun(&receipt)),
            GatewayKind::Tencent => serde_json::from_str(&body).ok().map(|receipt| of_tencent(&receipt)),
            GatewayKind::Sandbox | GatewayKind::Http => None,
        };
        if let Some(word) = word {
            sending::receive(tx, &Receipt { message_id: id, outcome: word.outcome, code: word.code }).await?;
        }
    }
    Ok(())
}
