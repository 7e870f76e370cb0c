//! The report of an import, and how far an import or an export has come.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{Errand, Report, ReportWeight, State, import_name, layout, text::width};

/// Draws the report.
pub fn report(report: &Report, screen: Size, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let lines = report.lines(screen.width);
    let beyond = Beyond::of(lines.len(), report.scroll, layout::inside(area).height);
    let inside = brush.frame_of(area, true, &report.title(), beyond);
    for (place, line) in lines.iter().skip(report.scroll).take(usize::from(inside.height)).enumerate() {
        let style = match line.weight {
            ReportWeight::Strong => theme.strong(),
            ReportWeight::Plain => theme.text(),
            ReportWeight::Dim => theme.dim(),
            ReportWeight::Trouble => theme.trouble(),
        };
        brush.write(Spot::line(inside, place).after(2), &line.text, style);
    }
}

/// What is under way.
pub(super) fn progress_title(errand: &Errand) -> String {
    match errand {
        Errand::Import { paths, options } if options.dry_run => format!("Import {}?", import_name(paths)),
        Errand::Import { paths, .. } => format!("Import {}", import_name(paths)),
        _ => "Export".to_owned(),
    }
}

/// Draws how far it has come: a sentence, a bar where the end is known.
pub fn progress(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let Some((transfer, errand)) = state.carried() else { return };
    let inside = brush.frame(area, true, &progress_title(errand));
    let line = |place: usize| {
        let line = Spot::line(inside, place).after(2);
        line.only(usize::from(line.room).saturating_sub(2))
    };
    let done = transfer.progress.map_or(0, |progress| progress.done);
    let percent = transfer.progress.and_then(|progress| progress.percent);
    let share = percent.map_or_else(String::new, |percent| format!("{percent} %"));
    brush.write_right(line(0), &share, theme.dim());
    let contacts = if done == 1 { "contact" } else { "contacts" };
    let room = usize::from(line(0).room).saturating_sub(width(&share) + 2);
    brush.write(line(0).only(room), &format!("{} · {done} {contacts}", transfer.verb(Some(errand))), theme.text());
    if let Some(percent) = percent {
        let cells = usize::from(line(1).room);
        let full = cells * usize::from(percent.min(100)) / 100;
        let after = brush.write(line(1), &theme.glyphs.bar.repeat(full), theme.accent());
        brush.write(after, &theme.glyphs.rest.repeat(cells - full), theme.dim());
    }
}
