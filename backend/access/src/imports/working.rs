//! The work on an import, a handful of rows to a transaction: judging them, and later taking those that are good. It can be
//! cut off after each and goes on where it was.

mod store;

use std::collections::{HashMap, HashSet};

use fupin_contract::{
    AccountId, AccountImportId,
    access::Role,
    account_imports::{ImportState, RowOutcome},
};
use fupin_kernel::{
    App, Error, RequestFacts, Result, Tx,
    audit::{self, Actor, Event, Outcome},
    seal,
};

use super::{
    jobs::{InvitePeople, WorkOnImport},
    reading::TypedRow,
    rules::{self, Judged},
    units::Units,
};
use crate::accounts::store::phone_place;
use store::{NewAccount, Work};

/// Rows in a transaction.
const HANDFUL: usize = 2000;

/// What the rows of an import are sealed for.
pub(super) fn content_place(id: AccountImportId) -> String {
    format!("account_import.content:{id}")
}

/// Judge the rows of an import, or take the good ones, whichever is to be done.
pub async fn work(app: &App, id: AccountImportId) -> Result<()> {
    let found = app.db.read(async |tx| store::find_work(tx, id).await).await?;
    let Some(work) = found else { return Ok(()) };
    let state = work.state;
    match go_on(app, id, work).await {
        Ok(()) => Ok(()),
        // The database is away or the server stops: the job comes again. All else would fail again as well.
        Err(error @ (Error::Unavailable(_) | Error::Conflict(_))) => Err(error),
        Err(error) => {
            tracing::error!(%error, import = %id, "an import of accounts failed");
            let end = async |tx: &mut Tx| store::update_ended(tx, id, state, ImportState::Failed).await;
            app.db.write(end).await.map(|_| ())
        }
    }
}

/// What all rows of an import have in common.
struct Sheet {
    id: AccountImportId,
    rows: Vec<TypedRow>,
    first: HashMap<String, i32>,
    units: Units,
    inside: (i32, i32),
    run_by: Option<AccountId>,
}

async fn go_on(app: &App, id: AccountImportId, work: Work) -> Result<()> {
    let content = seal::open(&app.keys, &content_place(id), &work.content_sealed)?;
    let rows: Vec<TypedRow> = serde_json::from_str(&content)?;
    drop(content);
    let nodes = app.db.read(async |tx| store::list_nodes(tx).await).await?;
    let first = rules::first_rows(&rows);
    let units = Units::new(nodes, work.inside);
    let sheet = Sheet { id, rows, first, units, inside: work.inside, run_by: work.run_by };
    match work.state {
        ImportState::Checking => check(app, &sheet, work.handled).await,
        ImportState::Importing => import(app, &sheet, work.handled).await,
        ImportState::Checked | ImportState::Done | ImportState::Failed | ImportState::Expired => Ok(()),
    }
}

async fn judge(tx: &mut Tx, sheet: &Sheet, rows: &[&TypedRow]) -> Result<Vec<Judged>> {
    let usernames: Vec<String> = rows.iter().map(|row| row.username.to_lowercase()).collect();
    let known = store::list_known(tx, sheet.inside, &usernames).await?;
    let judged = rows.iter().zip(&usernames);
    Ok(judged.map(|(row, username)| rules::judge(row, &sheet.first, &sheet.units, known.get(username))).collect())
}

async fn check(app: &App, sheet: &Sheet, mut handled: usize) -> Result<()> {
    while handled < sheet.rows.len() {
        let end = (handled + HANDFUL).min(sheet.rows.len());
        let rows: Vec<&TypedRow> = sheet.rows[handled..end].iter().collect();
        let (mine, _) = app
            .db
            .write(async |tx| {
                if !store::update_handled(tx, sheet.id, ImportState::Checking, (handled, end)).await? {
                    return Ok(false);
                }
                let judged = judge(tx, sheet, &rows).await?;
                store::save_rows(tx, sheet.id, &judged).await?;
                Ok(true)
            })
            .await?;
        if !mine {
            return Ok(());
        }
        handled = end;
    }
    let end = async |tx: &mut Tx| store::update_ended(tx, sheet.id, ImportState::Checking, ImportState::Checked).await;
    app.db.write(end).await.map(|_| ())
}

