//! Numbers in as many bytes as each needs, one after another: seven bits a byte, the lowest first, the high bit set on all
//! but the last.

/// Put one number behind others.
pub(super) fn pack(mut number: u128, into: &mut Vec<u8>) {
    while number > 0x7f {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// Packed numbers, read as they are asked for; none where the rest is no whole number.
pub(super) struct Packed<'b>(pub &'b [u8]);

impl Iterator for Packed<'_> {
    type Item = u128;

    fn next(&mut self) -> Option<u128> {
        let (first, rest) = self.0.split_first()?;
        // Most are small: a province's totals read millions of them.
        if *first <= 0x7f {
            self.0 = rest;
            return Some((*first).into());
        }
        let length = self.0.iter().position(|byte| byte & 0x80 == 0)? + 1;
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(number.iter().rev().fold(0, |number, byte| number << 7 | u128::from(byte & 0x7f)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Packed, pack};

    #[test]
    fn a_number_comes_back_as_it_went() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u64::MAX.into(), u128::MAX - 1, u128::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| pack(*number, &mut bytes));
        assert_eq!(bytes[..4], [0, 1, 127, 0x80]);
        assert_eq!(Packed(&bytes).collect::<Vec<_>>(), numbers);
        assert_eq!(Packed(&bytes[..bytes.len() - 1]).count(), numbers.len() - 1, "half a number is none");
    }
}
