//! What a household earned and spent in a year, line by line.
//!
//! Invariants: amounts are whole yuan in hundredths, none is negative; entitlements follow from the members; a household
//! that is out earns more for each member than the line of the year, one that is poor mostly less.

use crate::{
    chance::{fraction, power, weighted},
    household::Household,
};

use super::{Home, Member, Standing};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncomeLine {
    /// Of the catalog's income lines.
    pub code: &'static str,
    /// In hundredths of a yuan.
    pub amount: i64,
}

/// What a year takes to be out, in yuan for each member: the generator's own course of the lines, for years that have
/// none as well.
fn line(year: i32) -> f64 {
    match year {
        ..=2014 => 2800.0,
        2015 => 2855.0,
        2016 | 2017 => 2952.0,
        2018 => 2995.0,
        2019 => 3218.0,
        _ => 4000.0 * power(1.08, year - 2020),
    }
}

pub(super) fn lines(
    household: &Household,
    members: &[Member<'_>],
    standing: &Standing,
    home: &Home,
    year: i32,
) -> Vec<IncomeLine> {
    let own = |matter: u64| fraction(&[household.key, 200 + matter]);
    let by_year = |matter: u64| fraction(&[household.key, 200 + matter, year.unsigned_abs().into()]);
    let mut book = Book(Vec::with_capacity(16));
    let wanted = line(year) * per_line(standing, own(1), by_year(2), year) * members.len() as f64;
    entitlements(&mut book, members, standing, home, year);
    // Who is poor found work for few days and little pay.
    let most = if standing.is_poor() { (wanted - book.sum()).max(0.0) * 0.75 } else { f64::INFINITY };
    wages(&mut book, household, members, most, year);
    let rest = (wanted - book.sum()).max(0.0);
    let labour = members.iter().filter(|member| member.has_labour()).count();
    if labour == 0 {
        // Children who live elsewhere pay for their parents.
        book.add("D6_8", rest * 0.8);
        book.add("C2", rest * 0.2);
    } else {
        businesses(&mut book, household, rest, year);
    }
    asides(&mut book, household, members, standing, year);
    book.0
}

/// Income for each member as a multiple of the line.
fn per_line(standing: &Standing, own: f64, this_year: f64, year: i32) -> f64 {
    let wobble = 0.92 + 0.16 * this_year;
    match standing.exit_year {
        None => (0.55 + 0.5 * own) * wobble,
        Some(exit) => (1.35 + 1.3 * own) * power(1.08, (year - exit).clamp(0, 8)) * wobble,
    }
}

struct Book(Vec<IncomeLine>);

impl Book {
    fn add(&mut self, code: &'static str, yuan: f64) {
        let amount = yuan.round() as i64 * 100;
        if amount > 0 {
            self.0.push(IncomeLine { code, amount });
        }
    }

    fn sum(&self) -> f64 {
        self.0.iter().map(|line| line.amount as f64 / 100.0).sum()
    }
}

fn entitlements(book: &mut Book, members: &[Member<'_>], standing: &Standing, home: &Home, year: i32) {
    let count = |holds: fn(&Member<'_>) -> bool| members.iter().filter(|member| holds(member)).count() as f64;
    let grown = 1.0 + 0.06 * f64::from((year - 2015).clamp(-2, 10));
    let pensioners = count(|member| member.age >= 60 && member.security.resident_pension);
    book.add("D4", pensioners * 150.0 * 12.0 * grown);
    if standing.kind == "04" {
        book.add("D2", members.len() as f64 * 165.0 * 12.0 * grown);
    }
    if standing.kind == "06" {
        book.add("D3", members.len() as f64 * 480.0 * 12.0 * grown);
    }
    book.add("D6_2", count(|member| member.age >= 80) * 1200.0);
    book.add("D6_4", count(|member| member.health.disability.is_some_and(|disability| disability.is_grave())) * 1320.0);
    book.add("D6_5", count(|member| member.learning.is_enrolled() && member.age >= 6) * 1200.0);
    let [fields, forest, given_back, ..] = home.land.map(|hundredths| hundredths as f64 / 100.0);
    book.add("D6_1", fields * 80.0);
    book.add("D5_1", given_back * 100.0);
    book.add("D5_2", forest * 15.0);
}

fn wages(book: &mut Book, household: &Household, members: &[Member<'_>], most: f64, year: i32) {
    let mut away = 0.0;
    let mut post = [0.0; 3];
    let monthly = 900.0 + 90.0 * f64::from((year - 2014).clamp(0, 10));
    for member in members {
        if let Some(held) = &member.post {
            let kind = weighted(&[(0, 20), (1, 25), (2, 55)], &[member.person.key, 220]);
            if let Some(sum) = post.get_mut(kind) {
                *sum += f64::from(held.months) * 700.0;
            }
        } else if let Some(work) = &member.work {
            let skill = if member.labour == "02" { 1.35 } else { 1.0 };
            let own = 0.6 + 0.8 * fraction(&[member.person.key, 221]);
            away += f64::from(work.months) * monthly * skill * own;
        }
    }
    let paid = (most / (away + post.iter().sum::<f64>()).max(1.0)).min(1.0);
    book.add("A1", away * paid);
    for (code, sum) in ["A2", "A3", "A4"].into_iter().zip(post) {
        book.add(code, sum * paid);
    }
    if fraction(&[household.key, 222]) < 0.05 {
        book.add("A5", 300.0 + 1500.0 * fraction(&[household.key, 223, year.unsigned_abs().into()]));
    }
}

/// The rest comes from fields, animals and groves, and costs what they cost.
fn businesses(book: &mut Book, household: &Household, rest: f64, year: i32) {
    let own = |matter: u64| fraction(&[household.key, 230 + matter]);
    let dividend = if year >= 2016 && own(1) < 0.6 { rest * 0.08 } else { 0.0 };
    book.add("C1", dividend);
    let lease = if own(2) < 0.12 { rest * 0.06 } else { 0.0 };
    book.add("C2", lease);
    let net = (rest - dividend - lease).max(0.0);
    let parts = [0.2 + own(3), 0.8 * own(4), 0.9 * own(5), if own(6) < 0.1 { 0.5 } else { 0.0 }];
    let whole: f64 = parts.iter().sum();
    // What each costs of what it brings.
    let costs = [0.40, 0.40, 0.15, 0.40];
    for (index, (part, cost)) in parts.into_iter().zip(costs).enumerate() {
        let gross = net * part / whole / (1.0 - cost);
        let (income, expense) = [("B1", "E1"), ("B2", "E2"), ("B3", "E3"), ("B4", "E4")][index];
        book.add(income, gross);
        book.add(expense, gross * cost);
    }
}

/// Beside the formula.
fn asides(book: &mut Book, household: &Household, members: &[Member<'_>], standing: &Standing, year: i32) {
    let by_year = |matter: u64| fraction(&[household.key, 240 + matter, year.unsigned_abs().into()]);
    let serious = members.iter().filter(|member| member.health.serious).count() as f64;
    book.add("F2", serious * 4000.0 * by_year(1));
    if by_year(2) < 0.01 {
        book.add("F1", 1000.0 + 9000.0 * by_year(3));
    }
    if standing.is_poor() && by_year(4) < 0.1 {
        book.add("X1", 20_000.0 + 30_000.0 * by_year(5));
    }
    if by_year(6) < 0.15 {
        book.add("X2", 200.0 + 800.0 * by_year(7));
    }
}
