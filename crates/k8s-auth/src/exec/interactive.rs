//! Whether a plugin gets our standard input: its wish, what else reads it, and whether somebody sits there.

use std::fmt;

use k8s_config::InteractiveMode;

/// A plugin cannot do without standard input, and there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoTerminal,
    Taken(String),
}

/// `taken` says why something else has our standard input; `terminal`, whether that is one.
pub(super) fn decide(
    mode: InteractiveMode,
    taken: Option<&str>,
    terminal: bool,
) -> Result<bool, Fault> {
    match (mode, taken) {
        (InteractiveMode::IfAvailable, taken) => Ok(terminal && taken.is_none()),
        (InteractiveMode::Always, Some(why)) => Err(Fault::Taken(why.to_owned())),
        (InteractiveMode::Always, None) if terminal => Ok(true),
        (InteractiveMode::Always, None) => Err(Fault::NoTerminal),
        _ => Ok(false),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerminal => f.write_str("standard input is not a terminal"),
            Self::Taken(why) if why.is_empty() => f.write_str("standard input is unavailable"),
            Self::Taken(why) => write!(f, "standard input is unavailable: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InteractiveMode::{Always, IfAvailable, Never};

    fn check(
        mode: InteractiveMode,
        taken: Option<&str>,
        terminal: bool,
        expected: Result<bool, &str>,
    ) {
        let decided = decide(mode, taken, terminal);
        let shown = decided.map_err(|fault| fault.to_string());
        assert_eq!(
            shown,
            expected.map_err(str::to_owned),
            "{mode:?} {taken:?} {terminal}"
        );
    }

    #[test]
    fn follows_the_table_of_modes() {
        for terminal in [false, true] {
            check(Never, None, terminal, Ok(false));
            check(Never, Some("why"), terminal, Ok(false));
            check(IfAvailable, Some(""), terminal, Ok(false));
            check(
                Always,
                Some(""),
                terminal,
                Err("standard input is unavailable"),
            );
            check(
                Always,
                Some("why"),
                terminal,
                Err("standard input is unavailable: why"),
            );
        }
        check(IfAvailable, None, false, Ok(false));
        check(IfAvailable, None, true, Ok(true));
        check(Always, None, false, Err("standard input is not a terminal"));
        check(Always, None, true, Ok(true));
    }
}
