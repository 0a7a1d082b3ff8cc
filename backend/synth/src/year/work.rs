//! Whether somebody can work, and where they do.
//!
//! Invariants: nobody under sixteen or in school works; whoever works has an area, months and a channel; a public post
//! has months.

use crate::{
    chance::{fraction, weighted},
    household::Person,
};

use super::{health::Health, schooling::Learning};

/// Work away from one's own fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Dictionary `work_area`.
    pub area: &'static str,
    pub months: u32,
    pub employer: String,
    /// Dictionary `work_channel`.
    pub channel: &'static str,
    /// Dictionary `work_industry`.
    pub industry: &'static str,
    pub abroad: bool,
}

/// A post that the public pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Dictionary `public_post_kind`.
    pub kind: &'static str,
    pub months: u32,
}

const PLACES: [(&str, u32); 8] =
    [("椰影", 1), ("南溪", 1), ("青坡", 1), ("宝塘", 1), ("北湾", 1), ("新禾", 1), ("泉岭", 1), ("石桥", 1)];
const TRADES: [(&str, u32); 8] = [
    ("建筑工程", 20),
    ("农业开发", 18),
    ("酒店管理", 14),
    ("物业服务", 14),
    ("电子", 10),
    ("水产养殖", 8),
    ("橡胶制品", 8),
    ("物流", 8),
];

/// What a person is inclined to for life, a fraction for each matter.
pub(super) fn habit(person: &Person, matter: u64) -> f64 {
    fraction(&[person.key, matter])
}

/// Dictionary `labour`.
pub(super) fn labour(person: &Person, health: &Health, learning: &Learning, year: i32) -> &'static str {
    let age = person.age(year);
    if age < 16 || learning.is_enrolled() || age >= 75 {
        return "04";
    }
    if health.disability.is_some_and(|disability| disability.is_grave()) || health.serious {
        return "03";
    }
    if health.disability.is_some() || age >= 60 && (health.chronic || habit(person, 31) < 0.5 || age >= 66) {
        return "05";
    }
    if health.chronic && habit(person, 32) < 0.4 {
        return "05";
    }
    let learnt = habit(person, 33) < 0.14 && age >= 20;
    if learnt { "02" } else { "01" }
}

impl Post {
    pub(super) fn of(person: &Person, labour: &str, year: i32) -> Option<Self> {
        let age = person.age(year);
        let since = 2016 + (habit(person, 42) * 5.0) as i32;
        let has = habit(person, 41) < 0.055 && year >= since && (18..66).contains(&age);
        if !has || !matches!(labour, "01" | "02" | "05") {
            return None;
        }
        let kind = weighted(
            &[("01", 24), ("02", 46), ("03", 6), ("04", 8), ("05", 6), ("06", 5), ("07", 2), ("99", 3)],
            &[person.key, 43],
        );
        let months = if year == since { 6 } else { 12 };
        Some(Self { kind, months })
    }
}

impl Work {
    pub(super) fn of(person: &Person, labour: &str, post: Option<&Post>, year: i32) -> Option<Self> {
        let inclined = match labour {
            "01" => 0.40,
            "02" => 0.66,
            "05" => 0.08,
            _ => return None,
        };
        if let Some(post) = post {
            let employer = "村民委员会".to_owned();
            return Some(Self {
                area: "01",
                months: post.months,
                employer,
                channel: "04",
                industry: "3",
                abroad: false,
            });
        }
        // More go out to work each year.
        let more = 0.035 * f64::from((year - 2016).clamp(-2, 6));
        if habit(person, 51) >= inclined + more {
            return None;
        }
        let key = |matter| [person.key, matter];
        let area = weighted(&[("01", 30), ("02", 30), ("03", 28), ("04", 11), ("05", 1)], &key(52));
        let months = 4 + (fraction(&[person.key, 53, year.unsigned_abs().into()]) * 9.0) as u32;
        let channel = weighted(&[("01", 66), ("02", 2), ("03", 6), ("05", 16), ("06", 6), ("99", 4)], &key(54));
        let industry = weighted(&[("1", 28), ("2", 30), ("3", 42)], &key(55));
        let employer = match (channel, habit(person, 56) < 0.3) {
            ("05", _) => format!("{}种养专业合作社", weighted(&PLACES, &key(57))),
            ("06", _) => "自主经营".to_owned(),
            (_, true) => "散工".to_owned(),
            _ => format!("{}{}有限公司", weighted(&PLACES, &key(57)), weighted(&TRADES, &key(58))),
        };
        let abroad = area == "05" && habit(person, 59) < 0.2;
        Some(Self { area, months, employer, channel, industry, abroad })
    }
}
