//! Accounts from a sheet, and the grants that it proposes.

use fupin_contract::{
    AccountImportId, Page,
    account_imports::{AccountImport, ImportFilter, ImportRow, ImportRowFilter, InvitedAgain},
    grant_proposals::{
        DecideProposals, DecidedProposals, GrantProposal, ProposalBatch, ProposalFilter, ProposalSummary,
    },
    reporting::SHEET_MEDIA_TYPE,
};
use uuid::Uuid;

use crate::{Client, Download, Request, Result, Transport};

/// The sheet.
impl<T: Transport> Client<T> {
    pub async fn download_account_template(&self) -> Result<Download> {
        self.answer(Request::get("/api/account-template.xlsx")).await.map(Download::from)
    }

    pub async fn upload_accounts(&self, file: Vec<u8>, key: Uuid) -> Result<AccountImport> {
        self.call(Request::post("/api/account-imports").file(SHEET_MEDIA_TYPE, file).key(key)).await
    }

    pub async fn list_account_imports(&self, filter: &ImportFilter) -> Result<Page<AccountImport>> {
        self.call(Request::get("/api/account-imports").query(filter)?).await
    }

    pub async fn get_account_import(&self, id: AccountImportId) -> Result<AccountImport> {
        self.call(Request::get(format!("/api/account-imports/{id}"))).await
    }

    pub async fn list_import_rows(&self, id: AccountImportId, filter: &ImportRowFilter) -> Result<Page<ImportRow>> {
        self.call(Request::get(format!("/api/account-imports/{id}/rows")).query(filter)?).await
    }

    /// What is wrong, as a workbook.
    pub async fn download_row_report(&self, id: AccountImportId) -> Result<Download> {
        self.answer(Request::get(format!("/api/account-imports/{id}/report.xlsx"))).await.map(Download::from)
    }

    /// The same as text.
    pub async fn download_row_report_text(&self, id: AccountImportId) -> Result<Download> {
        self.answer(Request::get(format!("/api/account-imports/{id}/report.csv"))).await.map(Download::from)
    }

    pub async fn run_account_import(&self, id: AccountImportId, key: Uuid) -> Result<AccountImport> {
        self.call(Request::post(format!("/api/account-imports/{id}/run")).key(key)).await
    }

    pub async fn invite_again(&self, id: AccountImportId, key: Uuid) -> Result<InvitedAgain> {
        self.call(Request::post(format!("/api/account-imports/{id}/invitations")).key(key)).await
    }
}

/// The grants that it proposes.
impl<T: Transport> Client<T> {
    pub async fn list_proposal_batches(&self) -> Result<Page<ProposalBatch>> {
        self.call(Request::get("/api/grant-proposals")).await
    }

    pub async fn get_proposal_batch(&self, id: AccountImportId) -> Result<ProposalSummary> {
        self.call(Request::get(format!("/api/grant-proposals/{id}"))).await
    }

    pub async fn list_proposals(&self, id: AccountImportId, filter: &ProposalFilter) -> Result<Page<GrantProposal>> {
        self.call(Request::get(format!("/api/grant-proposals/{id}/items")).query(filter)?).await
    }

    pub async fn decide_proposals(
        &self,
        id: AccountImportId,
        decision: &DecideProposals,
        key: Uuid,
    ) -> Result<DecidedProposals> {
        self.call(Request::post(format!("/api/grant-proposals/{id}/decision")).json(decision)?.key(key)).await
    }
}
