//! What administrators do with accounts and grants.

use fupin_contract::{
    AccountId, Cursor, GrantId, Page, Phone, UnitId,
    access::{
        Account, AccountFilter, AccountStatus, CreateAccount, CreatedAccount, GrantRole, HandOver, OneTimeLink, Role,
        RolePermissions, UpdateAccount,
    },
};
use fupin_kernel::{App, Error, Result, Tx, audit::Event, seal};

use super::{
    rules::{self, AccountError, KEEPERS},
    store::{self, NewAccount},
};
use crate::{
    delegations,
    permit::{AdministerGrants, ManageAccounts, Permit, ReadAccounts, Right},
    policy, sign_in,
};

pub(super) async fn list_accounts(permit: &Permit<ReadAccounts>, filter: AccountFilter) -> Result<Page<Account>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    let keys = &permit.app().keys;
    let rows = permit.read(async |tx| store::list_accounts(tx, keys, permit.scope(), &filter, limit).await).await?;
    Ok(Page::cut(rows, limit, |account: &Account| Cursor(account.username.clone()).0))
}

pub(super) async fn get_account(permit: &Permit<ReadAccounts>, id: AccountId) -> Result<Account> {
    permit.read(async |tx| store::find_account(tx, &permit.app().keys, permit.scope(), id).await).await
}

pub(super) async fn create_account(permit: &Permit<ManageAccounts>, input: CreateAccount) -> Result<CreatedAccount> {
    let id = AccountId::generate();
    let phone_sealed = seal_phone(permit, id, input.phone.as_ref())?;
    permit
        .write(Event::on("access.account_created", id).with("unit_id", input.unit.0), async |tx| {
            store::ordinal(tx, permit.scope(), input.unit).await?;
            let (username, name) = (input.username.as_str(), input.name.trim());
            store::insert_account(tx, NewAccount { id, username, name, unit: input.unit, phone_sealed }).await?;
            let activation = make_link(permit, tx, id, "activation").await?;
            let account = store::find_account(tx, &permit.app().keys, permit.scope(), id).await?;
            Ok(CreatedAccount { account, activation })
        })
        .await
}

fn seal_phone<P: Right>(permit: &Permit<P>, id: AccountId, phone: Option<&Phone>) -> Result<Option<Vec<u8>>> {
    phone.map(|phone| seal::seal(&permit.app().keys, &store::phone_place(id), phone.reveal())).transpose()
}

async fn make_link(permit: &Permit<ManageAccounts>, tx: &mut Tx, id: AccountId, kind: &str) -> Result<OneTimeLink> {
    let expires_at = tx.now() + permit.app().settings.limits.one_time_link;
    let token = sign_in::new_link(tx, id, kind, expires_at).await?;
    Ok(OneTimeLink { link: format!("/activate#{token}"), expires_at })
}

/// Load within the scope, change, and answer with what it has become.
async fn change(
    permit: &Permit<ManageAccounts>,
    event: Event,
    id: AccountId,
    act: impl AsyncFnOnce(&mut Tx, Account) -> Result<()>,
) -> Result<Account> {
    permit
        .write(event, async |tx| {
            let account = store::lock_account(tx, &permit.app().keys, permit.scope(), id).await?;
            act(tx, account).await?;
            store::find_account(tx, &permit.app().keys, permit.scope(), id).await
        })
        .await
}

pub(super) async fn update_account(
    permit: &Permit<ManageAccounts>,
    id: AccountId,
    input: UpdateAccount,
) -> Result<Account> {
    let phone_sealed = seal_phone(permit, id, input.phone.as_ref())?;
    change(permit, Event::on("access.account_updated", id), id, async |tx, _| {
        store::ordinal(tx, permit.scope(), input.unit).await?;
        store::update_account(tx, id, &input, phone_sealed).await
    })
    .await
}

pub(super) async fn disable_account(permit: &Permit<ManageAccounts>, id: AccountId) -> Result<Account> {
    let own = permit.account_id()?;
    change(permit, Event::on("access.account_disabled", id), id, async |tx, account| {
        if own == id {
            return Err(AccountError::OwnAccount.into());
        }
        disable(tx, &account).await
    })
    .await
}

async fn disable(tx: &mut Tx, account: &Account) -> Result<()> {
    if account.status == AccountStatus::Disabled {
        return Err(AccountError::Disabled.into());
    }
    for grant in &account.grants {
        keep_one(tx, grant.role, grant.unit.id, account.id).await?;
    }
    store::update_disabled(tx, account.id, Some(tx.now())).await?;
    delegations::end_with_account(tx, account.id).await?;
    sign_in::end_sessions(tx, account.id, None, "account_disabled").await
}

/// An instance that nobody can administrate cannot be mended from within.
async fn keep_one(tx: &mut Tx, role: Role, unit: UnitId, leaving: AccountId) -> Result<()> {
    if KEEPERS.contains(&role) && store::count_others_with(tx, role, unit, leaving).await? == 0 {
        return Err(AccountError::LastAdministrator.into());
    }
    Ok(())
}

