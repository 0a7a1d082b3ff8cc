//! Who calls: the account behind a token, as it stands now. A session that ended, an account that was disabled and
//! a grant that was taken away count from the next call on.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, SessionId, UnitId,
    access::{HeldGrant, Me, Permission, Role},
    units::{Level, UnitName},
};
use fupin_kernel::{App, Error, Result, Tx, clock};
use uuid::Uuid;

use crate::{
    policy,
    scope::{Held, Principal},
    token,
};

/// The account behind a call.
#[derive(Clone, Debug)]
pub struct Caller {
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub username: String,
    pub name: String,
    pub held: Vec<Held>,
}

#[derive(QueryableByName)]
struct CallerRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_used_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    unit_id: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    unit_name: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    level: Option<i16>,
    #[diesel(sql_type = Nullable<Integer>)]
    lo: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    hi: Option<i32>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    principal_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    principal_name: Option<String>,
}

impl Caller {
    /// The caller of a request, by its bearer token.
    pub(crate) async fn of(app: &App, request: &HttpRequest) -> Result<Self> {
        let token = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| Error::unauthenticated("access.signed_out"))?;
        let bearer = token::verify(&app.keys, token)?;
        let caller = Self::remembered(app, bearer.session_id).await?;
        if caller.account_id != bearer.account_id {
            return Err(Error::unauthenticated("access.token_invalid"));
        }
        Ok(caller)
    }

    /// What was read before, if nothing of it has changed since; else read anew. One row is looked at either way, so
    /// that a grant taken away on another node counts from the next call on.
    async fn remembered(app: &App, session_id: SessionId) -> Result<Self> {
        let moment = app.db.moment().await?;
        let known = REMEMBERED.read().unwrap_or_else(PoisonError::into_inner).get(&session_id).cloned();
        if let Some(known) = known
            && known.epoch == moment.access_epoch
            && known.day == clock::local_date(moment.now)
            // Past its limits as remembered, it may have been renewed since.
            && known.check_limits(app, moment.now).is_ok()
        {
            return Ok(known.caller.clone());
        }
        let read = app.db.read(async |tx| read(tx, session_id).await).await?;
        read.check_limits(app, moment.now)?;
        let caller = read.caller.clone();
        let kept = Remembered { epoch: moment.access_epoch, day: clock::local_date(moment.now), ..read };
        let mut remembered = REMEMBERED.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(session_id, Arc::new(kept));
        Ok(caller)
    }

    /// The union of what the caller's roles allow.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let allowed = |permission: &Permission| self.held.iter().any(|held| policy::allows(held.role, *permission));
        Permission::ALL.into_iter().filter(allowed).collect()
    }

    /// The caller as the caller sees himself.
    #[must_use]
    pub fn me(&self) -> Me {
        let grant = |held: &Held| HeldGrant {
            role: held.role,
            unit: UnitName { id: held.unit_id, name: held.unit_name.clone(), level: held.level },
            on_behalf_of: held.on_behalf_of.as_ref().map(|principal| principal.name.clone()),
        };
        Me {
            account_id: self.account_id,
            session_id: self.session_id,
            username: self.username.clone(),
            name: self.name.clone(),
            grants: self.held.iter().map(grant).collect(),
            permissions: self.permissions(),
        }
    }
}

/// A caller, and what he was read from.
struct Remembered {
    caller: Caller,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    epoch: i64,
    day: NaiveDate,
}

impl Remembered {
    fn check_limits(&self, app: &App, now: DateTime<Utc>) -> Result<()> {
        let limits = &app.settings.limits;
        if now >= self.created_at + limits.absolute || now >= self.last_used_at + limits.idle {
            return Err(Error::unauthenticated("access.session_over"));
        }
        Ok(())
    }
}

/// Sessions are unique whatever the database, so one memory serves the process.
static REMEMBERED: LazyLock<RwLock<HashMap<SessionId, Arc<Remembered>>>> = LazyLock::new(RwLock::default);
/// More sessions than a province has accounts.
const MOST_REMEMBERED: usize = 100_000;

/// The caller behind a living session, within its limits.
pub(crate) async fn load(tx: &mut Tx, app: &App, session_id: SessionId) -> Result<Caller> {
    let read = read(tx, session_id).await?;
    read.check_limits(app, tx.now())?;
    Ok(read.caller)
}

async fn read(tx: &mut Tx, session_id: SessionId) -> Result<Remembered> {
    let rows: Vec<CallerRow> = sql_query(
        "select a.account_id, a.username, a.name, s.created_at, s.last_used_at,
                g.role, u.place_id as unit_id, u.name as unit_name, u.level, u.lo, u.hi, g.principal_id, g.principal_name
         from session s
         join account a on a.account_id = s.account_id
         left join v_access_grant g on g.account_id = a.account_id
         left join v_access_place u on u.unit_id = g.unit_id
         where s.session_id = $1 and s.ended_at is null and a.disabled_at is null
         order by g.principal_id nulls first, u.level, u.lo, g.role",
    )
    .bind::<SqlUuid, _>(session_id.0)
    .load(tx.conn()?)
    .await?;
    let [first, ..] = rows.as_slice() else { return Err(Error::unauthenticated("access.session_over")) };
    let mut held: Vec<Held> = rows.iter().filter_map(held).collect();
    // Grants at two units that were merged are one.
    held.dedup();
    let caller = Caller {
        account_id: AccountId(first.account_id),
        session_id,
        username: first.username.clone(),
        name: first.name.clone(),
        held,
    };
    let (created_at, last_used_at) = (first.created_at, first.last_used_at);
    Ok(Remembered { caller, created_at, last_used_at, epoch: 0, day: NaiveDate::MIN })
}

/// A grant where its unit stands today, itself or by what it was merged into; one at a unit that has ended gives nothing.
fn held(row: &CallerRow) -> Option<Held> {
    let principal = row.principal_id.zip(row.principal_name.clone());
    let principal = principal.map(|(id, name)| Principal { id: AccountId(id), name });
    Some(Held {
        role: Role::from_name(row.role.as_deref()?)?,
        unit_id: UnitId(row.unit_id?),
        unit_name: row.unit_name.clone()?,
        level: Level::from_rank(row.level?)?,
        lo: row.lo?,
        hi: row.hi?,
        on_behalf_of: principal,
    })
}
