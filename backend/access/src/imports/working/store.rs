//! The SQL of the work on imports, which a job does for whoever asked for it.

use std::collections::HashMap;

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, AccountImportId, GrantProposalId, UnitId, access::Role, account_imports::ImportState};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::imports::{
    rules::{Judged, Known, state_name, state_of},
    units::UnitNode,
};

#[derive(QueryableByName)]
struct WorkRow {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_by: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    content_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    handled: i32,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Integer)]
    hi: i32,
}

/// What a job finds to do.
#[derive(Debug)]
pub struct Work {
    pub state: ImportState,
    pub run_by: Option<AccountId>,
    pub content_sealed: Vec<u8>,
    pub handled: usize,
    /// Ordinals that the sheet may name.
    pub inside: (i32, i32),
}

/// What there is to do on an import; none if nothing. Of a unit that has ended nothing can be named.
pub async fn find_work(tx: &mut Tx, id: AccountImportId) -> Result<Option<Work>> {
    let row: Option<WorkRow> = sql_query(
        "select i.state, i.unit_id, i.run_by, i.content_sealed, i.handled, coalesce(p.lo, 0) as lo, coalesce(p.hi, 0) as hi
         from account_import i left join v_access_place p on p.unit_id = i.unit_id
         where i.account_import_id = $1 and i.state in ('checking', 'importing')",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let state = state_of(&row.state).ok_or_else(|| Error::internal("an import is in no known state"))?;
    let content_sealed = row
        .content_sealed
        .ok_or_else(|| Error::internal(format!("an import at unit {} has lost its rows", row.unit_id)))?;
    Ok(Some(Work {
        state,
        run_by: row.run_by.map(AccountId),
        content_sealed,
        handled: usize::try_from(row.handled).unwrap_or_default(),
        inside: (row.lo, row.hi),
    }))
}

#[derive(QueryableByName)]
struct NodeRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    parent_id: Option<i32>,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    lo: i32,
}

/// All units of today's tree. Their names and codes are no secret.
pub async fn list_nodes(tx: &mut Tx) -> Result<Vec<UnitNode>> {
    let rows: Vec<NodeRow> =
        sql_query("select unit_id, parent_id, code, name, lo from v_access_unit order by lo").load(tx.conn()?).await?;
    let node = |row: NodeRow| UnitNode {
        unit_id: row.unit_id,
        parent_id: row.parent_id,
        code: row.code,
        name: row.name,
        lo: row.lo,
    };
    Ok(rows.into_iter().map(node).collect())
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Bool)]
    inside: bool,
    #[diesel(sql_type = Bool)]
    disabled: bool,
}

#[derive(QueryableByName)]
struct RoleRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    /// `held`, `pending` or `decided`.
    #[diesel(sql_type = Text)]
    how: String,
}

/// The accounts of some user names, whatever their case, by the name in lower case.
pub async fn list_known(tx: &mut Tx, (lo, hi): (i32, i32), usernames: &[String]) -> Result<HashMap<String, Known>> {
    let rows: Vec<KnownRow> = sql_query(
        "select a.account_id, lower(a.username) as username, a.name, coalesce(p.place_id, a.unit_id) as unit_id,
             coalesce(p.lo >= $2 and p.lo < $3, false) as inside, a.disabled_at is not null as disabled
         from account a left join v_access_place p on p.unit_id = a.unit_id
         where lower(a.username) = any($1)",
    )
    .bind::<Array<Text>, _>(usernames)
    .bind::<Integer, _>(lo)
    .bind::<Integer, _>(hi)
    .load(tx.conn()?)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.account_id).collect();
    let roles = list_roles(tx, &ids).await?;
    let mut known: HashMap<Uuid, (String, Known)> = HashMap::new();
    for row in rows {
        let of = Known {
            id: AccountId(row.account_id),
            name: row.name,
            unit: UnitId(row.unit_id),
            inside: row.inside,
            disabled: row.disabled,
            held: Vec::new(),
            proposed: Vec::new(),
        };
        known.insert(row.account_id, (row.username, of));
    }
    for row in roles {
        let (Some(role), Some((_, of))) = (Role::from_name(&row.role), known.get_mut(&row.account_id)) else {
            continue;
        };
        if row.how == "held" {
            of.held.push((role, UnitId(row.unit_id)));
        } else {
            of.proposed.push((role, UnitId(row.unit_id), row.how == "pending"));
        }
    }
    Ok(known.into_values().collect())
}

async fn list_roles(tx: &mut Tx, accounts: &[Uuid]) -> Result<Vec<RoleRow>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sql_query(
        "select g.account_id, g.role, coalesce(p.place_id, g.unit_id) as unit_id, 'held' as how
         from account_grant g left join v_access_place p on p.unit_id = g.unit_id where g.account_id = any($1)
         union all
         select g.account_id, g.role, coalesce(p.place_id, g.unit_id),
             case g.state when 'pending' then 'pending' else 'decided' end
         from grant_proposal g left join v_access_place p on p.unit_id = g.unit_id where g.account_id = any($1)",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .load(tx.conn()?)
    .await?)
}

