//! Signing in with a code: the page to open, the code to type there, and both as a QR code where it fits.

use ratatui::layout::{Rect, Size};

use crate::{
    app::{Qr, RequestId, layout, text::wrapped},
    book::{AccountId, SignInPrompt},
};

/// How far a sign-in has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInStep {
    /// A code was asked for.
    Asking,
    /// The code is here; the person confirms it elsewhere.
    Prompted(SignInPrompt),
    /// Whether this host is trusted with the keys is asked.
    Asked(String),
    /// The question is answered; the rest needs nobody.
    Answered,
    /// It did not work; a sentence that says why.
    Failed(String),
}

/// A sign-in on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The request under way; `None` once it has ended.
    pub request: Option<RequestId>,
    /// To which account; `None` for a new one.
    pub account: Option<AccountId>,
    /// What people call it.
    pub name: String,
    /// How far it has come.
    pub step: SignInStep,
    /// The page with the code, for a camera.
    code: Option<Qr>,
    ascii: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInLine {
    /// What callbook says.
    Text,
    /// The page.
    Page,
    /// The code.
    Code,
    /// What comes next.
    Dim,
    /// What went wrong.
    Trouble,
}

/// Where its parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInAreas {
    /// All of it, frame included.
    pub frame: Rect,
    /// The lines.
    pub text: Rect,
    /// The QR code, and how wide its quiet zone is.
    pub code: Option<(Rect, usize)>,
}

/// Left and right of everything, and between the text and the code.
const MARGIN: u16 = 2;
/// The text beside a code needs as much.
const TEXT: u16 = 30;

impl SignIn {
    /// How wide it is without a code, frame included, where the screen allows.
    const WIDTH: u16 = 64;
    /// How wide with a code beside the text.
    const WIDE: u16 = 92;

    /// A sign-in that has begun.
    pub fn begin(request: RequestId, account: Option<AccountId>, name: String) -> Self {
        Self { request: Some(request), account, name, step: SignInStep::Asking, code: None, ascii: false }
    }

    /// The code is here.
    pub(super) fn prompted(&mut self, prompt: SignInPrompt, ascii: bool) {
        self.code = Some(&prompt.link).filter(|link| !link.is_empty()).and_then(|link| Qr::of_link(link));
        self.step = SignInStep::Prompted(prompt);
        self.ascii = ascii;
    }

    /// Whether this key server is trusted is for a person to say.
    pub(super) fn asked(&mut self, host: String) {
        self.code = None;
        self.step = SignInStep::Asked(host);
    }

    /// A person has said it.
    pub(super) fn answered(&mut self) {
        self.step = SignInStep::Answered;
    }

    /// It did not work.
    pub(super) fn failed(&mut self, reason: String) {
        (self.request, self.code) = (None, None);
        self.step = SignInStep::Failed(reason);
    }

    /// The QR code.
    pub fn code(&self) -> Option<&Qr> {
        self.code.as_ref()
    }

    /// What the person has to do, once it is known.
    pub fn prompt(&self) -> Option<&SignInPrompt> {
        match &self.step {
            SignInStep::Prompted(prompt) => Some(prompt),
            _ => None,
        }
    }

    /// The title of its frame.
    pub fn title(&self) -> String {
        format!("Sign in to {}", self.name)
    }

    /// Where its parts stand: the code beside the text where both have room, else below it, else not at all.
    pub fn areas(&self, screen: Size) -> SignInAreas {
        let most = layout::inside(layout::modal(screen, Self::WIDE, u16::MAX));
        let beside = self.code.as_ref().and_then(|code| {
            let room = Size::new(most.width.saturating_sub(3 * MARGIN + TEXT), most.height);
            code.fit(room, self.ascii)
        });
        if let Some((size, quiet)) = beside {
            let width = (most.width - size.width).saturating_sub(3 * MARGIN);
            let lines = u16::try_from(self.lines(width, true).len()).unwrap_or(u16::MAX);
            let frame = layout::modal(screen, Self::WIDE, lines.max(size.height).saturating_add(2));
            let inside = layout::inside(frame);
            if lines <= inside.height {
                let text = Rect { x: inside.x + MARGIN, width, ..inside };
                let code = Rect::new(inside.right() - MARGIN - size.width, inside.y, size.width, size.height);
                return SignInAreas { frame, text, code: Some((code, quiet)) };
            }
        }
        let most = layout::inside(layout::modal(screen, Self::WIDTH, u16::MAX));
        let width = most.width.saturating_sub(2 * MARGIN);
        let lines = u16::try_from(self.lines(width, true).len()).unwrap_or(u16::MAX);
        let below = self.code.as_ref().and_then(|code| {
            code.fit(Size::new(width, most.height.saturating_sub(lines.saturating_add(1))), self.ascii)
        });
        let lines = u16::try_from(self.lines(width, below.is_some()).len()).unwrap_or(u16::MAX);
        let high = below.map_or(0, |(size, _)| size.height + 1);
        let frame = layout::modal(screen, Self::WIDTH, lines.saturating_add(high).saturating_add(2));
        let inside = layout::inside(frame);
        let text = Rect {
            x: inside.x + MARGIN.min(inside.width),
            width: inside.width.saturating_sub(2 * MARGIN),
            height: inside.height.saturating_sub(high),
            ..inside
        };
        let code = below.map(|(size, quiet)| {
            let x = inside.x + (inside.width - size.width) / 2;
            (Rect::new(x, inside.bottom() - size.height, size.width, size.height), quiet)
        });
        SignInAreas { frame, text, code }
    }

    /// The lines in a column of this width.
    pub fn lines(&self, width: u16, with_code: bool) -> Vec<(SignInLine, String)> {
        let mut lines = Vec::new();
        let mut say = |kind: SignInLine, text: &str| {
            lines.extend(wrapped(text, usize::from(width)).into_iter().map(|line| (kind, line)));
        };
        match &self.step {
            SignInStep::Asking => say(SignInLine::Text, &format!("Asking {} for a code…", self.name)),
            SignInStep::Asked(host) => {
                say(SignInLine::Text, "The keys of your contacts are kept by");
                say(SignInLine::Code, host);
                say(SignInLine::Text, "which is not one of the known hosts of Webex.");
                say(SignInLine::Text, "");
                say(SignInLine::Text, "Is that the key server of your organisation?");
                say(SignInLine::Text, "");
                say(SignInLine::Dim, "If you do not know, ask your administrator. A yes is remembered.");
            }
            SignInStep::Answered => say(SignInLine::Text, &format!("Signing in to {}…", self.name)),
            SignInStep::Failed(reason) => say(SignInLine::Trouble, reason),
            SignInStep::Prompted(prompt) => {
                say(SignInLine::Text, "Open this page on any device:");
                say(SignInLine::Page, &prompt.page);
                say(SignInLine::Text, "");
                say(SignInLine::Text, "and type this code:");
                say(SignInLine::Code, &prompt.code);
                say(SignInLine::Text, "");
                if with_code && self.code.is_some() {
                    say(SignInLine::Text, "or scan the QR code.");
                    say(SignInLine::Text, "");
                }
                say(SignInLine::Dim, "This goes on by itself once you have confirmed it there.");
            }
        }
        lines
    }
}
