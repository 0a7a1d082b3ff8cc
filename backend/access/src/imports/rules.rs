//! What becomes of a row, and when an import may do what. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use fupin_contract::{
    AccountId, Fault, Phone, UnitId,
    access::{Role, check_username},
    account_imports::{ImportColumn, ImportFault, ImportState, RowOutcome},
};
use fupin_kernel::{Error, error::Refusal};

use super::{
    reading::TypedRow,
    units::{NoUnit, Units},
    words,
};
use crate::accounts::rules::may_hold;

/// People who were sent a link are left alone for so long.
const PAUSE: Duration = Duration::minutes(60);

const STATES: [(ImportState, &str); 6] = [
    (ImportState::Checking, "checking"),
    (ImportState::Checked, "checked"),
    (ImportState::Importing, "importing"),
    (ImportState::Done, "done"),
    (ImportState::Failed, "failed"),
    (ImportState::Expired, "expired"),
];

/// The name in storage.
#[must_use]
pub fn state_name(state: ImportState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("", |(_, name)| name)
}

#[must_use]
pub fn state_of(name: &str) -> Option<ImportState> {
    STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
}

/// Why an act on an import is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// It is still being looked at.
    NotChecked,
    /// It was taken already, or nobody took it in time.
    Over,
    /// No row can be taken.
    NothingToImport,
    /// Accounts are made, or still to be made.
    NotDone,
    /// Nobody is left who has not set a password.
    AllActivated,
    /// The links went out a moment ago.
    InvitedLately { minutes: i64 },
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        Self::Conflict(match error {
            ImportError::NotChecked => Refusal::new("access.import_not_checked"),
            ImportError::Over => Refusal::new("access.import_over"),
            ImportError::NothingToImport => Refusal::new("access.import_empty"),
            ImportError::NotDone => Refusal::new("access.import_not_done"),
            ImportError::AllActivated => Refusal::new("access.all_activated"),
            ImportError::InvitedLately { minutes } => Refusal::new("access.invited_lately").with("minutes", minutes),
        })
    }
}

/// Whether the good rows may be taken now.
pub fn may_run(state: ImportState, good: i64) -> Result<(), ImportError> {
    match state {
        ImportState::Checking => Err(ImportError::NotChecked),
        ImportState::Checked if good == 0 => Err(ImportError::NothingToImport),
        ImportState::Checked => Ok(()),
        ImportState::Importing | ImportState::Done | ImportState::Failed | ImportState::Expired => {
            Err(ImportError::Over)
        }
    }
}

/// Whether those who have not set a password may be sent another link now. `underway` says that some of the last round
/// are still to be sent.
pub fn may_invite_again(
    state: ImportState,
    waiting: i64,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), ImportError> {
    if state != ImportState::Done {
        return Err(ImportError::NotDone);
    }
    if waiting == 0 {
        return Err(ImportError::AllActivated);
    }
    let left = last.map_or(Duration::zero(), |last| last + PAUSE - now);
    if left > Duration::zero() {
        return Err(ImportError::InvitedLately { minutes: left.num_minutes() + 1 });
    }
    Ok(())
}

/// An account that has the user name of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: AccountId,
    pub name: String,
    pub unit: UnitId,
    /// Whether it lies within the units of the import.
    pub inside: bool,
    pub disabled: bool,
    pub held: Vec<(Role, UnitId)>,
    /// Whatever was proposed before, and whether it still waits to be decided on.
    pub proposed: Vec<(Role, UnitId, bool)>,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub row: i32,
    pub username: String,
    pub name: String,
    pub unit_typed: String,
    pub unit: Option<UnitId>,
    pub role: Option<Role>,
    pub phone: Option<Phone>,
    pub outcome: RowOutcome,
    pub faults: Vec<ImportFault>,
    /// The account that it speaks of, where there is one.
    pub account: Option<AccountId>,
}

/// In which row each user name stands first.
#[must_use]
pub fn first_rows(rows: &[TypedRow]) -> HashMap<String, i32> {
    let mut first = HashMap::new();
    for row in rows.iter().filter(|row| !row.username.is_empty()) {
        first.entry(row.username.to_lowercase()).or_insert(row.row);
    }
    first
}

/// Judge a row by itself, by the rows before it and by what there is.
#[must_use]
pub fn judge(row: &TypedRow, first: &HashMap<String, i32>, units: &Units, known: Option<&Known>) -> Judged {
    let mut faults = Faults { row, found: Vec::new() };
    let name = faults.name();
    let username = faults.username(first);
    let phone = faults.phone();
    let unit = faults.unit(units);
    let role = faults.role();
    let mut outcome = RowOutcome::Create;
    if let (Some(known), Some(_), Some(unit), Some(role)) = (known.filter(|_| username), name, unit, role) {
        outcome = faults.known(known, unit, role);
    } else if known.is_some_and(|known| username && !known.inside) {
        faults.add(ImportColumn::Username, Fault::new("access.row_username_taken"));
    }
    if !faults.found.is_empty() {
        outcome = RowOutcome::Faulty;
    }
    Judged {
        row: row.row,
        username: row.username.chars().take(64).collect(),
        name: row.name.chars().take(50).collect(),
        unit_typed: row.unit.clone(),
        unit,
        role,
        phone,
        outcome,
        account: known.filter(|_| matches!(outcome, RowOutcome::Propose | RowOutcome::Same)).map(|known| known.id),
        faults: faults.found,
    }
}

