//! Forms that are being designed.

use fupin_contract::{
    DraftId, Page,
    reporting::{
        AtVersion, DraftStart, FormDraft, FormDraftSummary, FormOfSheet, FormSummary, ItemOverlap, OverlapFilter,
        ReadForm, SHEET_MEDIA_TYPE, SaveFormDraft,
    },
};
use uuid::Uuid;

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn list_form_drafts(&self) -> Result<Page<FormDraftSummary>> {
        self.call(Request::get("/api/form-drafts")).await
    }

    pub async fn create_form_draft(&self, start: &DraftStart, key: Uuid) -> Result<FormDraft> {
        self.call(Request::post("/api/form-drafts").json(start)?.key(key)).await
    }

    /// Begin with what a workbook says, or only hear what that would be.
    pub async fn read_form_sheet(&self, how: &ReadForm, file: Vec<u8>, key: Uuid) -> Result<FormOfSheet> {
        let request = Request::post("/api/form-sheets").query(how)?;
        self.call(request.file(SHEET_MEDIA_TYPE, file).key(key)).await
    }

    pub async fn get_form_draft(&self, id: DraftId) -> Result<FormDraft> {
        self.call(Request::get(format!("/api/form-drafts/{id}"))).await
    }

    /// Loses against whoever saved since: the refusal brings the draft as it is now.
    pub async fn save_form_draft(&self, id: DraftId, save: &SaveFormDraft) -> Result<FormDraft> {
        self.call(Request::put(format!("/api/form-drafts/{id}")).json(save)?).await
    }

    pub async fn delete_form_draft(&self, id: DraftId) -> Result<()> {
        self.act(Request::new(Method::Delete, format!("/api/form-drafts/{id}"))).await
    }

    pub async fn publish_form_draft(&self, id: DraftId, seen: &AtVersion, key: Uuid) -> Result<FormSummary> {
        self.call(Request::post(format!("/api/form-drafts/{id}/publication")).json(seen)?.key(key)).await
    }

    /// Items of a draft that other forms ask for.
    pub async fn list_draft_overlaps(&self, id: DraftId) -> Result<Page<ItemOverlap>> {
        self.call(Request::get(format!("/api/form-drafts/{id}/overlaps"))).await
    }

    /// Items that would be asked for twice in a period.
    pub async fn list_item_overlaps(&self, filter: &OverlapFilter) -> Result<Page<ItemOverlap>> {
        self.call(Request::get("/api/item-overlaps").query(filter)?).await
    }
}
