//! callbook's entry point.

fn main() {}
