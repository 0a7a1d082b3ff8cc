//! Without planted errors the tables contradict themselves nowhere.

use std::collections::{HashMap, HashSet};

use fupin_contract::{IdNumber, Phone, Sex};

use crate::{all_of, by, catalog, plan, rows, units, written};

type Row = HashMap<String, String>;

#[test]
fn every_year_is_written_in_the_words_of_the_catalog() {
    // Given
    let (units, catalog) = (units(), catalog());
    let plan = fupin_synth::Plan { scale: 0.01, seed: 2, last_year: 2024 };
    for year in [2014, 2018, 2020, 2021, 2024] {
        let plan = fupin_synth::Plan { last_year: year.max(2018), ..plan };
        // When
        let [person, household, income, truth] = written(&plan, &all_of(&units), None, year);
        // Then
        assert_eq!(truth.lines().count(), 1, "nothing was planted");
        assert_eq!(person.lines().next().unwrap().split(',').count(), 47);
        let asked_since_2019 = household.starts_with("省,") && household.contains("监测对象类别");
        assert_eq!(asked_since_2019, year >= 2019);
        let titled = if year > 2020 { "户类型" } else { "贫困户属性" };
        assert!(household.lines().next().unwrap().contains(titled), "{year}");
        assert!(income.lines().count() == household.lines().count() && household.lines().count() > 300);
        for row in rows(&person) {
            for (title, dictionary) in PERSON_CODES {
                let text = &row[title];
                assert!(text.is_empty() || catalog.reads(dictionary, text), "{title} {text}");
            }
            assert!(row["年度"] == year.to_string());
        }
    }
}

const PERSON_CODES: [(&str, &str); 12] = [
    ("性别", "sex"),
    ("民族", "ethnicity"),
    ("与户主关系", "relation"),
    ("文化程度", "education"),
    ("在校生状况", "schooling"),
    ("劳动技能", "labour"),
    ("务工所在地", "work_area"),
    ("就业渠道", "work_channel"),
    ("健康状况", "health"),
    ("政治面貌", "political"),
    ("公益岗位类型", "public_post_kind"),
    ("失学或辍学原因", "dropout_reason"),
];

#[test]
fn numbers_of_identity_are_valid_of_nobody_and_of_one_person_each() {
    // Given, when
    let units = units();
    let [person, ..] = written(&plan(0.03), &all_of(&units), None, 2019);
    // Then
    let mut seen = HashSet::new();
    for row in rows(&person) {
        let number = IdNumber::parse(&row["证件号码"]).unwrap();
        assert!(number.reveal().starts_with(fupin_synth::PREFIX));
        assert_eq!(number.reveal(), row["证件号码"]);
        assert_eq!(row["证件号码"].len() == 20, row["证件类型"] == "残疾人证");
        assert!(seen.insert(number.seventeen().unwrap()), "shared");
        assert_eq!(number.birthday().unwrap().to_string(), row["出生日期"]);
        assert_eq!(number.sex() == Some(Sex::Male), row["性别"] == "男");
        for phone in [&row["联系电话"], &row["家庭联系电话"]] {
            assert!(phone.is_empty() || &phone[3..7] == "0000" && Phone::parse(phone).is_ok());
        }
    }
}

#[test]
fn no_person_contradicts_themselves() {
    // Given, when
    let units = units();
    let mut kinds = HashSet::new();
    for year in [2016, 2019] {
        let [person, ..] = written(&plan(0.03), &all_of(&units), None, year);
        // Then
        for row in rows(&person) {
            let age = age(&row);
            let enrolled = !row["在校生状况"].is_empty();
            assert_ne!(enrolled, !row["文化程度"].is_empty(), "{row:?}");
            let works = row["劳动技能"] != "无劳动力" && row["劳动技能"] != "丧失劳动力";
            assert!(!works || age >= 16 && !enrolled, "{row:?}");
            assert_eq!(row["务工所在地"].is_empty(), row["务工月数"].is_empty());
            assert!(row["务工月数"].is_empty() || works);
            assert_eq!(row["公益岗位类型"].is_empty(), row["公益岗位月数"].is_empty());
            assert!(row["是否参加城乡居民基本医疗保险"] == "否" || row["是否参加城镇职工基本医疗保险"] == "否");
            assert_eq!(row["残疾类别"].is_empty(), !row["健康状况"].contains("残疾"));
            if (7..=15).contains(&age) && !enrolled {
                assert!(!row["失学或辍学原因"].is_empty(), "{row:?}");
            }
            school_fits_age(&row["在校生状况"], age);
            kinds.insert(row["与户主关系"].clone());
        }
    }
    assert!(kinds.len() >= 18, "{kinds:?}");
}

fn school_fits_age(grade: &str, age: i32) {
    let fits = match grade {
        "小学" => (6..=14).contains(&age),
        "七年级" | "八年级" | "九年级" => (12..=17).contains(&age),
        grade if grade.starts_with("普通高中") || grade.starts_with("中职") => (15..=20).contains(&age),
        grade if grade.starts_with("高职") || grade.starts_with("本科") || grade.starts_with("技师") => age >= 18,
        "硕士研究生及以上" => age >= 20,
        "学前教育" | "学龄前儿童" => age <= 6,
        _ => true,
    };
    assert!(fits, "{grade} at {age}");
}

