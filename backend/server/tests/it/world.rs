//! A province at work: tasks issued to all of its towns and villages, reports in several states, messages sent, and for
//! each role somebody at each of five places around one town. After a call that changed something all is put back.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use fupin_access::{founding, sign_in};
use fupin_client::{Method, Request, Response, Transport, Uuid};
use fupin_contract::{
    AccountId, AccountImportId, AttachmentId, DraftId, Email, ExportId, FormId, Period, Phone, ReportId, ScheduleId,
    SessionId, TaskId, UnitId,
    access::Role,
    notify::{
        AliyunGateway, GatewayKind, GatewaySettings, HttpGateway, HttpHeader, MailSecurity, MailServer, TencentGateway,
    },
    reporting::{
        AtVersion, AttachFile, CreateSchedule, DraftStart, DueBy, EmptyForm, Every, IssueTask, OrderExport,
        ScheduleRule, SubmitReport,
    },
    units::Level,
};
use fupin_form::{CellKind, Cells, Form};
use fupin_kernel::{keys, seal};
use fupin_server::province::Province;
use fupin_testing::{Caller, TestApp};
use serde_json::Value;

use crate::{imports::Imports, tables::Tables};

/// The town that all objects of the probes belong to.
pub const TOWN: &str = "甲东镇";
/// Where people stand, as seen from the town.
pub const PLACES: [(&str, &str); 5] =
    [("本级", TOWN), ("下级", "甲东一村"), ("平级", "甲西镇"), ("上级", "甲县"), ("省级", "样例省")];
/// What carrier and house share.
pub const SECRET: &str = "a secret that carrier and house share";
/// Of carriers that cannot sign.
pub const RECEIPT_TOKEN: &str = "an-end-that-nobody-guesses";

/// Who calls: somebody with a role at a place, or nobody.
pub struct Someone {
    pub role: Option<Role>,
    pub place: usize,
    pub account_id: Option<AccountId>,
    pub username: String,
    pub client: Caller,
    /// A second session of the same account, and the token that renews it.
    pub spare_session: SessionId,
    pub refresh_token: String,
}

/// What the probes act on. All of it belongs to the town.
pub struct Objects {
    pub unit: UnitId,
    pub form: FormId,
    /// The same form corrected.
    pub newer_form: FormId,
    /// The province designs it.
    pub form_draft: DraftId,
    /// Code of the form, and the key of an item that rolls up.
    pub item: (String, String),
    /// Issued at the town, to its villages.
    pub task: TaskId,
    /// Issues at the town, and one that rests.
    pub schedule: ScheduleId,
    pub resting_schedule: ScheduleId,
    /// The town's own reports: nothing written yet, waiting for the county, waiting for the province.
    pub draft: ReportId,
    pub submitted: ReportId,
    pub approved_once: ReportId,
    pub content: Cells,
    /// The draft as its clerk took it home.
    pub sheet: Vec<u8>,
    /// By the town's clerk, of the draft.
    pub attachment: AttachmentId,
    /// Ordered by the province's officer for the town, and not made yet.
    pub export: ExportId,
    pub account: AccountId,
    pub other_account: AccountId,
    pub disabled: AccountId,
    pub locked: AccountId,
    pub grant: Uuid,
    /// A sheet of accounts to upload, one that is looked at, and one that is taken.
    pub people: Vec<u8>,
    pub checked_import: AccountImportId,
    pub done_import: AccountImportId,
    /// Households and people.
    pub tables: Tables,
    /// Of the account to the other one, from today on.
    pub delegation: Uuid,
    /// Unknown whether it went out.
    pub message: Uuid,
    pub notice: Uuid,
    pub link: String,
    /// Confirms the other account's address.
    pub email_link: String,
}

/// What came of a call.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub audit_rows: i64,
    pub changed: bool,
}

pub struct World {
    pub test: TestApp,
    pub today: NaiveDate,
    pub nobody: Someone,
    pub people: Vec<Someone>,
    pub objects: Objects,
    sql: tokio_postgres::Client,
    tables: Vec<String>,
    digest: String,
    audit_rows: Cell<i64>,
}

