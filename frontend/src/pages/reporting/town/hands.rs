//! What hands do at the table of villages: typing, keys, blocks.

use std::{cell::RefCell, rc::Rc};

use yew::prelude::*;

use super::{
    strips::Strip,
    villages::{Pasted, Spot, Villages},
};
use crate::pages::reporting::report::{
    grid::{
        focus, place_of_event,
        stroke::{Stroke, copy_block, is_choice, pasted_block, select_text, stroke_of},
        text_of_event,
    },
    place::{Place, Toward},
};

pub type SharedVillages = Rc<RefCell<Villages>>;
/// A block that is chosen: from where, to where.
pub type Block = Option<(Spot, Spot)>;

/// The control of a spot is found by the place of a cell in the first section.
pub fn place_of(spot: Spot) -> Place {
    Place { section: 0, row: spot.village, column: spot.across }
}

pub fn spot_of(place: Place) -> Spot {
    Spot { village: place.row, across: place.column }
}

#[derive(Clone)]
pub struct Hands {
    pub villages: SharedVillages,
    pub strip: Rc<Strip>,
    pub draft: Rc<RefCell<Option<(Spot, String)>>>,
    pub block: UseStateHandle<Block>,
    pub onchange: Callback<()>,
    pub onpaste: Callback<Pasted>,
}

impl Hands {
    pub fn typing(&self, event: &InputEvent) {
        let (Some(place), Some(text)) = (place_of_event(event), text_of_event(event)) else { return };
        let spot = spot_of(place);
        if let Some((village, key)) = self.villages.borrow().at(&self.strip, spot) {
            village.desk.borrow_mut().typing(key, &text);
        }
        self.draft.replace(Some((spot, text)));
        self.block.set(None);
        // A choice is left as soon as it is made.
        if is_choice(event) {
            self.leave();
        }
        self.onchange.emit(());
    }

    pub fn arrive(&self, event: &FocusEvent, spot: Spot) {
        select_text(event);
        if self.block.is_some_and(|(_, to)| to != spot) {
            self.block.set(None);
        }
    }

    pub fn leave(&self) {
        let Some((spot, text)) = self.draft.take() else { return };
        self.villages.borrow_mut().put(&self.strip, vec![(spot, text)]);
        self.onchange.emit(());
    }

    fn go(&self, event: &KeyboardEvent, from: Spot, toward: Toward) {
        let Some(to) = self.villages.borrow().step(&self.strip, from, toward) else { return };
        event.prevent_default();
        focus(place_of(to));
    }

    fn choose(&self, event: &KeyboardEvent, at: Spot, toward: Toward) {
        event.prevent_default();
        let (from, to) = self.block.unwrap_or((at, at));
        if let Some(next) = self.villages.borrow().step(&self.strip, to, toward) {
            self.block.set(Some((from, next)));
        }
    }

    pub fn key(&self, event: &KeyboardEvent) {
        let Some(at) = place_of_event(event).map(spot_of) else { return };
        // The draft is let go before anybody acts on it.
        let typing = self.draft.borrow().is_some();
        match stroke_of(event, typing, self.block.is_some()) {
            Some(Stroke::Confirm) => self.confirm(event, at),
            Some(Stroke::Go(toward)) => self.go(event, at, toward),
            Some(Stroke::Choose(toward)) => self.choose(event, at, toward),
            Some(Stroke::GiveUp) => self.give_up(),
            Some(Stroke::Clear) => self.clear(event, at),
            Some(Stroke::TakeBack { again }) => self.take_back(event, again),
            None => {}
        }
    }

    fn clear(&self, event: &KeyboardEvent, at: Spot) {
        event.prevent_default();
        self.villages.borrow_mut().clear(&self.strip, self.block.unwrap_or((at, at)));
        self.onchange.emit(());
    }

    /// Ctrl Enter: what is suggested is right; on to the next cell.
    fn confirm(&self, event: &KeyboardEvent, at: Spot) {
        self.villages.borrow_mut().confirm(&self.strip, &[at]);
        self.onchange.emit(());
        self.go(event, at, Toward::Next);
    }

    /// Escape: what was typed goes, what stood there stays.
    fn give_up(&self) {
        let Some((spot, _)) = self.draft.take() else { return };
        if let Some((village, key)) = self.villages.borrow().at(&self.strip, spot) {
            village.desk.borrow_mut().give_up(key);
        }
        self.onchange.emit(());
    }

    fn take_back(&self, event: &KeyboardEvent, again: bool) {
        event.prevent_default();
        let mut villages = self.villages.borrow_mut();
        let moved = if again { villages.do_again() } else { villages.take_back() };
        drop(villages);
        if moved {
            self.onchange.emit(());
        }
    }

    pub fn paste(&self, event: &Event) {
        let (Some(at), Some(text)) = (place_of_event(event).map(spot_of), pasted_block(event)) else { return };
        event.prevent_default();
        self.draft.replace(None);
        let pasted = self.villages.borrow_mut().paste(&self.strip, at, &text);
        self.onpaste.emit(pasted);
        self.onchange.emit(());
    }

    pub fn copy(&self, event: &Event) {
        if let Some(block) = *self.block {
            copy_block(event, &self.villages.borrow().copy(&self.strip, block));
        }
    }
}
