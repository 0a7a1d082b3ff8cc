//! Daily work that is another's to do for some days.

use fupin_contract::{
    DelegationId, Page,
    delegations::{Colleague, CreateDelegation, DelegateFilter, Delegation, DelegationFilter},
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn list_delegations(&self, filter: &DelegationFilter) -> Result<Page<Delegation>> {
        self.call(Request::get("/api/delegations").query(filter)?).await
    }

    pub async fn create_delegation(&self, delegation: &CreateDelegation) -> Result<Delegation> {
        self.call(Request::post("/api/delegations").json(delegation)?).await
    }

    pub async fn end_delegation(&self, id: DelegationId) -> Result<()> {
        self.act(Request::new(Method::Delete, format!("/api/delegations/{id}"))).await
    }

    /// Those who may stand in.
    pub async fn list_delegates(&self, filter: &DelegateFilter) -> Result<Page<Colleague>> {
        self.call(Request::get("/api/delegates").query(filter)?).await
    }
}
