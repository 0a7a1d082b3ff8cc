//! Forms, tasks, reports, review, board and totals.

mod amendments;
mod attachments;
mod board;
mod designs;
mod discipline;
mod fill_many;
mod notes;
mod schedules;
mod sheets;
mod tasks;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use fupin_form::{Cell, Cells, FormDefinition};
use serde::{Deserialize, Serialize};
use validator::Validate;

mod review;

pub use review::{
    ApproveMany, ChosenReports, Difference, DifferenceFilter, Differences, RefusedReport, ReportSelection, ReturnMany,
    ReturnReport, ReviewedReports, RevokeApproval, SeenReport, Since, Step, WaitingCount, WaitingFilter,
    WaitingReports,
};

use crate::{
    Cursor, Fault, FormId, Period, ReportId, TaskId, UnitId, access::check_line, units::Level, units::UnitName,
};

pub use amendments::{AsideCell, BrokenReport, ChangeUnits, CorrectForm, FormCorrected, SetDeadline, UnitsChanged};
pub use attachments::{ATTACHMENT_EXTENSIONS, ATTACHMENT_MEDIA_TYPE, AttachFile, Attachment, MOST_ATTACHMENT_BYTES};
pub use board::{Matrix, MatrixCell, MatrixFilter, MatrixRow, Trend, TrendFilter, TrendRow, TrendValue};
pub use designs::{
    CopyForm, DraftLayout, DraftNote, DraftNoteKind, DraftStart, EmptyForm, FormDraft, FormDraftSummary, FormIds,
    FormOfSheet, ItemOverlap, OverlapFilter, ReadForm, ReviseForm, SaveFormDraft,
};
pub use discipline::{Discipline, DisciplineFilter, DisciplinePoints, DisciplineRow, MOST_DISCIPLINE_MONTHS};
pub use fill_many::{ContentFilter, MOST_CONTENTS, SubmitMany, SubmitOne, SubmittedReports};
pub use notes::{
    CellComment, CellFlag, CellNotes, CommentCell, FlagCell, HistoryNote, MOST_COMMENTS, MOST_FLAGS, NoteKind,
    ReportNotes,
};
pub use schedules::{CreateSchedule, DueBy, Every, PastIssue, PlannedIssue, Schedule, ScheduleRule};
pub use sheets::{
    Export, ExportState, MOST_SHEET_BYTES, OrderExport, SHEET_MEDIA_TYPE, SheetChange, SheetConflict, SheetNote,
    SheetPlace, SheetRejection, UploadSheet, UploadedSheet,
};
pub use tasks::{
    DunOf, DunReports, Dunned, MOST_REMINDER_DAYS, ReminderState, ReminderStep, Reminders, SetReminders, TaskAct,
    TaskLog, TaskLogEntry,
};

/// A form by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormSummary {
    pub id: FormId,
    /// The same for all versions of a form.
    pub code: String,
    pub version: i32,
    pub title: String,
    /// Cells that a clerk fills.
    pub cells: i32,
}

/// A form with all that it takes to draw, check and sum it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormDetail {
    pub summary: FormSummary,
    pub definition: FormDefinition,
}

/// Issue forms for a period to all units of a level below one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssueTask {
    #[validate(length(min = 1, max = 100), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub title: String,
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub forms: Vec<FormId>,
    pub period: Period,
    /// Who fills: every unit of this level …
    pub level: Level,
    /// … at or below this unit.
    pub unit: UnitId,
    /// The last day; it ends at midnight, local time.
    pub deadline: NaiveDate,
    /// Who reviews, lowest first; each stands above the filling level.
    #[validate(length(min = 1, max = 3))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 3))]
    pub chain: Vec<Level>,
}

/// A task, and how many reports issuing it has added this time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedTask {
    pub task: Task,
    pub added: i64,
    /// Expected before, and left as they were.
    pub already_expected: i64,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    Open,
    /// Nothing is accepted any more.
    Closed,
    /// Was issued by mistake; its reports are void.
    Cancelled,
}

