//! What another name or type of a group costs in its account, said in its form and asked about.

use crate::{
    app::{GroupForm, Question, State, question::Then},
    book::{Command, Replacing},
};

impl State {
    /// What its account makes anew for what is typed in a form; `None` where there is nothing to replace.
    fn replaced_by(&self, form: &GroupForm) -> Option<Replacing> {
        let before = form.before.as_ref().filter(|_| form.replaces())?;
        self.accounts.get(&before.account)?;
        let members = self.roster.group(before.id).map_or(0, |row| row.count);
        Replacing::of(before.id, members, self.accounts.queue_of(&before.account))
    }

    /// What is typed in a form costs this, in a sentence.
    pub fn cost_of(&self, form: &GroupForm) -> Option<String> {
        let before = form.before.as_ref()?;
        Some(self.replaced_by(form)?.cost(&self.accounts.name(&before.account)))
    }

    /// Whether to save a form that has many contacts made anew.
    pub(in crate::app) fn ask_for_cost(&self, form: &GroupForm, command: &Command) -> Option<Question> {
        let replacing = self.replaced_by(form).filter(|replacing| replacing.is_much())?;
        let before = form.before.as_ref()?;
        let name = form.name.value().trim();
        let text = if name == before.name {
            format!("Change the type of {name}?")
        } else {
            format!("Rename {} to {name}?", before.name)
        };
        let consequences = replacing.consequences(&self.accounts.name(&before.account)).to_vec();
        Some(Question { text, consequences, then: Then::SaveGroup(command.clone()) })
    }
}
