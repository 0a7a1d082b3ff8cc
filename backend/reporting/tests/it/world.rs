//! A province that fills in one small form, and the people who do.

use chrono::{Days, NaiveDate};
use fupin_client::{Client, ClientError, Transport, Uuid};
use fupin_contract::{
    FormId, Period, ReportId, TaskId,
    access::Role,
    reporting::{
        ApproveMany, AtVersion, ChosenReports, IssueTask, Report, ReportFilter, ReportSelection, ReportSummary,
        ReturnReport, ReviewedReports, RevokeApproval, SaveCell, SaveCells, SavedCells, SeenReport, SubmitReport, Task,
        Totals, TotalsFilter, TotalsOf,
    },
    units::Level,
};
use fupin_form::{Cell, Cells};
use fupin_testing::{Person, TestApp};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

/// One of each kind of roll-up, a computed item, dynamic rows, a hard and a soft rule.
pub fn form_json() -> Value {
    let integer = |roll_up: &str| json!({"type": "integer", "roll_up": roll_up});
    json!({
        "code": "试01表", "title": "=试用\"表\"", "unit_note": "计量单位：人、元", "note": "填报说明",
        "sections": [
            {
                "key": "a", "title": "一、基本情况", "row_header": "类别",
                "columns": [
                    {"title": "人数", "children": [
                        {"key": "n", "title": "合计", "cell": {"type": "integer", "min": 0, "unit": "人"}},
                        {"key": "twice", "title": "两倍", "cell": {"type": {"computed": {"formula": "n * 2"}}}}
                    ]},
                    {"key": "m", "title": "金额", "cell": {"type": "money", "unit": "元"}},
                    {"key": "avg", "title": "均价", "cell": {"type": {"decimal": {"scale": 2}}, "roll_up": {"average": {"weight": "n"}}}},
                    {"key": "low", "title": "最低", "cell": integer("min")},
                    {"key": "high", "title": "最高", "cell": integer("max")},
                    {"key": "c", "title": "份数", "cell": integer("count")},
                    {"key": "d", "title": "日期", "cell": {"type": "date", "roll_up": "max"}}
                ],
                "rows": {"fixed": [{"key": "r1", "label": "甲"}, {"key": "r2", "label": "其中：乙", "indent": 1}]},
                "cells": [
                    {"row": "r1", "column": "n", "cell": {"required": true}},
                    {"row": "r2", "column": "d", "cell": {"blocked": true}}
                ]
            },
            {
                "key": "s", "title": "二、项目", "row_header": "序号",
                "columns": [
                    {"key": "name", "title": "名称", "cell": {"type": {"text": {"max_len": 20}}}},
                    {"key": "k", "title": "数量", "cell": {"type": "integer"}}
                ],
                "rows": {"dynamic": {"min": 0, "max": 5}}
            }
        ],
        "rules": [
            {"id": "part", "severity": "hard", "expression": "a.r1.n >= a.r2.n", "cells": ["a.r2.n"], "message": "其中项{a.r2.n}大于合计"},
            {"id": "many", "severity": "soft", "expression": "a.r1.n < 1000", "cells": ["a.r1.n"], "message": "人数过多"}
        ]
    })
}

/// Cells by key from JSON.
pub fn cells(json: Value) -> Cells {
    serde_json::from_value(json).unwrap()
}

pub fn key() -> Uuid {
    Uuid::new_v4()
}

fn configure(service: &mut ServiceConfig<'_>) {
    fupin_access::configure(service);
    fupin_insight::configure(service);
    fupin_reporting::configure(service);
}

pub struct World {
    pub app: TestApp,
    pub form: FormId,
    pub today: NaiveDate,
    pub officer: Person,
}

impl World {
    pub async fn start() -> Self {
        let app = TestApp::start(configure).await;
        let form = load(&app, &[form_json()]).await[0];
        let officer = app.person(Role::Officer, "样例省").await;
        let days = app.number("select local_today() - date '2000-01-01'::date + 0::bigint").await;
        let today = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(u64::try_from(days).unwrap());
        Self { app, form, today, officer }
    }

    /// This month's form to all villages, through the whole chain.
    pub fn issue(&self) -> IssueTask {
        IssueTask {
            title: "月报".to_owned(),
            forms: vec![self.form],
            period: Period::of(self.today),
            level: Level::Village,
            unit: self.app.unit("样例省"),
            deadline: self.today + Days::new(5),
            chain: vec![Level::Town, Level::County, Level::Province],
        }
    }

    pub async fn issued(&self) -> Task {
        self.officer.client.issue_task(&self.issue(), key()).await.unwrap().task
    }

    /// The officer, signed in anew: a clock that was set ahead ends sessions.
    pub async fn officer_again(&self) -> fupin_testing::Caller {
        self.app.enter(self.officer.account_id).await.client
    }

