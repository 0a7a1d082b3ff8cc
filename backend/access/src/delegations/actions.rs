//! Delegating, ending, looking who could stand in.

use fupin_contract::{
    AccountId, DelegationId, Page,
    access::Permission,
    delegations::{Colleague, CreateDelegation, DelegateFilter, Delegation, DelegationFilter},
};
use fupin_kernel::{Error, Result, Tx, audit::Event, outbox};
use serde_json::json;

use super::{
    rules::{self, Days, DelegationError, Party, Wanted},
    store::{self, Span},
};
use crate::permit::{Permit, SignedIn};

const ENDED: &str = "access.delegation_ended";

pub(super) async fn list_delegations(permit: &Permit<SignedIn>, filter: DelegationFilter) -> Result<Page<Delegation>> {
    let own = permit.account_id()?;
    let below = permit.scope_of(Permission::GrantBelow);
    let items = permit
        .read(async |tx| match filter.below {
            Some(true) => store::list_below(tx, &below).await,
            Some(false) | None => store::list_own(tx, own).await,
        })
        .await?;
    Ok(Page { items, next: None })
}

pub(super) async fn create_delegation(permit: &Permit<SignedIn>, input: CreateDelegation) -> Result<Delegation> {
    let id = DelegationId::generate();
    let (maker, reason) = (permit.account_id()?, input.reason.trim());
    let principal_id = input.principal.unwrap_or(maker);
    let days = Days { first: input.first_day, last: input.last_day };
    let event = Event::on("access.delegation_made", id)
        .with("principal", principal_id.to_string())
        .with("delegate", input.delegate.to_string())
        .with("first_day", days.first.to_string())
        .with("last_day", days.last.to_string())
        .with("reason", reason);
    permit
        .write(event, async |tx| {
            let (principal, delegate) = parties(tx, permit, principal_id, input.delegate).await?;
            let around = store::list_around(tx, principal_id, input.delegate, days).await?;
            let wanted = Wanted { principal: &principal, delegate: &delegate, days };
            rules::delegate(&wanted, &around, tx.today())?;
            store::insert_delegation(tx, id, Span { principal_id, delegate_id: input.delegate, days, reason, maker })
                .await?;
            outbox::push(tx, "access.delegation_made", &json!({ "delegation_id": id }))?;
            store::find_delegation(tx, id).await
        })
        .await
}

/// Both people, held until the transaction ends. Who may not see one of them hears that there is nobody.
async fn parties(
    tx: &mut Tx,
    permit: &Permit<SignedIn>,
    principal: AccountId,
    delegate: AccountId,
) -> Result<(Party, Party)> {
    store::lock_accounts(tx, &[principal, delegate]).await?;
    let maker = permit.account_id()?;
    let principal = store::find_party(tx, principal).await?;
    if principal.id != maker {
        let below = permit.scope_of(Permission::GrantBelow);
        rules::administers(below.held(), &principal)?;
    }
    let delegate = store::find_party(tx, delegate).await?;
    let seen = permit.scope_of(Permission::ReadAccounts).covers(delegate.ordinal);
    if !rules::near(&principal, &delegate) {
        return Err(if seen { DelegationError::TooFar.into() } else { Error::NotFound });
    }
    Ok((principal, delegate))
}

pub(super) async fn end_delegation(permit: &Permit<SignedIn>, id: DelegationId) -> Result<()> {
    let own = permit.account_id()?;
    permit
        .write(Event::on(ENDED, id), async |tx| {
            let (principal_id, delegate_id) = store::lock_delegation(tx, id).await?;
            if own != principal_id && own != delegate_id {
                let principal = store::find_party(tx, principal_id).await?;
                rules::administers(permit.scope_of(Permission::GrantBelow).held(), &principal)?;
            }
            if !store::update_ended(tx, id, own).await? {
                return Err(DelegationError::Over.into());
            }
            outbox::push(tx, ENDED, &json!({ "delegation_id": id }))
        })
        .await
}

/// Whoever can no longer sign in neither delegates nor stands in.
pub async fn end_with_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    let ended = store::end_all(tx, account).await?;
    ended.into_iter().try_for_each(|id| outbox::push(tx, ENDED, &json!({ "delegation_id": id })))
}

pub(super) async fn list_delegates(permit: &Permit<SignedIn>, filter: DelegateFilter) -> Result<Page<Colleague>> {
    let own = permit.account_id()?;
    let items = permit
        .read(async |tx| {
            let principal = store::find_party(tx, filter.principal.unwrap_or(own)).await?;
            if principal.id != own {
                rules::administers(permit.scope_of(Permission::GrantBelow).held(), &principal)?;
            }
            store::list_delegates(tx, &principal, filter.q.as_deref()).await
        })
        .await?;
    Ok(Page { items, next: None })
}