pub(super) async fn enable_account(permit: &Permit<ManageAccounts>, id: AccountId) -> Result<Account> {
    change(permit, Event::on("access.account_enabled", id), id, async |tx, account| {
        if account.status != AccountStatus::Disabled {
            return Err(AccountError::NotDisabled.into());
        }
        store::update_disabled(tx, id, None).await
    })
    .await
}

pub(super) async fn unlock_account(permit: &Permit<ManageAccounts>, id: AccountId) -> Result<Account> {
    change(permit, Event::on("access.account_unlocked", id), id, async |tx, account| {
        if account.status != AccountStatus::Locked {
            return Err(AccountError::NotLocked.into());
        }
        store::update_unlocked(tx, id).await
    })
    .await
}

pub(super) async fn issue_reset_link(permit: &Permit<ManageAccounts>, id: AccountId) -> Result<OneTimeLink> {
    permit
        .write(Event::on("access.reset_link_issued", id), async |tx| {
            let account = store::lock_account(tx, &permit.app().keys, permit.scope(), id).await?;
            if account.status == AccountStatus::Disabled {
                return Err(AccountError::Disabled.into());
            }
            rules::may_reset(&roles(&account))?;
            make_link(permit, tx, id, "reset").await
        })
        .await
}

/// A link to a new password for any account, by whoever runs the machine: the way back for an administrator.
pub async fn issue_reset_link_at_host(app: &App, username: &str) -> Result<OneTimeLink> {
    let permit = Permit::<ManageAccounts>::for_job(app, "reset-link");
    let event = Event::new("access.reset_link_issued").with("username", username);
    permit
        .write_noting(event, async |tx, event| {
            let id = store::find_by_username(tx, username).await?.ok_or(Error::NotFound)?;
            event.object_id = Some(id.to_string());
            make_link(&permit, tx, id, "reset").await
        })
        .await
}

fn roles(account: &Account) -> Vec<Role> {
    account.grants.iter().map(|grant| grant.role).collect()
}

/// What the leaving clerk owes follows the grants: the account that takes them over finds it among its todos.
pub(super) async fn hand_over(permit: &Permit<ManageAccounts>, id: AccountId, input: HandOver) -> Result<Account> {
    let own = permit.account_id()?;
    let event =
        Event::on("access.account_handed_over", id).with("to", input.to.to_string()).with("reason", input.reason);
    let answer = change(permit, event, id, async |tx, account| {
        if own == id || input.to == id {
            return Err(AccountError::OwnAccount.into());
        }
        let heir = store::lock_account(tx, &permit.app().keys, permit.scope(), input.to).await?;
        if heir.status == AccountStatus::Disabled {
            return Err(AccountError::Disabled.into());
        }
        rules::may_hand_over(&roles(&account), &roles(&heir))?;
        for grant in &account.grants {
            store::insert_grant(tx, GrantId::generate(), heir.id, grant.role, grant.unit.id, Some(own)).await?;
        }
        store::delete_grants(tx, id).await?;
        permit.record(tx, &Event::on("access.account_took_over", heir.id).with("from", id.to_string()))?;
        disable(tx, &Account { grants: Vec::new(), ..account }).await
    });
    answer.await
}

pub(super) async fn grant_role(permit: &Permit<AdministerGrants>, id: AccountId, input: GrantRole) -> Result<Account> {
    let own = permit.account_id()?;
    let grant_id = GrantId::generate();
    let event = Event::on("access.role_granted", id)
        .with("grant_id", grant_id.to_string())
        .with("role", input.role.name())
        .with("unit_id", input.unit.0);
    permit
        .write(event, async |tx| {
            let keys = &permit.app().keys;
            let account = store::lock_account(tx, keys, permit.scope(), id).await?;
            let ordinal = store::ordinal(tx, permit.scope(), input.unit).await?;
            rules::may_grant(own, id, permit.scope().held(), input.role, ordinal)?;
            rules::may_hold(input.role, &roles(&account))?;
            if account.status == AccountStatus::Disabled {
                return Err(AccountError::Disabled.into());
            }
            if !store::insert_grant(tx, grant_id, id, input.role, input.unit, Some(own)).await? {
                return Err(AccountError::AlreadyGranted.into());
            }
            store::find_account(tx, keys, permit.scope(), id).await
        })
        .await
}

pub(super) async fn revoke_grant(permit: &Permit<AdministerGrants>, id: GrantId) -> Result<()> {
    let own = permit.account_id()?;
    permit
        .write(Event::on("access.grant_revoked", id), async |tx| {
            let (account_id, role, unit) = store::lock_grant(tx, id).await?;
            let ordinal = store::ordinal_of_grant(tx, permit.scope(), unit).await?;
            rules::may_grant(own, account_id, permit.scope().held(), role, ordinal)?;
            keep_one(tx, role, unit, account_id).await?;
            store::delete_grant(tx, id).await
        })
        .await
}

/// The policy as a list.
pub(super) fn list_roles() -> Page<RolePermissions> {
    let row = |role| RolePermissions { role, permissions: policy::permissions(role).to_vec() };
    Page { items: Role::ALL.into_iter().map(row).collect(), next: None }
}
