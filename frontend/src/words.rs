//! The words and shapes of the contract's enums.

use fupin_contract::{
    access::{AccountStatus, HeldGrant, Permission, Role},
    audit::AuditOutcome,
    insight::{HitKind, TodoKind},
    notify::{MessageChannel, MessageState},
    reporting::{ExportState, HistoryKind, NoteKind, ReportStatus, TaskStatus, TotalsOf},
    units::{Level, TreeChangeKind},
};

use crate::{
    i18n::{t, tp},
    kit::Tone,
};

pub fn level(level: Level) -> String {
    t(match level {
        Level::Province => "level.province",
        Level::County => "level.county",
        Level::Town => "level.town",
        Level::Village => "level.village",
    })
}

pub fn role(role: Role) -> String {
    t(match role {
        Role::SystemAdmin => "role.system_admin",
        Role::SecurityAdmin => "role.security_admin",
        Role::AuditAdmin => "role.audit_admin",
        Role::UnitAdmin => "role.unit_admin",
        Role::Officer => "role.officer",
        Role::Reviewer => "role.reviewer",
        Role::Clerk => "role.clerk",
        Role::Leader => "role.leader",
    })
}

/// A role at a unit, and whose it is where it is delegated: 「审核员 · 红毛镇（代 黄春燕）」.
pub fn held(grant: &HeldGrant) -> String {
    let own = format!("{} · {}", role(grant.role), grant.unit.name);
    match &grant.on_behalf_of {
        Some(principal) => tp("delegation.held", &[("held", &own), ("principal", principal)]),
        None => own,
    }
}

/// Who acted, and in whose place: 「陈志强 代 黄春燕」.
pub fn doer(by: &str, on_behalf_of: Option<&str>) -> String {
    match on_behalf_of {
        Some(principal) => tp("delegation.in_place_of", &[("delegate", &by), ("principal", &principal)]),
        None => by.to_owned(),
    }
}

pub fn permission(permission: Permission) -> String {
    t(match permission {
        Permission::ReadUnits => "permission.read_units",
        Permission::ManageUnits => "permission.manage_units",
        Permission::ReadAccounts => "permission.read_accounts",
        Permission::ManageAccounts => "permission.manage_accounts",
        Permission::GrantRoles => "permission.grant_roles",
        Permission::GrantBelow => "permission.grant_below",
        Permission::ReadAudit => "permission.read_audit",
        Permission::ReadMessages => "permission.read_messages",
        Permission::ManageGateways => "permission.manage_gateways",
        Permission::ReadForms => "permission.read_forms",
        Permission::DesignForms => "permission.design_forms",
        Permission::IssueTasks => "permission.issue_tasks",
        Permission::DunReports => "permission.dun_reports",
        Permission::ReadReports => "permission.read_reports",
        Permission::FillReports => "permission.fill_reports",
        Permission::SubmitReports => "permission.submit_reports",
        Permission::WithdrawReports => "permission.withdraw_reports",
        Permission::ApproveReports => "permission.approve_reports",
        Permission::ReturnReports => "permission.return_reports",
        Permission::RevokeApprovals => "permission.revoke_approvals",
        Permission::ExportReports => "permission.export_reports",
        Permission::ReadPeople => "permission.read_people",
        Permission::ChangePeople => "permission.change_people",
        Permission::ReviewPeople => "permission.review_people",
        Permission::RevealPeople => "permission.reveal_people",
        Permission::ExchangePeople => "permission.exchange_people",
        Permission::MapCodes => "permission.map_codes",
        Permission::ReadSightings => "permission.read_sightings",
    })
}

pub fn account_status(status: AccountStatus) -> (Tone, String) {
    let (tone, key) = match status {
        AccountStatus::Pending => (Tone::Wait, "status.account_pending"),
        AccountStatus::Active => (Tone::Done, "status.account_active"),
        AccountStatus::Locked => (Tone::Danger, "status.account_locked"),
        AccountStatus::Disabled => (Tone::Plain, "status.account_disabled"),
    };
    (tone, t(key))
}

pub fn report_status(status: ReportStatus) -> (Tone, String) {
    let (tone, key) = match status {
        ReportStatus::Draft => (Tone::Plain, "status.draft"),
        ReportStatus::Submitted => (Tone::Accent, "status.submitted"),
        ReportStatus::Returned => (Tone::Wait, "status.returned"),
        ReportStatus::Approved => (Tone::Done, "status.approved"),
    };
    (tone, t(key))
}