async fn import(app: &App, sheet: &Sheet, mut handled: usize) -> Result<()> {
    while handled < sheet.rows.len() {
        let end = (handled + HANDFUL).min(sheet.rows.len());
        let (mine, _) = app
            .db
            .write(async |tx| {
                if !store::update_handled(tx, sheet.id, ImportState::Importing, (handled, end)).await? {
                    return Ok(false);
                }
                take(app, tx, sheet, &sheet.rows[handled..end]).await?;
                Ok(true)
            })
            .await?;
        if !mine {
            return Ok(());
        }
        handled = end;
    }
    app.db
        .write(async |tx| {
            if store::update_ended(tx, sheet.id, ImportState::Importing, ImportState::Done).await? {
                InvitePeople::of(sheet.id).enqueue(tx, None).await?;
            }
            Ok(())
        })
        .await
        .map(|_| ())
}

/// Make the accounts of those of some rows that were found good, and propose their roles. They are judged once more:
/// since then somebody may have been faster.
async fn take(app: &App, tx: &mut Tx, sheet: &Sheet, rows: &[TypedRow]) -> Result<()> {
    let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
    let good: HashSet<i32> = store::list_good(tx, sheet.id, &numbers).await?.into_iter().collect();
    let rows: Vec<&TypedRow> = rows.iter().filter(|row| good.contains(&row.row)).collect();
    let mut judged = judge(tx, sheet, &rows).await?;
    make_accounts(app, tx, &mut judged).await?;
    for (row, typed) in judged.iter_mut().zip(rows) {
        if row.outcome == RowOutcome::Create && row.account.is_none() {
            *row = rules::overtaken(typed, row.clone());
        }
    }
    let proposing: Vec<&Judged> =
        judged.iter().filter(|row| matches!(row.outcome, RowOutcome::Create | RowOutcome::Propose)).collect();
    store::insert_proposals(tx, sheet.id, &proposing).await?;
    let events: Vec<Event> = proposing.iter().filter_map(|row| event(sheet.id, row)).collect();
    store::save_rows(tx, sheet.id, &judged).await?;
    let actor = Actor { account_id: sheet.run_by.map(|by| by.0), session_id: None };
    let facts = RequestFacts::of_job(WorkOnImport::TASK);
    events.iter().try_for_each(|event| audit::record(tx, &app.keys, &facts, actor, event, Outcome::Done))
}

/// Make the accounts that rows ask for, and note them there.
async fn make_accounts(app: &App, tx: &mut Tx, judged: &mut [Judged]) -> Result<()> {
    let mut new = Vec::new();
    for row in judged.iter().filter(|row| row.outcome == RowOutcome::Create) {
        let Some(phone) = &row.phone else { continue };
        let id = AccountId::generate();
        new.push(NewAccount { id, row, phone_sealed: seal::seal(&app.keys, &phone_place(id), phone.reveal())? });
    }
    let made: HashSet<AccountId> = store::insert_accounts(tx, &new).await?.into_iter().collect();
    let made: HashMap<i32, AccountId> =
        new.iter().filter(|new| made.contains(&new.id)).map(|new| (new.row.row, new.id)).collect();
    for row in judged.iter_mut().filter(|row| row.outcome == RowOutcome::Create) {
        row.account = made.get(&row.row).copied();
    }
    Ok(())
}

fn event(id: AccountImportId, row: &Judged) -> Option<Event> {
    let account = row.account?;
    let event = match row.outcome {
        RowOutcome::Create => Event::on("access.account_created", account),
        RowOutcome::Propose => Event::on("access.role_proposed", account),
        RowOutcome::Same | RowOutcome::Faulty => return None,
    };
    let event = event.with("import_id", id.to_string()).with("unit_id", row.unit.map(|unit| unit.0));
    Some(event.with("role", row.role.map(Role::name)))
}
