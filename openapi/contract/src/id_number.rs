//! The number on an identity document of a person: parsed from what people and spreadsheets write, normalised or
//! refused with the reason, never cut. Shown masked everywhere; it has no `Serialize`, so that none leaves by accident.

use chrono::{Datelike, NaiveDate};

use crate::Fault;

/// A valid number, normalised.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber {
    text: String,
    kind: IdKind,
}

/// Which document a number stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// Of a resident: eighteen characters, the last of which checks the others (GB 11643).
    Resident,
    /// On a certificate of disability: a resident's number, its kind (1–7) and grade (1–4), perhaps two digits more that
    /// count the issues.
    Disability,
    /// Of a person without a document: begins with 999999.
    Absent,
}

/// By the number, where it is a resident's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// Why a text is not a number of identity. Positions count from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnId {
    Empty,
    /// `6.22E+17`: the spreadsheet kept fifteen digits of it, the rest is lost.
    Rounded,
    Length(usize),
    Character(usize),
    /// The digits 7 to 14 are no day.
    Birthday,
    /// The last character does not follow from the others: one of them was mistyped.
    Checksum,
    /// The digits after a resident's number name no kind or grade of disability.
    Disability,
}

/// Where a number begins that stands for none.
const NONE: &str = "999999";
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

impl IdNumber {
    /// Accept what is written by hand or by a spreadsheet as text: full-width digits, spaces and a lower-case x are
    /// normalised, numbers of fifteen digits are brought to eighteen.
    pub fn parse(written: &str) -> Result<Self, NotAnId> {
        let text = normalised(written);
        if text.is_empty() {
            return Err(NotAnId::Empty);
        }
        if is_scientific(&text) {
            return Err(NotAnId::Rounded);
        }
        // The check of a resident's number alone may be a letter.
        let wrong = text.chars().enumerate().find(|(index, c)| !(c.is_ascii_digit() || *index == 17 && *c == 'X'));
        if let Some((index, _)) = wrong {
            return Err(NotAnId::Character(index + 1));
        }
        match text.len() {
            15 => Self::resident(upgraded(&text)),
            18 if text.starts_with(NONE) => Ok(Self { text, kind: IdKind::Absent }),
            18 => Self::resident(text),
            20 | 22 => Self::disability(text),
            length => Err(NotAnId::Length(length)),
        }
    }

    fn resident(text: String) -> Result<Self, NotAnId> {
        check_resident(&text)?;
        Ok(Self { text, kind: IdKind::Resident })
    }

    fn disability(text: String) -> Result<Self, NotAnId> {
        let (resident, rest) = text.split_at(18);
        check_resident(resident)?;
        let mut digits = rest.chars();
        let known = matches!(digits.next(), Some('1'..='7')) && matches!(digits.next(), Some('1'..='4'));
        if known { Ok(Self { text, kind: IdKind::Disability }) } else { Err(NotAnId::Disability) }
    }

    #[must_use]
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// In clear: for sealing, for joining and for a reveal, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The resident's number within it, if it has one: two documents of one person agree in it.
    #[must_use]
    pub fn resident_part(&self) -> Option<&str> {
        match self.kind {
            IdKind::Resident | IdKind::Disability => self.text.get(..18),
            IdKind::Absent => None,
        }
    }

    /// The first seventeen digits as a number; the eighteenth follows from them.
    #[must_use]
    pub fn seventeen(&self) -> Option<u64> {
        self.resident_part()?.get(..17)?.parse().ok()
    }

    #[must_use]
    pub fn birthday(&self) -> Option<NaiveDate> {
        birthday(self.resident_part()?)
    }

    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        let odd = self.seventeen()? % 2 == 1;
        Some(if odd { Sex::Male } else { Sex::Female })
    }

    /// `510***********1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        mask_id_number(&self.text)
    }
}

/// The first three and the last four characters; anything shorter than an identity number is hidden whole.
#[must_use]
pub fn mask_id_number(text: &str) -> String {
    match (text.get(..3), text.get(text.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if text.len() >= 15 => format!("{head}{}{tail}", "*".repeat(text.len() - 7)),
        _ => "****".to_owned(),
    }
}

/// The check that belongs to seventeen digits.
#[must_use]
pub fn check_of(seventeen: &str) -> Option<char> {
    let digits: Vec<u32> = seventeen.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    if digits.len() != WEIGHTS.len() {
        return None;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECKS.get((sum % 11) as usize).copied()
}

fn normalised(written: &str) -> String {
    let plain = |c: char| match c {
        // Full-width forms lie at a fixed distance from ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    // An apostrophe in front is how a spreadsheet is told to keep text; it is not part of it.
    let text: String = written.trim().trim_start_matches(['\'', '\u{2019}', '`']).chars().map(plain).collect();
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}'));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once('E') else { return false };
    let number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+')) && !part.is_empty();
    number(mantissa) && number(exponent)
}

/// Numbers of fifteen digits were given to people born in the twentieth century.
fn upgraded(fifteen: &str) -> String {
    let (region, rest) = fifteen.split_at(6);
    let seventeen = format!("{region}19{rest}");
    let check = check_of(&seventeen).unwrap_or_default();
    format!("{seventeen}{check}")
}

fn check_resident(text: &str) -> Result<(), NotAnId> {
    let (seventeen, check) = text.split_at(17);
    let holds = check_of(seventeen).is_some_and(|right| check.starts_with(right));
    if !holds {
        // A spreadsheet that takes it for a number keeps fifteen digits and writes zeros for the rest.
        return Err(if text.ends_with("000") { NotAnId::Rounded } else { NotAnId::Checksum });
    }
    birthday(text).map(|_| ()).ok_or(NotAnId::Birthday)
}

fn birthday(text: &str) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let day = NaiveDate::from_ymd_opt(number(6, 10)?.try_into().ok()?, number(10, 12)?, number(12, 14)?)?;
    (1850..2200).contains(&day.year()).then_some(day)
}

impl NotAnId {
    /// As a fault of a field.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Empty => Fault::new("required"),
            Self::Rounded => Fault::new("id_number.rounded"),
            Self::Length(length) => Fault::new("id_number.length").with("length", *length),
            Self::Character(position) => Fault::new("id_number.character").with("position", *position),
            Self::Birthday => Fault::new("id_number.birthday"),
            Self::Checksum => Fault::new("id_number.checksum"),
            Self::Disability => Fault::new("id_number.disability"),
        }
    }
}

