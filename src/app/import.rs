//! The report of an import: what it would do, to be looked at first, and what it did.

use std::path::PathBuf;

use ratatui::layout::{Rect, Size};

use super::{homes::Homes, layout, text::wrap};
use crate::book::{Altered, Elsewhere, ImportOptions, ImportReport, Twin};

/// The frame and what is left free within it.
const MARGINS: usize = 6;

/// So many names of each kind are shown at most: nobody reads more, and drawing shall not take long.
const NAMES: usize = 500;

/// How a line of the report is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The sum, a heading.
    Strong,
    /// A name, a fact.
    Plain,
    /// What is secondary.
    Dim,
    /// What is wrong.
    Trouble,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// How it is meant.
    pub weight: Weight,
    /// What it says.
    pub text: String,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was chosen.
    pub paths: Vec<PathBuf>,
    /// How it is imported. A dry run is a plan that can still be carried out.
    pub options: ImportOptions,
    /// The accounts, of which it is for one.
    pub homes: Homes,
    /// What was done, or would be.
    pub report: ImportReport,
    /// The first line shown.
    pub scroll: usize,
}

impl Report {
    /// How wide the report is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;

    /// Where it stands on a screen of this size, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let lines = u16::try_from(self.lines(size.width).len()).unwrap_or(u16::MAX);
        layout::modal(size, Self::WIDTH, lines.saturating_add(2))
    }

    /// The title of its frame.
    pub fn title(&self) -> String {
        let name = name(&self.paths);
        let into = if self.homes.are_several() {
            format!(" into {}", self.homes.name(&self.options.account))
        } else {
            String::new()
        };
        if self.options.dry_run { format!("Import {name}{into}?") } else { format!("Imported {name}{into}") }
    }

    /// The lines of the report on a screen of this width: first the sum, then what needs attention, then who comes in.
    pub fn lines(&self, screen: u16) -> Vec<ReportLine> {
        let report = &self.report;
        let room = usize::from(Self::WIDTH.min(screen)).saturating_sub(MARGINS);
        let mut lines = Lines { room, lines: Vec::new() };
        lines.say(0, Weight::Strong, &self.sum());
        if self.options.dry_run {
            lines.say(0, Weight::Dim, self.promise());
        }
        if let Some(warning) = report.warning() {
            lines.say(0, Weight::Trouble, &warning);
        }
        if !report.groups.is_empty() {
            lines.say(0, Weight::Plain, &format!("New groups: {}", report.groups.join(", ")));
        }
        for faults in report.faults.chunk_by(|(one, _), (other, _)| one == other) {
            lines.head(&format!("Not everything of {} can be read", self.shown(&faults[0].0)));
            for (_, fault) in faults.iter().take(NAMES) {
                let text = if fault.place.line == 0 { fault.reason.clone() } else { fault.to_string() };
                lines.say(2, Weight::Trouble, &text);
            }
            lines.rest(faults.len());
        }
        if !report.elsewhere.is_empty() {
            let count = report.elsewhere.len();
            let how = if count == 1 {
                "is in another account already and is"
            } else {
                "are in another account already and are"
            };
            lines.head(&format!("{count} {how} left out"));
            for Elsewhere { name, account } in report.elsewhere.iter().take(NAMES) {
                lines.say(2, Weight::Plain, &format!("{name}: in {}", self.homes.name(account)));
            }
            lines.rest(count);
        }
        if !report.twins.is_empty() {
            let count = report.twins.len();
            let how = match (self.options.skip_twins, count) {
                (true, 1) => "is left out",
                (true, _) => "are left out",
                (false, 1) => "is made beside that contact",
                (false, _) => "are made beside those contacts",
            };
            lines.head(&format!("{count} may be in the book already and {how}"));
            for Twin { name, like, by } in report.twins.iter().take(NAMES) {
                lines.say(2, Weight::Plain, &format!("{name}: {} {like}", by.words()));
            }
            lines.rest(report.twins.len());
        }
        if !report.in_trash.is_empty() {
            let count = report.in_trash.len();
            let how = match (self.options.restore, self.options.dry_run) {
                (false, true) => "in the trash, to be left there",
                (false, false) => "in the trash, left there",
                (true, true) => "to come back from the trash",
                (true, false) => "back from the trash",
            };
            lines.head(&format!("{count} {how}"));
            lines.names(report.in_trash.iter().map(|(_, name)| name.as_str()));
        }
        if self.options.dry_run && !report.changed.is_empty() {
            lines.head(&format!("{} changed", report.changed.len()));
            for Altered { name, fields } in report.changed.iter().take(NAMES) {
                lines.say(2, Weight::Plain, &format!("{name}: {}", fields.join(", ")));
            }
            lines.rest(report.changed.len());
        }
        if self.options.dry_run && !report.new.is_empty() {
            lines.head(&format!("{} new", report.new.len()));
            lines.names(report.new.iter().map(String::as_str));
        }
        lines.lines
    }

    /// The only file is known by its name.
    fn shown<'a>(&self, file: &'a str) -> &'a str {
        let name = file.rsplit('/').next().unwrap_or(file);
        if self.paths.len() == 1 && name == self::name(&self.paths) { name } else { file }
    }

    /// What a dry run means.
    fn promise(&self) -> &'static str {
        if self.wrote_nothing() {
            "There is nothing to import."
        } else {
            "Nothing is imported yet; one undo takes it back."
        }
    }

    /// The sum in one line: `12 new · 3 changed · 40 unchanged`, without what there is none of.
    pub fn sum(&self) -> String {
        let report = &self.report;
        let restored = if self.options.restore { report.in_trash.len() } else { 0 };
        let counts = [
            (report.new.len(), "new"),
            (report.changed.len(), "changed"),
            (restored, "restored"),
            (report.unchanged, "unchanged"),
            (report.elsewhere.len(), "in another account"),
            (report.faults.len(), "not readable"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let sum = counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(" · ");
        if sum.is_empty() { "no contacts".to_owned() } else { sum }
    }

    /// Whether the book is as it was, so that there is nothing to undo.
    pub fn wrote_nothing(&self) -> bool {
        let report = &self.report;
        let restored = self.options.restore && !report.in_trash.is_empty();
        report.new.is_empty() && report.changed.is_empty() && report.groups.is_empty() && !restored
    }

    /// Whether the sum says it all.
    pub fn is_plain(&self) -> bool {
        let left = !self.report.in_trash.is_empty() && !self.options.restore;
        !left && self.report.faults.is_empty() && self.report.twins.is_empty()
    }
}

/// What people call several paths.
pub fn name(paths: &[PathBuf]) -> String {
    match paths {
        [one] => one.file_name().unwrap_or(one.as_os_str()).to_string_lossy().into_owned(),
        many => format!("{} files", many.len()),
    }
}

struct Lines {
    room: usize,
    lines: Vec<ReportLine>,
}

impl Lines {
    /// What a sentence needs beyond its first line stands further in.
    fn say(&mut self, indent: usize, weight: Weight, text: &str) {
        for (number, range) in wrap(text, self.room.saturating_sub(indent + 2)).into_iter().enumerate() {
            let indent = indent + if number == 0 { 0 } else { 2 };
            self.lines.push(ReportLine { weight, text: format!("{:indent$}{}", "", text[range].trim_end()) });
        }
    }

    fn head(&mut self, text: &str) {
        self.lines.push(ReportLine { weight: Weight::Plain, text: String::new() });
        self.say(0, Weight::Strong, text);
    }

    fn names<'a>(&mut self, names: impl ExactSizeIterator<Item = &'a str>) {
        let count = names.len();
        for name in names.take(NAMES) {
            self.say(2, Weight::Plain, name);
        }
        self.rest(count);
    }

    fn rest(&mut self, count: usize) {
        if count > NAMES {
            self.say(2, Weight::Dim, &format!("and {} more", count - NAMES));
        }
    }
}
