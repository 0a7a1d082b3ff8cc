//! Phones that reach nobody.
//!
//! Invariant: every number is 1xx 0000 xxxx, a block that no carrier gives out in any of its ranges; it passes our checks
//! all the same. There are 700,000 of them, and ordinals below that have one each.

/// How many there are: seventy ranges, from 130 to 199, of ten thousand.
const ALL: u64 = 700_000;

/// The phone of an ordinal, with nothing of the order left in it.
pub(crate) fn phone(ordinal: u64) -> String {
    // Shares no factor with the count: every number comes up once.
    let at = (ordinal * 387_421 + 19_937) % ALL;
    format!("1{}0000{:04}", 30 + at / 10_000, at % 10_000)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use fupin_contract::Phone;

    use super::{ALL, phone};

    #[test]
    fn no_two_ordinals_have_one_phone_and_none_is_given_out() {
        // Given, when
        let phones: HashSet<String> = (0..ALL).map(phone).collect();
        // Then
        assert_eq!(phones.len() as u64, ALL);
        let fits = |phone: &String| &phone[3..7] == "0000" && matches!(phone.as_bytes()[1], b'3'..=b'9');
        assert!(phones.iter().all(|phone| fits(phone) && Phone::parse(phone).is_ok()));
    }
}
