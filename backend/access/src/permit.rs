//! A right as a value. A handler that takes a `Permit<P>` cannot run without the permission `P`, and has no other way
//! to the database: reading and writing go through the permit, and writing leaves its audit row by construction.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use diesel_async::AsyncPgConnection;
use fupin_contract::{AccountId, SessionId, access::Permission};
use fupin_kernel::{
    App, Error, RequestFacts, Result, Tx,
    audit::{self, Actor, Event, Outcome},
    idempotency::Repeatable,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{caller::Caller, policy, scope::Scope};

/// What a permit is for.
pub trait Right: 'static {
    /// Any one of these suffices.
    const PERMISSIONS: &'static [Permission];
    /// Whether the caller must be signed in.
    const SIGNED_IN: bool = true;
}

/// Public operations say so.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

impl Right for Anyone {
    const PERMISSIONS: &'static [Permission] = &[];
    const SIGNED_IN: bool = false;
}

/// Operations on what is the caller's own.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn;

impl Right for SignedIn {
    const PERMISSIONS: &'static [Permission] = &[];
}

/// Grants by the security administrator, or by a unit administrator below his own unit.
#[derive(Clone, Copy, Debug)]
pub struct AdministerGrants;

impl Right for AdministerGrants {
    const PERMISSIONS: &'static [Permission] = &[Permission::GrantRoles, Permission::GrantBelow];
}

/// Saying something of the cells of a report: whoever fills it, and whoever reviews it.
#[derive(Clone, Copy, Debug)]
pub struct NoteCells;

impl Right for NoteCells {
    const PERMISSIONS: &'static [Permission] = &[Permission::FillReports, Permission::ApproveReports];
}

macro_rules! permissions {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("The permission `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const PERMISSIONS: &'static [Permission] = &[Permission::$name];
        }
    )+};
}

permissions!(
    ReadUnits,
    ManageUnits,
    ReadAccounts,
    ManageAccounts,
    GrantRoles,
    ReadAudit,
    ReadMessages,
    ManageGateways,
    ReadForms,
    DesignForms,
    IssueTasks,
    DunReports,
    ReadReports,
    FillReports,
    SubmitReports,
    WithdrawReports,
    ApproveReports,
    ReturnReports,
    RevokeApprovals,
    ExportReports,
    ReadPeople,
    ChangePeople,
    ReviewPeople,
    RevealPeople,
    ExchangePeople,
    MapCodes,
    ReadSightings,
);

/// Proof that the caller may do `P`. Made by the extractor, and by [`Permit::for_job`].
pub struct Permit<P: Right> {
    app: App,
    facts: RequestFacts,
    operation: String,
    caller: Option<Caller>,
    scope: Scope,
    right: PhantomData<P>,
}

