//! A QR code for a terminal, two modules a cell.

use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

/// The code of a text, light on dark as cameras like it on most terminals; nothing where the text is too long for one.
pub(super) fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_drawn_in_half_blocks() {
        let drawn = drawn("https://example.test/verify?userCode=123456").unwrap();
        assert!(drawn.lines().count() > 10 && drawn.chars().all(|c| " ▀▄█\n".contains(c)), "{drawn}");
    }
}
