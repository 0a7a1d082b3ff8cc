//! What a person can be refused in this domain, each with a stable code.

use fupin_contract::{Fault, Faults};
use fupin_kernel::{Error, error::Refusal};
use serde::Serialize;

/// Why an act on a report or a task was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReportingError {
    /// Somebody changed the report since the caller saw it.
    #[error("stale version")]
    StaleVersion,
    #[error("the task is closed")]
    TaskClosed,
    #[error("the task is cancelled")]
    TaskCancelled,
    /// Content and submission belong to the clerk, and the report is with the reviewers.
    #[error("already submitted")]
    AlreadySubmitted,
    /// Nobody takes back a report that a reviewer has approved.
    #[error("already reviewed")]
    AlreadyReviewed,
    #[error("already approved")]
    AlreadyApproved,
    #[error("not submitted")]
    NotSubmitted,
    /// Another level of the chain answers now.
    #[error("not your turn")]
    NotYourTurn,
    /// Nobody reviews what he or she wrote or submitted.
    #[error("own report")]
    OwnReport,
    /// No level has approved it.
    #[error("not approved")]
    NotApproved,
    /// The approval that stands last is another's, or of another level.
    #[error("not your approval")]
    NotYourApproval,
    /// What was chosen to be returned are not cells that a clerk fills.
    #[error("bad cells")]
    BadCells(Faults),
    /// Cells or hard rules stand in the way of submitting.
    #[error("faulty")]
    Faulty(Faults),
    /// Broken soft rules without an explanation stand in the way of submitting.
    #[error("unexplained")]
    Unexplained(Faults),
    /// Suggestions from the last period that nobody has answered stand in the way of submitting.
    #[error("prefill unconfirmed")]
    PrefillUnconfirmed(Faults),
    /// A thread, or the flags of a report, are as many as they may be.
    #[error("said enough")]
    SaidEnough { most: i64 },
    /// The officer has dunned as often today as is allowed.
    #[error("dunned enough")]
    DunnedEnough { most: i32 },
    /// Issuing would expect nothing from anybody.
    #[error("nobody fills")]
    NobodyFills,
    /// There is no report to be written into the file.
    #[error("nothing to export")]
    NothingToExport,
    /// The file is still being made.
    #[error("export not ready")]
    ExportNotReady,
    /// It was given up, failed, or waited for too long to be fetched.
    #[error("export gone")]
    ExportGone,
    /// What has ended cannot be given up.
    #[error("export over")]
    ExportOver,
    /// The catalogue of forms is the whole province's.
    #[error("only the province designs")]
    OnlyProvinceDesigns,
    /// Somebody saved the draft since the caller saw it.
    #[error("stale draft")]
    StaleDraft,
    /// The definition has faults, each named by its place.
    #[error("faulty form")]
    FaultyForm(Faults),
    /// Another form goes by this number.
    #[error("code taken")]
    CodeTaken { title: String },
    /// A version was published that the draft does not know.
    #[error("form moved on")]
    FormMovedOn { version: i32 },
    /// It says exactly what the version says that it was drafted from.
    #[error("form unchanged")]
    FormUnchanged,
    /// What was asked for when issuing does not hold together.
    #[error("bad task")]
    BadTask(&'static str, Fault),
}

