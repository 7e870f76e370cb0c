//! Drawing: state to cells. Pure; what is drawn is decided in `app`, here it is only painted.

mod accounts;
mod conflict;
mod contacts;
mod details;
mod export;
mod footer;
mod form;
mod greeting;
mod group_form;
mod groups;
mod header;
mod help;
mod import;
mod log;
mod memberships;
mod menu;
mod paint;
mod palette;
mod people;
mod picker;
pub mod plain;
mod qr;
mod question;
mod theme;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

pub use theme::{Depth, Glyphs, Theme};

use crate::app::{Modal, State, layout::Shape};

/// Draws the state and says where the terminal's cursor stands, if it is shown.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let areas = state.areas();
    if areas.shape == Shape::OneLine {
        header::one_line(state, theme, areas.footer, buf);
        return None;
    }
    header::draw(state, theme, areas.header, buf);
    let mut cursor = None;
    if state.greets() {
        let body = Rect { y: areas.header.bottom(), height: areas.footer.y - areas.header.bottom(), ..area };
        if state.modals.is_empty() {
            greeting::draw(state, theme, body, buf);
        }
    } else {
        cursor = contacts::draw(state, theme, areas.contacts, buf);
        details::draw(state, theme, areas.details, buf);
        groups::draw(state, theme, areas.groups, buf);
    }
    footer::draw(state, theme, buf);
    for modal in state.shown_modals() {
        let frame = modal.area(state.size);
        paint::clear(frame, buf);
        cursor = None;
        match modal {
            Modal::Form(form) => cursor = form::draw(form, state, theme, frame, buf),
            Modal::GroupForm(form) => cursor = group_form::draw(form, state, theme, frame, buf),
            Modal::Picker(picker) => cursor = Some(picker::draw(picker, state, theme, frame, buf)),
            Modal::Progress => import::progress(state, theme, frame, buf),
            Modal::Exporter(form) => cursor = export::draw(form, state, theme, frame, buf),
            Modal::People(picker) => cursor = Some(people::draw(picker, state.size, theme, frame, buf)),
            Modal::Memberships(groups) => cursor = memberships::draw(groups, theme, frame, buf),
            Modal::Report(report) => import::report(report, state.size, theme, frame, buf),
            Modal::Log(view) => log::draw(*view, state, theme, frame, buf),
            Modal::Help(help) => cursor = help::draw(help, state, theme, frame, buf),
            Modal::Question(question) => question::draw(question, state, theme, frame, buf),
            Modal::Conflict(conflict) => conflict::draw(conflict, state, theme, frame, buf),
            Modal::Palette(palette) => cursor = Some(palette::draw(palette, state, theme, frame, buf)),
            Modal::Menu(menu) => menu::draw(menu, theme, frame, buf),
            Modal::Qr(code) => qr::draw(code, state, theme, frame, buf),
            Modal::SignIn(view) => accounts::sign_in(view, state, theme, frame, buf),
            Modal::SignOut(view) => accounts::sign_out(view, state, theme, frame, buf),
            Modal::Queue(view) => accounts::queue(view, state, theme, frame, buf),
            Modal::Dispute(view) => accounts::dispute(view, state, theme, frame, buf),
            Modal::Twins(view) => accounts::twins(view, state, theme, frame, buf),
            Modal::Plan(view) => accounts::plan(view, state, theme, frame, buf),
        }
    }
    cursor
}
