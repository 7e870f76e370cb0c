//! Having the terminal report the mouse: presses, releases, the wheel and drags, never mere movements, which would wake
//! an idle program. (That is why crossterm's own command is not used.)

use std::io::{self, Write as _, stdout};

use super::terminal;

/// Buttons (1000), and movements while one is held (1002), in the form that knows no last column (1006).
const ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Has clicks reported, or not. Plain mode has none.
pub(super) fn capture(on: bool) -> io::Result<()> {
    if terminal::is_plain() {
        return Ok(());
    }
    let mut out = stdout().lock();
    out.write_all(if on { ON } else { OFF }.as_bytes())?;
    out.flush()
}