/// Forms issued in one batch for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    pub id: TaskId,
    pub title: String,
    pub period: Period,
    pub forms: Vec<FormSummary>,
    pub level: Level,
    pub unit: UnitName,
    pub deadline: NaiveDate,
    /// The instant at which a submission begins to be late.
    pub due_at: DateTime<Utc>,
    pub chain: Vec<Level>,
    pub status: TaskStatus,
    pub issued_at: DateTime<Utc>,
    pub issued_by: String,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Of the reports within the caller's scope.
    pub progress: Progress,
}

/// Cancel or close with a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelTask {
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// How far reports have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub expected: i64,
    /// Nobody has written anything yet.
    pub untouched: i64,
    pub drafts: i64,
    pub returned: i64,
    /// Wait for a reviewer.
    pub submitted: i64,
    /// Through the whole chain.
    pub approved: i64,
    /// Submitted after the deadline.
    pub late: i64,
    /// Not submitted, and the deadline has passed.
    pub overdue: i64,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    Draft,
    /// Waits for the reviewer whose turn it is.
    Submitted,
    /// Sent back with a reason; the clerk mends and submits again.
    Returned,
    /// Through the whole chain.
    Approved,
}

/// One act on a report that the caller may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportAct {
    Fill,
    Submit,
    Withdraw,
    Approve,
    Return,
    /// Take the last approval back.
    Revoke,
}

/// A report in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportSummary {
    pub id: ReportId,
    pub task_id: TaskId,
    pub form_id: FormId,
    pub form_title: String,
    pub period: Period,
    pub unit: UnitName,
    pub status: ReportStatus,
    /// How many levels of the chain have approved it.
    pub stage: i16,
    /// Whose turn it is, while submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Level>,
    /// Changes with every save and every act; send back the one that you saw.
    pub version: i32,
    pub due_at: DateTime<Utc>,
    /// Submitted after the deadline.
    pub late: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_reason: Option<String>,
}

/// One unit's filled form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    pub summary: ReportSummary,
    pub task_title: String,
    pub task_status: TaskStatus,
    pub chain: Vec<Level>,
    /// From the province down to the unit's parent, by the tree of the period.
    pub path: Vec<UnitName>,
    pub cells: Cells,
    /// Typed reasons for soft rules, by rule.
    pub explanations: BTreeMap<String, String>,
    /// While it is with the clerk: the only cells that are open, each with the reviewer's remark; absent, all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<BTreeMap<String, String>>,
    /// While it is with the clerk: what is suggested from the last period and nobody has answered yet. It is no content:
    /// saving a cell confirms it, with the same value, another one or blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefilled>,
    /// What the caller may do with it now.
    pub acts: Vec<ReportAct>,
    /// In whose place the caller would do it; absent where it is the caller's own to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// Suggestions from the same unit's report of an earlier period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prefilled {
    /// The latest period with a report that was handed over.
    pub period: Period,
    /// Whether that is approved or still with its reviewers.
    pub status: ReportStatus,
    /// By cell key: what stood in the cell, or what its formula makes of the last period.
    pub cells: Cells,
}

/// Which reports to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ReportFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    /// Reports of this unit and of all below it, by today's tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub status: Option<ReportStatus>,
    /// Only those that wait for the caller's review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// Which tasks to list; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TaskFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
}

/// Save cells as they are left, one or many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveCells {
    /// By cell key.
    #[validate(length(min = 1, max = 2000), nested)]
    #[cfg_attr(feature = "openapi", schema(schema_with = saved_cells_schema))]
    pub cells: BTreeMap<String, SaveCell>,
}

/// One cell and the report's version that the change was based on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveCell {
    pub cell: Cell,
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub base: i32,
}

/// What a save did. Good cells are kept whatever befell the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedCells {
    /// The report's version after the save.
    pub version: i32,
    /// Keys that were kept.
    pub saved: Vec<String>,
    /// Cells whose content the form does not allow, with the reason; not kept.
    pub rejected: BTreeMap<String, Fault>,
    /// Cells that somebody else changed since; not kept.
    pub conflicts: BTreeMap<String, CellConflict>,
}

