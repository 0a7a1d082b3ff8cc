//! Where a message stands, and what may move it.
//!
//! Invariants:
//! - The gateway is called for a message only by whoever moved it from queued to sending, and has committed that.
//! - A message that is found sending was left by somebody who died: nobody knows whether the gateway took it.
//!   It becomes unknown and is never sent again unless a person says so.
//! - A carrier's word only ever moves a message forward, so that receipts may come twice, late, in any order,
//!   and before the answer to the call that they speak of.

use std::time::Duration;

use fupin_contract::notify::{MessageState, ReceiptOutcome, UnknownDecision};

/// Calls of the gateway for one message before it is given up.
pub const MOST_ATTEMPTS: i32 = 12;
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(1800);

/// When a carrier is asked what became of a message whose fate is unknown, counted from the doubt or the last question.
const QUESTIONS: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(1800),
    Duration::from_secs(4 * 3600),
    Duration::from_secs(12 * 3600),
];

/// How long to wait before the next question, so many having been asked; `None` leaves it to a person.
#[must_use]
pub fn next_question(asked: usize) -> Option<Duration> {
    QUESTIONS.get(asked).copied()
}

/// What a sending job is to do with the message that it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Commit `sending`, then call the gateway.
    Send,
    /// Somebody began and never came back.
    Doubt,
    /// Nothing is left to do.
    Leave,
}

/// Decide on a message that a sending job finds.
#[must_use]
pub fn claim(state: MessageState) -> Claim {
    match state {
        MessageState::Queued => Claim::Send,
        MessageState::Sending => Claim::Doubt,
        MessageState::Accepted | MessageState::Delivered | MessageState::Failed | MessageState::Unknown => Claim::Leave,
    }
}

/// What came of calling the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has it, and may have given it a number of its own.
    Accepted { code: String, reference: Option<String> },
    /// The gateway surely does not have it, and may take it later.
    NotNow { code: String, after: Option<Duration> },
    /// The gateway surely does not have it, and will not take it.
    Refused { code: String },
    /// Nobody knows.
    Unclear { code: String },
}

impl Outcome {
    /// The gateway's own words, or ours where it said none.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Accepted { code, .. }
            | Self::NotNow { code, .. }
            | Self::Refused { code }
            | Self::Unclear { code } => code,
        }
    }
}

/// Where the message goes, and when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub state: MessageState,
    pub again: Option<Duration>,
}

/// After the call: only an acceptance may move a message that a receipt has already moved on.
/// `luck` in 0..=1 spreads the next tries.
#[must_use]
pub fn answer(state: MessageState, outcome: &Outcome, attempts: i32, luck: f64) -> Step {
    let stay = |state| Step { state, again: None };
    match outcome {
        Outcome::Accepted { .. } => stay(receive(state, ReceiptOutcome::Accepted)),
        Outcome::NotNow { .. } | Outcome::Refused { .. } | Outcome::Unclear { .. }
            if state != MessageState::Sending =>
        {
            stay(state)
        }
        Outcome::NotNow { .. } if attempts >= MOST_ATTEMPTS => stay(MessageState::Failed),
        Outcome::NotNow { after, .. } => {
            let pause = pause(attempts, luck).max(after.unwrap_or_default()).min(LONGEST_PAUSE);
            Step { state: MessageState::Queued, again: Some(pause) }
        }
        Outcome::Refused { .. } => stay(MessageState::Failed),
        Outcome::Unclear { .. } => stay(MessageState::Unknown),
    }
}

/// Doubles with each attempt; between half of it and all of it, so that a crowd does not come back at once.
fn pause(attempts: i32, luck: f64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or_default();
    let full = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    full.mul_f64(0.5 + luck.clamp(0.0, 1.0) / 2.0)
}

/// After a receipt. The order of receipts does not matter: the furthest state wins.
#[must_use]
pub fn receive(state: MessageState, outcome: ReceiptOutcome) -> MessageState {
    let told = match outcome {
        ReceiptOutcome::Accepted => MessageState::Accepted,
        ReceiptOutcome::Delivered => MessageState::Delivered,
        ReceiptOutcome::Failed => MessageState::Failed,
    };
    if reach(told) > reach(state) { told } else { state }
}

/// A delivery is a fact; a failure is the carrier's opinion, which a delivery corrects.
fn reach(state: MessageState) -> u8 {
    match state {
        MessageState::Queued => 0,
        MessageState::Sending => 1,
        MessageState::Unknown => 2,
        MessageState::Accepted => 3,
        MessageState::Failed => 4,
        MessageState::Delivered => 5,
    }
}

