//! The first set-up: whoever holds the one-time link names the province, the three administrators and the gateway.
//! Invariant: a fresh instance has no usable account; the link works once and for a day.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    founding::{self, Founder},
    permit::Anyone,
    sign_in,
};
use fupin_contract::{
    UnitId,
    access::{CheckLink, OneTimeLink, Role},
    setup::{FirstAccount, FirstActivation, Instance, SetUp, SetUpChoices, SetUpDone},
};
use fupin_kernel::{App, Error, Json, Result, Tx, Valid, audit::Event};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use fupin_notify::gateway;

use crate::{
    demo,
    province::{self, Province},
};

/// Register the operations of this module.
pub fn configure(service: &mut ServiceConfig) {
    service.service(get_instance).service(get_health).service(list_set_up_choices).service(set_up);
}

/// Whether the server can do its work.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`; anything else comes as a 503 problem.
    status: &'static str,
}

/// Say that the server and its database answer
#[utoipa::path(tag = "ops", operation_id = "get_health", responses((status = 200, body = Health)))]
#[get("/health")]
async fn get_health(permit: Permit<Anyone>) -> Result<Json<Health>> {
    permit.read(async |_| Ok(())).await?;
    Ok(Json(Health { status: "ok" }))
}

/// What kind of instance this is
#[utoipa::path(tag = "ops", operation_id = "get_instance", responses((status = 200, body = Instance)))]
#[get("/instance")]
async fn get_instance(permit: Permit<Anyone>) -> Result<Json<Instance>> {
    let app = permit.app();
    let (instance, now) = permit.read(async |tx| Ok((founding::instance(tx).await?, tx.now()))).await?;
    let demo = app.settings.demo && instance.as_ref().is_some_and(|(_, demo)| *demo);
    Ok(Json(Instance {
        demo,
        ready: instance.is_some(),
        province: instance.map(|(name, _)| name),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now,
        demo_accounts: if demo { demo::offered(app)? } else { Vec::new() },
    }))
}

/// List what can be set up
#[utoipa::path(tag = "ops", operation_id = "list_set_up_choices", request_body = CheckLink,
    responses((status = 200, body = SetUpChoices)))]
#[post("/setup/choices")]
async fn list_set_up_choices(permit: Permit<Anyone>, body: Valid<CheckLink>) -> Result<Json<SetUpChoices>> {
    let token = body.into_inner().token;
    permit
        .write(Event::new("ops.set_up_opened"), async |tx| {
            check_token(tx, &token).await?;
            Ok(Json(SetUpChoices { provinces: province::list()? }))
        })
        .await
}

/// Set the instance up
#[utoipa::path(tag = "ops", operation_id = "set_up", request_body = SetUp,
    responses((status = 200, body = SetUpDone)))]
#[post("/setup")]
async fn set_up(permit: Permit<Anyone>, body: Valid<SetUp>) -> Result<Json<SetUpDone>> {
    let input = body.into_inner();
    permit.write(Event::new("ops.set_up"), async |tx| found(tx, permit.app(), input).await).await.map(Json)
}

async fn check_token(tx: &mut Tx, token: &str) -> Result<()> {
    if founding::instance(tx).await?.is_none() && sign_in::is_set_up_token(tx, token).await? {
        return Ok(());
    }
    Err(Error::conflict("access.link_spent"))
}

async fn found(tx: &mut Tx, app: &App, input: SetUp) -> Result<SetUpDone> {
    check_token(tx, &input.token).await?;
    let province = Province::read(&input.province)?;
    founding::found(tx, &province.key, &province.name, false).await?;
    sign_in::use_set_up_links(tx).await?;
    province.load(tx).await?;
    let top = founding::path_to_village(tx, None).await?;
    let top = top.first().map(|seat| UnitId(seat.unit_id)).ok_or_else(|| Error::internal("an empty tree"))?;
    gateway::check(&input.gateway, &app.settings)?;
    gateway::install(tx, &app.keys, input.gateway).await?;
    let mut activations = Vec::new();
    for (role, account) in [
        (Role::SystemAdmin, input.system_admin),
        (Role::SecurityAdmin, input.security_admin),
        (Role::AuditAdmin, input.audit_admin),
    ] {
        activations.push(appoint(tx, app, role, account, top).await?);
    }
    Ok(SetUpDone { activations })
}

async fn appoint(tx: &mut Tx, app: &App, role: Role, account: FirstAccount, unit: UnitId) -> Result<FirstActivation> {
    let username = account.username.clone();
    let founder =
        Founder { username: account.username, name: account.name, role, unit, phone: None, password_hash: None };
    let account_id = founding::insert_founder(tx, &app.keys, &founder).await?;
    let expires_at = tx.now() + app.settings.limits.one_time_link;
    let token = sign_in::new_link(tx, account_id, "activation", expires_at).await?;
    let activation = OneTimeLink { link: format!("/activate#{token}"), expires_at };
    Ok(FirstActivation { username, role, activation })
}

/// Before the first set-up: make a one-time link and show it to whoever started the server.
#[expect(clippy::print_stdout, reason = "the link is for the person who started the server, and no log")]
pub async fn offer(app: &App) -> Result<()> {
    let instance = app.db.read(async |tx| founding::instance(tx).await).await?;
    match instance {
        Some((_, true)) => Err(Error::Unavailable(
            "this data directory holds a demonstration: serve it with --demo, or choose another with --data-dir"
                .to_owned(),
        )),
        Some((_, false)) => Ok(()),
        None => {
            let (token, _) = app
                .db
                .write(async |tx| {
                    sign_in::use_set_up_links(tx).await?;
                    let expires_at = tx.now() + app.settings.limits.one_time_link;
                    sign_in::insert_link(tx, None, "set_up", expires_at).await
                })
                .await?;
            println!("首次设置（一次有效，24 小时内）: {}/setup#{token}", app.settings.public_url);
            Ok(())
        }
    }
}