pub fn export_state(state: ExportState) -> (Tone, String) {
    let (tone, key) = match state {
        ExportState::Queued => (Tone::Plain, "export.queued"),
        ExportState::Running => (Tone::Accent, "export.running"),
        ExportState::Done => (Tone::Done, "export.done"),
        ExportState::Failed => (Tone::Danger, "export.failed"),
        ExportState::Cancelled => (Tone::Plain, "export.was_cancelled"),
        ExportState::Expired => (Tone::Plain, "export.expired"),
    };
    (tone, t(key))
}

pub fn task_status(status: TaskStatus) -> (Tone, String) {
    let (tone, key) = match status {
        TaskStatus::Open => (Tone::Accent, "status.task_open"),
        TaskStatus::Closed => (Tone::Done, "status.task_closed"),
        TaskStatus::Cancelled => (Tone::Plain, "status.task_cancelled"),
    };
    (tone, t(key))
}

pub fn message_state(state: MessageState) -> (Tone, String) {
    let (tone, key) = match state {
        MessageState::Queued => (Tone::Plain, "message.queued"),
        MessageState::Sending => (Tone::Accent, "message.sending"),
        MessageState::Accepted => (Tone::Accent, "message.accepted"),
        MessageState::Delivered => (Tone::Done, "message.delivered"),
        MessageState::Failed => (Tone::Danger, "message.failed"),
        MessageState::Unknown => (Tone::Wait, "message.unknown"),
    };
    (tone, t(key))
}

/// Where a message stands; of a mail that a server has taken, that nothing more will be heard.
pub fn message_fate(channel: MessageChannel, state: MessageState) -> (Tone, String) {
    match (channel, state) {
        (MessageChannel::Mail, MessageState::Accepted) => (Tone::Done, t("message.accepted_mail")),
        (MessageChannel::Sms | MessageChannel::Mail, _) => message_state(state),
    }
}

pub fn message_channel(channel: MessageChannel) -> String {
    t(match channel {
        MessageChannel::Sms => "message.channel_message",
        MessageChannel::Mail => "message.channel_mail",
    })
}

/// A gateway by its name in the message log.
pub fn gateway(name: &str) -> String {
    match name {
        "aliyun" => t("message.aliyun"),
        "tencent" => t("message.tencent"),
        "http" => t("message.http"),
        "mail" => t("message.mail_server"),
        _ => t("message.sandbox"),
    }
}

pub fn todo(kind: TodoKind) -> (Tone, String) {
    let (tone, key) = match kind {
        TodoKind::FillReport => (Tone::Plain, "home.fill"),
        TodoKind::MendReport => (Tone::Wait, "home.mend"),
        TodoKind::ReviewReport => (Tone::Accent, "home.review"),
        TodoKind::ReviewChange => (Tone::Accent, "home.review_change"),
    };
    (tone, t(key))
}

pub fn audit_outcome(outcome: AuditOutcome) -> (Tone, String) {
    let (tone, key) = match outcome {
        AuditOutcome::Done => (Tone::Done, "audit.done"),
        AuditOutcome::Refused => (Tone::Wait, "audit.refused"),
        AuditOutcome::Failed => (Tone::Danger, "audit.failed"),
    };
    (tone, t(key))
}

pub fn hit(kind: HitKind) -> String {
    t(match kind {
        HitKind::Unit => "palette.unit",
        HitKind::Form => "palette.form",
        HitKind::Task => "palette.task",
        HitKind::Report => "palette.report",
    })
}

pub fn history(kind: HistoryKind) -> String {
    t(match kind {
        HistoryKind::Saved => "report.history_saved",
        HistoryKind::Submitted => "report.history_submitted",
        HistoryKind::Withdrawn => "report.history_withdrawn",
        HistoryKind::Approved => "report.history_approved",
        HistoryKind::Returned => "report.history_returned",
        HistoryKind::Amended => "report.history_amended",
        HistoryKind::Revoked => "report.history_revoked",
    })
}

pub fn note(kind: NoteKind) -> String {
    t(match kind {
        NoteKind::Commented => "report.note_commented",
        NoteKind::Flagged => "report.note_flagged",
        NoteKind::Unflagged => "report.note_unflagged",
        NoteKind::Attached => "report.note_attached",
        NoteKind::Removed => "report.note_removed",
    })
}

pub fn totals_of(of: TotalsOf) -> String {
    t(match of {
        TotalsOf::Submitted => "board.of_submitted",
        TotalsOf::ApprovedOnce => "board.of_approved_once",
        TotalsOf::ApprovedTwice => "board.of_approved_twice",
        TotalsOf::Approved => "board.of_approved",
    })
}

pub fn tree_change(kind: TreeChangeKind) -> String {
    t(match kind {
        TreeChangeKind::Added => "unit.added",
        TreeChangeKind::Renamed => "unit.renamed",
        TreeChangeKind::Moved => "unit.moved",
        TreeChangeKind::Ended => "unit.ended",
    })
}
