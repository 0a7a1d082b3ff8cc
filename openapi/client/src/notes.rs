//! What people say of a report's cells, and the files beside them.

use fupin_contract::{
    AttachmentId, ReportId,
    reporting::{ATTACHMENT_MEDIA_TYPE, AttachFile, CommentCell, FlagCell, ReportNotes},
};
use uuid::Uuid;

use crate::{Client, Download, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn get_report_notes(&self, id: ReportId) -> Result<ReportNotes> {
        self.call(Request::get(format!("/api/reports/{id}/notes"))).await
    }

    pub async fn comment_cell(&self, id: ReportId, act: &CommentCell, key: Uuid) -> Result<ReportNotes> {
        self.call(Request::post(format!("/api/reports/{id}/comments")).json(act)?.key(key)).await
    }

    pub async fn flag_cell(&self, id: ReportId, act: &FlagCell) -> Result<ReportNotes> {
        self.call(Request::put(format!("/api/reports/{id}/flags")).json(act)?).await
    }

    pub async fn attach_file(&self, id: ReportId, how: &AttachFile, file: Vec<u8>, key: Uuid) -> Result<ReportNotes> {
        let request = Request::post(format!("/api/reports/{id}/attachments")).query(how)?;
        self.call(request.file(ATTACHMENT_MEDIA_TYPE, file).key(key)).await
    }

    pub async fn remove_attachment(&self, id: AttachmentId) -> Result<ReportNotes> {
        self.call(Request::new(Method::Delete, format!("/api/attachments/{id}"))).await
    }

    pub async fn download_attachment(&self, id: AttachmentId) -> Result<Download> {
        self.answer(Request::get(format!("/api/attachments/{id}/file"))).await.map(Download::from)
    }
}
