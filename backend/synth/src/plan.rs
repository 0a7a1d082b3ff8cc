//! What is to be made: how large a province, of which seed, in which years.
//!
//! Invariant: the same plan over the same units gives the same bytes, in whatever order its villages are made.

use std::ops::RangeInclusive;

/// How many years a province is told.
pub const YEARS: i32 = 5;
/// Registered persons in the last year at scale 1.
pub const PERSONS: u32 = 648_600;
/// Accounts at scale 1.
pub const ACCOUNTS: u32 = 53_000;
/// Helpers at scale 1.
pub const HELPERS: u32 = 43_000;

/// Households that are followed at scale 1. Some are identified late, some die out or move away, some split; what is
/// left in the last year has [`PERSONS`] members.
pub(crate) const FOLLOWED: u32 = 160_000;

/// One synthetic province.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// 1 is a whole province of [`PERSONS`]. Above it, households outgrow the phones, which then repeat.
    pub scale: f64,
    pub seed: u64,
    /// Years are told up to this one.
    pub last_year: i32,
}

impl Plan {
    /// The province as large as it is.
    #[must_use]
    pub fn whole(seed: u64, last_year: i32) -> Self {
        Self { scale: 1.0, seed, last_year }
    }

    #[must_use]
    pub fn years(&self) -> RangeInclusive<i32> {
        self.first_year()..=self.last_year
    }

    #[must_use]
    pub fn first_year(&self) -> i32 {
        self.last_year - YEARS + 1
    }

    /// So many at scale 1, and never none.
    pub(crate) fn scaled(&self, whole: f64) -> u32 {
        (whole * self.scale).round().clamp(1.0, f64::from(u32::MAX)) as u32
    }

    /// At small scales households come in clusters, so that some villages have enough of them to look like a village
    /// rather than each having one or none.
    pub(crate) fn cluster(&self) -> u32 {
        if self.scale < 0.2 { 5 } else { 1 }
    }
}