/// Keep what became of some rows, in place of what was kept of them before.
pub async fn save_rows(tx: &mut Tx, id: AccountImportId, rows: &[Judged]) -> Result<()> {
    let faults = rows.iter().map(|row| serde_json::to_value(&row.faults)).collect::<Result<Vec<_>, _>>()?;
    sql_query(
        "insert into account_import_row as r (account_import_id, row_no, username, name, unit_typed, unit_id, role,
             outcome, faults, account_id)
         select $1, n.* from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
             $9::jsonb[], $10::uuid[]) n
         on conflict (account_import_id, row_no) do update set unit_id = excluded.unit_id, role = excluded.role,
             outcome = excluded.outcome, faults = excluded.faults, account_id = excluded.account_id",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.row).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.username.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.unit_typed.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(rows.iter().map(|row| row.unit.map(|unit| unit.0)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.role.map(Role::name)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.outcome.name()).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(faults)
    .bind::<Array<Nullable<SqlUuid>>, _>(rows.iter().map(|row| row.account.map(|of| of.0)).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Say how far a pass is. False when it is not the pass under way any more, or another job is further.
pub async fn update_handled(
    tx: &mut Tx,
    id: AccountImportId,
    state: ImportState,
    (before, now): (usize, usize),
) -> Result<bool> {
    let number = |count: usize| i32::try_from(count).map_err(Error::internal);
    let updated = sql_query(
        "update account_import set handled = $4 where account_import_id = $1 and state = $2 and handled = $3",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(state_name(state))
    .bind::<Integer, _>(number(before)?)
    .bind::<Integer, _>(number(now)?)
    .execute(tx.conn()?)
    .await?;
    Ok(updated == 1)
}

/// End a pass, with what the rows have come to. What was typed is let go of unless it is still to be taken.
pub async fn update_ended(tx: &mut Tx, id: AccountImportId, before: ImportState, after: ImportState) -> Result<bool> {
    let now = tx.now();
    let updated = sql_query(
        "update account_import i set state = $3, creates = c.creates, proposes = c.proposes, sames = c.sames,
             faulty = c.faulty, checked_at = coalesce(i.checked_at, $4),
             finished_at = case when $3 = 'checked' then null else $4 end,
             content_sealed = case when $3 = 'checked' then i.content_sealed end
         from (
             select count(*) filter (where outcome = 'create') as creates,
                 count(*) filter (where outcome = 'propose') as proposes,
                 count(*) filter (where outcome = 'same') as sames,
                 count(*) filter (where outcome = 'faulty') as faulty
             from account_import_row where account_import_id = $1
         ) c
         where i.account_import_id = $1 and i.state = $2",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(state_name(before))
    .bind::<Text, _>(state_name(after))
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(updated == 1)
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = Integer)]
    row_no: i32,
}

/// Those of some rows that were found good.
pub async fn list_good(tx: &mut Tx, id: AccountImportId, rows: &[i32]) -> Result<Vec<i32>> {
    let rows: Vec<NumberRow> = sql_query(
        "select row_no from account_import_row
         where account_import_id = $1 and outcome in ('create', 'propose') and row_no = any($2)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Array<Integer>, _>(rows)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.row_no).collect())
}

/// An account to be made.
pub struct NewAccount<'a> {
    pub id: AccountId,
    pub row: &'a Judged,
    pub phone_sealed: Vec<u8>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Make accounts; says which were made. One whose user name is taken by now is not.
pub async fn insert_accounts(tx: &mut Tx, new: &[NewAccount<'_>]) -> Result<Vec<AccountId>> {
    let made: Vec<IdRow> = sql_query(
        "insert into account (account_id, username, name, unit_id, phone_sealed)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bytea[])
         on conflict do nothing returning account_id as id",
    )
    .bind::<Array<SqlUuid>, _>(new.iter().map(|new| new.id.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(new.iter().map(|new| new.row.username.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(new.iter().map(|new| new.row.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(new.iter().map(|new| new.row.unit.map(|unit| unit.0)).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(new.iter().map(|new| new.phone_sealed.as_slice()).collect::<Vec<_>>())
    .load(tx.conn()?)
    .await?;
    Ok(made.into_iter().map(|row| AccountId(row.id)).collect())
}

/// Propose the roles of rows; what was proposed before stays as it was decided.
pub async fn insert_proposals(tx: &mut Tx, id: AccountImportId, rows: &[&Judged]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into grant_proposal (grant_proposal_id, account_import_id, account_id, role, unit_id, proposed_at)
         select n.id, $1, n.account_id, n.role, n.unit_id, $6
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]) n (id, account_id, role, unit_id)
         on conflict (account_id, role, unit_id) do nothing",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|_| GrantProposalId::generate().0).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(rows.iter().map(|row| row.account.map(|of| of.0)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.role.map(Role::name)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(rows.iter().map(|row| row.unit.map(|unit| unit.0)).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