impl World {
    pub async fn start() -> Self {
        fupin_sheet::read_with(env!("CARGO_BIN_EXE_fupin"));
        let test = TestApp::start(fupin_server::api::configure).await;
        let sql = test.superuser().await;
        let today: NaiveDate = sql.query_one("select local_today()", &[]).await.unwrap().get(0);
        load_province(&test).await;
        let accounts = Accounts::make(&test, &sql).await;
        let mut people = Vec::new();
        for (place, (_, unit)) in PLACES.iter().enumerate() {
            for role in Role::ALL {
                people.push(Someone::enter(&test, &sql, role, place, unit).await);
            }
        }
        let objects = make_objects(&test, &sql, today, &people, accounts).await;
        let nobody = Someone {
            role: None,
            place: 0,
            account_id: None,
            username: TestApp::username(objects.other_account),
            client: test.nobody(),
            spare_session: SessionId::generate(),
            refresh_token: String::new(),
        };
        let tables = keep(&sql).await;
        let (digest, audit_rows) = look(&sql, &tables).await;
        Self { test, today, nobody, people, objects, sql, tables, digest, audit_rows: Cell::new(audit_rows) }
    }

    /// Somebody with a role at a place.
    pub fn who(&self, role: Role, place: usize) -> &Someone {
        self.people.iter().find(|person| person.role == Some(role) && person.place == place).unwrap()
    }

    /// Call, see what it did, and put back what it changed.
    pub async fn call(&self, who: &Someone, request: Request) -> Answer {
        let reads = request.method == Method::Get;
        let response = self.send(who, request).await;
        if reads {
            return Answer { status: response.status, body: response.body, audit_rows: 0, changed: false };
        }
        let (digest, rows) = look(&self.sql, &self.tables).await;
        let (changed, audit_rows) = (digest != self.digest, rows - self.audit_rows.replace(rows));
        if changed {
            self.put_back().await;
        }
        Answer { status: response.status, body: response.body, audit_rows, changed }
    }

    async fn send(&self, who: &Someone, request: Request) -> Response {
        who.client.transport().send(request).await.unwrap()
    }

    async fn put_back(&self) {
        let mut statements = String::from("set session_replication_role = replica; begin;");
        for table in &self.tables {
            statements += &format!(
                "delete from public.{table};
                 insert into public.{table} overriding system value select * from kept.{table};"
            );
        }
        statements += "update access_epoch set version = version + 1; commit; set session_replication_role = origin;";
        self.sql.batch_execute(&statements).await.unwrap();
    }
}

impl Someone {
    async fn enter(test: &TestApp, sql: &tokio_postgres::Client, role: Role, place: usize, unit: &str) -> Self {
        let person = test.person(role, unit).await;
        let (spare_session, refresh_token) = (SessionId::generate(), keys::random_token());
        sql.execute(
            "insert into session (session_id, account_id, created_at, last_used_at, address, user_agent)
             values ($1, $2, clock_now(), clock_now(), '127.0.0.1', 'spare')",
            &[&spare_session.0, &person.account_id.0],
        )
        .await
        .unwrap();
        sql.execute(
            "insert into refresh_token (token_digest, session_id, issued_at) values ($1, $2, clock_now())",
            &[&keys::token_digest(&refresh_token), &spare_session.0],
        )
        .await
        .unwrap();
        // Kept, and not confirmed yet.
        keep_email(test, sql, person.account_id).await;
        let (username, client) = (person.username, person.client);
        let account_id = Some(person.account_id);
        Self { role: Some(role), place, account_id, username, client, spare_session, refresh_token }
    }
}

async fn keep_email(test: &TestApp, sql: &tokio_postgres::Client, account: AccountId) {
    let sealed = seal::seal(&test.app.keys, &format!("account.email:{account}"), "own@example.cn").unwrap();
    let keep = "update account set email_sealed = $2 where account_id = $1";
    sql.execute(keep, &[&account.0, &sealed]).await.unwrap();
}

async fn load_province(test: &TestApp) {
    let province = Province::read("hainan").unwrap();
    let app = &test.app;
    let map = r#"{"source": "样例", "frame": [0, 0, 1, 1], "features": []}"#;
    std::fs::write(app.settings.data_dir.join("map.json"), map).unwrap();
    app.db
        .write(async |tx| {
            founding::found(tx, "sample", "样例省", false).await?;
            fupin_reporting::load_forms(tx, &province.forms).await?;
            fupin_notify::load_templates(tx, &province.messages).await?;
            fupin_notify::mail::install(tx, &app.keys, Some(mail_server())).await?;
            fupin_notify::gateway::install(tx, &app.keys, hook(&test.url)).await.map(drop)
        })
        .await
        .unwrap();
}

