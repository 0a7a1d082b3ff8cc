//! What carries messages: the sandbox, the HTTP hook, 阿里云 or 腾讯云. Its settings lie sealed in the database as a whole, because
//! carriers' keys travel in addresses and headers as well as in the secret.

pub mod aliyun;
pub mod carrier;
pub mod tencent;
pub mod wire;

use std::time::Duration;

use chrono::{DateTime, Utc};
use fupin_contract::{
    Fault,
    notify::{GatewayKind, GatewaySettings},
};
use fupin_kernel::{
    App, Error, Result, Settings, Tx,
    error::Refusal,
    keys::{self, Keys},
    seal,
};

use crate::{
    address::{self, Reach},
    hook::{self, Letter},
    rules::Outcome,
    store,
};
use carrier::Told;

const PLACE: &str = "gateway.settings";
/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What it takes to send: the instance, and the way out.
#[derive(Clone, Debug)]
pub struct PostOffice {
    pub app: App,
    client: reqwest::Client,
    reach: Reach,
    /// How long a gateway, or each part of a conversation with a mail server, may take.
    pub patience: Duration,
}

impl PostOffice {
    pub fn open(app: &App) -> Result<Self> {
        Self::with_patience(app, PATIENCE)
    }

    /// With another patience than the usual one.
    pub fn with_patience(app: &App, patience: Duration) -> Result<Self> {
        let reach = reach(&app.settings);
        let client = address::client(reach, patience).map_err(Error::internal)?;
        Ok(Self { app: app.clone(), client, reach, patience })
    }

    /// Hand a letter to the gateway, once.
    pub async fn hand_over(&self, gateway: &GatewaySettings, letter: &Letter) -> Outcome {
        let (client, reach) = (&self.client, self.reach);
        let missing = || Outcome::NotNow { code: "the gateway is not configured".to_owned(), after: None };
        match gateway.kind {
            GatewayKind::Sandbox => self.keep(letter).await,
            GatewayKind::Http => {
                let Some(hook) = &gateway.http else { return missing() };
                hook::call(client, hook, reach, letter, Utc::now().timestamp()).await
            }
            GatewayKind::Aliyun => {
                let Some(settings) = &gateway.aliyun else { return missing() };
                aliyun::send(client, settings, reach, letter).await
            }
            GatewayKind::Tencent => {
                let Some(settings) = &gateway.tencent else { return missing() };
                tencent::send(client, settings, reach, letter).await
            }
        }
    }

    /// Ask a carrier what became of a letter that was handed over at about a moment of the real clock.
    pub async fn ask(
        &self,
        kind: GatewayKind,
        gateway: &GatewaySettings,
        letter: &Letter,
        sent_at: DateTime<Utc>,
    ) -> Option<Told> {
        match kind {
            GatewayKind::Sandbox | GatewayKind::Http => None,
            GatewayKind::Aliyun => {
                aliyun::ask(&self.client, gateway.aliyun.as_ref()?, self.reach, letter, sent_at).await
            }
            GatewayKind::Tencent => {
                tencent::ask(&self.client, gateway.tencent.as_ref()?, self.reach, letter, sent_at).await
            }
        }
    }

    /// The sandbox keeps the message, and will send its receipt.
    async fn keep(&self, letter: &Letter) -> Outcome {
        let kept = self
            .app
            .db
            .write(async |tx| {
                store::insert_sandbox_message(tx, letter.id, &letter.text).await?;
                crate::jobs::SandboxReceipt::of(letter.id).enqueue(tx).await
            })
            .await;
        match kept {
            Ok(_) => Outcome::Accepted { code: "SANDBOX".to_owned(), reference: None },
            // It may have committed all the same.
            Err(error) => Outcome::Unclear { code: error.code().to_owned() },
        }
    }
}

fn reach(settings: &Settings) -> Reach {
    if settings.hook_may_call_private { Reach::Private } else { Reach::Public }
}

