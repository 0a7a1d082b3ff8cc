//! What a caller may see: subtrees of today's tree, as ranges of ordinals.
//! Invariant: an empty scope sees nothing; there is no value that means "everything" by omission.

use fupin_contract::{AccountId, UnitId, access::Role, units::Level};

/// Somebody in whose place the caller acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub id: AccountId,
    pub name: String,
}

/// A role that the caller holds at a unit, with the unit's range in today's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub level: Level,
    pub lo: i32,
    pub hi: i32,
    /// Whose grant it is, where it is delegated to the caller for these days.
    pub on_behalf_of: Option<Principal>,
}

/// The units over which the caller holds the permission of a permit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    held: Vec<Held>,
    whole: bool,
}

impl Scope {
    /// The subtrees of some grants.
    #[must_use]
    pub fn over(held: Vec<Held>) -> Self {
        Self { held, whole: false }
    }

    /// All units: for jobs alone, which act for nobody.
    pub(crate) fn whole() -> Self {
        Self { held: Vec::new(), whole: true }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty() && !self.whole
    }

    /// The grants that this scope is made of.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// The heads of the ranges, to be bound beside [`Scope::hi`]:
    /// `exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where u.lo >= s.lo and u.lo < s.hi)`.
    #[must_use]
    pub fn lo(&self) -> Vec<i32> {
        if self.whole { vec![0] } else { self.held.iter().map(|held| held.lo).collect() }
    }

    /// The ends of the ranges, each the first ordinal beyond.
    #[must_use]
    pub fn hi(&self) -> Vec<i32> {
        if self.whole { vec![i32::MAX] } else { self.held.iter().map(|held| held.hi).collect() }
    }

    /// Whether a unit's ordinal lies in the scope.
    #[must_use]
    pub fn covers(&self, ordinal: i32) -> bool {
        self.whole || self.held.iter().any(|held| (held.lo..held.hi).contains(&ordinal))
    }

    /// Whether the caller holds the permission at a unit of exactly this level above the ordinal: a county's reviewer
    /// does not answer in a town's place.
    #[must_use]
    pub fn covers_from(&self, level: Level, ordinal: i32) -> bool {
        self.held.iter().any(|held| held.level == level && (held.lo..held.hi).contains(&ordinal))
    }

    /// The grants that reach an ordinal, the caller's own first.
    #[must_use]
    pub fn reaching(&self, ordinal: i32) -> Vec<&Held> {
        let mut reaching: Vec<&Held> = self.held.iter().filter(|held| (held.lo..held.hi).contains(&ordinal)).collect();
        reaching.sort_by_key(|held| held.on_behalf_of.is_some());
        reaching
    }

    /// In whose place the caller acts at an ordinal: in nobody's where a grant of his own reaches it.
    #[must_use]
    pub fn principal_at(&self, ordinal: i32) -> Option<&Principal> {
        self.reaching(ordinal).first().and_then(|held| held.on_behalf_of.as_ref())
    }

    /// The highest unit of the scope: where a page begins that was not told where to begin.
    #[must_use]
    pub fn top(&self) -> Option<UnitId> {
        self.held.iter().min_by_key(|held| (held.level, held.lo)).map(|held| held.unit_id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Principal, Scope};
    use fupin_contract::{AccountId, UnitId, access::Role, units::Level};

    fn town() -> Scope {
        let held = Held {
            role: Role::Reviewer,
            unit_id: UnitId(7),
            unit_name: "红毛镇".to_owned(),
            level: Level::Town,
            lo: 10,
            hi: 20,
            on_behalf_of: None,
        };
        Scope::over(vec![held])
    }

    #[test]
    fn a_scope_without_grants_sees_nothing() {
        assert!(Scope::default().is_empty());
        assert!(!Scope::default().covers(0));
        assert!(Scope::default().lo().is_empty());
    }

    #[test]
    fn a_scope_ends_where_its_subtree_ends() {
        assert!(town().covers(10) && town().covers(19));
        assert!(!town().covers(9) && !town().covers(20));
    }

    #[test]
    fn a_grant_of_ones_own_goes_before_one_that_is_delegated() {
        let principal = Principal { id: AccountId::generate(), name: "黄春燕".to_owned() };
        let own = town().held()[0].clone();
        let delegated = Held { on_behalf_of: Some(principal.clone()), lo: 5, hi: 25, ..own.clone() };
        let scope = Scope::over(vec![delegated, own]);
        assert_eq!(scope.principal_at(12), None);
        assert_eq!(scope.principal_at(22), Some(&principal));
        assert_eq!(scope.principal_at(30), None);
    }

    #[test]
    fn a_town_does_not_answer_for_the_county() {
        assert!(town().covers_from(Level::Town, 12));
        assert!(!town().covers_from(Level::County, 12));
    }
}