/// Somebody took the user name between the look and the act.
#[must_use]
pub fn overtaken(row: &TypedRow, judged: Judged) -> Judged {
    let mut faults = Faults { row, found: Vec::new() };
    faults.add(ImportColumn::Username, Fault::new("access.row_username_taken"));
    Judged { outcome: RowOutcome::Faulty, account: None, faults: faults.found, ..judged }
}

struct Faults<'a> {
    row: &'a TypedRow,
    found: Vec<ImportFault>,
}

impl Faults<'_> {
    fn add(&mut self, column: ImportColumn, fault: Fault) {
        let typed = self.row.typed(column);
        let show = column != ImportColumn::Phone && !typed.is_empty();
        let typed = show.then(|| typed.chars().take(60).collect());
        self.found.push(ImportFault { column, cell: self.row.cell(column), typed, fault });
    }

    /// Whether there is anything to look at in a column.
    fn is_there(&mut self, column: ImportColumn) -> bool {
        if let Some((_, error)) = self.row.broken.iter().find(|(of, _)| *of == column) {
            self.add(column, Fault::new("access.row_broken").with("error", error.as_str()));
            return false;
        }
        if self.row.typed(column).is_empty() {
            self.add(column, Fault::new("required"));
            return false;
        }
        true
    }

    fn name(&mut self) -> Option<()> {
        if !self.is_there(ImportColumn::Name) {
            return None;
        }
        if self.row.name.chars().count() > 50 {
            self.add(ImportColumn::Name, Fault::new("length").with("max", 50));
            return None;
        }
        Some(())
    }

    fn username(&mut self, first: &HashMap<String, i32>) -> bool {
        if !self.is_there(ImportColumn::Username) {
            return false;
        }
        let username = self.row.username.as_str();
        if check_username(username).is_err() {
            self.add(ImportColumn::Username, Fault::new("username.characters"));
            return false;
        }
        if !(3..=64).contains(&username.len()) {
            self.add(ImportColumn::Username, Fault::new("length").with("min", 3).with("max", 64));
            return false;
        }
        match first.get(&username.to_lowercase()) {
            Some(before) if *before < self.row.row => {
                self.add(ImportColumn::Username, Fault::new("access.row_username_twice").with("row", *before));
                false
            }
            Some(_) | None => true,
        }
    }

    fn phone(&mut self) -> Option<Phone> {
        if !self.is_there(ImportColumn::Phone) {
            return None;
        }
        let phone = Phone::parse(&self.row.phone).ok();
        if phone.is_none() {
            self.add(ImportColumn::Phone, Fault::new("access.row_phone"));
        }
        phone
    }

    fn unit(&mut self, units: &Units) -> Option<UnitId> {
        if !self.is_there(ImportColumn::Unit) {
            return None;
        }
        match units.find(&self.row.unit) {
            Ok(unit) => Some(unit),
            Err(NoUnit::Unknown) => {
                self.add(ImportColumn::Unit, Fault::new("access.row_unit_unknown"));
                None
            }
            Err(NoUnit::Ambiguous { count, examples }) => {
                let fault = Fault::new("access.row_unit_ambiguous").with("count", count);
                self.add(ImportColumn::Unit, fault.with("examples", examples.join("、")));
                None
            }
        }
    }

    fn role(&mut self) -> Option<Role> {
        if !self.is_there(ImportColumn::Role) {
            return None;
        }
        let role = words::role_of(&self.row.role);
        if role.is_none() {
            self.add(ImportColumn::Role, Fault::new("access.row_role_unknown"));
        }
        role
    }

    /// The user name is there already: of the same person, or of another. The phone is its owner's to keep.
    fn known(&mut self, known: &Known, unit: UnitId, role: Role) -> RowOutcome {
        if !known.inside || known.name != self.row.name || known.unit != unit {
            self.add(ImportColumn::Username, Fault::new("access.row_username_taken"));
            return RowOutcome::Faulty;
        }
        let proposed = known.proposed.iter().any(|(of, at, _)| (*of, *at) == (role, unit));
        if proposed || known.held.contains(&(role, unit)) {
            return RowOutcome::Same;
        }
        if known.disabled {
            self.add(ImportColumn::Username, Fault::new("access.account_disabled"));
        }
        let pending = known.proposed.iter().filter(|(.., pending)| *pending).map(|(role, ..)| *role);
        let roles: Vec<Role> = known.held.iter().map(|(role, _)| *role).chain(pending).collect();
        if may_hold(role, &roles).is_err() {
            self.add(ImportColumn::Role, Fault::new("access.two_administrators"));
        }
        RowOutcome::Propose
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i32, username: &str, unit: &str, role: &str) -> TypedRow {
        TypedRow {
            row: number,
            name: "李四".to_owned(),
            username: username.to_owned(),
            phone: "19900001234".to_owned(),
            unit: unit.to_owned(),
            role: role.to_owned(),
            broken: Vec::new(),
            letters: [0, 1, 2, 3, 4],
        }
    }

    fn known(role: Role) -> Known {
        Known {
            id: AccountId::generate(),
            name: "李四".to_owned(),
            unit: UnitId(5),
            inside: true,
            disabled: false,
            held: vec![(role, UnitId(5))],
            proposed: Vec::new(),
        }
    }

    fn codes(judged: &Judged) -> Vec<(&str, &str)> {
        judged.faults.iter().map(|fault| (fault.cell.as_str(), fault.fault.code.as_str())).collect()
    }

    fn alone(row: &TypedRow, known: Option<&Known>) -> Judged {
        judge(row, &first_rows(std::slice::from_ref(row)), &Units::of_test(), known)
    }

    #[test]
    fn a_good_row_makes_an_account() {
        let judged = alone(&row(2, "li.si", "白村", "填报员"), None);
        assert_eq!(
            (judged.outcome, judged.unit, judged.role),
            (RowOutcome::Create, Some(UnitId(5)), Some(Role::Clerk))
        );
    }

    #[test]
    fn all_that_is_wrong_with_a_row_is_told_at_once() {
        let bad = TypedRow { name: String::new(), phone: "12".into(), ..row(7, "李四", "红村", "村长") };
        let judged = alone(&bad, None);
        assert_eq!(judged.outcome, RowOutcome::Faulty);
        let expected = [
            ("A7", "required"),
            ("B7", "username.characters"),
            ("C7", "access.row_phone"),
            ("D7", "access.row_unit_ambiguous"),
            ("E7", "access.row_role_unknown"),
        ];
        assert_eq!(codes(&judged), expected);
        assert!(judged.faults.iter().all(|fault| fault.column != ImportColumn::Phone || fault.typed.is_none()));
    }

    #[test]
    fn the_second_of_two_rows_with_one_user_name_is_wrong() {
        let rows = [row(2, "li.si", "白村", "填报员"), row(3, "LI.SI", "白村", "填报员")];
        let first = first_rows(&rows);
        assert_eq!(judge(&rows[0], &first, &Units::of_test(), None).outcome, RowOutcome::Create);
        assert_eq!(codes(&judge(&rows[1], &first, &Units::of_test(), None)), [("B3", "access.row_username_twice")]);
    }

    #[test]
    fn a_row_that_says_what_there_is_changes_nothing() {
        let there = known(Role::Clerk);
        assert_eq!(alone(&row(2, "li.si", "白村", "填报员"), Some(&there)).outcome, RowOutcome::Same);
        let judged = alone(&row(2, "li.si", "白村", "审核员"), Some(&there));
        assert_eq!((judged.outcome, judged.account), (RowOutcome::Propose, Some(there.id)));
        let other = Known { name: "王五".to_owned(), ..there };
        let judged = alone(&row(2, "li.si", "白村", "填报员"), Some(&other));
        assert_eq!(codes(&judged), [("B2", "access.row_username_taken")]);
    }

    #[test]
    fn nobody_is_proposed_for_two_of_the_three_administrators() {
        let judged = alone(&row(2, "li.si", "白村", "审计管理员"), Some(&known(Role::SystemAdmin)));
        assert_eq!(codes(&judged), [("E2", "access.two_administrators")]);
    }

    #[test]
    fn an_import_is_taken_once() {
        assert_eq!(may_run(ImportState::Checking, 3), Err(ImportError::NotChecked));
        assert_eq!(may_run(ImportState::Checked, 0), Err(ImportError::NothingToImport));
        assert_eq!(may_run(ImportState::Checked, 3), Ok(()));
        for state in [ImportState::Importing, ImportState::Done, ImportState::Failed, ImportState::Expired] {
            assert_eq!(may_run(state, 3), Err(ImportError::Over));
        }
    }

    #[test]
    fn links_are_not_sent_twice_within_the_hour() {
        let now = Utc::now();
        assert_eq!(may_invite_again(ImportState::Done, 3, Some(now - Duration::hours(2)), now), Ok(()));
        let lately = may_invite_again(ImportState::Done, 3, Some(now - Duration::minutes(50)), now);
        assert!(matches!(lately, Err(ImportError::InvitedLately { minutes: 10..=11 })), "{lately:?}");
        assert_eq!(may_invite_again(ImportState::Done, 0, None, now), Err(ImportError::AllActivated));
        assert_eq!(may_invite_again(ImportState::Importing, 3, None, now), Err(ImportError::NotDone));
    }

    #[test]
    fn every_state_has_a_name_of_its_own() {
        for (state, _) in STATES {
            assert_eq!(state_of(state_name(state)), Some(state));
        }
    }
}
