//! The pieces that every page is made of: native elements with our own look.
//!
//! | need | piece |
//! |---|---|
//! | read from the server | [`use_query`] (one answer), [`use_pages`] (a keyset list); draw with [`Query::view`], [`Pages::view`] |
//! | change something | [`use_action`]: `run`, `pending`, `failure`; the idempotency key outlives a bad network |
//! | a page | [`PageHead`] (path, one `h1`, acts), then panels, tables |
//! | a list | [`Table`] of [`Column`]s and [`Row`]s, [`Empty`], [`More`] |
//! | filters in the address | [`use_address`], [`Chip`] |
//! | a form | [`TextField`], [`TextArea`], [`SelectField`], [`Check`], [`Button`], [`Failure`] |
//! | a dialog | [`Dialog`], closed by Escape; focus returns where it was |
//! | ask, then act | [`use_ask_first`]: a button and its dialog |
//! | a word and a shape | [`Status`] with a [`Tone`]; [`progress_bar`] |
//! | a unit | [`UnitField`] |
//! | say that it is done | [`use_toasts`] |
//! | single keys that act | [`use_single_keys`] |
//! | a file in or out | [`DropZone`], [`chosen_file`], [`bytes_of`], [`save_file`] |
//! | only for whom it concerns | [`Allowed`] |
//!
//! Invariants: no style attributes (the content policy forbids them); no text but from the locale;
//! nothing shown by colour alone.

mod action;
mod address;
mod allowed;
mod asking;
mod button;
mod dialog;
mod field;
mod file;
mod icon;
mod keys;
mod list;
mod page;
mod pages;
mod query;
mod state;
mod status;
mod table;
mod toast;
mod unit_field;

pub use action::{Action, use_action};
pub use address::{Address, Chip, use_address};
pub use allowed::Allowed;
pub use asking::use_asking;
pub use button::{Button, ButtonKind};
pub use dialog::{AskFirst, Dialog, use_ask_first};
pub use field::{Check, SelectField, TextArea, TextField, typed};
pub use file::{DropZone, bytes_of, chosen_file, save_file};
pub use icon::{Icon, Shape};
pub use keys::use_single_keys;
pub use list::More;
pub use page::{Crumb, PageHead, set_title};
pub use pages::{Pages, use_pages};
pub use query::{Load, Query, Same, use_query};
pub use state::{Alert, Empty, Failure, Skeleton};
pub use status::{Status, Tone, progress_bar, shape};
pub use table::{Column, Row, Table};
pub use toast::{ToastHost, Toasts, use_toasts};
pub use unit_field::UnitField;