    pub async fn report(&self, task: TaskId, unit: &str) -> ReportId {
        self.report_by(&self.officer.client, task, unit).await
    }

    /// As somebody else finds it.
    pub async fn report_by(&self, who: &fupin_testing::Caller, task: TaskId, unit: &str) -> ReportId {
        let filter = ReportFilter { task: Some(task), unit: Some(self.app.unit(unit)), ..ReportFilter::default() };
        let page = who.list_reports(&filter).await.unwrap();
        assert_eq!(page.items.len(), 1, "{unit}");
        page.items[0].id
    }

    /// What has been submitted of a version of a form.
    pub async fn totals_of_form(&self, task: TaskId, form: FormId) -> Totals {
        self.officer.client.get_totals(task, &TotalsFilter { form, unit: None, of: None }).await.unwrap()
    }

    pub async fn totals(&self, task: TaskId, unit: &str, of: TotalsOf) -> Totals {
        let filter = TotalsFilter { form: self.form, unit: Some(self.app.unit(unit)), of: Some(of) };
        self.officer.client.get_totals(task, &filter).await.unwrap()
    }
}

/// Load forms as set-up does.
pub async fn load(app: &TestApp, forms: &[Value]) -> Vec<FormId> {
    let definitions: Vec<String> = forms.iter().map(Value::to_string).collect();
    app.app.db.write(async |tx| fupin_reporting::load_forms(tx, &definitions).await).await.unwrap().0
}

/// What people do with reports, in one line each.
pub trait Acts {
    async fn look(&self, id: ReportId) -> Report;
    async fn save(&self, id: ReportId, base: i32, json: Value) -> Result<SavedCells, ClientError>;
    async fn submit(&self, id: ReportId, version: i32, json: Value) -> Result<ReportSummary, ClientError>;
    async fn submit_saved(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError>;
    async fn withdraw(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError>;
    async fn approve(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError>;
    async fn give_back(&self, id: ReportId, version: i32, reason: &str) -> Result<ReportSummary, ClientError>;
    async fn give_back_cells(
        &self,
        id: ReportId,
        version: i32,
        cells: &[(&str, &str)],
    ) -> Result<ReportSummary, ClientError>;
    async fn revoke(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError>;
    async fn approve_many(&self, reports: &[(ReportId, i32)]) -> ReviewedReports;
}

impl<T: Transport> Acts for Client<T> {
    async fn look(&self, id: ReportId) -> Report {
        self.get_report(id).await.unwrap()
    }

    async fn save(&self, id: ReportId, base: i32, json: Value) -> Result<SavedCells, ClientError> {
        let save = |(key, cell): (fupin_form::CellKey, Cell)| (String::from(key), SaveCell { cell, base });
        let save = SaveCells { cells: cells(json).into_iter().map(save).collect() };
        self.save_cells(id, &save, key()).await
    }

    async fn submit(&self, id: ReportId, version: i32, json: Value) -> Result<ReportSummary, ClientError> {
        let act = SubmitReport { version, cells: Some(cells(json)), explanations: Default::default() };
        self.submit_report(id, &act, key()).await
    }

    async fn submit_saved(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError> {
        self.submit_report(id, &SubmitReport { version, cells: None, explanations: Default::default() }, key()).await
    }

    async fn withdraw(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError> {
        self.withdraw_report(id, &AtVersion { version }, key()).await
    }

    async fn approve(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError> {
        self.approve_report(id, &AtVersion { version }, key()).await
    }

    async fn give_back(&self, id: ReportId, version: i32, reason: &str) -> Result<ReportSummary, ClientError> {
        self.return_report(id, &ReturnReport { version, reason: reason.to_owned(), cells: Default::default() }, key())
            .await
    }

    async fn give_back_cells(
        &self,
        id: ReportId,
        version: i32,
        cells: &[(&str, &str)],
    ) -> Result<ReportSummary, ClientError> {
        let cells = cells.iter().map(|(key, remark)| ((*key).to_owned(), (*remark).to_owned())).collect();
        self.return_report(id, &ReturnReport { version, reason: "请核对".to_owned(), cells }, key()).await
    }

    async fn revoke(&self, id: ReportId, version: i32) -> Result<ReportSummary, ClientError> {
        self.revoke_approval(id, &RevokeApproval { version, reason: "看错了行".to_owned() }, key()).await
    }

    async fn approve_many(&self, reports: &[(ReportId, i32)]) -> ReviewedReports {
        self.approve_reports(&ApproveMany { which: chosen(reports) }, key()).await.unwrap()
    }
}

/// Reports in the versions that were seen.
pub fn chosen(reports: &[(ReportId, i32)]) -> ReportSelection {
    let seen = |(id, version): &(ReportId, i32)| SeenReport { id: *id, version: *version };
    ReportSelection::Chosen(ChosenReports { reports: reports.iter().map(seen).collect() })
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> String {
    answer.unwrap_err().code().to_owned()
}