/// The kind of a stored name.
#[must_use]
pub fn kind_of(name: &str) -> Option<GatewayKind> {
    GatewayKind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// Whether a carrier can be asked what became of a message.
#[must_use]
pub fn answers_questions(kind: GatewayKind) -> bool {
    match kind {
        GatewayKind::Sandbox | GatewayKind::Http => false,
        GatewayKind::Aliyun | GatewayKind::Tencent => true,
    }
}

/// Refuse settings that cannot work, by field. What is configured and not in force is checked as well: it may be soon.
pub fn check(settings: &GatewaySettings, instance: &Settings) -> Result<()> {
    let reach = reach(instance);
    let mut faults: Vec<(String, Fault)> = Vec::new();
    let chosen = match settings.kind {
        GatewayKind::Sandbox => true,
        GatewayKind::Http => settings.http.is_some(),
        GatewayKind::Aliyun => settings.aliyun.is_some(),
        GatewayKind::Tencent => settings.tencent.is_some(),
    };
    if !chosen {
        faults.push((settings.kind.name().to_owned(), Fault::new("required")));
    }
    faults.extend(settings.http.iter().flat_map(|http| hook::check(http, reach)));
    let aliyun = settings.aliyun.iter().map(|aliyun| ("aliyun", &aliyun.endpoint, &aliyun.templates));
    let tencent = settings.tencent.iter().map(|tencent| ("tencent", &tencent.endpoint, &tencent.templates));
    for (gateway, endpoint, templates) in aliyun.chain(tencent) {
        faults.extend(carrier::check(gateway, endpoint, templates, reach));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new("request.invalid");
    Err(Error::Invalid(faults.into_iter().fold(refusal, |refusal, (field, fault)| refusal.fault(&field, fault))))
}

/// The gateway in force, secret and all; none before the first set-up.
pub async fn load(tx: &mut Tx, keys: &Keys) -> Result<Option<GatewaySettings>> {
    let Some(sealed) = store::find_gateway(tx).await? else { return Ok(None) };
    let text = seal::open(keys, PLACE, &sealed)?;
    Ok(Some(serde_json::from_str(&text)?))
}

/// Put a gateway in force. An empty secret keeps the one before, and a gateway that is not spoken of stays configured.
pub async fn install(tx: &mut Tx, keys: &Keys, settings: GatewaySettings) -> Result<GatewaySettings> {
    let settings = match load(tx, keys).await? {
        Some(before) => keep_secrets(settings, before),
        None => settings,
    };
    let sealed = seal::seal(keys, PLACE, &serde_json::to_string(&settings)?)?;
    store::save_gateway(tx, settings.kind.name(), &sealed).await?;
    Ok(settings)
}

fn keep_secrets(mut settings: GatewaySettings, before: GatewaySettings) -> GatewaySettings {
    let keep = |secret: &mut String, before: String| {
        if secret.is_empty() {
            *secret = before;
        }
    };
    match (&mut settings.http, before.http) {
        (Some(http), Some(before)) => keep(&mut http.secret, before.secret),
        (http @ None, before) => *http = before,
        (Some(_), None) => {}
    }
    match (&mut settings.aliyun, before.aliyun) {
        (Some(aliyun), Some(before)) => keep(&mut aliyun.access_key_secret, before.access_key_secret),
        (aliyun @ None, before) => *aliyun = before,
        (Some(_), None) => {}
    }
    match (&mut settings.tencent, before.tencent) {
        (Some(tencent), Some(before)) => keep(&mut tencent.secret_key, before.secret_key),
        (tencent @ None, before) => *tencent = before,
        (Some(_), None) => {}
    }
    settings
}

/// A token that is not the one in force is made anew: nobody chooses what has to be beyond guessing.
pub async fn renew_tokens(tx: &mut Tx, keys: &Keys, mut settings: GatewaySettings) -> Result<GatewaySettings> {
    let before = load(tx, keys).await?;
    let before = |of: fn(&GatewaySettings) -> Option<&String>| before.as_ref().and_then(of).cloned();
    let renew = |token: &mut String, before: Option<String>| {
        if token.is_empty() || before.as_ref() != Some(token) {
            *token = keys::random_token();
        }
    };
    if let Some(aliyun) = &mut settings.aliyun {
        renew(
            &mut aliyun.receipt_token,
            before(|settings| settings.aliyun.as_ref().map(|aliyun| &aliyun.receipt_token)),
        );
    }
    if let Some(tencent) = &mut settings.tencent {
        let token = before(|settings| settings.tencent.as_ref().map(|tencent| &tencent.receipt_token));
        renew(&mut tencent.receipt_token, token);
    }
    Ok(settings)
}

/// The token at the end of the address that a carrier sends receipts to.
#[must_use]
pub fn receipt_token(settings: &GatewaySettings, kind: GatewayKind) -> Option<&str> {
    match kind {
        GatewayKind::Sandbox | GatewayKind::Http => None,
        GatewayKind::Aliyun => settings.aliyun.as_ref().map(|aliyun| aliyun.receipt_token.as_str()),
        GatewayKind::Tencent => settings.tencent.as_ref().map(|tencent| tencent.receipt_token.as_str()),
    }
}

/// The settings as an administrator reads them: without the secrets.
#[must_use]
pub fn without_secrets(mut settings: GatewaySettings) -> GatewaySettings {
    if let Some(http) = &mut settings.http {
        http.secret.clear();
    }
    if let Some(aliyun) = &mut settings.aliyun {
        aliyun.access_key_secret.clear();
    }
    if let Some(tencent) = &mut settings.tencent {
        tencent.secret_key.clear();
    }
    settings
}