/// A number never reaches a log by accident.
impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{IdKind, IdNumber, NotAnId, Sex, check_of};

    /// Of a region that does not exist, so that no living person has it.
    fn resident(seventeen: &str) -> String {
        format!("{seventeen}{}", check_of(seventeen).unwrap())
    }

    #[test]
    fn a_resident_is_read_with_birthday_and_sex() {
        let text = resident("46999919900307123");
        let number = IdNumber::parse(&text).unwrap();
        assert_eq!(number.kind(), IdKind::Resident);
        assert_eq!(number.birthday(), NaiveDate::from_ymd_opt(1990, 3, 7));
        assert_eq!(number.sex(), Some(Sex::Male));
        assert_eq!(number.seventeen(), Some(46_999_919_900_307_123));
        assert_eq!(number.masked(), format!("469***********{}", &text[14..]));
        assert_eq!(format!("{number:?}"), number.masked());
    }

    #[test]
    fn what_people_and_spreadsheets_write_means_the_same_number() {
        let with_x = (0..999)
            .map(|serial| resident(&format!("46999919900307{serial:03}")))
            .find(|number| number.ends_with('X'))
            .unwrap();
        let wide: String = with_x.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        let spaced = format!(" {} {}\u{3000}{} ", &with_x[..6], &with_x[6..14], &with_x[14..]);
        for written in [with_x.to_lowercase(), wide, spaced, format!("'{with_x}"), format!("\u{feff}{with_x}\u{200b}")]
        {
            assert_eq!(IdNumber::parse(&written).unwrap().reveal(), with_x, "{written}");
        }
    }

    #[test]
    fn fifteen_digits_are_brought_to_eighteen() {
        let number = IdNumber::parse("469999900307123").unwrap();
        assert_eq!(number.reveal(), resident("46999919900307123"));
    }

    #[test]
    fn a_certificate_of_disability_names_the_resident() {
        let text = resident("46999919900307123");
        for (rest, fits) in [("41", true), ("7401", true), ("81", false), ("45", false), ("00", false)] {
            let parsed = IdNumber::parse(&format!("{text}{rest}"));
            assert_eq!(parsed.is_ok(), fits, "{rest}");
            if let Ok(number) = parsed {
                assert_eq!((number.kind(), number.resident_part()), (IdKind::Disability, Some(text.as_str())));
            }
        }
    }

    #[test]
    fn a_person_without_a_document_has_no_birthday_and_no_digits_to_join_by() {
        let number = IdNumber::parse("999999000000000001").unwrap();
        assert_eq!(number.kind(), IdKind::Absent);
        assert_eq!((number.seventeen(), number.birthday(), number.resident_part()), (None, None, None));
    }

    #[test]
    fn each_dirty_form_is_refused_for_its_own_reason() {
        let right = resident("46999919900307123");
        let wrong_check = format!("{}{}", &right[..17], if right.ends_with('1') { '2' } else { '1' });
        let cases = [
            ("", NotAnId::Empty),
            (" \u{3000}", NotAnId::Empty),
            ("6.22E+17", NotAnId::Rounded),
            ("4.69999199003071E17", NotAnId::Rounded),
            ("469999199003071000", NotAnId::Rounded),
            ("46999919900307123", NotAnId::Length(17)),
            ("4699991990030712399", NotAnId::Length(19)),
            ("46999919900307123Y", NotAnId::Character(18)),
            ("4699991990030X1239", NotAnId::Character(14)),
            ("无", NotAnId::Character(1)),
            (wrong_check.as_str(), NotAnId::Checksum),
            ("469999901307123", NotAnId::Birthday),
        ];
        for (written, why) in cases {
            assert_eq!(IdNumber::parse(written), Err(why), "{written}");
        }
        assert_eq!(IdNumber::parse(&resident("46999919900230123")), Err(NotAnId::Birthday));
    }

    #[test]
    fn every_single_mistyped_digit_is_noticed() {
        let text = resident("46999919900307123");
        for index in 0..18 {
            for digit in '0'..='9' {
                let mut mistyped: Vec<char> = text.chars().collect();
                if mistyped[index] == digit {
                    continue;
                }
                mistyped[index] = digit;
                let mistyped: String = mistyped.into_iter().collect();
                assert!(IdNumber::parse(&mistyped).is_err(), "{mistyped}");
            }
        }
    }

    #[test]
    fn swapped_neighbours_are_noticed() {
        let text = resident("46999919900307123");
        for index in 0..17 {
            let mut swapped: Vec<char> = text.chars().collect();
            swapped.swap(index, index + 1);
            let swapped: String = swapped.into_iter().collect();
            assert!(swapped == text || IdNumber::parse(&swapped).is_err(), "{swapped}");
        }
    }
}
