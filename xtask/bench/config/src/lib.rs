//! What both programs of this package share: their arguments, and the line they print.

use std::path::PathBuf;

/// A file, and the name of a context in it: `PROGRAM FILE CONTEXT`.
///
/// # Errors
///
/// If an argument is missing.
pub fn arguments() -> Result<(PathBuf, String), String> {
    let mut args = std::env::args().skip(1);
    match (args.next(), args.next()) {
        (Some(file), Some(context)) => Ok((file.into(), context)),
        _ => Err("PROGRAM FILE CONTEXT".to_owned()),
    }
}

/// Prints the checksum of what was resolved: unlike work would be seen.
///
/// FNV-1a, 64 bits, over the server's URL (without a `/` at its end), the token and the number of contexts; every language has it.
pub fn print_checksum(server: &str, token: &str, contexts: usize) {
    let text = format!("{}\n{token}\n{contexts}\n", server.trim_end_matches('/'));
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let sum = text.bytes().fold(start, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    println!("checksum={sum:016x}");
}
