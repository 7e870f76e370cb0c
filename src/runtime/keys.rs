//! From the terminal's keys and gestures of the mouse to ours.

use ratatui::layout::Position;
use termina::event::{KeyCode, KeyEvent, Modifiers as KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::app::{Code, Gesture, Key, Mouse};

/// The key that was pressed; `None` if we know no name for it.
pub(super) fn key(event: &KeyEvent) -> Option<Key> {
    let held = |modifier| event.modifiers.contains(modifier);
    let (code, shift) = match event.code {
        KeyCode::Char(c) => (Code::Char(c), held(KeyModifiers::SHIFT)),
        KeyCode::Enter => (Code::Enter, held(KeyModifiers::SHIFT)),
        KeyCode::Escape => (Code::Esc, false),
        KeyCode::Tab => (Code::Tab, held(KeyModifiers::SHIFT)),
        KeyCode::BackTab => (Code::Tab, true),
        KeyCode::Backspace => (Code::Backspace, false),
        KeyCode::Delete => (Code::Delete, held(KeyModifiers::SHIFT)),
        KeyCode::Insert => (Code::Insert, held(KeyModifiers::SHIFT)),
        KeyCode::Up => (Code::Up, held(KeyModifiers::SHIFT)),
        KeyCode::Down => (Code::Down, held(KeyModifiers::SHIFT)),
        KeyCode::Left => (Code::Left, held(KeyModifiers::SHIFT)),
        KeyCode::Right => (Code::Right, held(KeyModifiers::SHIFT)),
        KeyCode::Home => (Code::Home, held(KeyModifiers::SHIFT)),
        KeyCode::End => (Code::End, held(KeyModifiers::SHIFT)),
        KeyCode::PageUp => (Code::PageUp, held(KeyModifiers::SHIFT)),
        KeyCode::PageDown => (Code::PageDown, held(KeyModifiers::SHIFT)),
        KeyCode::Function(n) => (Code::F(n), held(KeyModifiers::SHIFT)),
        _ => return None,
    };
    Some(Key::new(code, held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), shift))
}

/// What the mouse did; `None` if it means nothing here.
pub(super) fn mouse(event: MouseEvent) -> Option<Mouse> {
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        _ => return None,
    };
    Some(Mouse { gesture, at: Position::new(event.column, event.row) })
}