#[test]
fn no_household_contradicts_itself() {
    // Given, when
    let units = units();
    let [person, household, income, _] = written(&plan(0.04), &all_of(&units), None, 2020);
    let (persons, households, income) = (rows(&person), rows(&household), rows(&income));
    let (members, ledgers) = (by(&persons, "户编号"), by(&income, "户编号"));
    // Then
    assert_eq!(members.len(), households.len());
    let mut phones = HashSet::new();
    for row in &households {
        let members = &members[row["户编号"].as_str()];
        assert_eq!(members.len().to_string(), row["家庭人口数"]);
        family_fits(members);
        assert_eq!(members[0]["证件号码"], row["户主证件号码"]);
        assert_eq!(ledgers[row["户编号"].as_str()].len(), 1);
        assert!(phones.insert(row["家庭联系电话"].clone()), "a phone of its own");
        let poor = matches!(row["脱贫状态"].as_str(), "未脱贫" | "返贫");
        assert_eq!(poor, row["脱贫年度"].is_empty());
        assert!(poor || !row["危房等级"].starts_with("危房") && row["饮水是否安全"] == "是");
        let causes: HashSet<_> =
            ["主要致贫原因", "其他致贫原因1", "其他致贫原因2"].iter().map(|title| &row[*title]).collect();
        assert!(!row["主要致贫原因"].is_empty() && (causes.len() == 3 || row["其他致贫原因2"].is_empty()));
        let per_head = net(ledgers[row["户编号"].as_str()][0]) / members.len() as f64;
        assert!(poor || per_head > 4000.0, "{per_head} {row:?}");
    }
}

fn family_fits(members: &[&Row]) {
    let head = members[0];
    let of = |relation: &'static str| members.iter().filter(move |row| row["与户主关系"] == relation);
    assert_eq!(of("户主").count(), 1);
    assert_eq!(head["与户主关系"], "户主");
    assert!(of("配偶").count() <= 1 && of("配偶").all(|row| row["性别"] != head["性别"]));
    for child in of("之子").chain(of("之女")) {
        assert!(age(head) - age(child) >= 15, "{head:?} {child:?}");
        assert_eq!(child["性别"] == "男", child["与户主关系"] == "之子");
    }
    for parent in of("之父").chain(of("之母")) {
        assert!(age(parent) - age(head) >= 15);
    }
}

#[test]
fn a_province_looks_like_one() {
    // Given, when
    let units = units();
    let [person, household, income, _] = written(&plan(0.05), &all_of(&units), None, 2020);
    let (persons, households, income) = (rows(&person), rows(&household), rows(&income));
    // Then
    let share =
        |fits: &dyn Fn(&Row) -> bool| persons.iter().filter(|row| fits(row)).count() as f64 / persons.len() as f64;
    let within = |what: &str, value: f64, least: f64, most: f64| {
        println!("{what}: {value:.3}");
        assert!((least..=most).contains(&value), "{what}: {value}");
    };
    let yes = |row: &Row, title: &str| row[title] == "是";
    let insured = share(&|row| yes(row, "是否参加城乡居民基本医疗保险") || yes(row, "是否参加城镇职工基本医疗保险"));
    within("insured", insured, 0.985, 0.996);
    within("under 16", share(&|row| age(row) < 16), 0.17, 0.32);
    within("60 and older", share(&|row| age(row) >= 60), 0.12, 0.24);
    within("men", share(&|row| row["性别"] == "男"), 0.49, 0.56);
    within("Li", share(&|row| row["民族"] == "黎族"), 0.2, 0.5);
    within("in school", share(&|row| !row["在校生状况"].is_empty()), 0.2, 0.36);
    within("healthy", share(&|row| row["健康状况"] == "健康"), 0.75, 0.92);
    within("working", share(&|row| !row["务工月数"].is_empty()), 0.2, 0.38);
    within("illiterate", share(&|row| row["文化程度"] == "文盲或半文盲"), 0.03, 0.14);
    within("on allowance", share(&|row| yes(row, "是否享受低保")), 0.1, 0.35);
    within("in posts", share(&|row| !row["公益岗位类型"].is_empty()), 0.01, 0.05);
    within("party", share(&|row| row["政治面貌"] == "中共党员"), 0.005, 0.03);
    within("mean size", persons.len() as f64 / households.len() as f64, 3.9, 4.2);
    let unsafe_houses = households.iter().filter(|row| row["危房等级"].starts_with("危房")).count();
    let incomes: f64 = income.iter().map(net).sum::<f64>() / persons.len() as f64;
    within("income", incomes, 8_000.0, 14_000.0);
    assert!(unsafe_houses * 100 < households.len());
    assert!(persons.iter().any(|row| row["姓名"].contains('·')));
    assert!(persons.iter().any(|row| row["姓名"].chars().any(|c| u32::from(c) > 0xffff)));
}

fn age(row: &Row) -> i32 {
    row["年度"].parse::<i32>().unwrap() - row["出生日期"][..4].parse::<i32>().unwrap()
}

/// By the formula of the national tables.
fn net(row: &Row) -> f64 {
    let forms = catalog_lines();
    row.iter()
        .map(|(title, amount)| forms.get(title.as_str()).copied().unwrap_or(0.0) * amount.parse::<f64>().unwrap_or(0.0))
        .sum()
}

/// What each line of the ledger counts: for, against or beside.
fn catalog_lines() -> &'static HashMap<String, f64> {
    static LINES: std::sync::OnceLock<HashMap<String, f64>> = std::sync::OnceLock::new();
    LINES.get_or_init(|| {
        let columns = catalog().forms(2020).unwrap().income.columns;
        let sign = |key: &str| match key.as_bytes()[0] {
            b'A'..=b'D' => 1.0,
            b'E' => -1.0,
            _ => 0.0,
        };
        columns.into_iter().map(|column| (column.title, sign(&column.key))).collect()
    })
}
