//! Named places where a debug build can be told to die, so that tests see what a power cut leaves behind.

/// Ends the process without any clean-up when `CALLBOOK_FAILPOINT` names this place. Nothing in a release build.
pub(super) fn failpoint(name: &str) {
    if cfg!(debug_assertions) && std::env::var_os("CALLBOOK_FAILPOINT").is_some_and(|wanted| wanted == *name) {
        std::process::abort();
    }
}