impl<P: Right> std::fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Permit").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<P: Right> Permit<P> {
    /// For work that no request asked for: set-up, demonstration, background jobs. Sees all units.
    #[must_use]
    pub fn for_job(app: &App, name: &str) -> Self {
        Self {
            app: app.clone(),
            facts: RequestFacts::of_job(name),
            operation: name.to_owned(),
            caller: None,
            scope: Scope::whole(),
            right: PhantomData,
        }
    }

    /// What the instance holds: keys, settings.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The units over which the caller may do `P`.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The units over which the caller holds another permission than `P`; empty where he holds it nowhere.
    #[must_use]
    pub fn scope_of(&self, permission: Permission) -> Scope {
        let held = self.caller.iter().flat_map(|caller| &caller.held);
        Scope::over(held.filter(|held| policy::allows(held.role, permission)).cloned().collect())
    }

    /// Who calls; absent for public operations and jobs.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Who calls, where an account is needed.
    pub fn account_id(&self) -> Result<AccountId> {
        self.caller.as_ref().map(|caller| caller.account_id).ok_or_else(|| Error::unauthenticated("access.signed_out"))
    }

    /// The caller's session.
    pub fn session_id(&self) -> Result<SessionId> {
        self.caller.as_ref().map(|caller| caller.session_id).ok_or_else(|| Error::unauthenticated("access.signed_out"))
    }

    #[must_use]
    pub fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    /// Read in one moment of the database.
    pub async fn read<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.app.db.read(act).await
    }

    /// Read what is kept of people: `act` also leaves the trace of whom it read of, in the same transaction, so that
    /// nothing goes out of which no trace is kept.
    pub async fn read_personal<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.app.db.write(act).await.map(|(answer, wrote_outbox)| {
            if wrote_outbox {
                self.app.outbox_wake.notify_one();
            }
            answer
        })
    }

    /// Act, and leave the act's audit row in the same transaction. A refusal rolls all back and is recorded by
    /// [`crate::audit_refusals`].
    pub async fn write<T>(&self, event: Event, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.write_noting(event, async |tx, _| act(tx).await).await
    }

    /// [`Permit::write`] for an act of which the row keeps what only the act itself finds out: how much it changed.
    pub async fn write_noting<T>(
        &self,
        mut event: Event,
        act: impl AsyncFnOnce(&mut Tx, &mut Event) -> Result<T>,
    ) -> Result<T> {
        self.facts.trace.set_event(&event);
        let (answer, wrote_outbox) = self
            .app
            .db
            .write(async |tx| {
                let answer = act(tx, &mut event).await?;
                self.record(tx, &event)?;
                Ok(answer)
            })
            .await?;
        self.settle(wrote_outbox);
        Ok(answer)
    }

    /// [`Permit::write`] for a request that a bad network may repeat: with an Idempotency-Key it acts once and gives
    /// the same answer each time. `digest` is that of the body.
    pub async fn write_once<T: Serialize + DeserializeOwned>(
        &self,
        event: Event,
        digest: [u8; 32],
        act: impl AsyncFnOnce(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        self.write_once_noting(event, digest, async |tx, _| act(tx).await).await
    }

    /// [`Permit::write_once`] for an act of which the row keeps what only the act itself finds out.
    pub async fn write_once_noting<T: Serialize + DeserializeOwned>(
        &self,
        event: Event,
        digest: [u8; 32],
        act: impl AsyncFnOnce(&mut Tx, &mut Event) -> Result<T>,
    ) -> Result<T> {
        let nothing = async |_: &AsyncPgConnection| Ok(());
        self.write_once_ahead(event, digest, nothing, async |tx, (), event| act(tx, event).await).await
    }

    /// [`Permit::write_once_noting`], with what the act begins by reading: it travels with the beginning of the
    /// transaction, which saves a journey to the database.
    pub async fn write_once_ahead<A, T: Serialize + DeserializeOwned>(
        &self,
        mut event: Event,
        digest: [u8; 32],
        ahead: impl AsyncFnOnce(&AsyncPgConnection) -> Result<A>,
        act: impl AsyncFnOnce(&mut Tx, A, &mut Event) -> Result<T>,
    ) -> Result<T> {
        let request = self.repeatable(&event, digest)?;
        self.facts.trace.set_event(&event);
        let act = async |tx: &mut Tx, ahead: A| {
            let answer = act(tx, ahead, &mut event).await?;
            self.record(tx, &event)?;
            Ok(answer)
        };
        let outcome = match &request {
            Some(request) => request.write_ahead(&self.app.db, ahead, act).await,
            None => self.app.db.write_ahead(ahead, act).await,
        };
        match (outcome, request) {
            (Ok((answer, wrote_outbox)), _) => {
                self.settle(wrote_outbox);
                Ok(answer)
            }
            (Err(Error::Conflict(refusal)), Some(request)) => {
                // Perhaps the twin of this request won the race: then its answer is ours.
                let twin = self.app.db.read(async |tx| request.answered::<T>(tx.conn()?).await).await?;
                let answer = twin.ok_or(Error::Conflict(refusal))?;
                self.settle(false);
                Ok(answer)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The act has committed, and its audit row with it.
    fn settle(&self, wrote_outbox: bool) {
        self.facts.trace.set_recorded();
        if wrote_outbox {
            self.app.outbox_wake.notify_one();
        }
    }

    fn repeatable(&self, event: &Event, digest: [u8; 32]) -> Result<Option<Repeatable>> {
        let Some(key) = &self.facts.idempotency_key else { return Ok(None) };
        Repeatable::check_key(key)?;
        let account_id = self.account_id()?.0;
        // The same body sent to another object is another request.
        let object = event.object_id.as_deref().unwrap_or_default();
        let digest = fupin_kernel::idempotency::digest(event.name, object, digest);
        Ok(Some(Repeatable { account_id, key: key.clone(), digest }))
    }

    /// One more audit row in an open transaction: a bulk act leaves one for each object.
    pub fn record(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        audit::record(tx, &self.app.keys, &self.facts, self.actor(), event, Outcome::Done)
    }

    fn actor(&self) -> Actor {
        let attempt = self.facts.trace.attempt();
        Actor { account_id: attempt.account_id, session_id: attempt.session_id }
    }
}

impl<P: Right> FromRequest for Permit<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request
                .app_data::<web::Data<App>>()
                .map(|app| app.get_ref().clone())
                .ok_or_else(|| Error::internal("the application has no state"))?;
            let facts = RequestFacts::of(&request);
            let operation = operation_of(&request);
            let caller = if P::SIGNED_IN { Some(Caller::of(&app, &request).await?) } else { None };
            if let Some(caller) = &caller {
                facts.trace.set_actor(caller.account_id.0, Some(caller.session_id.0));
            }
            let scope = scope_for::<P>(caller.as_ref())?;
            Ok(Self { app, facts, operation, caller, scope, right: PhantomData })
        })
    }
}

/// `PUT /api/reports/{id}/submission`.
pub(crate) fn operation_of(request: &HttpRequest) -> String {
    format!("{} {}", request.method(), request.match_pattern().unwrap_or_default())
}

fn scope_for<P: Right>(caller: Option<&Caller>) -> Result<Scope> {
    let Some(caller) = caller else { return Ok(Scope::default()) };
    if P::PERMISSIONS.is_empty() {
        return Ok(Scope::over(caller.held.clone()));
    }
    let permitted = |role| P::PERMISSIONS.iter().any(|permission| policy::allows(role, *permission));
    let held: Vec<_> = caller.held.iter().filter(|held| permitted(held.role)).cloned().collect();
    if held.is_empty() {
        return Err(Error::forbidden("access.forbidden"));
    }
    Ok(Scope::over(held))
}
