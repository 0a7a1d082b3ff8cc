//! Forms, tasks, reports, review, board and totals.
//!
//! Writes that a bad network may repeat take a key: a new one for each intent, the same one for each repetition.

use fupin_contract::{
    FormId, Page, ReportId, TaskId,
    reporting::{
        ApproveMany, AtVersion, Board, BoardFilter, CancelTask, ContentFilter, DifferenceFilter, Differences,
        Discipline, DisciplineFilter, FormDetail, FormSummary, IssueTask, IssuedTask, Matrix, MatrixFilter, Report,
        ReportFilter, ReportHistory, ReportSummary, ReturnMany, ReturnReport, ReviewedReports, RevokeApproval,
        SaveCells, SavedCells, SubmitMany, SubmitReport, SubmittedReports, Task, TaskFilter, Totals, TotalsFilter,
        Trend, TrendFilter, WaitingCount, WaitingFilter,
    },
};
use uuid::Uuid;

use crate::{Client, Method, Request, Response, Result, Transport};

/// A file that the server made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Under which it is to be saved; empty when the server named none.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl From<Response> for Download {
    fn from(response: Response) -> Self {
        let name = response.disposition.as_deref().and_then(file_name).unwrap_or_default();
        Self { name, bytes: response.body }
    }
}

/// The name in a content disposition; the encoded one, which alone can be Chinese, goes first (RFC 6266).
fn file_name(disposition: &str) -> Option<String> {
    let value = |name: &str| {
        disposition.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim_start().strip_prefix('='))
    };
    if let Some(encoded) = value("filename*").and_then(|value| value.trim().strip_prefix("UTF-8''")) {
        return percent_encoding::percent_decode_str(encoded).decode_utf8().ok().map(|name| name.into_owned());
    }
    value("filename").map(|name| name.trim().trim_matches('"').to_owned())
}

/// Forms and tasks.
impl<T: Transport> Client<T> {
    pub async fn list_forms(&self) -> Result<Page<FormSummary>> {
        self.call(Request::get("/api/forms")).await
    }

    pub async fn get_form(&self, id: FormId) -> Result<FormDetail> {
        self.call(Request::get(format!("/api/forms/{id}"))).await
    }

    pub async fn issue_task(&self, task: &IssueTask, key: Uuid) -> Result<IssuedTask> {
        self.call(Request::post("/api/tasks").json(task)?.key(key)).await
    }

    pub async fn list_tasks(&self, filter: &TaskFilter) -> Result<Page<Task>> {
        self.call(Request::get("/api/tasks").query(filter)?).await
    }

    pub async fn get_task(&self, id: TaskId) -> Result<Task> {
        self.call(Request::get(format!("/api/tasks/{id}"))).await
    }

    pub async fn cancel_task(&self, id: TaskId, act: &CancelTask) -> Result<Task> {
        self.call(Request::post(format!("/api/tasks/{id}/cancellation")).json(act)?).await
    }

    pub async fn close_task(&self, id: TaskId) -> Result<Task> {
        self.call(Request::post(format!("/api/tasks/{id}/closing"))).await
    }

    pub async fn get_board(&self, id: TaskId, filter: &BoardFilter) -> Result<Board> {
        self.call(Request::get(format!("/api/tasks/{id}/board")).query(filter)?).await
    }

    pub async fn get_matrix(&self, id: TaskId, filter: &MatrixFilter) -> Result<Matrix> {
        self.call(Request::get(format!("/api/tasks/{id}/matrix")).query(filter)?).await
    }

    pub async fn get_trend(&self, filter: &TrendFilter) -> Result<Trend> {
        self.call(Request::get("/api/trend").query(filter)?).await
    }

    pub async fn get_discipline(&self, filter: &DisciplineFilter) -> Result<Discipline> {
        self.call(Request::get("/api/discipline").query(filter)?).await
    }

    pub async fn export_discipline(&self, filter: &DisciplineFilter) -> Result<Download> {
        self.answer(Request::get("/api/discipline.xlsx").query(filter)?).await.map(Download::from)
    }

    pub async fn export_matrix(&self, id: TaskId, filter: &MatrixFilter) -> Result<Download> {
        self.answer(Request::get(format!("/api/tasks/{id}/matrix.xlsx")).query(filter)?).await.map(Download::from)
    }

