//! Accounts, roles and grants.

use fupin_contract::{
    AccountId, GrantId, Page,
    access::{
        Account, AccountFilter, CreateAccount, CreatedAccount, GrantRole, HandOver, OneTimeLink, RolePermissions,
        UpdateAccount,
    },
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn list_accounts(&self, filter: &AccountFilter) -> Result<Page<Account>> {
        self.call(Request::get("/api/accounts").query(filter)?).await
    }

    pub async fn create_account(&self, account: &CreateAccount) -> Result<CreatedAccount> {
        self.call(Request::post("/api/accounts").json(account)?).await
    }

    pub async fn get_account(&self, id: AccountId) -> Result<Account> {
        self.call(Request::get(format!("/api/accounts/{id}"))).await
    }

    pub async fn update_account(&self, id: AccountId, account: &UpdateAccount) -> Result<Account> {
        self.call(Request::put(format!("/api/accounts/{id}")).json(account)?).await
    }

    pub async fn disable_account(&self, id: AccountId) -> Result<Account> {
        self.call(Request::post(format!("/api/accounts/{id}/disable"))).await
    }

    pub async fn enable_account(&self, id: AccountId) -> Result<Account> {
        self.call(Request::post(format!("/api/accounts/{id}/enable"))).await
    }

    pub async fn unlock_account(&self, id: AccountId) -> Result<Account> {
        self.call(Request::post(format!("/api/accounts/{id}/unlock"))).await
    }

    pub async fn hand_over_account(&self, id: AccountId, act: &HandOver) -> Result<Account> {
        self.call(Request::post(format!("/api/accounts/{id}/hand-over")).json(act)?).await
    }

    pub async fn issue_reset_link(&self, id: AccountId) -> Result<OneTimeLink> {
        self.call(Request::post(format!("/api/accounts/{id}/reset-link"))).await
    }

    pub async fn grant_role(&self, id: AccountId, grant: &GrantRole) -> Result<Account> {
        self.call(Request::post(format!("/api/accounts/{id}/grants")).json(grant)?).await
    }

    pub async fn revoke_grant(&self, id: GrantId) -> Result<()> {
        self.act(Request::new(Method::Delete, format!("/api/grants/{id}"))).await
    }

    pub async fn list_roles(&self) -> Result<Page<RolePermissions>> {
        self.call(Request::get("/api/roles")).await
    }
}