/// What stands in a cell that somebody else changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellConflict {
    pub current: Cell,
    pub version: i32,
    pub by: String,
    /// In whose place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    pub at: DateTime<Utc>,
}

/// Submit a report, with all its cells or as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitReport {
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
    /// The whole content; absent, what was saved before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Cells>,
    /// Typed reasons for soft rules, by rule.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(schema_with = explanations_schema, required = false))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub explanations: BTreeMap<String, String>,
}

/// An act on a report in the version that the caller saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AtVersion {
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
}

/// What happened to a report, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportHistory {
    pub entries: Vec<HistoryEntry>,
    /// What was said meanwhile, which changes nothing that the report holds; oldest first.
    #[serde(default)]
    pub notes: Vec<HistoryNote>,
}

/// One save or one act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// The report's version after it.
    pub version: i32,
    pub at: DateTime<Utc>,
    pub by: String,
    /// In whose place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    pub kind: HistoryKind,
    /// Of a return, and of an approval that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The cells that a return opened, each with its remark; absent, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<BTreeMap<String, String>>,
    /// What it changed, by cell key.
    pub changes: BTreeMap<String, CellChange>,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    Saved,
    Submitted,
    Withdrawn,
    Approved,
    Returned,
    /// The form was corrected, and the content followed it.
    Amended,
    /// An approval was taken back.
    Revoked,
}

/// A cell before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellChange {
    pub old: Cell,
    pub new: Cell,
}

/// Which board: of a task, for the units directly below one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct BoardFilter {
    /// Absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
}

/// Who has submitted: one unit and those directly below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    pub unit: UnitName,
    pub path: Vec<UnitName>,
    pub progress: Progress,
    pub rows: Vec<BoardRow>,
    /// The server's clock at which it was right.
    pub as_of: DateTime<Utc>,
}

/// One unit's line on the board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardRow {
    pub unit: UnitName,
    pub progress: Progress,
    /// Where the unit itself fills exactly one report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_id: Option<ReportId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ReportStatus>,
}

/// Whose reports count in a total. Drafts and returned reports never do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TotalsOf {
    /// All that are submitted, whatever was approved.
    #[default]
    Submitted,
    /// At least through the first level of the chain.
    ApprovedOnce,
    /// At least through the second level.
    ApprovedTwice,
    /// Through the whole chain.
    Approved,
}

/// Which totals: of one form of a task, for one unit.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TotalsFilter {
    pub form: FormId,
    /// Absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub of: Option<TotalsOf>,
}

/// What the leaves below a unit add up to, and the same for each unit directly below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    pub unit: UnitName,
    pub path: Vec<UnitName>,
    pub of: TotalsOf,
    pub whole: TotalsRow,
    pub rows: Vec<TotalsRow>,
    pub as_of: DateTime<Utc>,
}

/// One unit's totals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotalsRow {
    pub unit: UnitName,
    /// Reports that are expected below it, and those that count here.
    pub expected: i64,
    pub counted: i64,
    /// By cell key; an item that nobody filled is absent.
    pub values: BTreeMap<String, TotalValue>,
}

/// One item's total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotalValue {
    /// A decimal as text; absent where nothing could be summed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Reports with a value (zero is one), left blank, and not applicable.
    pub filled: i64,
    pub blank: i64,
    pub not_applicable: i64,
}

#[cfg(feature = "openapi")]
fn saved_cells_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    // In place: what is only referred to from here is not collected into the document.
    limited_map(<SaveCell as utoipa::PartialSchema>::schema(), 1, 2000)
}

#[cfg(feature = "openapi")]
fn explanations_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let text = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String);
    limited_map(text.into(), 0, 200)
}

#[cfg(feature = "openapi")]
fn limited_map(
    value: utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
    min: usize,
    max: usize,
) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::Object)
        .additional_properties(Some(value))
        .min_properties(Some(min))
        .max_properties(Some(max))
        .into()
}
