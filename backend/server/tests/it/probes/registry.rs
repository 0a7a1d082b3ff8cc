//! Operations on households and people.

use fupin_client::{Method, Request};
use fupin_contract::registry::CSV_MEDIA_TYPE;
use serde_json::json;

use super::{Probe, get, post, post_nothing, probe};
use crate::world::request;

pub(super) const PROBES: &[Probe] = &[
    probe("get_catalog", "看信息采集目录", |_, _| get("/api/registry/catalog")),
    probe("list_households", "查家庭", |_, _| get("/api/households")),
    probe("get_household", "看一户", |world, _| get(format!("/api/households/{}", world.objects.tables.household))),
    probe("get_person", "看一人", |world, _| get(format!("/api/persons/{}", world.objects.tables.person))),
    probe("find_people", "查人", |_, _| post("/api/person-searches", json!({"name": "符"}))),
    probe("register_household", "登记新户", |world, _| {
        let head = json!({
            "name": "符新户", "relation": "01", "sex": "1", "birthday": "1980-01-01", "reason": "07", "on": "2026-01-01",
        });
        let village = world.test.unit(world.objects.tables.village);
        post("/api/households", json!({"village_id": village, "year": 2025, "head": head}))
    }),
    probe("change_household", "变更户信息", |world, _| {
        let tables = &world.objects.tables;
        let act = json!({"kind": "correct_household", "facts": {"fuel": "04"}});
        let path = format!("/api/households/{}/changes", tables.household);
        post(path, json!({"version": tables.version, "year": tables.year, "act": act}))
    }),
    probe("list_changes", "查信息变更", |_, _| get("/api/household-changes")),
    probe("get_change", "看一项变更", |world, _| {
        get(format!("/api/household-changes/{}", world.objects.tables.change))
    }),
    probe("decide_change", "审核变更", |world, _| {
        post(format!("/api/household-changes/{}/decision", world.objects.tables.change), json!({"approve": true}))
    }),
    probe("withdraw_change", "撤回变更", |world, _| {
        post_nothing(format!("/api/household-changes/{}/withdrawal", world.objects.tables.change))
    }),
    probe("reveal_number", "查看明文号码", |world, _| {
        let person = world.objects.tables.person;
        post("/api/revelations", json!({"person_id": person, "field": "id_number", "purpose": "visit"}))
    }),
    probe("list_code_gaps", "查待对照代码", |_, _| get("/api/code-gaps")),
    probe("map_code", "对照代码", |world, _| {
        post(format!("/api/code-gaps/{}/meaning", world.objects.tables.gap), json!({"means": "02"}))
    }),
    probe("list_income_lines", "查收入标准线", |_, _| get("/api/income-lines")),
    probe("set_income_line", "设收入标准线", |world, _| {
        let body = json!({
            "kind": "monitoring", "unit_id": world.objects.unit, "year": 2025, "value": "8800", "source": "样例〔2025〕1号",
        });
        request(Method::Put, "/api/income-lines".to_owned(), Some(body))
    }),
    probe("remove_income_line", "删除收入标准线", |world, _| {
        let line = format!("/api/income-lines?kind=monitoring&unit_id={}&year=2019", world.objects.unit);
        request(Method::Delete, line, None)
    }),
    probe("list_duplicates", "查疑似重复人员", |_, _| get("/api/duplicates")),
    probe("decide_duplicate", "处理疑似重复", |world, _| {
        let act = json!({"act": {"kind": "part"}, "reason": "经入户核实是两个人"});
        post(format!("/api/duplicates/{}/decision", world.objects.tables.duplicate), act)
    }),
    probe("find_sighting_subject", "查留痕对象", |_, _| post("/api/sighting-subjects", json!({"mark": "户主一"}))),
    probe("list_sightings", "查看留痕", |world, _| {
        get(format!("/api/sightings?person_id={}", world.objects.tables.person))
    }),
    probe("download_table_template", "下载导入模板", |_, _| get("/api/registry/templates/person")),
    probe("upload_table", "上传数据表", |world, _| Request {
        method: Method::Post,
        path: "/api/registry/imports".to_owned(),
        query: "table=person".to_owned(),
        headers: vec![("Content-Type", CSV_MEDIA_TYPE.to_owned())],
        body: Some(world.objects.tables.file.clone()),
    }),
    probe("list_table_imports", "查数据导入", |_, _| get("/api/registry/imports")),
    probe("get_table_import", "看一次导入", |world, _| {
        get(format!("/api/registry/imports/{}", world.objects.tables.checked))
    }),
    probe("list_table_faults", "看导入的错误", |world, _| {
        get(format!("/api/registry/imports/{}/faults", world.objects.tables.checked))
    }),
    probe("download_bad_rows", "下载错误数据", |world, _| {
        get(format!("/api/registry/imports/{}/bad-rows.xlsx", world.objects.tables.checked))
    }),
    probe("take_table", "导入数据", |world, _| {
        post_nothing(format!("/api/registry/imports/{}/take", world.objects.tables.checked))
    }),
    probe("drop_table", "放弃导入", |world, _| {
        post_nothing(format!("/api/registry/imports/{}/drop", world.objects.tables.checked))
    }),
    probe("undo_table", "撤销导入", |world, _| {
        post_nothing(format!("/api/registry/imports/{}/undo", world.objects.tables.done))
    }),
    probe("export_table", "导出数据表", |_, _| {
        post("/api/registry/exports", json!({"table": "person", "year": 2025}))
    }),
];
