//! Files on their way to the server, one after the other: how far each is, and why one does not arrive.
//! Invariant: the same file after a passing failure travels under the same key, so that it is attached once.

use std::rc::Rc;

use fupin_client::{ClientError, Uuid};
use fupin_contract::{
    ReportId,
    reporting::{ATTACHMENT_EXTENSIONS, AttachFile, MOST_ATTACHMENT_BYTES, ReportNotes},
};
use web_sys::File;
use yew::{platform::spawn_local, prelude::*};

use crate::{
    i18n::{error_sentence, sentence_of, t},
    kit::bytes_of,
    session::use_api,
    transport::Api,
};

/// One file that has not arrived.
#[derive(Clone, PartialEq)]
pub struct Line {
    pub key: Uuid,
    /// None for the whole report.
    pub cell: Option<String>,
    pub file: File,
    /// Of a hundred.
    pub percent: i64,
    pub failure: Option<Failure>,
}

/// Why a file did not arrive, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub said: String,
    /// The same may succeed later.
    pub passing: bool,
}

#[derive(Clone, Default, PartialEq)]
pub struct Lines(pub Vec<Line>);

pub enum Change {
    Begun(Vec<Line>),
    Gone(Uuid),
    Sent(Uuid, i64),
    Failed(Uuid, Failure),
    Again(Uuid),
}

impl Reducible for Lines {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut lines = self.0.clone();
        let mut alter = |key: Uuid, alter: &dyn Fn(&mut Line)| {
            lines.iter_mut().filter(|line| line.key == key).for_each(alter);
        };
        match change {
            Change::Begun(more) => lines.extend(more),
            Change::Gone(key) => lines.retain(|line| line.key != key),
            Change::Sent(key, percent) => alter(key, &|line| line.percent = percent),
            Change::Failed(key, failure) => alter(key, &|line| line.failure = Some(failure.clone())),
            Change::Again(key) => alter(key, &|line| (line.percent, line.failure) = (0, None)),
        }
        Rc::new(Self(lines))
    }
}

/// What is on its way, and how more is sent.
#[derive(Clone, PartialEq)]
pub struct Sending {
    pub lines: Rc<Lines>,
    pub send: Callback<(Option<String>, Vec<File>)>,
    pub again: Callback<Line>,
    pub give_up: Callback<Uuid>,
}

/// Sends files; `told` hears of each that has arrived.
#[hook]
pub fn use_sending(id: ReportId, told: &Callback<Rc<ReportNotes>>) -> Sending {
    let api = use_api();
    let lines = use_reducer(Lines::default);
    let dispatch = lines.dispatcher();
    let run = {
        let (told, dispatch) = (told.clone(), dispatch.clone());
        Callback::from(move |lines: Vec<Line>| {
            let (api, told, dispatch) = (api.clone(), told.clone(), dispatch.clone());
            spawn_local(async move {
                for line in lines {
                    match carry(&api, id, &line, &dispatch).await {
                        Ok(notes) => {
                            dispatch.dispatch(Change::Gone(line.key));
                            told.emit(Rc::new(notes));
                        }
                        Err(failure) => dispatch.dispatch(Change::Failed(line.key, failure)),
                    }
                }
            });
        })
    };
    let send = {
        let (run, dispatch) = (run.clone(), dispatch.clone());
        Callback::from(move |(cell, files): (Option<String>, Vec<File>)| {
            let line = |file| Line { key: Uuid::new_v4(), cell: cell.clone(), file, percent: 0, failure: None };
            let lines: Vec<Line> = files.into_iter().map(line).collect();
            dispatch.dispatch(Change::Begun(lines.clone()));
            run.emit(lines);
        })
    };
    let again = {
        let dispatch = dispatch.clone();
        Callback::from(move |line: Line| {
            dispatch.dispatch(Change::Again(line.key));
            run.emit(vec![line]);
        })
    };
    let give_up = Callback::from(move |key| dispatch.dispatch(Change::Gone(key)));
    Sending { lines: Rc::new((*lines).clone()), send, again, give_up }
}

async fn carry(
    api: &Api,
    id: ReportId,
    line: &Line,
    lines: &UseReducerDispatcher<Lines>,
) -> Result<ReportNotes, Failure> {
    let (name, key) = (line.file.name(), line.key);
    if let Some(said) = refused_at_once(&name, line.file.size()) {
        return Err(Failure { said, passing: false });
    }
    // A file that was moved away meanwhile.
    let unreadable = || Failure { said: t("grid.file_unreadable"), passing: false };
    let bytes = bytes_of(&line.file).await.ok_or_else(unreadable)?;
    let lines = lines.clone();
    let sent = Callback::from(move |percent| lines.dispatch(Change::Sent(key, percent)));
    let api = Api::new(api.transport().watched(sent));
    let how = AttachFile { name, cell: line.cell.clone() };
    api.attach_file(id, &how, bytes, key).await.map_err(failed)
}

fn failed(error: ClientError) -> Failure {
    Failure { said: error_sentence(&error), passing: error.is_passing() }
}

/// What can be said of a file before it is sent.
fn refused_at_once(name: &str, bytes: f64) -> Option<String> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if bytes > MOST_ATTACHMENT_BYTES as f64 {
        return Some(t("grid.file_large"));
    }
    if bytes == 0.0 {
        return sentence_of("reporting.file_empty", &Default::default());
    }
    // Macros have a sentence of their own, which the server knows.
    let known = ATTACHMENT_EXTENSIONS.contains(&ending.as_str()) || ending.ends_with('m');
    if known { None } else { sentence_of("reporting.file_kind", &Default::default()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_refused_is_not_sent_and_the_reason_is_said() {
        let said = |name: &str, bytes: f64| refused_at_once(name, bytes);
        assert_eq!(said("台账.JPG", 1.0), None);
        assert_eq!(said("台账.jpg", 10.0 * 1024.0 * 1024.0), None);
        assert_eq!(said("台账.jpg", 10.0 * 1024.0 * 1024.0 + 1.0), Some(t("grid.file_large")));
        assert_eq!(said("台账.jpg", 0.0), Some(t("error.reporting.file_empty")));
        for name in ["台账.heic", "台账", "台账.jpg.exe"] {
            assert_eq!(said(name, 1.0), Some(t("error.reporting.file_kind")), "{name}");
        }
        assert_eq!(said("台账.xlsm", 1.0), None, "the server says what is wrong with macros");
    }
}
