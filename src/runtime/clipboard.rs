//! The clipboard of whoever sits before the terminal, reached through the terminal itself (OSC 52): it works over SSH too.

use std::{
    env,
    io::{self, Write},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    Tmux,
    Screen,
}

impl Between {
    /// What the variables say; tmux calls its terminal `screen` too.
    fn of(tmux: bool, screen: bool) -> Self {
        match (tmux, screen) {
            (true, _) => Self::Tmux,
            (false, true) => Self::Screen,
            (false, false) => Self::Nothing,
        }
    }
}

/// Gives a text to the clipboard.
pub(super) fn copy(out: &mut impl Write, text: &str) -> io::Result<()> {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    out.write_all(sequence(text, Between::of(is_set("TMUX"), is_set("STY"))).as_bytes())?;
    out.flush()
}

/// What is written to the terminal. Encoded, so no text can end the sequence and command the terminal.
fn sequence(text: &str, between: Between) -> String {
    /// GNU screen drops a longer string between its own marks.
    const SCREEN_PIECE: usize = 250;
    let osc = format!("\u{1b}]52;c;{}\u{7}", BASE64_STANDARD.encode(text));
    match between {
        Between::Nothing => osc,
        // Once for tmux itself (set-clipboard on), once past it to the terminal (allow-passthrough on).
        Between::Tmux => format!("{osc}\u{1b}Ptmux;{}\u{1b}\\", osc.replace('\u{1b}', "\u{1b}\u{1b}")),
        Between::Screen => {
            let pieces = osc.as_bytes().chunks(SCREEN_PIECE).map(String::from_utf8_lossy);
            pieces.map(|piece| ["\u{1b}P", &piece, "\u{1b}\\"].concat()).collect::<Vec<_>>().concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_suits_what_stands_between() {
        assert_eq!(sequence("Zoë", Between::of(false, false)), "\u{1b}]52;c;Wm/Dqw==\u{7}");
        assert_eq!(
            sequence("Zoë", Between::of(true, true)),
            "\u{1b}]52;c;Wm/Dqw==\u{7}\u{1b}Ptmux;\u{1b}\u{1b}]52;c;Wm/Dqw==\u{7}\u{1b}\\"
        );
        assert_eq!(sequence("Zoë", Between::of(false, true)), "\u{1b}P\u{1b}]52;c;Wm/Dqw==\u{7}\u{1b}\\");
    }

    #[test]
    fn screen_gets_a_long_text_in_pieces_that_join_again() {
        let sequence = sequence(&"x".repeat(1000), Between::Screen);
        let pieces: Vec<&str> = sequence.split_terminator("\u{1b}\\").map(|piece| &piece[2..]).collect();
        assert!(pieces.len() > 4 && pieces.iter().all(|piece| piece.len() <= 250));
        assert_eq!(pieces.concat(), super::sequence(&"x".repeat(1000), Between::Nothing));
    }

    #[test]
    fn no_text_ends_the_sequence() {
        let hostile = sequence("\u{7}\u{1b}\\\u{1b}]0;title\u{7}", Between::Nothing);
        assert_eq!(hostile.matches('\u{1b}').count() + hostile.matches('\u{7}').count(), 2);
    }
}
