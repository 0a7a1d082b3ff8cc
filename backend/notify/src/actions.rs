//! What people do: settle a message, change the gateway, read notices.

use chrono::DateTime;
use fupin_access::{
    Permit,
    permit::{ManageGateways, ReadMessages, SignedIn},
};
use fupin_contract::{
    Cursor, Fault, MessageId, Page,
    notify::{
        GatewaySettings, Message, MessageFilter, NoticeList, ReadNotices, SandboxFilter, SandboxMessage, SettleMessage,
    },
};
use fupin_kernel::{Error, Result, audit::Event, error::Refusal, keys::Keys};

use crate::{
    gateway, sending,
    store::{self, MessageRow, Place},
};

const PAGE: u16 = 50;
const NOTICES: i64 = 50;
/// Messages looked through when somebody looks for a phone number, which lies sealed.
const LOOKED_THROUGH: i64 = 2000;

pub async fn list_messages(permit: &Permit<ReadMessages>, filter: MessageFilter) -> Result<Page<Message>> {
    let limit = filter.limit.unwrap_or(PAGE);
    let after = filter.after.as_ref().map(read_cursor).transpose()?;
    let rows = permit
        .read(async |tx| store::list_messages(tx, permit.scope(), &filter, after, i64::from(limit) + 1).await)
        .await?;
    let page = Page::cut(rows, usize::from(limit), place_of);
    let items = page.items.into_iter().map(|row| message(&permit.app().keys, row)).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

pub async fn settle_message(permit: &Permit<ReadMessages>, id: MessageId, act: SettleMessage) -> Result<Message> {
    let by = permit.account_id()?;
    let decision = serde_json::to_value(act.decision)?;
    let event = Event::on("notify.message_settled", id).with("decision", decision).with("reason", act.reason.as_str());
    permit
        .write(event, async |tx| {
            let keys = &permit.app().keys;
            let row = store::lock_message_in(tx, permit.scope(), id).await?;
            if !sending::settle(tx, &row, act.decision, by, &act.reason).await? {
                let current = message(keys, row)?;
                return Err(Error::Conflict(Refusal::new("notify.not_unknown").current(&current)));
            }
            message(keys, store::lock_message_in(tx, permit.scope(), id).await?)
        })
        .await
}

pub async fn get_gateway(permit: &Permit<ManageGateways>) -> Result<GatewaySettings> {
    crate::check_whole(permit.scope())?;
    let settings = permit.read(async |tx| gateway::load(tx, &permit.app().keys).await).await?;
    settings.map(gateway::without_secrets).ok_or(Error::NotFound)
}

pub async fn set_gateway(permit: &Permit<ManageGateways>, settings: GatewaySettings) -> Result<GatewaySettings> {
    crate::check_whole(permit.scope())?;
    gateway::check(&settings, &permit.app().settings)?;
    let event = Event::new("notify.gateway_set").with("kind", settings.kind.name());
    let keys = &permit.app().keys;
    let settings = permit
        .write(event, async |tx| {
            let settings = gateway::renew_tokens(tx, keys, settings).await?;
            gateway::install(tx, keys, settings).await
        })
        .await?;
    Ok(gateway::without_secrets(settings))
}

pub async fn list_sandbox_messages(
    permit: &Permit<ReadMessages>,
    filter: SandboxFilter,
) -> Result<Page<SandboxMessage>> {
    let after = filter.after.as_ref().map(read_cursor).transpose()?;
    let limit = usize::from(PAGE);
    let keys = &permit.app().keys;
    let digits = filter.q.as_deref().filter(|q| q.len() >= 3 && q.bytes().all(|byte| byte.is_ascii_digit()));
    let rows = permit
        .read(async |tx| {
            let most = i64::from(PAGE) + 1;
            match digits {
                None => store::list_sandbox_messages(tx, permit.scope(), filter.q.as_deref(), after, most).await,
                Some(digits) => {
                    let rows = store::list_sandbox_messages(tx, permit.scope(), None, after, LOOKED_THROUGH).await?;
                    let has = |row: &MessageRow| {
                        row.body.contains(digits)
                            || sending::address_of(keys, row).is_ok_and(|address| address.clear.contains(digits))
                    };
                    Ok(rows.into_iter().filter(has).take(limit + 1).collect())
                }
            }
        })
        .await?;
    let page = Page::cut(rows, limit, place_of);
    let items = page.items.into_iter().map(|row| sandbox_message(keys, row)).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

pub async fn list_notices(permit: &Permit<SignedIn>) -> Result<NoticeList> {
    let of = permit.account_id()?;
    permit
        .read(async |tx| {
            let items = store::list_notices(tx, of, NOTICES).await?;
            Ok(NoticeList { unread: store::count_unread(tx, of).await?, items })
        })
        .await
}

pub async fn read_notices(permit: &Permit<SignedIn>, act: ReadNotices) -> Result<()> {
    let of = permit.account_id()?;
    let event = Event::on("notify.notices_read", act.up_to);
    permit.write(event, async |tx| store::update_read(tx, of, act.up_to).await).await
}

fn message(keys: &Keys, row: MessageRow) -> Result<Message> {
    Ok(Message {
        id: MessageId(row.message_id),
        created_at: row.created_at,
        state: row.state()?,
        changed_at: row.changed_at,
        channel: row.channel()?,
        address: sending::address_of(keys, &row)?.masked,
        hold: row.hold(),
        recipient_name: row.recipient_name,
        subject: Some(row.subject).filter(|subject| !subject.is_empty()),
        text: row.body,
        segments: row.segments,
        gateway: row.gateway,
        gateway_code: row.gateway_code,
        attempts: row.attempts,
    })
}

fn sandbox_message(keys: &Keys, row: MessageRow) -> Result<SandboxMessage> {
    Ok(SandboxMessage {
        id: MessageId(row.message_id),
        at: row.created_at,
        state: row.state()?,
        phone: sending::address_of(keys, &row)?.masked,
        recipient_name: row.recipient_name,
        text: row.body,
    })
}

fn place_of(row: &MessageRow) -> String {
    format!("{}.{}", row.created_at.timestamp_micros(), row.message_id.simple())
}

fn read_cursor(cursor: &Cursor) -> Result<Place> {
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        // Until the year 9999: the database's timestamps end sooner than ours.
        let at = Some(at.parse::<i64>().ok()?).filter(|at| (0..253_402_300_800_000_000).contains(at))?;
        Some(Place { at: DateTime::from_timestamp_micros(at)?, id: id.parse().ok()? })
    };
    read(&cursor.0).ok_or_else(|| Error::invalid_field("after", Fault::new("cursor")))
}
