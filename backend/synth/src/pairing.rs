//! Helpers: people of offices, firms and schools who each answer for a few households.
//!
//! Invariants: every household that is followed has a helper in its village; a helper helps in one village; households
//! that split off later have none of their own.

use crate::{
    chance::Chance,
    life::household_number,
    names::{People, Sex, name},
    phone::phone,
    plan::{FOLLOWED, HELPERS, Plan},
    units::{Units, Village},
};

/// Somebody who helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    pub name: String,
    pub sex: Sex,
    pub employer: String,
    /// Dictionary of the levels that an employer belongs to: centre, province, city, county, town.
    pub employer_level: &'static str,
    /// Reaches nobody.
    pub phone: String,
    pub from: chrono::NaiveDate,
    /// None where they still help.
    pub to: Option<chrono::NaiveDate>,
    /// National numbers, in order.
    pub households: Vec<String>,
}

/// The helpers of the plan, village by village.
pub fn helpers<'a>(plan: &Plan, units: &'a Units) -> impl Iterator<Item = Helper> + use<'a> {
    let plan = *plan;
    // Households so far decide how many helpers there are so far; then the sum is right whatever the villages hold.
    let mut so_far = 0_u64;
    units.villages().iter().flat_map(move |village| {
        let followed = village.followed(&plan);
        let from = so_far;
        so_far += u64::from(followed);
        let until = |households: u64| households * u64::from(HELPERS) / u64::from(FOLLOWED);
        let least = u64::from(followed > 0);
        let count = u32::try_from((until(so_far) - until(from)).max(least)).unwrap_or(0);
        (0..count).map(move |index| helper(&plan, village, index, count, followed))
    })
}

fn helper(plan: &Plan, village: &Village, index: u32, of: u32, followed: u32) -> Helper {
    let mut chance = Chance::of(&[plan.seed, village.key(), u64::from(index), 0x4e1]);
    let sex = if chance.hit(0.58) { Sex::Male } else { Sex::Female };
    let surname = People::Han.surname(&mut chance);
    let [province, _, county, town, _] = &village.path;
    let level = chance.weighted(&[("02", 14), ("03", 8), ("04", 48), ("05", 30)]);
    let office = chance.pick(&[
        "农业农村局",
        "教育局",
        "卫生健康委员会",
        "财政局",
        "水务局",
        "人民法院",
        "中心学校",
        "供电公司",
    ]);
    let employer = match level {
        "02" => format!(
            "{province}{}",
            chance.pick(&["农业厅", "教育厅", "住房和城乡建设厅", "交通运输厅", "国有资产公司"])
        ),
        "05" => format!("{town}人民政府"),
        _ => format!("{county}{office}"),
    };
    let day = |chance: &mut Chance, year: i32| {
        let month = chance.between(1, 12).unsigned_abs();
        chrono::NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
    };
    let began = chance.between(plan.first_year(), (plan.first_year() + 3).min(plan.last_year));
    let from = day(&mut chance, began);
    let left = chance.hit(0.12) && began < plan.last_year;
    let to = left.then(|| day(&mut chance, plan.last_year));
    // Stretches of serials of nearly one length.
    let until = |helper: u32| helper * followed / of;
    let households = (until(index)..until(index + 1)).map(|serial| household_number(village, serial + 1)).collect();
    let phone = phone(u64::from(village.place.ordinal) * 200 + u64::from(index));
    Helper { name: name(surname, sex, &mut chance), sex, employer, employer_level: level, phone, from, to, households }
}