/// A gateway with all that one can have.
pub fn hook(url: &str) -> GatewaySettings {
    let http = HttpGateway {
        url: format!("{url}/hook"),
        headers: vec![HttpHeader { name: "X-Key".to_owned(), value: "1".to_owned() }],
        body: r#"{"id":{{id}},"phone":{{phone}},"text":{{text}}}"#.to_owned(),
        secret: SECRET.to_owned(),
    };
    let (sign_name, receipt_token) = ("样例".to_owned(), RECEIPT_TOKEN.to_owned());
    let aliyun = AliyunGateway {
        endpoint: format!("{url}/aliyun"),
        access_key_id: "id".to_owned(),
        access_key_secret: SECRET.to_owned(),
        sign_name: sign_name.clone(),
        templates: vec![],
        receipt_token: receipt_token.clone(),
    };
    let tencent = TencentGateway {
        endpoint: format!("{url}/tencent"),
        region: "ap-guangzhou".to_owned(),
        secret_id: "id".to_owned(),
        secret_key: SECRET.to_owned(),
        app_id: "1400000000".to_owned(),
        sign_name,
        templates: vec![],
        receipt_token,
    };
    GatewaySettings { kind: GatewayKind::Http, http: Some(http), aliyun: Some(aliyun), tencent: Some(tencent) }
}

/// A mail server on this machine that nobody has started.
pub fn mail_server() -> MailServer {
    MailServer {
        host: "localhost".to_owned(),
        port: 9,
        security: MailSecurity::None,
        user: String::new(),
        password: String::new(),
        from_address: Email::parse("fupin@example.cn").unwrap(),
        from_name: "样例".to_owned(),
        authority: String::new(),
    }
}

/// Accounts of the town that are acted on; nobody calls in their name.
struct Accounts {
    account: AccountId,
    other_account: AccountId,
    disabled: AccountId,
    locked: AccountId,
    grant: Uuid,
    delegation: Uuid,
}

impl Accounts {
    async fn make(test: &TestApp, sql: &tokio_postgres::Client) -> Self {
        let account = test.account(TOWN).await;
        test.grant(account, Role::Clerk, TOWN).await;
        let grant = sql.query_one("select grant_id from account_grant where account_id = $1", &[&account.0]).await;
        // From the range that carriers keep for tests.
        let phone = Phone::parse("19900000001").unwrap();
        let place = format!("account.phone:{account}");
        let sealed = seal::seal(&test.app.keys, &place, phone.reveal()).unwrap();
        sql.execute("update account set phone_sealed = $2 where account_id = $1", &[&account.0, &sealed])
            .await
            .unwrap();
        let (other_account, disabled, locked) =
            (test.account(TOWN).await, test.account(TOWN).await, test.account(TOWN).await);
        let disable = "update account set disabled_at = clock_now() where account_id = $1";
        sql.execute(disable, &[&disabled.0]).await.unwrap();
        let lock = "update account set failed_attempts = 5, locked_until = clock_now() + interval '20 minutes'
                    where account_id = $1";
        sql.execute(lock, &[&locked.0]).await.unwrap();
        let delegation = Uuid::now_v7();
        let delegate = "insert into delegation (delegation_id, principal_id, delegate_id, first_day, last_day, reason,
                            made_by, made_at)
                        values ($1, $2, $3, local_today(), local_today() + 9, '休假', $2, clock_now())";
        sql.execute(delegate, &[&delegation, &account.0, &other_account.0]).await.unwrap();
        Self { account, other_account, disabled, locked, grant: grant.unwrap().get(0), delegation }
    }
}