    pub async fn export_trend(&self, filter: &TrendFilter) -> Result<Download> {
        self.answer(Request::get("/api/trend.xlsx").query(filter)?).await.map(Download::from)
    }

    pub async fn get_totals(&self, id: TaskId, filter: &TotalsFilter) -> Result<Totals> {
        self.call(Request::get(format!("/api/tasks/{id}/totals")).query(filter)?).await
    }

    pub async fn export_totals(&self, id: TaskId, filter: &TotalsFilter) -> Result<Download> {
        self.answer(Request::get(format!("/api/tasks/{id}/totals.xlsx")).query(filter)?).await.map(Download::from)
    }
}

/// Reports.
impl<T: Transport> Client<T> {
    pub async fn list_reports(&self, filter: &ReportFilter) -> Result<Page<ReportSummary>> {
        self.call(Request::get("/api/reports").query(filter)?).await
    }

    pub async fn get_report(&self, id: ReportId) -> Result<Report> {
        self.call(Request::get(format!("/api/reports/{id}"))).await
    }

    pub async fn save_cells(&self, id: ReportId, cells: &SaveCells, key: Uuid) -> Result<SavedCells> {
        self.call(Request::new(Method::Patch, format!("/api/reports/{id}/cells")).json(cells)?.key(key)).await
    }

    pub async fn submit_report(&self, id: ReportId, act: &SubmitReport, key: Uuid) -> Result<ReportSummary> {
        self.call(Request::put(format!("/api/reports/{id}/submission")).json(act)?.key(key)).await
    }

    pub async fn list_report_contents(&self, id: TaskId, filter: &ContentFilter) -> Result<Page<Report>> {
        self.call(Request::get(format!("/api/tasks/{id}/report-contents")).query(filter)?).await
    }

    pub async fn submit_reports(&self, act: &SubmitMany, key: Uuid) -> Result<SubmittedReports> {
        self.call(Request::post("/api/report-submissions").json(act)?.key(key)).await
    }

    pub async fn withdraw_report(&self, id: ReportId, act: &AtVersion, key: Uuid) -> Result<ReportSummary> {
        self.call(Request::post(format!("/api/reports/{id}/withdrawal")).json(act)?.key(key)).await
    }

    pub async fn approve_report(&self, id: ReportId, act: &AtVersion, key: Uuid) -> Result<ReportSummary> {
        self.call(Request::post(format!("/api/reports/{id}/approval")).json(act)?.key(key)).await
    }

    pub async fn return_report(&self, id: ReportId, act: &ReturnReport, key: Uuid) -> Result<ReportSummary> {
        self.call(Request::post(format!("/api/reports/{id}/return")).json(act)?.key(key)).await
    }

    pub async fn revoke_approval(&self, id: ReportId, act: &RevokeApproval, key: Uuid) -> Result<ReportSummary> {
        self.call(Request::post(format!("/api/reports/{id}/revocation")).json(act)?.key(key)).await
    }

    pub async fn count_waiting_reports(&self, filter: &WaitingFilter) -> Result<WaitingCount> {
        self.call(Request::get("/api/waiting-reports").query(filter)?).await
    }

    pub async fn approve_reports(&self, act: &ApproveMany, key: Uuid) -> Result<ReviewedReports> {
        self.call(Request::post("/api/report-approvals").json(act)?.key(key)).await
    }

    pub async fn return_reports(&self, act: &ReturnMany, key: Uuid) -> Result<ReviewedReports> {
        self.call(Request::post("/api/report-returns").json(act)?.key(key)).await
    }

    pub async fn get_differences(&self, id: ReportId, filter: &DifferenceFilter) -> Result<Differences> {
        self.call(Request::get(format!("/api/reports/{id}/differences")).query(filter)?).await
    }

    pub async fn get_report_history(&self, id: ReportId) -> Result<ReportHistory> {
        self.call(Request::get(format!("/api/reports/{id}/history"))).await
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_keeps_its_chinese_name() {
        let disposition = "attachment; filename=\"totals.xlsx\"; filename*=UTF-8''%E8%84%B1%E8%B4%AB-2026-11.xlsx";
        assert_eq!(file_name(disposition).unwrap(), "脱贫-2026-11.xlsx");
    }

    #[test]
    fn a_plain_name_is_read_where_it_is_the_only_one() {
        assert_eq!(file_name("attachment; filename=\"totals.xlsx\"").unwrap(), "totals.xlsx");
        assert_eq!(file_name("inline"), None);
    }
}
