//! For each operation of the document one call that is right in itself: it succeeds for whoever may make it.

mod registry;

use std::sync::LazyLock;

use chrono::{Days, Utc};
use fupin_client::{Method, Request};
use fupin_contract::reporting::{ATTACHMENT_MEDIA_TYPE, SHEET_MEDIA_TYPE};
use serde_json::json;

use crate::world::{RECEIPT_TOKEN, SECRET, Someone, World, hook, mail_server, months_before, request};

/// How an operation is tried.
pub struct Probe {
    pub operation: &'static str,
    /// What it is called in the picture.
    pub title: &'static str,
    pub request: fn(&World, &Someone) -> Request,
}

const fn probe(operation: &'static str, title: &'static str, request: fn(&World, &Someone) -> Request) -> Probe {
    Probe { operation, title, request }
}

fn get(path: impl Into<String>) -> Request {
    request(Method::Get, path.into(), None)
}

fn post(path: impl Into<String>, body: serde_json::Value) -> Request {
    request(Method::Post, path.into(), Some(body))
}

fn post_nothing(path: impl Into<String>) -> Request {
    request(Method::Post, path.into(), None)
}

fn file(path: String, body: &[u8]) -> Request {
    let headers = vec![("Content-Type", SHEET_MEDIA_TYPE.to_owned())];
    Request { method: Method::Post, path, query: String::new(), headers, body: Some(body.to_vec()) }
}

fn with(mut request: Request, name: &'static str, value: String) -> Request {
    request.headers.push((name, value));
    request
}

/// What a carrier signs.
fn sign(mut request: Request) -> Request {
    let timestamp = Utc::now().timestamp().to_string();
    let body = request.body.clone().unwrap_or_default();
    let signature = fupin_notify::signature::sign(SECRET.as_bytes(), &timestamp, &body).unwrap();
    request.headers.retain(|(name, _)| !name.starts_with("X-Fupin"));
    with(with(request, "X-Fupin-Timestamp", timestamp), "X-Fupin-Signature", signature)
}

/// Sign again what was signed, its body having changed.
pub fn sign_anew(request: Request) -> Request {
    let signed = request.headers.iter().any(|(name, _)| *name == "X-Fupin-Signature");
    if signed { sign(request) } else { request }
}

/// In the order of the picture.
pub static PROBES: LazyLock<Vec<&Probe>> =
    LazyLock::new(|| OF_REPORTING_AND_ACCESS.iter().chain(registry::PROBES).collect());