impl ReportingError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::StaleVersion => "reporting.stale_version",
            Self::TaskClosed => "reporting.task_closed",
            Self::TaskCancelled => "reporting.task_cancelled",
            Self::AlreadySubmitted => "reporting.already_submitted",
            Self::AlreadyReviewed => "reporting.already_reviewed",
            Self::AlreadyApproved => "reporting.already_approved",
            Self::NotSubmitted => "reporting.not_submitted",
            Self::NotYourTurn => "reporting.not_your_turn",
            Self::OwnReport => "reporting.own_report",
            Self::NotApproved => "reporting.not_approved",
            Self::NotYourApproval => "reporting.not_your_approval",
            Self::Faulty(_) => "reporting.faulty",
            Self::Unexplained(_) => "reporting.unexplained",
            Self::PrefillUnconfirmed(_) => "reporting.prefill_unconfirmed",
            Self::SaidEnough { .. } => "reporting.said_enough",
            Self::DunnedEnough { .. } => "reporting.dunned_enough",
            Self::NobodyFills => "reporting.nobody_fills",
            Self::NothingToExport => "reporting.nothing_to_export",
            Self::ExportNotReady => "reporting.export_not_ready",
            Self::ExportGone => "reporting.export_gone",
            Self::ExportOver => "reporting.export_over",
            Self::OnlyProvinceDesigns => "reporting.only_province_designs",
            Self::StaleDraft => "reporting.stale_draft",
            Self::FaultyForm(_) => "reporting.faulty_form",
            Self::CodeTaken { .. } => "reporting.code_taken",
            Self::FormMovedOn { .. } => "reporting.form_moved_on",
            Self::FormUnchanged => "reporting.form_unchanged",
            Self::BadCells(_) | Self::BadTask(..) => "request.invalid",
        }
    }

    /// What is wrong by cell or rule, where that is the refusal.
    pub fn into_faults(self) -> Faults {
        match self {
            Self::BadCells(faults)
            | Self::Faulty(faults)
            | Self::Unexplained(faults)
            | Self::PrefillUnconfirmed(faults)
            | Self::FaultyForm(faults) => faults,
            Self::StaleVersion
            | Self::TaskClosed
            | Self::TaskCancelled
            | Self::AlreadySubmitted
            | Self::AlreadyReviewed
            | Self::AlreadyApproved
            | Self::NotSubmitted
            | Self::NotYourTurn
            | Self::OwnReport
            | Self::NotApproved
            | Self::NotYourApproval
            | Self::SaidEnough { .. }
            | Self::DunnedEnough { .. }
            | Self::NobodyFills
            | Self::NothingToExport
            | Self::ExportNotReady
            | Self::ExportGone
            | Self::ExportOver
            | Self::StaleDraft
            | Self::FormUnchanged
            | Self::OnlyProvinceDesigns
            | Self::CodeTaken { .. }
            | Self::FormMovedOn { .. }
            | Self::BadTask(..) => Faults::new(),
        }
    }

    /// The refusal together with how the report or the draft stands now.
    pub fn with_current(self, current: &impl Serialize) -> Error {
        match Error::from(self) {
            Error::Conflict(refusal) => Error::Conflict(refusal.current(current)),
            other => other,
        }
    }
}

impl From<ReportingError> for Error {
    fn from(error: ReportingError) -> Self {
        let refusal = Refusal::new(error.code());
        match error {
            ReportingError::StaleVersion
            | ReportingError::TaskClosed
            | ReportingError::TaskCancelled
            | ReportingError::AlreadySubmitted
            | ReportingError::AlreadyReviewed
            | ReportingError::AlreadyApproved
            | ReportingError::NotSubmitted
            | ReportingError::NotYourTurn
            | ReportingError::OwnReport
            | ReportingError::NotApproved
            | ReportingError::NotYourApproval
            | ReportingError::ExportNotReady
            | ReportingError::ExportGone
            | ReportingError::ExportOver
            | ReportingError::StaleDraft
            | ReportingError::FormUnchanged => Self::Conflict(refusal),
            ReportingError::Faulty(faults)
            | ReportingError::Unexplained(faults)
            | ReportingError::PrefillUnconfirmed(faults)
            | ReportingError::BadCells(faults)
            | ReportingError::FaultyForm(faults) => Self::Invalid(Refusal { faults, ..refusal }),
            ReportingError::OnlyProvinceDesigns => Self::Forbidden(refusal),
            ReportingError::CodeTaken { title } => Self::Conflict(refusal.with("title", title)),
            ReportingError::FormMovedOn { version } => Self::Conflict(refusal.with("version", version)),
            ReportingError::SaidEnough { most } => Self::Conflict(refusal.with("most", most)),
            ReportingError::DunnedEnough { most } => Self::Conflict(refusal.with("most", most)),
            ReportingError::NobodyFills | ReportingError::NothingToExport => Self::Invalid(refusal),
            ReportingError::BadTask(field, fault) => Self::Invalid(refusal.fault(field, fault)),
        }
    }
}
