//! The words of a message: templates with `{{names}}`, and how many texts a carrier counts.

use std::collections::BTreeMap;

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("a template opens a name and does not close it")]
    Open,
    #[error("a template asks for {{{{{0}}}}}, which its event does not have")]
    Unknown(String),
}

/// What a template may ask for.
pub type Facts = BTreeMap<&'static str, String>;

/// Put the facts into a template. What a fact says is never read as a template.
pub fn render(template: &str, facts: &Facts) -> Result<String, TemplateError> {
    fill(template, |name| facts.get(name).map(|fact| one_line(fact)))
}

/// Put something for each name of a template.
pub fn fill(template: &str, fact: impl Fn(&str) -> Option<String>) -> Result<String, TemplateError> {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, opened)) = rest.split_once("{{") {
        let (name, after) = opened.split_once("}}").ok_or(TemplateError::Open)?;
        let name = name.trim();
        text.push_str(before);
        text.push_str(&fact(name).ok_or_else(|| TemplateError::Unknown(name.to_owned()))?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// What a person typed goes into one line of a message: no control characters, no brackets that would
/// pass for the sender's signature.
fn one_line(fact: &str) -> String {
    let kept = fact.chars().map(|c| match c {
        '【' => '[',
        '】' => ']',
        c if c.is_control() => ' ',
        c => c,
    });
    kept.collect::<String>().trim().to_owned()
}

/// The first `most` characters, with an ellipsis where something was left off.
#[must_use]
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

// GSM 03.38: the characters that fit in seven bits, and those that take two of them.
const SEVEN_BIT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                         ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const SEVEN_BIT_TWICE: &str = "\u{c}^{}\\[~]|€";

/// How many texts the carrier counts. A long text loses some room to the note that ties its parts together,
/// and a character of two units is never torn apart.
#[must_use]
pub fn segments(text: &str) -> i32 {
    let seven: Option<Vec<usize>> = text.chars().map(seven_bit_units).collect();
    let (units, single, part) = match seven {
        Some(units) => (units, 160, 153),
        None => (text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    if units.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut parts, mut room) = (1, part);
    for unit in units {
        if unit > room {
            parts += 1;
            room = part;
        }
        room -= unit;
    }
    parts
}

fn seven_bit_units(c: char) -> Option<usize> {
    if SEVEN_BIT.contains(c) {
        return Some(1);
    }
    SEVEN_BIT_TWICE.contains(c).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::{Facts, TemplateError, render, segments, shorten};

    #[test]
    fn a_template_takes_its_facts() {
        let facts = Facts::from([("name", "符丽".to_owned()), ("count", "3".to_owned())]);
        assert_eq!(render("{{name}}，还有 {{ count }} 张", &facts).unwrap(), "符丽，还有 3 张");
        assert_eq!(render("没有变量", &facts).unwrap(), "没有变量");
    }

    #[test]
    fn a_fact_is_never_read_as_a_template_nor_as_a_signature() {
        let facts = Facts::from([("reason", "{{name}}【银行】\n请转账".to_owned()), ("name", "x".to_owned())]);
        assert_eq!(render("退回：{{reason}}", &facts).unwrap(), "退回：{{name}}[银行] 请转账");
    }

    #[test]
    fn a_template_that_asks_for_what_is_not_there_is_refused() {
        assert_eq!(render("{{who}}", &Facts::new()), Err(TemplateError::Unknown("who".into())));
        assert_eq!(render("{{who", &Facts::new()), Err(TemplateError::Open));
    }

    #[test]
    fn chinese_counts_seventy_then_sixty_seven() {
        for (characters, texts) in [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)] {
            assert_eq!(segments(&"村".repeat(characters)), texts, "{characters}");
        }
    }

    #[test]
    fn latin_counts_a_hundred_and_sixty_then_a_hundred_and_fifty_three() {
        for (characters, texts) in [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3)] {
            assert_eq!(segments(&"a".repeat(characters)), texts, "{characters}");
        }
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
        // 76 pairs fill 152 of 153 septets: the last one is lost to a pair that is not torn.
        assert_eq!(segments(&"€".repeat(153)), 3);
    }

    #[test]
    fn a_rare_character_takes_two_units_and_is_not_torn() {
        assert_eq!(segments(&"𠮷".repeat(35)), 1);
        assert_eq!(segments(&"𠮷".repeat(36)), 2);
        assert_eq!(segments(&"𠮷".repeat(67)), 3);
    }

    #[test]
    fn a_long_text_is_shortened_by_characters() {
        assert_eq!(shorten("数字不对，请核对", 5), "数字不对…");
        assert_eq!(shorten("短", 5), "短");
    }
}
