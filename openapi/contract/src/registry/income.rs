//! What a household's ledger comes to: total = wage + business + property + transfer; net = total − business expense;
//! per capita = net ÷ registered members. Figures beside the formula and fixed-purpose grants are never counted.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::catalog::{IncomeItem, IncomePart};

/// What a ledger comes to, in yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomeSum {
    pub members: i16,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub total: Decimal,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub expense: Decimal,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub net: Decimal,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub per_capita: Decimal,
}

/// A household without members has no income per capita; it is never a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMembers;

/// Sum the lines of a ledger; lines that no item knows are not counted.
pub fn sum_income(
    lines: &BTreeMap<String, Decimal>,
    items: &[IncomeItem],
    members: i16,
) -> Result<IncomeSum, NoMembers> {
    if members <= 0 {
        return Err(NoMembers);
    }
    let of = |counts: &dyn Fn(IncomePart) -> bool| -> Decimal {
        items.iter().filter(|item| counts(item.part)).filter_map(|item| lines.get(&item.code)).sum()
    };
    let total = of(&IncomePart::is_income);
    let expense = of(&|part| part == IncomePart::Expense);
    let net = total - expense;
    let per_capita = (net / Decimal::from(members)).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    Ok(IncomeSum { members, total, expense, net, per_capita })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<IncomeItem> {
        let parts = [
            ("A1", IncomePart::Wage),
            ("B1", IncomePart::Business),
            ("C1", IncomePart::Property),
            ("D2", IncomePart::Transfer),
            ("E1", IncomePart::Expense),
            ("S1", IncomePart::Aside),
            ("X1", IncomePart::Excluded),
        ];
        parts.map(|(code, part)| IncomeItem { code: code.to_owned(), title: code.to_owned(), part }).to_vec()
    }

    fn lines(of: &[(&str, i64)]) -> BTreeMap<String, Decimal> {
        of.iter().map(|(code, yuan)| ((*code).to_owned(), Decimal::from(*yuan))).collect()
    }

    #[test]
    fn the_ledger_of_a_household_of_four_comes_to_8525_a_head() {
        let ledger = lines(&[("A1", 24_000), ("B1", 9_600), ("C1", 800), ("D2", 3_600), ("E1", 3_900)]);
        let sum = sum_income(&ledger, &items(), 4).unwrap();
        assert_eq!((sum.total, sum.net), (Decimal::from(38_000), Decimal::from(34_100)));
        assert_eq!(sum.per_capita, Decimal::new(852_500, 2));
    }

    #[test]
    fn grants_and_side_figures_are_not_counted() {
        let ledger = lines(&[("A1", 1_000), ("S1", 50_000), ("X1", 20_000), ("Z9", 7)]);
        assert_eq!(sum_income(&ledger, &items(), 1).unwrap().net, Decimal::from(1_000));
    }

    #[test]
    fn nobody_is_an_error_and_not_a_division() {
        assert_eq!(sum_income(&lines(&[]), &items(), 0), Err(NoMembers));
    }

    #[test]
    fn a_third_of_a_cent_is_rounded_once_at_the_end() {
        let sum = sum_income(&lines(&[("A1", 100)]), &items(), 3).unwrap();
        assert_eq!(sum.per_capita, Decimal::new(3333, 2));
    }
}
