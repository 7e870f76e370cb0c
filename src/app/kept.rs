//! What was being typed when the terminal was closed: kept beside the book, and offered when it is opened again.

use super::{Effect, Form, Modal, Question, State, Then};
use crate::book::{Contact, Draft, name::shown_name};

/// A form that was not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The contact as the form got it; `None` for a new one.
    pub before: Option<Box<Contact>>,
    /// What was typed.
    pub draft: Box<Draft>,
    /// The file in which it is kept.
    pub file: String,
}

impl State {
    /// The terminal is gone: what was typed into a form is kept.
    pub(super) fn leave_at_once(&mut self, effects: &mut Vec<Effect>) {
        for modal in &self.modals {
            if let Modal::Form(form) = modal
                && form.saving.is_none()
                && form.is_dirty()
            {
                effects.push(Effect::KeepTyped { before: form.before.clone(), draft: Box::new(form.typed_so_far()) });
            }
        }
        effects.push(Effect::Quit);
    }

    /// Offers what was kept.
    pub(super) fn offer_kept(&mut self, kept: Kept) {
        let whom = kept.before.as_ref().map_or_else(|| "a new contact".to_owned(), |contact| shown_name(contact));
        self.modals.push(Modal::Question(Question {
            text: format!("Go on with {whom}?"),
            consequences: vec![
                "The terminal was closed before you had saved it.".to_owned(),
                "No forgets what you had typed.".to_owned(),
            ],
            then: Then::GoOn(kept),
        }));
    }

    /// The form opens as it was.
    pub(super) fn go_on(&mut self, kept: Kept, effects: &mut Vec<Effect>) {
        self.modals.push(Modal::Form(Box::new(Form::typed(kept.before, *kept.draft))));
        effects.push(Effect::DropText { file: kept.file });
    }
}
