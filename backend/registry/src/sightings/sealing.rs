//! Looks are many and carry no MAC of their own: an hour of them is sealed once it is over, and each seal is chained to the one
//! before. What the last seal says stands in the audit trail too, which has a chain of its own, so that seals cannot be cut off.

mod store;

use chrono::{DateTime, Duration, DurationRound, Utc};
use fupin_kernel::{
    App, Error, RequestFacts, Result, Tx,
    audit::{self, Actor, Event, Outcome},
    crypto::CryptoProvider,
};
use serde::Serialize;
use store::{HourRow, SealRow};

/// What the seals are of, also in the audit trail, where verification looks for the last of them.
const KIND: &str = "registry.sightings";
/// What began within the hour has ended by then, or is waited for.
const GRACE_MINUTES: i64 = 10;

/// What came of verifying the seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SightingVerdict {
    /// Hours whose looks are as they were sealed, and how many looks they hold.
    pub hours: i64,
    pub looks: i64,
    /// The first hour that is not, or whose seal is not where it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<DateTime<Utc>>,
}

/// Seal all hours that are over.
pub async fn seal(app: &App) -> Result<()> {
    while app.db.write(async |tx| seal_next(app, tx).await).await?.0 {}
    Ok(())
}

/// Whether there was one to seal.
async fn seal_next(app: &App, tx: &mut Tx) -> Result<bool> {
    store::lock(tx).await?;
    let last = store::find_last(tx).await?;
    let hour = match &last {
        Some(seal) => seal.hour + Duration::hours(1),
        None => match store::find_first_look(tx).await? {
            Some(first) => first.duration_trunc(Duration::hours(1)).map_err(Error::internal)?,
            None => return Ok(false),
        },
    };
    let over = hour + Duration::hours(1);
    if tx.now() < over + Duration::minutes(GRACE_MINUTES) || store::is_awaited(tx, over).await? {
        return Ok(false);
    }
    let looks = store::digest_hour(tx, hour).await?;
    let mac = mac_of(app.crypto.as_ref(), hour, &looks, last.as_ref())?;
    store::insert_seal(tx, hour, looks.looks, &mac).await?;
    let event = Event::on("registry.sightings_sealed", KIND)
        .with("hour", hour.to_rfc3339())
        .with("looks", looks.looks)
        .with("mac", hex(&mac));
    let facts = RequestFacts::of_job(KIND);
    audit::record(tx, &app.keys, &facts, Actor::default(), &event, Outcome::Done)?;
    Ok(true)
}

fn mac_of(
    crypto: &dyn CryptoProvider,
    hour: DateTime<Utc>,
    looks: &HourRow,
    before: Option<&SealRow>,
) -> Result<[u8; 32]> {
    let before = before.map(|seal| hex(&seal.mac)).unwrap_or_default();
    crypto.index(KIND, &format!("{} {} {} {before}", hour.timestamp(), looks.looks, looks.digest))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Go through all seals and compare each with the looks of its hour, with the seal before, and the last with the trail.
pub async fn verify(app: &App) -> Result<SightingVerdict> {
    app.db.read(async |tx| verify_all(app, tx).await).await
}

async fn verify_all(app: &App, tx: &mut Tx) -> Result<SightingVerdict> {
    let mut verdict = SightingVerdict { hours: 0, looks: 0, broken: None };
    let mut before: Option<SealRow> = None;
    while let Some(seal) = store::find_after(tx, before.as_ref().map(|seal| seal.hour)).await? {
        let follows = before.as_ref().is_none_or(|before| before.hour + Duration::hours(1) == seal.hour);
        let looks = store::digest_hour(tx, seal.hour).await?;
        let mac = mac_of(app.crypto.as_ref(), seal.hour, &looks, before.as_ref())?;
        if !follows || mac.as_slice() != seal.mac.as_slice() {
            verdict.broken = Some(seal.hour);
            return Ok(verdict);
        }
        verdict.hours += 1;
        verdict.looks += looks.looks;
        before = Some(seal);
    }
    // The trail names the last one: an hour that it knows and that is not here was cut off.
    let told = store::find_told(tx, KIND).await?;
    let here = before.map(|seal| (seal.hour.to_rfc3339(), hex(&seal.mac)));
    if told != here {
        verdict.broken = told.and_then(|(hour, _)| hour.parse().ok()).or(Some(tx.now()));
    }
    Ok(verdict)
}
