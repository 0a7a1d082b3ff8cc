//! The instance itself: what it is, whether it is well, its first set-up, its audit trail.

use fupin_contract::{
    Page,
    access::CheckLink,
    audit::{AuditFilter, AuditRow, AuditVerdict},
    setup::{Health, Instance, SetUp, SetUpChoices, SetUpDone},
};

use crate::{Client, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// What anybody may know before signing in.
    pub async fn get_instance(&self) -> Result<Instance> {
        self.call(Request::get("/api/instance")).await
    }

    pub async fn get_health(&self) -> Result<Health> {
        self.call(Request::get("/api/health")).await
    }

    /// What can be set up; needs the one-time set-up token.
    pub async fn list_set_up_choices(&self, token: &CheckLink) -> Result<SetUpChoices> {
        self.call(Request::post("/api/setup/choices").json(token)?).await
    }

    pub async fn set_up(&self, set_up: &SetUp) -> Result<SetUpDone> {
        self.call(Request::post("/api/setup").json(set_up)?).await
    }

    pub async fn list_audit(&self, filter: &AuditFilter) -> Result<Page<AuditRow>> {
        self.call(Request::get("/api/audit").query(filter)?).await
    }

    pub async fn verify_audit(&self) -> Result<AuditVerdict> {
        self.call(Request::post("/api/audit/verification")).await
    }
}
