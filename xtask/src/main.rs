//! How this repository is built, checked and measured.
fn main() {}
