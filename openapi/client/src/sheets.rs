//! Reports as spreadsheets, one by one and many at once.

use fupin_contract::{
    ExportId, Page, ReportId, TaskId,
    reporting::{Export, OrderExport, SHEET_MEDIA_TYPE, UploadSheet, UploadedSheet},
};
use uuid::Uuid;

use crate::{Client, Download, Request, Result, Transport};

/// One report.
impl<T: Transport> Client<T> {
    pub async fn download_sheet(&self, id: ReportId) -> Result<Download> {
        self.answer(Request::get(format!("/api/reports/{id}/sheet.xlsx"))).await.map(Download::from)
    }

    pub async fn upload_sheet(
        &self,
        id: ReportId,
        how: UploadSheet,
        file: Vec<u8>,
        key: Uuid,
    ) -> Result<UploadedSheet> {
        let request = Request::post(format!("/api/reports/{id}/sheet")).query(&how)?;
        self.call(request.file(SHEET_MEDIA_TYPE, file).key(key)).await
    }
}

/// Many reports.
impl<T: Transport> Client<T> {
    pub async fn order_export(&self, task: TaskId, order: &OrderExport, key: Uuid) -> Result<Export> {
        self.call(Request::post(format!("/api/tasks/{task}/exports")).json(order)?.key(key)).await
    }

    pub async fn list_exports(&self) -> Result<Page<Export>> {
        self.call(Request::get("/api/exports")).await
    }

    pub async fn get_export(&self, id: ExportId) -> Result<Export> {
        self.call(Request::get(format!("/api/exports/{id}"))).await
    }

    pub async fn cancel_export(&self, id: ExportId) -> Result<Export> {
        self.call(Request::post(format!("/api/exports/{id}/cancellation"))).await
    }

    pub async fn download_export(&self, id: ExportId) -> Result<Download> {
        self.answer(Request::get(format!("/api/exports/{id}/file"))).await.map(Download::from)
    }
}
