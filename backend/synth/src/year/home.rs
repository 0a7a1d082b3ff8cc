//! Land, house and what reaches it.
//!
//! Invariant: what is built stays: roads, water, power and safe houses come with the years and do not go. Land does not
//! change.

use crate::{
    chance::{fraction, mixed},
    household::Household,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub bank: &'static str,
    /// Nineteen digits that no bank gives out, with a right check.
    pub card: String,
    /// In hundredths of a mu: fields, forest, fields given back to forest, orchard, pasture, water.
    pub land: [i64; 6],
    /// Dictionary `road_kind`.
    pub road: &'static str,
    /// In hundredths of a kilometre.
    pub distance: i64,
    /// In hundredths of a square metre.
    pub area: i64,
    /// Dictionary `house_grade`.
    pub grade: &'static str,
    /// Dictionary `fuel`.
    pub fuel: &'static str,
    pub domestic_power: bool,
    pub production_power: bool,
    pub broadcast: bool,
    pub toilet: bool,
    pub safe_water: bool,
    pub cooperative: bool,
    pub leading_enterprise: bool,
    pub leader: bool,
}

impl Home {
    pub(super) fn of(household: &Household, members: usize, year: i32) -> Self {
        let own = |matter: u64| fraction(&[household.key, 100 + matter]);
        // Nobody is found poor no longer without a safe house and safe water.
        let is_out = household.registration.exit <= year;
        // How far things have come, from 0 in 2013 to 1 in 2020.
        let progress = (f64::from(year - 2013) / 7.0).clamp(0.0, 1.0);
        let risen = |matter: u64, from: f64, to: f64| own(matter) < from + (to - from) * progress;
        let land = |matter: u64, share: f64, most: f64| {
            if own(matter) < share {
                (own(matter + 20) * own(matter + 40) * most * 10.0).round() as i64 * 10
            } else {
                0
            }
        };
        let room = 12.0 + 22.0 * own(50);
        Self {
            bank: ["农村信用合作社", "邮政储蓄银行", "农业银行"][(own(1) * 3.0) as usize],
            card: card(household.key),
            land: [
                land(2, 0.93, 22.0),
                land(3, 0.4, 40.0),
                land(4, 0.12, 12.0),
                land(5, 0.55, 30.0),
                land(6, 0.01, 8.0),
                land(7, 0.04, 6.0),
            ],
            road: match own(8) {
                at if at < 0.25 + 0.7 * progress => {
                    if own(9) < 0.95 {
                        "03"
                    } else {
                        "04"
                    }
                }
                at if at < 0.55 + 0.43 * progress => "02",
                _ => "01",
            },
            distance: (own(10) * own(11) * 450.0).round() as i64,
            area: ((30.0 + room * members as f64) * 10.0).round() as i64 * 10,
            grade: grade(household, is_out, year),
            fuel: if risen(12, 0.2, 0.8) { "04" } else { "01" },
            domestic_power: risen(13, 0.985, 1.0),
            production_power: risen(14, 0.8, 0.97),
            broadcast: risen(15, 0.86, 0.995),
            toilet: risen(16, 0.3, 0.985),
            safe_water: is_out || risen(17, 0.8, 1.0),
            cooperative: risen(18, 0.1, 0.6),
            leading_enterprise: risen(19, 0.03, 0.35),
            leader: risen(20, 0.02, 0.25),
        }
    }
}

/// A house that is unsafe is rebuilt before the household is out, and by 2020 at the latest.
fn grade(household: &Household, is_out: bool, year: i32) -> &'static str {
    let own = |matter: u64| fraction(&[household.key, 180 + matter]);
    let rebuilt = 2014 + (own(1).sqrt() * 6.5) as i32;
    if !is_out && own(2) < 0.28 && year < rebuilt {
        return if own(3) < 0.45 { "02" } else { "03" };
    }
    match own(4) {
        at if at < 0.8 => "01",
        at if at < 0.9 => "04",
        _ => "05",
    }
}

fn card(key: u64) -> String {
    let mut digits = format!("999999{:012}", mixed(&[key, 99]) % 1_000_000_000_000);
    // Luhn: every second digit counts double, from the last before the check on.
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    digits.push(char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0'));
    digits
}
