//! A contact edited as text in an editor, which has the terminal meanwhile: what is wrong comes back pointed out in the
//! text, and what was typed is never lost.

use super::{Effect, Errand, Form, Modal, Notice, RequestId, State};
use crate::{
    book::{Command, Draft, Failure, Group},
    config::EditAs,
    exchange::text::{Sheet, point_out},
};

/// Texts of contacts, on their way to the editor and back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextEdits {
    /// What a contact is shown as, by the settings.
    pub edit_as: EditAs,
    /// Somebody wants to edit the selected contact as this as soon as it is here.
    pub wanted: Option<EditAs>,
    /// The request that saves what came back, and the file that it stands in until then.
    saving: Option<(RequestId, String)>,
}

/// A text in the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    sheet: Sheet,
    /// As it was first written.
    original: String,
    /// As the editor got it, with what was wrong pointed out.
    offered: String,
    /// How much was wrong.
    mistakes: usize,
}

/// A text that came back from the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBack {
    /// The file that it stands in.
    pub file: String,
    /// The text.
    pub text: String,
}

impl State {
    /// Opens a new contact in the editor, in the group that is shown.
    pub(super) fn create_text(&mut self, effects: &mut Vec<Effect>) {
        let draft = Draft { account: self.home_of_new(), groups: self.groups_of_new(), ..Draft::default() };
        self.open_sheet(Sheet::blank(draft, self.text.edit_as), effects);
    }

    /// Wants the selected contact in the editor.
    pub(super) fn edit_text(&mut self, form: EditAs) {
        self.text.wanted = Some(form);
        self.details.failed = None;
    }

    /// Opens the contact that was asked for, once it is here as it stands in the book.
    pub(super) fn text_when_loaded(&mut self, effects: &mut Vec<Effect>) {
        let Some(form) = self.text.wanted else { return };
        let selected = self.selected().map(|row| row.id);
        if selected.is_none() || self.details.failed == selected {
            self.text.wanted = None;
        } else if !self.in_flight.any(|errand| matches!(errand, Errand::LoadContact(_)))
            && let Some(contact) = self.details.contact.clone().filter(|contact| Some(contact.id) == selected)
        {
            self.text.wanted = None;
            self.open_sheet(Sheet::of(contact, form), effects);
        }
    }

    fn open_sheet(&mut self, sheet: Sheet, effects: &mut Vec<Effect>) {
        let original = sheet.text(&self.named_groups());
        let edit = TextEdit { sheet, offered: original.clone(), original, mistakes: 0 };
        self.offer(edit, None, effects);
    }

    fn named_groups(&self) -> Vec<Group> {
        self.roster.groups.iter().map(|row| row.group.clone()).collect()
    }

    /// Hands a text to the editor, in the file that it came back in if it did.
    fn offer(&mut self, edit: TextEdit, file: Option<String>, effects: &mut Vec<Effect>) {
        let (text, extension) = (edit.offered.clone(), edit.sheet.form.facts().1);
        let request = self.in_flight.start(Errand::EditText(Box::new(edit)));
        effects.push(Effect::EditText { request, file, extension, text });
    }

    /// Takes in what the editor made of a text.
    pub(super) fn text_edited(&mut self, edit: TextEdit, back: TextBack, effects: &mut Vec<Effect>) {
        let TextBack { file, text } = back;
        if text == edit.offered && edit.mistakes > 0 {
            let left =
                if edit.mistakes == 1 { "a mistake is".to_owned() } else { format!("{} mistakes are", edit.mistakes) };
            self.notice = Some(Notice::trouble(format!("Not saved, {left} left in {file}")));
            return;
        }
        let command =
            if text == edit.original { Ok(None) } else { edit.sheet.read(&text, &self.named_groups()).map(Some) };
        match command {
            Ok(Some(command)) if !is_idle(&command) => {
                let request = self.perform(command, effects);
                self.text.saving = Some((request, file));
            }
            Ok(_) => {
                self.notice = Some(Notice::hint("Nothing was changed"));
                effects.push(Effect::DropText { file });
            }
            Err(complaints) => {
                let (offered, mistakes) = (point_out(&text, &complaints), complaints.len());
                self.offer(TextEdit { offered, mistakes, ..edit }, Some(file), effects);
            }
        }
    }

    /// What was typed is in the book: its file goes.
    pub(super) fn text_saved(&mut self, request: RequestId, effects: &mut Vec<Effect>) {
        if let Some((_, file)) = self.text.saving.take_if(|(saving, _)| *saving == request) {
            effects.push(Effect::DropText { file });
        }
    }

    /// A text that could not be saved goes on as a form, in which a conflict is settled as in any other. Where
    /// the disk said no, its file stays.
    pub(super) fn text_refused(
        &mut self,
        request: RequestId,
        command: Command,
        failure: Failure,
        effects: &mut Vec<Effect>,
    ) -> Failure {
        let Some((_, file)) = self.text.saving.take_if(|(saving, _)| *saving == request) else { return failure };
        let mut form = match command {
            Command::EditContact { before, after } => Form::typed(Some(before), *after),
            Command::CreateContact(draft) => Form::typed(None, *draft),
            _ => return failure,
        };
        form.saving = Some(request);
        self.modals.push(Modal::Form(Box::new(form)));
        match failure {
            Failure::Conflict { .. } => {
                effects.push(Effect::DropText { file });
                failure
            }
            other => Failure::Storage(format!("{other}; what you typed is in this form, and in {file}")),
        }
    }
}

/// Whether a command would change nothing.
fn is_idle(command: &Command) -> bool {
    matches!(command, Command::EditContact { before, after } if **after == Draft::of(before))
}