const OF_REPORTING_AND_ACCESS: &[Probe] = &[
    probe("get_instance", "看本平台是什么", |_, _| get("/api/instance")),
    probe("get_health", "看服务是否正常", |_, _| get("/api/health")),
    probe("list_set_up_choices", "看可以设置什么", |world, _| {
        post("/api/setup/choices", json!({"token": world.objects.link}))
    }),
    probe("set_up", "首次设置", |world, _| {
        let person = |name: &str| json!({"username": name, "name": "某某"});
        let body = json!({
            "token": world.objects.link, "province": "hainan", "system_admin": person("first.system"),
            "security_admin": person("first.security"), "audit_admin": person("first.audit"),
            "gateway": hook(&world.test.url),
        });
        post("/api/setup", body)
    }),
    probe("sign_in", "登录", |_, who| {
        post("/api/session", json!({"username": who.username, "password": fupin_testing::PASSWORD}))
    }),
    probe("refresh_session", "续期会话", |_, who| {
        let cookie = format!("__Host-fupin-refresh={}", who.refresh_token);
        with(with(post_nothing("/api/session/refresh"), "X-Fupin", "1".to_owned()), "Cookie", cookie)
    }),
    probe("sign_out", "退出登录", |_, _| {
        with(request(Method::Delete, "/api/session".to_owned(), None), "X-Fupin", "1".to_owned())
    }),
    probe("get_session", "看自己是谁", |_, _| get("/api/session")),
    probe("list_sessions", "看自己的会话", |_, _| get("/api/sessions")),
    probe("end_session", "结束自己的另一会话", |_, who| {
        request(Method::Delete, format!("/api/sessions/{}", who.spare_session), None)
    }),
    probe("change_password", "改自己的密码", |_, _| {
        let body = json!({"current": fupin_testing::PASSWORD, "new": "Another horse 9"});
        request(Method::Put, "/api/session/password".to_owned(), Some(body))
    }),
    probe("get_own_phone", "看自己的联系电话", |_, _| get("/api/session/phone")),
    probe("change_phone", "改自己的联系电话", |_, _| {
        let body = json!({"password": fupin_testing::PASSWORD, "phone": "19900000004"});
        request(Method::Put, "/api/session/phone".to_owned(), Some(body))
    }),
    probe("get_own_email", "看自己的邮箱", |_, _| get("/api/session/email")),
    probe("change_email", "改自己的邮箱", |_, _| {
        let body = json!({"password": fupin_testing::PASSWORD, "email": "own@example.cn"});
        request(Method::Put, "/api/session/email".to_owned(), Some(body))
    }),
    probe("ask_email_confirmation", "再发确认邮件", |_, _| post_nothing("/api/session/email/confirmation")),
    probe("confirm_email", "用链接确认邮箱", |world, _| {
        post("/api/email-confirmations", json!({"token": world.objects.email_link}))
    }),
    probe("check_link", "看一次性链接属于谁", |world, _| {
        post("/api/links/check", json!({"token": world.objects.link}))
    }),
    probe("use_link", "用一次性链接设密码", |world, _| {
        post("/api/links/use", json!({"token": world.objects.link, "password": "Another horse 9"}))
    }),
    probe("list_units", "查单位", |_, _| get("/api/units")),
    probe("get_unit", "看一个单位", |world, _| get(format!("/api/units/{}", world.objects.unit))),
    probe("import_units", "导入单位树", |world, _| {
        let units: Vec<_> = fupin_testing::PLACES
            .iter()
            .map(|place| {
                let parent = fupin_testing::PLACES.iter().find(|above| Some(above.id) == place.parent);
                let mut unit = json!({"code": place.code, "name": place.name, "level": place.level});
                if let Some(parent) = parent {
                    unit["parent_code"] = json!(parent.code);
                }
                unit
            })
            .chain([
                json!({"code": "980100100202", "name": "甲东三村", "level": "village", "parent_code": "980100100"}),
            ])
            .collect();
        post("/api/unit-imports", json!({"units": units, "from": tomorrow(world), "dry_run": false}))
    }),
    probe("rename_unit", "单位改名", |world, _| {
        let body = json!({"name": "甲新镇", "code": "980100109", "from": tomorrow(world), "dry_run": false});
        post(format!("/api/units/{}/rename", world.objects.unit), body)
    }),
    probe("move_unit", "单位改隶", |world, _| {
        let body = json!({"parent": world.test.unit("乙县"), "from": tomorrow(world), "dry_run": false});
        post(format!("/api/units/{}/move", world.objects.unit), body)
    }),
    probe("merge_unit", "单位并入", |world, _| {
        let body = json!({"into": world.test.unit("甲西镇"), "from": tomorrow(world), "dry_run": false});
        post(format!("/api/units/{}/merge", world.objects.unit), body)
    }),
    probe("list_accounts", "查账号", |_, _| get("/api/accounts?q=u&limit=50")),
    probe("get_account", "看一个账号", |world, _| get(format!("/api/accounts/{}", world.objects.account))),
    probe("create_account", "建账号", |world, _| {
        let body =
            json!({"username": "new.person", "name": "新人", "unit": world.objects.unit, "phone": "19900000002"});
        post("/api/accounts", body)
    }),
    probe("update_account", "更正账号", |world, _| {
        let body = json!({"name": "改名", "unit": world.objects.unit, "phone": "19900000003"});
        request(Method::Put, format!("/api/accounts/{}", world.objects.account), Some(body))
    }),
    probe("disable_account", "停用账号", |world, _| {
        post_nothing(format!("/api/accounts/{}/disable", world.objects.account))
    }),
    probe("enable_account", "恢复账号", |world, _| {
        post_nothing(format!("/api/accounts/{}/enable", world.objects.disabled))
    }),
    probe("unlock_account", "解锁账号", |world, _| {
        post_nothing(format!("/api/accounts/{}/unlock", world.objects.locked))
    }),
    probe("hand_over_account", "账号移交", |world, _| {
        let body = json!({"to": world.objects.other_account, "reason": "调离"});
        post(format!("/api/accounts/{}/hand-over", world.objects.account), body)
    }),
    probe("issue_reset_link", "发重设密码链接", |world, _| {
        post_nothing(format!("/api/accounts/{}/reset-link", world.objects.account))
    }),
    probe("grant_role", "授予角色", |world, _| {
        let body = json!({"role": "reviewer", "unit": world.objects.unit});
        post(format!("/api/accounts/{}/grants", world.objects.account), body)
    }),
    probe("revoke_grant", "收回角色", |world, _| {
        request(Method::Delete, format!("/api/grants/{}", world.objects.grant), None)
    }),
    probe("download_account_template", "下载账号导入模板", |_, _| get("/api/account-template.xlsx")),
    probe("upload_accounts", "上传账号表", |world, _| {
        file("/api/account-imports".to_owned(), &world.objects.people)
    }),
    probe("list_account_imports", "查账号导入", |_, _| get("/api/account-imports")),
    probe("get_account_import", "看一次账号导入", |world, _| {
        get(format!("/api/account-imports/{}", world.objects.checked_import))
    }),
    probe("list_import_rows", "看导入的各行", |world, _| {
        get(format!("/api/account-imports/{}/rows", world.objects.checked_import))
    }),
    probe("download_row_report", "下载核对结果", |world, _| {
        get(format!("/api/account-imports/{}/report.xlsx", world.objects.checked_import))
    }),
    probe("download_row_report_text", "下载核对结果（文本）", |world, _| {
        get(format!("/api/account-imports/{}/report.csv", world.objects.checked_import))
    }),
    probe("run_account_import", "导入核对无误的账号", |world, _| {
        post_nothing(format!("/api/account-imports/{}/run", world.objects.checked_import))
    }),
    probe("invite_again", "再发激活链接", |world, _| {
        post_nothing(format!("/api/account-imports/{}/invitations", world.objects.done_import))
    }),
    probe("list_proposal_batches", "查待确认的授权", |_, _| get("/api/grant-proposals")),
    probe("get_proposal_batch", "看一批待确认的授权", |world, _| {
        get(format!("/api/grant-proposals/{}", world.objects.done_import))
    }),
    probe("list_proposals", "逐条看待确认的授权", |world, _| {
        get(format!("/api/grant-proposals/{}/items", world.objects.done_import))
    }),
    probe("decide_proposals", "确认一批授权", |world, _| {
        let body = json!({"pending": 1, "refuse": [], "rest": "confirm", "reason": "核对无误"});
        post(format!("/api/grant-proposals/{}/decision", world.objects.done_import), body)
    }),
    probe("list_delegations", "看自己的委托", |_, _| get("/api/delegations")),
    probe("create_delegation", "委托代办", |world, who| {
        // A colleague of the same place, who leads there.
        let delegate = world.who(fupin_contract::access::Role::Leader, who.place).account_id;
        let body =
            json!({"delegate": delegate, "first_day": world.today, "last_day": tomorrow(world), "reason": "休假"});
        post("/api/delegations", body)
    }),
    probe("end_delegation", "收回委托", |world, _| {
        request(Method::Delete, format!("/api/delegations/{}", world.objects.delegation), None)
    }),
    probe("list_delegates", "查谁能代办", |_, _| get("/api/delegates?q=%E7%94%B2%E8%A5%BF")),
    probe("list_roles", "看各角色能做什么", |_, _| get("/api/roles")),
    probe("list_audit", "看审计", |_, _| get("/api/audit?event=access.&limit=5")),
    probe("verify_audit", "验证审计", |_, _| post_nothing("/api/audit/verification")),
    probe("list_forms", "查报表", |_, _| get("/api/forms")),
    probe("get_form", "看一张报表", |world, _| get(format!("/api/forms/{}", world.objects.form))),
    probe("list_form_drafts", "查表式草稿", |_, _| get("/api/form-drafts")),
    probe("create_form_draft", "新建表式草稿", |_, _| {
        post("/api/form-drafts", json!({"empty": {"code": "新01表", "title": "新表"}}))
    }),
    probe("get_form_draft", "看一份表式草稿", |world, _| {
        get(format!("/api/form-drafts/{}", world.objects.form_draft))
    }),
    probe("save_form_draft", "保存表式草稿", |world, _| {
        let body = json!({"version": 1, "definition": {"code": "改", "title": "改", "sections": []}});
        request(Method::Put, format!("/api/form-drafts/{}", world.objects.form_draft), Some(body))
    }),
    probe("delete_form_draft", "删除表式草稿", |world, _| {
        request(Method::Delete, format!("/api/form-drafts/{}", world.objects.form_draft), None)
    }),
    probe("publish_form_draft", "发布表式", |world, _| {
        post(format!("/api/form-drafts/{}/publication", world.objects.form_draft), json!({"version": 1}))
    }),
    probe("list_draft_overlaps", "查草稿的重复采集", |world, _| {
        get(format!("/api/form-drafts/{}/overlaps", world.objects.form_draft))
    }),
    probe("list_item_overlaps", "查下发的重复采集", |world, _| {
        get(format!("/api/item-overlaps?forms={}&period={}", world.objects.form, months_before(world.today, 0)))
    }),
    probe("issue_task", "下发任务", |world, _| {
        let body = json!({
            "title": "补报", "forms": [world.objects.form], "period": months_before(world.today, 2), "level": "village",
            "unit": world.objects.unit, "deadline": tomorrow(world), "chain": ["town", "county"],
        });
        post("/api/tasks", body)
    }),
    probe("list_tasks", "查任务", |_, _| get("/api/tasks")),
    probe("get_task", "看一个任务", |world, _| get(format!("/api/tasks/{}", world.objects.task))),
    probe("cancel_task", "撤销任务", |world, _| {
        post(format!("/api/tasks/{}/cancellation", world.objects.task), json!({"reason": "下发有误"}))
    }),
    probe("close_task", "关闭任务", |world, _| post_nothing(format!("/api/tasks/{}/closing", world.objects.task))),
    probe("dun_reports", "催报", |world, _| {
        post(format!("/api/tasks/{}/dunnings", world.objects.task), json!({"of": "unsubmitted"}))
    }),
    probe("get_reminders", "看提醒日", |world, _| get(format!("/api/tasks/{}/reminders", world.objects.task))),
    probe("set_reminders", "改提醒日", |world, _| {
        let path = format!("/api/tasks/{}/reminders", world.objects.task);
        request(Method::Put, path, Some(json!({"days": [-2, 0]})))
    }),
    probe("set_deadline", "改截止日期", |world, _| {
        let body = json!({"deadline": world.today + Days::new(9), "reason": "台风"});
        request(Method::Put, format!("/api/tasks/{}/deadline", world.objects.task), Some(body))
    }),
    probe("change_task_units", "调整任务单位", |world, _| {
        let body = json!({"remove": [world.test.unit("甲东一村")], "reason": "撤并"});
        post(format!("/api/tasks/{}/units", world.objects.task), body)
    }),
    probe("correct_task_form", "更正任务的表式", |world, _| {
        let body = json!({"form": world.objects.newer_form, "reason": "口径更正"});
        post(format!("/api/tasks/{}/form-corrections", world.objects.task), body)
    }),
    probe("get_task_log", "看任务日志", |world, _| get(format!("/api/tasks/{}/log", world.objects.task))),
    probe("list_schedules", "查计划", |_, _| get("/api/schedules")),
    probe("preview_schedule", "预览计划", |world, _| {
        let rule =
            format!("every=month&issue_day=20&due=working_day&due_number=5&first={}", months_before(world.today, 0));
        get(format!("/api/schedule-preview?{rule}"))
    }),
    probe("create_schedule", "新建计划", |world, _| {
        let rule = json!({
            "every": "month", "issue_day": 20, "due": "day", "due_number": 5, "first": months_before(world.today, 0),
        });
        let body = json!({
            "title": "月报", "forms": [world.objects.form], "level": "village", "unit": world.objects.unit,
            "chain": ["town"], "rule": rule,
        });
        post("/api/schedules", body)
    }),
    probe("pause_schedule", "暂停计划", |world, _| {
        post_nothing(format!("/api/schedules/{}/pause", world.objects.schedule))
    }),
    probe("resume_schedule", "恢复计划", |world, _| {
        post_nothing(format!("/api/schedules/{}/resumption", world.objects.resting_schedule))
    }),
    probe("get_matrix", "看各表进度", |world, _| {
        get(format!("/api/tasks/{}/matrix?unit={}", world.objects.task, world.objects.unit))
    }),
    probe("export_matrix", "导出各表进度", |world, _| {
        get(format!("/api/tasks/{}/matrix.xlsx?unit={}", world.objects.task, world.objects.unit))
    }),
    probe("get_trend", "看分月情况", |world, _| get(trend(world, "/api/trend"))),
    probe("export_trend", "导出分月情况", |world, _| get(trend(world, "/api/trend.xlsx"))),
    probe("get_discipline", "看考核通报", |world, _| get(discipline(world, "/api/discipline"))),
    probe("export_discipline", "导出考核通报", |world, _| get(discipline(world, "/api/discipline.xlsx"))),
    probe("get_board", "看进度", |world, _| {
        get(format!("/api/tasks/{}/board?unit={}", world.objects.task, world.objects.unit))
    }),
    probe("get_totals", "看汇总", |world, _| {
        get(format!("/api/tasks/{}/totals?form={}&unit={}", world.objects.task, world.objects.form, world.objects.unit))
    }),
    probe("export_totals", "导出汇总", |world, _| {
        let query = format!("form={}&unit={}", world.objects.form, world.objects.unit);
        get(format!("/api/tasks/{}/totals.xlsx?{query}", world.objects.task))
    }),
    probe("order_export", "导出各单位报表", |world, _| {
        let body = json!({"form": world.objects.form, "unit": world.objects.unit});
        post(format!("/api/tasks/{}/exports", world.objects.task), body)
    }),
    probe("list_exports", "查自己的导出", |_, _| get("/api/exports")),
    probe("get_export", "看一次导出（省级业务主管的）", |world, _| {
        get(format!("/api/exports/{}", world.objects.export))
    }),
    probe("cancel_export", "取消导出（省级业务主管的）", |world, _| {
        post_nothing(format!("/api/exports/{}/cancellation", world.objects.export))
    }),
    probe("download_export", "下载导出文件（还没有生成）", |world, _| {
        get(format!("/api/exports/{}/file", world.objects.export))
    }),
    probe("list_reports", "查填报", |_, _| get("/api/reports?status=draft&limit=5")),
    probe("get_report", "看一份填报", |world, _| get(format!("/api/reports/{}", world.objects.draft))),
    probe("get_report_history", "看填报历史", |world, _| {
        get(format!("/api/reports/{}/history", world.objects.submitted))
    }),
    probe("save_cells", "填写", |world, _| {
        let (key, cell) = world.objects.content.iter().next().unwrap();
        let body = json!({"cells": {key.to_string(): {"cell": cell, "base": 0}}});
        request(Method::Patch, format!("/api/reports/{}/cells", world.objects.draft), Some(body))
    }),
    probe("download_sheet", "下载填报 Excel", |world, _| {
        get(format!("/api/reports/{}/sheet.xlsx", world.objects.draft))
    }),
    probe("upload_sheet", "上传填报 Excel", |world, _| {
        file(format!("/api/reports/{}/sheet", world.objects.draft), &world.objects.sheet)
    }),
    probe("read_form_sheet", "从 Excel 生成表式", |world, _| {
        let headers = vec![("Content-Type", SHEET_MEDIA_TYPE.to_owned())];
        let (path, query) = ("/api/form-sheets".to_owned(), String::new());
        Request { method: Method::Post, path, query, headers, body: Some(world.objects.sheet.clone()) }
    }),
    probe("submit_report", "提交", |world, _| {
        let body = json!({"version": 0, "cells": world.objects.content, "explanations": {}});
        request(Method::Put, format!("/api/reports/{}/submission", world.objects.draft), Some(body))
    }),
    probe("list_report_contents", "看可填的多村填报", |world, _| {
        get(format!("/api/tasks/{}/report-contents?form={}", world.objects.task, world.objects.form))
    }),
    // There is no such report: the answer says so, and each call leaves its one row.
    probe("submit_reports", "批量提交", |_, _| {
        let one = json!({"id": "018f0000-0000-7000-8000-000000000002", "version": 1, "explanations": {}});
        post("/api/report-submissions", json!({"reports": [one]}))
    }),
    probe("withdraw_report", "撤回", |world, _| {
        post(format!("/api/reports/{}/withdrawal", world.objects.submitted), json!({"version": 1}))
    }),
    probe("approve_report", "通过（轮到县级）", |world, _| {
        post(format!("/api/reports/{}/approval", world.objects.submitted), json!({"version": 1}))
    }),
    probe("return_report", "退回（轮到省级）", |world, _| {
        post(
            format!("/api/reports/{}/return", world.objects.approved_once),
            json!({"version": 2, "reason": "数字不符", "cells": {}}),
        )
    }),
    probe("revoke_approval", "撤销通过（县级最后通过）", |world, _| {
        post(
            format!("/api/reports/{}/revocation", world.objects.approved_once),
            json!({"version": 2, "reason": "看错了行"}),
        )
    }),
    probe("get_report_notes", "看各格的批注", |world, _| {
        get(format!("/api/reports/{}/notes", world.objects.draft))
    }),
    probe("comment_cell", "批注一格", |world, _| {
        let key = world.objects.content.keys().next().unwrap().to_string();
        post(format!("/api/reports/{}/comments", world.objects.draft), json!({"cell": key, "text": "与台账不符"}))
    }),
    probe("flag_cell", "标记一格待跟进", |world, _| {
        let key = world.objects.content.keys().next().unwrap().to_string();
        let body = json!({"cell": key, "flagged": true});
        request(Method::Put, format!("/api/reports/{}/flags", world.objects.draft), Some(body))
    }),
    probe("attach_file", "添加附件", |world, _| {
        let headers = vec![("Content-Type", ATTACHMENT_MEDIA_TYPE.to_owned())];
        let (path, query) = (format!("/api/reports/{}/attachments", world.objects.draft), "name=a.pdf".to_owned());
        Request { method: Method::Post, path, query, headers, body: Some(b"%PDF-1.7".to_vec()) }
    }),
    probe("download_attachment", "下载附件", |world, _| {
        get(format!("/api/attachments/{}/file", world.objects.attachment))
    }),
    probe("remove_attachment", "删除附件", |world, _| {
        request(Method::Delete, format!("/api/attachments/{}", world.objects.attachment), None)
    }),
    probe("count_waiting_reports", "数等自己审核的填报", |world, _| {
        get(format!("/api/waiting-reports?form={}", world.objects.form))
    }),
    // Nothing has waited so long: the answer says so, and each call leaves its one row.
    probe("approve_reports", "批量通过", |world, _| {
        let waiting = json!({"form": world.objects.form, "as_of": "2020-01-01T00:00:00Z"});
        post("/api/report-approvals", json!({"which": {"waiting": waiting}}))
    }),
    probe("return_reports", "批量退回", |_, _| {
        let seen = json!([{"id": "018f0000-0000-7000-8000-000000000002", "version": 1}]);
        post("/api/report-returns", json!({"which": {"chosen": {"reports": seen}}, "reason": "数字不符"}))
    }),
    probe("get_differences", "看填报有何改动", |world, _| {
        get(format!("/api/reports/{}/differences?since=submission", world.objects.submitted))
    }),
    probe("list_todos", "看自己的待办", |_, _| get("/api/todos")),
    probe("get_map", "看地图", |_, _| get("/api/map")),
    probe("search", "搜索", |_, _| get("/api/search?q=%E7%94%B2")),
    probe("list_notices", "看自己的通知", |_, _| get("/api/notices")),
    probe("read_notices", "标记通知已读", |world, _| {
        post("/api/notices/read", json!({"up_to": world.objects.notice}))
    }),
    probe("list_messages", "看短信记录", |_, _| get("/api/messages?state=unknown")),
    probe("settle_message", "了结下落不明的短信", |world, _| {
        let body = json!({"decision": "delivered", "reason": "已问运营商"});
        post(format!("/api/messages/{}/settlement", world.objects.message), body)
    }),
    probe("get_gateway", "看短信通道", |_, _| get("/api/gateway")),
    probe("set_gateway", "改短信通道", |world, _| {
        let settings = serde_json::to_value(hook(&world.test.url)).unwrap();
        request(Method::Put, "/api/gateway".to_owned(), Some(settings))
    }),
    probe("get_mail_server", "看邮件服务器", |_, _| get("/api/mail-server")),
    probe("set_mail_server", "改邮件服务器", |_, _| {
        let settings = serde_json::to_value(mail_server()).unwrap();
        request(Method::Put, "/api/mail-server".to_owned(), Some(json!({"server": settings})))
    }),
    probe("try_mail_server", "试邮件服务器", |_, _| post_nothing("/api/mail-server/trial")),
    probe("get_message_choices", "看自己的提醒方式", |_, _| get("/api/message-choices")),
    probe("set_message_choices", "改自己的提醒方式", |_, _| {
        let body = json!({"items": [{"event": "reporting.overdue", "sms": false, "mail": true}]});
        request(Method::Put, "/api/message-choices".to_owned(), Some(body))
    }),
    probe("take_receipt", "收运营商回执（凭签名）", |world, _| {
        let body = json!({"message_id": world.objects.message, "outcome": "delivered", "code": "DELIVRD"});
        sign(post("/api/receipts/http", body))
    }),
    probe("take_aliyun_receipts", "收阿里云回执（凭地址）", |_, _| {
        let body = json!([{"success": true, "err_code": "DELIVERED", "biz_id": "9006^0", "out_id": ""}]);
        post(format!("/api/receipts/aliyun/{RECEIPT_TOKEN}"), body)
    }),
    probe("take_tencent_receipts", "收腾讯云回执（凭地址）", |_, _| {
        let body = json!([{"report_status": "SUCCESS", "errmsg": "DELIVRD", "sid": "2640:1"}]);
        post(format!("/api/receipts/tencent/{RECEIPT_TOKEN}"), body)
    }),
    probe("take_reply", "收手机回复（凭签名）", |_, _| {
        sign(post("/api/replies/http", json!({"phone": "19900000001", "text": "1"})))
    }),
    probe("take_aliyun_replies", "收阿里云上行（凭地址）", |_, _| {
        let body = json!([{"phone_number": "19900000001", "content": "1"}]);
        post(format!("/api/replies/aliyun/{RECEIPT_TOKEN}"), body)
    }),
    probe("take_tencent_reply", "收腾讯云上行（凭地址）", |_, _| {
        post(format!("/api/replies/tencent/{RECEIPT_TOKEN}"), json!({"mobile": "19900000001", "text": "1"}))
    }),
    probe("get_message_limits", "看短信额度", |_, _| get("/api/message-limits")),
    probe("set_message_limits", "改短信额度", |_, _| {
        let body = json!({"quiet": {"from": "21:30", "until": "07:30"}, "per_day": 10, "monthly_segments": 1000});
        request(Method::Put, "/api/message-limits".to_owned(), Some(body))
    }),
    probe("get_message_costs", "看短信费用", |_, _| get("/api/message-costs")),
    probe("list_message_templates", "看短信模板", |_, _| get("/api/message-templates")),
    probe("preview_message_template", "预览短信模板", |_, _| {
        get("/api/message-templates/preview?event=reporting.task_issued&body=%7B%7Bname%7D%7D")
    }),
    probe("set_message_template", "改短信模板", |_, _| {
        let path = "/api/message-templates/reporting.task_issued/message".to_owned();
        request(Method::Put, path, Some(json!({"body": "{{name}}有新任务 {{link}}"})))
    }),
    probe("list_sandbox_messages", "看沙箱短信", |_, _| get("/api/sandbox/messages")),
];

fn tomorrow(world: &World) -> chrono::NaiveDate {
    world.today + Days::new(1)
}

fn trend(world: &World, path: &str) -> String {
    let (code, item) = &world.objects.item;
    let code: String = code.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let until = months_before(world.today, 0);
    format!("{path}?form={code}&item={item}&until={until}&level=village&unit={}", world.objects.unit)
}

fn discipline(world: &World, path: &str) -> String {
    let month = months_before(world.today, 0);
    format!("{path}?from={month}&until={month}&level=village&unit={}", world.objects.unit)
}
