//! What the list of truth says is what stands in the rows.

use std::collections::{HashMap, HashSet};

use fupin_contract::IdNumber;
use fupin_synth::{ErrorKind, Forms, Planter};

use crate::{all_of, by, catalog, plan, rows, units, written};

type Row = HashMap<String, String>;

/// One year of a hundredth of the province.
struct Written {
    forms: Forms,
    person: Vec<Row>,
    household: Vec<Row>,
    income: Vec<Row>,
    truth: Vec<Row>,
}

fn year(year: i32) -> Written {
    let units = units();
    let [person, household, income, truth] = written(&plan(0.01), &all_of(&units), Some(&Planter::new(4)), year);
    let [person, household, income, truth] = [person, household, income, truth].map(|csv| rows(&csv));
    Written { forms: catalog().forms(year).unwrap(), person, household, income, truth }
}

impl Written {
    /// The title of the column that a line of truth names by key.
    fn title(&self, line: &Row) -> &str {
        let form = match line["table"].as_str() {
            "person" => &self.forms.person,
            "household" => &self.forms.household,
            _ => &self.forms.income,
        };
        &form.columns[form.position(&line["column"]).unwrap()].title
    }

    fn row(&self, line: &Row) -> &Row {
        let (table, column, number) = match line["table"].as_str() {
            "person" => (&self.person, "人口编号", &line["person_number"]),
            "household" => (&self.household, "户编号", &line["household_number"]),
            _ => (&self.income, "户编号", &line["household_number"]),
        };
        let found: Vec<_> =
            table.iter().filter(|row| row[column] == *number && row["户编号"] == line["household_number"]).collect();
        assert_eq!(found.len(), 1, "{line:?}");
        found[0]
    }
}

#[test]
fn every_kind_is_planted_and_stands_where_the_list_says() {
    let mut kinds = HashSet::new();
    let (mut planted, mut all) = (0, 0);
    for at in 2016..=2020 {
        // Given, when
        let written = year(at);
        let members = by(&written.person, "户编号");
        planted += written.truth.len();
        all += written.person.len() + written.household.len() + written.income.len();
        // Then
        for line in &written.truth {
            let row = written.row(line);
            let cell = &row[written.title(line)];
            assert!(stands(&line["kind"], cell, row, &members, &written), "{line:?} {row:?}");
            assert_eq!(line["year"], at.to_string());
            kinds.insert(line["kind"].clone());
        }
    }
    let share = planted as f64 / all as f64;
    assert!((0.007..0.013).contains(&share), "{share}");
    assert_eq!(kinds.len(), ErrorKind::ALL.len(), "{kinds:?}");
}

fn stands(kind: &str, cell: &str, row: &Row, members: &HashMap<&str, Vec<&Row>>, written: &Written) -> bool {
    let household = &members[row["户编号"].as_str()];
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    match kind {
        "id_of_fifteen_digits" => cell.len() == 15 && digits == 15 && IdNumber::parse(cell).is_ok(),
        "id_with_lower_x" => cell.ends_with('x') && IdNumber::parse(cell).is_ok(),
        "id_full_width" => digits == 0 && cell.chars().count() == 18 && IdNumber::parse(cell).is_ok(),
        "id_with_spaces" => cell.matches(' ').count() == 2 && IdNumber::parse(cell).is_ok(),
        "id_rounded" => cell.ends_with("E+17") && IdNumber::parse(cell).is_err(),
        "id_with_wrong_check" => cell.len() == 18 && IdNumber::parse(cell).is_err(),
        "id_of_seventeen_digits" => cell.len() == 17 && digits == 17,
        "id_absent" => cell.len() == 18 && cell.starts_with("999999"),
        "id_in_two_households" => {
            let bearers = written.person.iter().filter(|other| other["证件号码"] == *cell);
            bearers.map(|other| &other["户编号"]).collect::<HashSet<_>>().len() == 2
        }
        "two_heads" => household.iter().filter(|other| other["与户主关系"] == "户主").count() == 2,
        "no_head" => household.iter().all(|other| other["与户主关系"] != "户主"),
        "spouse_of_same_sex" => row["性别"] == household[0]["性别"] && agrees(row) && row["与户主关系"] == "配偶",
        "child_older_than_parent" => row["出生日期"] < household[0]["出生日期"] && agrees(row),
        "sex_against_id" | "birthday_against_id" => IdNumber::parse(&row["证件号码"]).is_ok() && !agrees(row),
        "education_and_schooling" => !row["文化程度"].is_empty() && !row["在校生状况"].is_empty(),
        "minor_with_labour" => cell == "普通劳动力" && row["出生日期"].as_str() > "2000",
        "insured_twice" => row["是否参加城乡居民基本医疗保险"] == "是" && cell == "是",
        "unknown_label" => cell == "另行核实",
        "income_in_words" => cell.parse::<f64>().is_err() && digits > 0,
        "number_full_width" => digits == 0 && cell.chars().count() >= 4,
        "name_like_formula" => cell.starts_with(['=', '+', '-', '@']),
        "phone_of_ten_digits" => digits == 10,
        "post_without_months" => cell.is_empty() && !row["公益岗位类型"].is_empty(),
        "members_unequal" => cell.parse::<usize>().unwrap() != household.len(),
        other => panic!("{other}"),
    }
}

/// Birthday and sex are what the number says.
fn agrees(row: &Row) -> bool {
    let number = IdNumber::parse(&row["证件号码"]).unwrap();
    let male = number.sex() == Some(fupin_contract::Sex::Male);
    number.birthday().unwrap().to_string() == row["出生日期"] && male == (row["性别"] == "男")
}

#[test]
fn what_is_not_listed_is_not_wrong() {
    // Given, when
    let written = year(2018);
    let listed: HashSet<&str> = written.truth.iter().map(|line| line["household_number"].as_str()).collect();
    let mut numbers: HashMap<String, Vec<&Row>> = HashMap::new();
    // Then
    for row in written.person.iter().filter(|row| !listed.contains(row["户编号"].as_str())) {
        assert!(agrees(row));
    }
    for row in &written.person {
        if let Ok(number) = IdNumber::parse(&row["证件号码"]) {
            numbers.entry(number.reveal().to_owned()).or_default().push(row);
        }
    }
    let planted: HashSet<&str> = written
        .truth
        .iter()
        .filter(|line| line["kind"] == "id_in_two_households")
        .map(|line| line["household_number"].as_str())
        .collect();
    for shared in numbers.values().filter(|rows| rows.len() > 1) {
        assert!(shared.iter().any(|row| planted.contains(row["户编号"].as_str())), "{shared:?}");
    }
}
