//! A QR code over everything, for a telephone's camera: a number, or a contact as a vCard with as much as fits.

use qrcode::{Color, EcLevel, QrCode};
use ratatui::layout::{Rect, Size};

use super::details::Kind;
use crate::{
    book::{Contact, Profile, TypedValue, name::shown_name},
    exchange::{uri::Number, vcard},
};

/// The quiet zone that the standard asks for, in modules (ISO/IEC 18004 section 6.3.8), and what cameras put up with.
const QUIET: usize = 4;
const LEAST_QUIET: usize = 2;

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// What it says, for people.
    pub says: String,
    /// How many modules it is wide and high.
    side: usize,
    /// The modules, line by line; dark ones are true.
    dark: Vec<bool>,
}

impl Qr {
    /// The code of a text, where it fits.
    fn of(says: &str, text: &str, screen: Size, ascii: bool) -> Option<Self> {
        // With the better correction, if there is room for it.
        [EcLevel::M, EcLevel::L].into_iter().find_map(|level| {
            let code = QrCode::with_error_correction_level(text, level).ok()?;
            let side = code.width();
            let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
            let code = Self { says: says.to_owned(), side, dark };
            code.quiet(Self::room(screen).as_size(), ascii).is_some().then_some(code)
        })
    }

    /// The code of a page, as small as it can be: where it stands among other things, [`Self::fit`] says whether it fits.
    pub fn of_link(link: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(link, EcLevel::L).ok()?;
        let side = code.width();
        let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { says: link.to_owned(), side, dark })
    }

    /// The code of a number that is called when it is scanned.
    pub fn of_number(text: &str, number: &Number, screen: Size, ascii: bool) -> Option<Self> {
        Self::of(text, &number.tel(), screen, ascii)
    }

    /// The code of a contact as a vCard: whole if it fits, else with less and less.
    pub fn of_contact(contact: &Contact, screen: Size, ascii: bool) -> Option<Self> {
        let name = shown_name(contact);
        Portion::ALL.into_iter().find_map(|portion| {
            let (profile, pages) = portion.of(contact);
            let said = format!("{name}: {}", contents(&profile, &pages));
            Self::of(said.trim_end_matches([':', ' ']), &vcard::brief(&name, &profile, &pages), screen, ascii)
        })
    }

    /// Whether a module is dark; beyond the edges lies the quiet zone.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }

    /// The widest quiet zone with which the code fits into a room. A cell holds two modules, one above the other; in
    /// ASCII, which has no half cells, a module takes two cells beside each other.
    fn quiet(&self, room: Size, ascii: bool) -> Option<usize> {
        let (width, height) = (usize::from(room.width), usize::from(room.height));
        let modules = if ascii { height.min(width / 2) } else { (2 * height).min(width) };
        (LEAST_QUIET..=QUIET).rev().find(|quiet| self.side + 2 * quiet <= modules)
    }

    /// All above the footer.
    fn room(screen: Size) -> Rect {
        Rect::new(0, 0, screen.width, screen.height.saturating_sub(1))
    }

    /// Where it stands, and how wide its quiet zone is; `None` where it does not fit.
    pub fn place(&self, screen: Size, ascii: bool) -> Option<(Rect, usize)> {
        let room = Self::room(screen);
        let (Size { width, height }, quiet) = self.fit(room.as_size(), ascii)?;
        Some((Rect::new((room.width - width) / 2, (room.height - height) / 2, width, height), quiet))
    }

    /// How large it is in a room, and how wide its quiet zone is; `None` where it does not fit.
    pub fn fit(&self, room: Size, ascii: bool) -> Option<(Size, usize)> {
        let quiet = self.quiet(room, ascii)?;
        let modules = u16::try_from(self.side + 2 * quiet).ok()?;
        let (width, height) = if ascii { (2 * modules, modules) } else { (modules, modules.div_ceil(2)) };
        Some((Size { width, height }, quiet))
    }

    /// What it takes of the screen while it is shown.
    pub fn area(&self, screen: Size) -> Rect {
        Self::room(screen)
    }
}

/// How much of a contact goes into its code.
#[derive(Clone, Copy)]
enum Portion {
    Whole,
    /// The preferred values, position and company.
    Main,
    /// The preferred number and address.
    Reach,
    /// One of them.
    One,
}

impl Portion {
    const ALL: [Self; 4] = [Self::Whole, Self::Main, Self::Reach, Self::One];

    fn of(self, contact: &Contact) -> (Profile, Vec<TypedValue>) {
        let shown = contact.effective();
        let pages = contact.extras.web_pages.clone();
        let main = |kind| super::deed::main_value(contact, kind).into_iter().collect::<Vec<_>>();
        let named = Profile {
            display_name: shown.display_name.clone(),
            first_name: shown.first_name.clone(),
            last_name: shown.last_name.clone(),
            ..Profile::default()
        };
        let reach = Profile { phone_numbers: main(Kind::Phone), emails: main(Kind::Mail), ..named.clone() };
        match self {
            Self::Whole => (shown, pages),
            Self::Main => (Profile { title: shown.title, company_name: shown.company_name, ..reach }, Vec::new()),
            Self::Reach => (reach, Vec::new()),
            Self::One if reach.phone_numbers.is_empty() => (reach, Vec::new()),
            Self::One => (Profile { emails: Vec::new(), ..reach }, Vec::new()),
        }
    }
}

/// What a code holds beside the name, in words.
fn contents(profile: &Profile, pages: &[TypedValue]) -> String {
    let several = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(one.to_owned()),
        count => Some(format!("{count} {many}")),
    };
    let work = !profile.title.is_empty() || !profile.company_name.is_empty();
    [
        work.then(|| "work".to_owned()),
        several(profile.phone_numbers.len(), "number", "numbers"),
        several(profile.emails.len(), "e-mail", "e-mails"),
        several(pages.len(), "page", "pages"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}
