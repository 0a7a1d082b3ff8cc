//! One call to a carrier, and what is certain after it: shared by all gateways that speak HTTP.

use std::time::Duration;

use reqwest::{RequestBuilder, header::RETRY_AFTER};

use crate::rules::Outcome;

/// What of the answer is kept as the gateway's code.
const MOST_CODE: usize = 200;

/// An answer that came whole, or as much of it as is read.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// When the carrier asks to be tried again.
    pub after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The status and the carrier's own words, in one line.
    #[must_use]
    pub fn code(&self) -> String {
        let words = String::from_utf8_lossy(&self.body);
        let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CODE).collect();
        format!("{} {}", self.status, words.trim()).trim_end().to_owned()
    }
}

/// Call once; of the answer's body at most so much is read. Where none came, what that means for the message.
pub async fn call(request: RequestBuilder, most: usize) -> Result<Answer, Outcome> {
    let unclear = |code: &str| Outcome::Unclear { code: code.to_owned() };
    let mut answer = match request.send().await {
        Ok(answer) => answer,
        // Without a connection nothing was sent.
        Err(error) if error.is_connect() => {
            return Err(Outcome::NotNow { code: "not connected".to_owned(), after: None });
        }
        Err(error) if error.is_timeout() => return Err(unclear("no answer in time")),
        Err(_) => return Err(unclear("the connection broke")),
    };
    let status = answer.status().as_u16();
    let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() < most => body.extend_from_slice(&chunk),
            Ok(Some(_) | None) => break,
            // The status came and the rest did not: whoever cut it may have cut it before acting.
            Err(_) => return Err(unclear(&format!("{status} the answer broke off"))),
        }
    }
    Ok(Answer { status, after: after.map(Duration::from_secs), body })
}

#[cfg(test)]
mod tests {
    use super::Answer;

    fn code(body: &[u8]) -> String {
        Answer { status: 200, after: None, body: body.to_vec() }.code()
    }

    #[test]
    fn the_carriers_words_are_kept_in_one_line() {
        assert_eq!(code(b"{\"code\":\n\"OK\"}"), "200 {\"code\": \"OK\"}");
        assert_eq!(code(b""), "200");
        assert_eq!(code(&[b'x'; 4096]).len(), 204);
    }
}