async fn make_objects(
    test: &TestApp,
    sql: &tokio_postgres::Client,
    today: NaiveDate,
    people: &[Someone],
    accounts: Accounts,
) -> Objects {
    let who = |role: Role, place: usize| {
        &people.iter().find(|person| person.role == Some(role) && person.place == place).unwrap().client
    };
    // A draft, a submitted and an approved report: three forms, the first by their codes.
    let listed = who(Role::Officer, 4).list_forms().await.unwrap().items;
    let forms: Vec<FormId> = listed.iter().take(3).map(|form| form.id).collect();
    let issue = |level, unit: &str, period: Period, chain: &[Level]| IssueTask {
        title: format!("{unit}{period}"),
        forms: forms.clone(),
        period,
        level,
        unit: test.unit(unit),
        deadline: today + Days::new(7),
        chain: chain.to_vec(),
    };
    let (month, before) = (Period::of(today), months_before(today, 1));
    let chain = [Level::Town, Level::County, Level::Province];
    let provincial = who(Role::Officer, 4);
    let towns = issue(Level::Town, "样例省", month, &chain[1..]);
    let towns = provincial.issue_task(&towns, Uuid::now_v7()).await.unwrap().task.id;
    provincial.issue_task(&issue(Level::Village, "样例省", month, &chain), Uuid::now_v7()).await.unwrap();
    let task = issue(Level::Village, TOWN, before, &chain);
    let task = who(Role::Officer, 0).issue_task(&task, Uuid::now_v7()).await.unwrap().task.id;
    let plans = Plans::make(test, who(Role::Officer, 0), forms[0], month).await;
    let (clerk, reviewer) = (who(Role::Clerk, 0), who(Role::Reviewer, 3));
    let (mut reports, mut contents) = (Vec::new(), Vec::new());
    for form in &forms {
        let query = "select report_id from report where task_id = $1 and form_id = $2 and unit_id = $3";
        let row = sql.query_one(query, &[&towns.0, &form.0, &test.unit(TOWN).0]).await.unwrap();
        reports.push(ReportId(row.get(0)));
        contents.push(fill(&Form::compile(clerk.get_form(*form).await.unwrap().definition).unwrap()));
    }
    for (report, content) in reports.iter().zip(&contents).skip(1) {
        let act = SubmitReport { version: 0, cells: Some(content.clone()), explanations: [].into() };
        clerk.submit_report(*report, &act, Uuid::now_v7()).await.unwrap();
    }
    reviewer.approve_report(reports[2], &AtVersion { version: 1 }, Uuid::now_v7()).await.unwrap();
    let sheet = clerk.download_sheet(reports[0]).await.unwrap().bytes;
    let paper = AttachFile { name: "台账.pdf".to_owned(), cell: None };
    let notes = clerk.attach_file(reports[0], &paper, b"%PDF-1.7".to_vec(), Uuid::now_v7()).await.unwrap();
    let order = OrderExport { form: forms[0], unit: Some(test.unit(TOWN)) };
    let export = who(Role::Officer, 4).order_export(task, &order, Uuid::now_v7()).await.unwrap().id;
    let start = DraftStart::Empty(EmptyForm { code: "草01表".to_owned(), title: "草稿".to_owned() });
    let form_draft = who(Role::Officer, 4).create_form_draft(&start, Uuid::now_v7()).await.unwrap().summary.id;
    let imports = Imports::make(test, who(Role::SystemAdmin, 0), TOWN).await;
    let province = Province::read("hainan").unwrap();
    let (town, top) = (who(Role::Officer, 0), who(Role::Officer, 4));
    let tables = Tables::make(test, &province, town, who(Role::Clerk, 0), top).await;
    fupin_notify::drain::drain(&test.app).await.unwrap();
    sql.batch_execute("update message set state = 'unknown'").await.unwrap();
    let message = "select message_id from message where account_id = $1 limit 1";
    let notice = "select notice_id from notice limit 1";
    let expires = chrono::Utc::now() + Days::new(1);
    let owner = Some(accounts.other_account);
    let link = test.app.db.write(async |tx| sign_in::insert_link(tx, owner, "reset", expires).await).await.unwrap().0;
    let email_link = keys::random_token();
    keep_email(test, sql, accounts.other_account).await;
    let ask = "insert into email_confirmation (email_confirmation_id, account_id, asked_at, token_digest, expires_at)
               values ($1, $2, clock_now(), $3, $4)";
    let digest = keys::token_digest(&email_link);
    sql.execute(ask, &[&Uuid::now_v7(), &accounts.other_account.0, &digest, &expires]).await.unwrap();
    Objects {
        unit: test.unit(TOWN),
        form: forms[0],
        newer_form: plans.newer_form,
        form_draft,
        item: plans.item,
        task,
        schedule: plans.schedule,
        resting_schedule: plans.resting_schedule,
        draft: reports[0],
        submitted: reports[1],
        approved_once: reports[2],
        content: contents.swap_remove(0),
        sheet,
        attachment: notes.attachments[0].id,
        export,
        account: accounts.account,
        other_account: accounts.other_account,
        disabled: accounts.disabled,
        locked: accounts.locked,
        grant: accounts.grant,
        delegation: accounts.delegation,
        people: imports.people,
        checked_import: imports.checked,
        done_import: imports.done,
        tables,
        message: sql.query_one(message, &[&accounts.account.0]).await.unwrap().get(0),
        notice: sql.query_one(notice, &[]).await.unwrap().get(0),
        link,
        email_link,
    }
}