/// A person's decision; `None` when there is nothing to decide.
#[must_use]
pub fn settle(state: MessageState, decision: UnknownDecision) -> Option<MessageState> {
    if state != MessageState::Unknown {
        return None;
    }
    Some(match decision {
        UnknownDecision::Delivered => MessageState::Delivered,
        UnknownDecision::Failed => MessageState::Failed,
        UnknownDecision::SendAgain => MessageState::Queued,
    })
}

/// The name in storage.
#[must_use]
pub fn state_name(state: MessageState) -> &'static str {
    match state {
        MessageState::Queued => "queued",
        MessageState::Sending => "sending",
        MessageState::Accepted => "accepted",
        MessageState::Delivered => "delivered",
        MessageState::Failed => "failed",
        MessageState::Unknown => "unknown",
    }
}

/// All states, in the order of a message's life.
pub const STATES: [MessageState; 6] = [
    MessageState::Queued,
    MessageState::Sending,
    MessageState::Accepted,
    MessageState::Delivered,
    MessageState::Failed,
    MessageState::Unknown,
];

/// The state of a stored name.
#[must_use]
pub fn state_of(name: &str) -> Option<MessageState> {
    STATES.into_iter().find(|state| state_name(*state) == name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use fupin_contract::notify::{MessageState as State, ReceiptOutcome as Word, UnknownDecision};
    use proptest::prelude::*;

    use super::{Claim, MOST_ATTEMPTS, Outcome, STATES, answer, claim, receive, settle, state_name, state_of};

    const WORDS: [Word; 3] = [Word::Accepted, Word::Delivered, Word::Failed];

    fn not_now() -> Outcome {
        Outcome::NotNow { code: "503".into(), after: None }
    }

    #[test]
    fn only_a_queued_message_is_sent_and_a_sending_one_is_doubted() {
        let claims: Vec<_> = STATES.into_iter().map(claim).collect();
        assert_eq!(claims, [Claim::Send, Claim::Doubt, Claim::Leave, Claim::Leave, Claim::Leave, Claim::Leave]);
    }

    #[test]
    fn what_nobody_knows_is_never_queued_again() {
        let step = answer(State::Sending, &Outcome::Unclear { code: "timed out".into() }, 1, 0.5);
        assert_eq!((step.state, step.again), (State::Unknown, None));
        assert_eq!(claim(step.state), Claim::Leave);
    }

    #[test]
    fn a_receipt_that_overtakes_the_answer_is_not_undone_by_it() {
        for overtaken in [State::Accepted, State::Delivered] {
            for outcome in [
                not_now(),
                Outcome::Refused { code: "400".into() },
                Outcome::Unclear { code: "reset".into() },
                Outcome::Accepted { code: "200".into(), reference: None },
            ] {
                let step = answer(overtaken, &outcome, 1, 0.0);
                assert_eq!((step.state, step.again), (overtaken, None));
            }
        }
    }

    #[test]
    fn tries_grow_apart_and_end() {
        let first = answer(State::Sending, &not_now(), 1, 1.0);
        assert_eq!((first.state, first.again), (State::Queued, Some(Duration::from_secs(2))));
        let fifth = answer(State::Sending, &not_now(), 5, 0.0);
        assert_eq!(fifth.again, Some(Duration::from_secs(16)));
        let asked = Outcome::NotNow { code: "429".into(), after: Some(Duration::from_secs(90)) };
        assert_eq!(answer(State::Sending, &asked, 1, 0.0).again, Some(Duration::from_secs(90)));
        assert_eq!(answer(State::Sending, &not_now(), MOST_ATTEMPTS, 0.0).state, State::Failed);
    }

    #[test]
    fn a_person_settles_only_what_is_unknown() {
        for state in STATES {
            let settled = settle(state, UnknownDecision::SendAgain);
            assert_eq!(settled, (state == State::Unknown).then_some(State::Queued));
        }
        assert_eq!(settle(State::Unknown, UnknownDecision::Failed), Some(State::Failed));
    }

    #[test]
    fn names_read_back() {
        assert!(STATES.into_iter().all(|state| state_of(state_name(state)) == Some(state)));
        assert_eq!(state_of("sent"), None);
    }

    proptest! {
        #[test]
        fn receipts_in_any_order_and_number_lead_to_the_same_state(
            start in 0..STATES.len(),
            words in prop::collection::vec(0..WORDS.len(), 1..8),
            seed in any::<prop::sample::Index>(),
        ) {
            let run = |words: &[usize]| words.iter().fold(STATES[start], |state, word| receive(state, WORDS[*word]));
            let clean = run(&words);
            let mut shuffled = words.clone();
            shuffled.rotate_left(seed.index(words.len()));
            shuffled.extend(words.iter().rev());
            prop_assert_eq!(run(&shuffled), clean);
        }
    }
}
