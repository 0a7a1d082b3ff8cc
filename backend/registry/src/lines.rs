//! Income lines by kind, place and year: the nearest unit's holds, else the nation's. A year without a line has none, and
//! nothing is taken in its place.

mod api;
mod store;

use std::collections::BTreeMap;

use fupin_contract::registry::LineKind;
use rust_decimal::Decimal;

pub(crate) use api::configure;
pub use store::load;
pub(crate) use store::{Holding, list_over};

/// The line of each kind that holds in a year, of lines over one place.
pub(crate) fn holding(known: &[Holding], year: i16) -> impl Iterator<Item = (LineKind, Decimal)> {
    let mut nearest: BTreeMap<LineKind, &Holding> = BTreeMap::new();
    for line in known.iter().filter(|line| line.year == year) {
        let held = nearest.entry(line.kind).or_insert(line);
        if line.distance < held.distance {
            *held = line;
        }
    }
    nearest.into_iter().map(|(kind, line)| (kind, line.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_line_of_the_year_holds_and_no_other_years() {
        let line = |kind, year, distance, yuan: i64| Holding { kind, year, distance, value: Decimal::from(yuan) };
        let known = [
            line(LineKind::Poverty, 2020, 9, 4_000),
            line(LineKind::Poverty, 2020, 1, 4_200),
            line(LineKind::Poverty, 2019, 9, 3_218),
            line(LineKind::Monitoring, 2020, 2, 5_000),
        ];
        let of = |year| holding(&known, year).collect::<Vec<_>>();
        assert_eq!(
            of(2020),
            vec![(LineKind::Poverty, Decimal::from(4_200)), (LineKind::Monitoring, Decimal::from(5_000))]
        );
        assert_eq!(of(2019), vec![(LineKind::Poverty, Decimal::from(3_218))]);
        assert_eq!(of(2021), vec![]);
    }
}
