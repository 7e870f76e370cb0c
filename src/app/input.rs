//! Typing: keys to edits of a line or of several lines.

use tui_input::{Input, InputRequest};

use super::{Code, Key};

/// What an edit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The text differs.
    Text,
    /// At most the cursor moved.
    Cursor,
    /// The key means nothing to a text.
    Unknown,
}

/// Edits a line.
pub fn edit(input: &mut Input, key: Key) -> Edit {
    let Some(request) = request(key) else { return Edit::Unknown };
    match input.handle(request) {
        Some(changed) if changed.value => Edit::Text,
        _ => Edit::Cursor,
    }
}

/// Edits a text of several lines: as a line, and Enter, up, down, home and end by lines. At the first line `up` is
/// unknown, at the last `down`: they lead out of the text.
pub fn edit_lines(input: &mut Input, key: Key) -> Edit {
    let before: Vec<char> = input.value().chars().take(input.cursor()).collect();
    let after: Vec<char> = input.value().chars().skip(input.cursor()).collect();
    let line_start = before.iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
    let column = before.len() - line_start;
    let line_end = before.len() + after.iter().position(|c| *c == '\n').unwrap_or(after.len());
    let target = match key.code {
        Code::Enter => return edit_with(input, InputRequest::InsertChar('\n')),
        Code::Home => line_start,
        Code::End => line_end,
        Code::Up if line_start > 0 => {
            let above = before[..line_start - 1].iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
            (above + column).min(line_start - 1)
        }
        Code::Down if line_end < before.len() + after.len() => {
            let below = &after[line_end + 1 - before.len()..];
            let length = below.iter().position(|c| *c == '\n').unwrap_or(below.len());
            line_end + 1 + column.min(length)
        }
        Code::Up | Code::Down => return Edit::Unknown,
        _ => return edit(input, key),
    };
    edit_with(input, InputRequest::SetCursor(target))
}

/// Inserts pasted text as one edit; in a line, ends of lines become spaces.
pub fn paste(input: &mut Input, text: &str, several_lines: bool) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_end_matches('\n').chars().map(|c| if c == '\n' && !several_lines { ' ' } else { c });
    let text: String = text.filter(|c| *c == '\n' || !c.is_control()).collect();
    // In one piece: letter by letter a long text would take its length squared.
    let (before, after) = input.value().split_at(cursor_byte(input));
    let cursor = input.cursor() + text.chars().count();
    *input = Input::new([before, &text, after].concat()).with_cursor(cursor);
}

/// The cursor as a place in the text, in bytes.
pub fn cursor_byte(input: &Input) -> usize {
    input.value().char_indices().nth(input.cursor()).map_or(input.value().len(), |(at, _)| at)
}

fn edit_with(input: &mut Input, request: InputRequest) -> Edit {
    match input.handle(request) {
        Some(changed) if changed.value => Edit::Text,
        _ => Edit::Cursor,
    }
}

fn request(key: Key) -> Option<InputRequest> {
    if let Some(c) = key.typed() {
        return Some(InputRequest::InsertChar(c));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Backspace, false, false) | (Code::Char('h'), true, false) => InputRequest::DeletePrevChar,
        (Code::Delete, false, false) => InputRequest::DeleteNextChar,
        (Code::Left, false, false) | (Code::Char('b'), true, false) => InputRequest::GoToPrevChar,
        (Code::Right, false, false) | (Code::Char('f'), true, false) => InputRequest::GoToNextChar,
        (Code::Left, true, false) | (Code::Char('b'), false, true) => InputRequest::GoToPrevWord,
        (Code::Right, true, false) | (Code::Char('f'), false, true) => InputRequest::GoToNextWord,
        (Code::Home, false, false) => InputRequest::GoToStart,
        (Code::End, false, false) | (Code::Char('e'), true, false) => InputRequest::GoToEnd,
        (Code::Char('w'), true, false) | (Code::Backspace, _, true) => InputRequest::DeletePrevWord,
        (Code::Delete, true, false) | (Code::Char('d'), false, true) => InputRequest::DeleteNextWord,
        (Code::Char('u'), true, false) => InputRequest::DeleteFromStart,
        (Code::Char('k'), true, false) => InputRequest::DeleteTillEnd,
        (Code::Char('y'), true, false) => InputRequest::Yank,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(input: &mut Input, keys: &str) {
        for key in keys.split(' ') {
            edit_lines(input, Key::parse(key).unwrap());
        }
    }

    #[test]
    fn a_text_is_edited_by_lines() {
        let mut input = Input::new("one\nthree\nx".to_owned());
        typed(&mut input, "up end !");
        assert_eq!(input.value(), "one\nthree!\nx");
        typed(&mut input, "up home A enter");
        assert_eq!(input.value(), "A\none\nthree!\nx");
        assert_eq!(cursor_byte(&input), 2);
        typed(&mut input, "end down backspace");
        assert_eq!(input.value(), "A\none\nthee!\nx");
    }

    #[test]
    fn up_and_down_lead_out_at_the_ends() {
        let mut input = Input::new("one".to_owned());
        assert_eq!(edit_lines(&mut input, Key::plain(Code::Up)), Edit::Unknown);
        assert_eq!(edit_lines(&mut input, Key::plain(Code::Down)), Edit::Unknown);
        assert_eq!(edit(&mut input, Key::plain(Code::F(5))), Edit::Unknown);
    }

    #[test]
    fn what_is_pasted_into_a_line_stays_a_line() {
        let mut input = Input::default();
        paste(&mut input, "a\r\nb\u{1b}c\n", false);
        assert_eq!(input.value(), "a bc");
        paste(&mut input, "\nd", true);
        assert_eq!(input.value(), "a bc\nd");
        typed(&mut input, "left left");
        paste(&mut input, "é", true);
        assert_eq!((input.value(), input.cursor()), ("a bcé\nd", 5));
    }

    #[test]
    fn a_very_long_paste_is_one_edit() {
        let mut input = Input::new("ab".to_owned()).with_cursor(1);
        paste(&mut input, &"word ".repeat(200_000), false);
        assert_eq!((input.value().len(), input.cursor()), (1_000_002, 1_000_001));
    }
}
