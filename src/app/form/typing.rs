//! What a key or a paste writes, and the words offered for it.

use tui_input::Input;

use super::{Cell, Checklist, Form, Pending, WordList, choice, word_list};
use crate::{
    app::{
        Code, Key,
        action::OnForm,
        input::{self, Edit},
    },
    book::{Field, name::derive_display_name},
    search::Vocabulary,
};

impl Form {
    /// Types a key into the focused cell.
    pub fn type_key(&mut self, key: Key) {
        let edit = match self.focus {
            focus if focus.is_choice() => return self.type_word(key),
            Cell::Groups => {
                if input::edit(&mut self.groups.query, key) == Edit::Text {
                    (self.groups.cursor, self.groups.offset) = (0, 0);
                }
                return;
            }
            Cell::Text(Field::Notes) => input::edit_lines(&mut self.editor, key),
            _ => input::edit(&mut self.editor, key),
        };
        match (edit, key.code) {
            (Edit::Text, _) => self.write_back(),
            (Edit::Unknown, Code::Up) => self.go(OnForm::Up),
            (Edit::Unknown, Code::Down) => self.go(OnForm::Down),
            (Edit::Cursor | Edit::Unknown, _) => {}
        }
    }

    /// A word of one's own for a type. A number or an address typed here goes where it belongs; a space asks for the
    /// words there are.
    fn type_word(&mut self, key: Key) {
        let value = self.focus.value_beside(&self.draft);
        let Some((kind, label)) = self.focus.word_mut(&mut self.draft) else {
            self.pending = if key.typed() == Some(' ') { Pending::Asked } else { Pending::Nothing };
            return;
        };
        match (key.typed(), value) {
            (Some(' '), _) if label.is_empty() => return self.pending = Pending::Asked,
            (Some(c), Some(value)) if choice::begins_value(self.focus, label, c) => {
                if !label.is_empty() {
                    choice::first_word(self.focus).clone_into(kind);
                }
                let typed = format!("{}{c}", std::mem::take(label));
                self.focus_on(value);
                return self.paste(&typed);
            }
            (Some(c), _) => {
                if label.is_empty() {
                    "other".clone_into(kind);
                }
                label.push(c);
            }
            (None, _) if key.code == Code::Backspace => _ = label.pop(),
            (None, _) => return,
        }
        self.pending = Pending::Typed;
    }

    /// Pastes into the focused cell; what is pasted into a type goes into the value beside it.
    pub fn paste(&mut self, text: &str) {
        if let Some(value) = self.focus.value_beside(&self.draft) {
            self.focus_on(value);
        }
        match self.focus {
            Cell::Groups => input::paste(&mut self.groups.query, text, false),
            focus if focus.is_choice() => {}
            focus => {
                input::paste(&mut self.editor, text, focus == Cell::Text(Field::Notes));
                self.write_back();
            }
        }
    }

    /// The text of the focused cell goes into the draft; what was wrong with it may be right now.
    pub(super) fn write_back(&mut self) {
        let text = self.editor.value().to_owned();
        let profile = &self.draft.profile;
        let name_follows = !profile.display_name.is_empty() && profile.display_name == derive_display_name(profile);
        if let Some(place) = self.focus.text_mut(&mut self.draft, &mut self.new_group) {
            *place = text;
        }
        if name_follows && matches!(self.focus, Cell::Text(Field::FirstName | Field::LastName)) {
            self.draft.profile.display_name = derive_display_name(&self.draft.profile);
        }
        self.forget_remarks();
        self.pending = Pending::Typed;
    }

    /// What is typed where there may be words for it.
    fn word_typed(&self) -> String {
        match self.focus {
            Cell::Type(field, row) => {
                field.values(&self.draft).and_then(|values| values.get(row)).map(|value| value.label.clone())
            }
            Cell::AddressType(row) => self.draft.profile.addresses.get(row).map(|address| address.label.clone()),
            Cell::Method => None,
            _ => Some(self.editor.value().to_owned()),
        }
        .unwrap_or_default()
    }

    /// Brings the list of words in line with what was typed or asked for.
    pub fn offer_words(&mut self, vocabulary: &Vocabulary) {
        let typed = self.word_typed();
        self.words = match std::mem::take(&mut self.pending) {
            Pending::Nothing => return,
            Pending::Asked => WordList::asked(self.focus, &self.draft, &typed, vocabulary),
            Pending::Typed => match &self.words {
                Some(words) => words.narrowed(self.focus, &typed, vocabulary),
                None => WordList::quiet(self.focus, &typed, vocabulary),
            },
        };
    }

    /// Whether there may be words to choose from in the focused cell.
    pub fn has_words(&self) -> bool {
        word_list::has_words(self.focus)
    }

    /// Closes what is open over a field. Returns whether something was.
    pub fn dismiss(&mut self) -> bool {
        let has_query = self.focus == Cell::Groups && !self.groups.query.value().is_empty();
        if has_query {
            self.groups = Checklist::default();
        }
        self.words.take().is_some() || has_query
    }

    /// Writes the word chosen.
    pub(super) fn take_word(&mut self) {
        let Some(choice) = self.words.take().and_then(|words| words.chosen().cloned()) else { return };
        if self.focus.is_choice() {
            choice::choose(self.focus, &mut self.draft, &choice.written);
        } else {
            self.editor = Input::new(choice.written);
            self.write_back();
            self.pending = Pending::Nothing;
        }
    }
}