/// What is to come: a corrected form, and schedules of the town.
struct Plans {
    newer_form: FormId,
    item: (String, String),
    schedule: ScheduleId,
    resting_schedule: ScheduleId,
}

impl Plans {
    async fn make(test: &TestApp, officer: &Caller, form: FormId, month: Period) -> Self {
        let first = Form::compile(officer.get_form(form).await.unwrap().definition).unwrap();
        let item = (first.definition().code.clone(), first.measures()[0].key.to_string());
        let newer_form = correct(test, officer, form).await;
        let schedule = schedule(officer, form, test.unit(TOWN), month).await;
        let resting_schedule = self::schedule(officer, form, test.unit(TOWN), month).await;
        officer.pause_schedule(resting_schedule).await.unwrap();
        Self { newer_form, item, schedule, resting_schedule }
    }
}

/// The next version of a form.
async fn correct(test: &TestApp, who: &Caller, form: FormId) -> FormId {
    let mut definition = who.get_form(form).await.unwrap().definition;
    definition.note = Some("更正".to_owned());
    let definitions = [serde_json::to_string(&definition).unwrap()];
    let load = test.app.db.write(async |tx| fupin_reporting::load_forms(tx, &definitions).await);
    load.await.unwrap().0[0]
}

async fn schedule(who: &Caller, form: FormId, unit: UnitId, first: Period) -> ScheduleId {
    let rule = ScheduleRule { every: Every::Month, issue_day: 28, due: DueBy::Day, due_number: 5, first };
    let schedule = CreateSchedule {
        title: "月报".to_owned(),
        forms: vec![form],
        level: Level::Village,
        unit,
        chain: vec![Level::Town],
        rule,
    };
    who.create_schedule(&schedule, Uuid::now_v7()).await.unwrap().id
}

pub fn months_before(today: NaiveDate, months: u32) -> Period {
    Period::of(today.checked_sub_months(chrono::Months::new(months)).unwrap())
}

/// Zero, the first of a month or the first option in every cell.
fn fill(form: &Form) -> Cells {
    let mut cells = Cells::default();
    for cell in form.cells().iter().filter(|cell| cell.is_fillable()) {
        let typed = match &cell.kind {
            CellKind::Date => "2026-11-01",
            CellKind::Choice { options } => options[0].code.as_str(),
            CellKind::Integer
            | CellKind::Decimal { .. }
            | CellKind::Money
            | CellKind::Text { .. }
            | CellKind::Computed { .. }
            | CellKind::Blocked => "0",
        };
        cells.insert(cell.key.clone(), fupin_form::parse_entry(cell, typed).unwrap());
    }
    cells
}

/// Keep a copy of all tables but the audit trail, sightings and the epoch, which only grow; say which.
async fn keep(sql: &tokio_postgres::Client) -> Vec<String> {
    let query = "select tablename::text from pg_tables where schemaname = 'public'
        and tablename not in ('audit_row', 'audit_segment', 'access_epoch', 'sighting', 'onlooker',
            '__diesel_schema_migrations')
        order by 1";
    let tables: Vec<String> = sql.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let copies: String =
        tables.iter().map(|table| format!("create table kept.{table} as table public.{table};")).collect();
    sql.batch_execute(&format!("create schema kept; {copies}")).await.unwrap();
    tables
}

/// A digest of all tables, and the number of audit rows.
async fn look(sql: &tokio_postgres::Client, tables: &[String]) -> (String, i64) {
    let each =
        |table: &String| format!("(select md5(string_agg(t::text, chr(10) order by t::text)) from public.{table} t)");
    let all: Vec<String> = tables.iter().map(each).collect();
    let query = format!("select md5(concat_ws('|', {})), (select count(*) from audit_row)", all.join(", "));
    let row = sql.query_one(&query, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// A request as plain data; a body makes it JSON.
pub fn request(method: Method, path: String, body: Option<Value>) -> Request {
    let (path, query) =
        path.split_once('?').map_or((path.clone(), String::new()), |(path, query)| (path.into(), query.into()));
    let headers = body.iter().map(|_| ("Content-Type", "application/json".to_owned())).collect();
    Request { method, path, query, headers, body: body.map(|body| body.to_string().into_bytes()) }
}
