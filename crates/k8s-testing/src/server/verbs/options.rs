//! What a query asks of a write: to keep nothing, to be strict, in whose name.
//!
//! Follows k8s.io/apimachinery `pkg/apis/meta/v1/validation/validation.go` (v0.36).

use http::header;
use serde_json::Value;

use super::Ask;
use crate::server::decode::Decoded;
use crate::server::status::{Answered, FieldFault, Refusal};

/// The longest name of a field manager, in bytes.
const LONGEST: usize = 128;

/// What becomes of unknown and repeated fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FieldValidation {
    Ignore,
    Strict,
    Warn,
}

/// Options of a create, a replacement or a patch.
#[derive(Clone, Debug)]
pub(crate) struct WriteOptions {
    pub(crate) dry_run: bool,
    pub(crate) validation: FieldValidation,
    /// Whose fields they are: `fieldManager`, or how the user agent calls itself.
    pub(crate) manager: String,
    /// Whether an apply takes fields of others.
    pub(crate) force: bool,
}

impl WriteOptions {
    /// Reads those of a create or a replacement.
    pub(crate) fn read(ask: &Ask<'_>, of: &str) -> Answered<Self> {
        Self::checked(ask, of, Vec::new())
    }

    /// Reads those of a patch.
    pub(crate) fn of_patch(ask: &Ask<'_>, is_apply: bool) -> Answered<Self> {
        let given = |name: &str| ask.query.first(name).unwrap_or_default();
        let mut faults = Vec::new();
        if is_apply && given("fieldManager").is_empty() {
            let says = "is required for apply patch";
            faults.push(FieldFault::required("fieldManager", says));
        }
        if !is_apply && ask.query.first("force").is_some() {
            let says = "may not be specified for non-apply patch";
            faults.push(FieldFault::forbidden("force", says));
        }
        Self::checked(ask, "PatchOptions", faults)
    }

    fn checked(ask: &Ask<'_>, of: &str, mut faults: Vec<FieldFault>) -> Answered<Self> {
        let given = |name: &str| ask.query.first(name).unwrap_or_default();
        let manager = given("fieldManager");
        faults.extend(manager_faults(manager));
        let dry: Vec<&str> = ask.query.all("dryRun").collect();
        if dry.iter().any(|value| *value != "All") {
            let sent: Value = dry.clone().into();
            faults.push(FieldFault::unsupported("dryRun", &sent, &["All"]));
        }
        let validation = match given("fieldValidation") {
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            "" | "Warn" => FieldValidation::Warn,
            other => {
                let known = ["", "Ignore", "Strict", "Warn"];
                faults.push(FieldFault::unsupported(
                    "fieldValidation",
                    &other.into(),
                    &known,
                ));
                FieldValidation::Warn
            }
        };
        if !faults.is_empty() {
            return Err(Refusal::invalid("meta.k8s.io", of, "", &faults));
        }
        Ok(Self {
            dry_run: !dry.is_empty(),
            validation,
            manager: if manager.is_empty() {
                from_user_agent(ask)
            } else {
                manager.to_owned()
            },
            force: matches!(given("force"), "true" | "1"),
        })
    }

    /// The object that was read, unless it must have no unknown or repeated field: those are warned of.
    pub(crate) fn accept(
        &self,
        ask: &Ask<'_>,
        decoded: Decoded,
        refuse: impl FnOnce(&str) -> Refusal,
    ) -> Answered<Value> {
        match self.validation {
            FieldValidation::Strict => {
                let lines = (!decoded.repeated.is_empty()).then(|| in_yaml(&decoded.repeated));
                let all: Vec<String> = lines.into_iter().chain(decoded.strict).collect();
                if !all.is_empty() {
                    return Err(refuse(&format!(
                        "strict decoding error: {}",
                        all.join(", ")
                    )));
                }
            }
            FieldValidation::Warn => {
                let all = decoded.repeated.iter().chain(&decoded.strict);
                all.for_each(|says| ask.warn(says));
            }
            FieldValidation::Ignore => {}
        }
        Ok(decoded.object)
    }
}

/// What the reader of YAML says of all that it complains of.
pub(super) fn in_yaml(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n  {line}")).collect();
    format!("yaml: unmarshal errors:{}", lines.concat())
}

fn manager_faults(manager: &str) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if manager.len() > LONGEST {
        faults.push(FieldFault::too_long("fieldManager", LONGEST));
    }
    let unprintable = manager.char_indices().filter(|(_, c)| c.is_control());
    faults.extend(unprintable.map(|(at, c)| {
        let says = format!(
            "invalid character U+{:04X} (at position {at})",
            u32::from(c)
        );
        FieldFault::invalid("fieldManager", &manager.into(), &says)
    }));
    faults
}

/// What stands before the first slash of the user agent, without what cannot be printed.
fn from_user_agent(ask: &Ask<'_>) -> String {
    let agent = ask.headers.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    let name = agent.unwrap_or_default().split('/').next();
    let mut manager = String::new();
    for c in name.unwrap_or_default().chars().filter(|c| !c.is_control()) {
        if manager.len() + c.len_utf8() > LONGEST {
            break;
        }
        manager.push(c);
    }
    manager
}
