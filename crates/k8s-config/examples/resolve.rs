//! Resolves kubeconfig files as a client would and prints the result as one line of JSON, secrets as hashes: for comparison with other clients.
//!
//! `resolve [--context NAME] [FILE…]`: the files are merged in order, as with `KUBECONFIG`; without any, what the environment says holds.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use k8s_config::{Config, LoadingRules, Material, Overrides, Roots, SystemSource, User};
use secrecy::ExposeSecret as _;

#[expect(clippy::print_stdout, reason = "printing is what this program is for")]
fn main() {
    let mut overrides = Overrides::default();
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match &*arg {
            "--context" => overrides.context = args.next(),
            _ => files.push(PathBuf::from(arg)),
        }
    }
    let config = if files.is_empty() {
        Config::infer_with(Arc::new(SystemSource), &overrides)
    } else {
        LoadingRules::list(Arc::new(SystemSource), files).resolve(&overrides)
    };
    match config {
        Ok(config) => println!("{}", describe(&config)),
        Err(error) => println!("{{\"error\":{}}}", quote(&chain(&error))),
    }
}

fn chain(error: &dyn Error) -> String {
    let cause = error
        .source()
        .map(|cause| format!(": {}", chain(cause)))
        .unwrap_or_default();
    format!("{error}{cause}")
}

/// Keys in one order, `null` for what is not set.
fn describe(config: &Config) -> String {
    let roots = match &config.tls.roots {
        Roots::Bundle(bundle) => material(Some(bundle)),
        Roots::System => quote("system"),
        _ => quote("unverified"),
    };
    let proxy = config.proxy.as_ref().map(|proxy| proxy.uri().to_string());
    let mut fields = vec![
        ("server", quote(&config.server.to_string())),
        ("roots", roots),
        ("serverName", optional(config.tls.server_name.as_deref())),
        ("namespace", quote(&config.namespace)),
        ("proxy", optional(proxy.as_deref())),
        ("disableCompression", config.disable_compression.to_string()),
    ];
    fields.extend(describe_user(&config.user));
    let warnings = config.warnings().iter();
    fields.push((
        "warnings",
        list(warnings.map(|warning| quote(&warning.to_string()))),
    ));
    let fields = fields
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

fn describe_user(user: &User) -> [(&'static str, String); 11] {
    let certificate = user.certificate.as_ref();
    let (basic, exec) = (user.basic.as_ref(), user.exec.as_ref());
    let impersonate = user.impersonate.as_ref();
    let provider = user.auth_provider.as_ref();
    let args = exec.iter().flat_map(|exec| &exec.args);
    let groups = impersonate
        .iter()
        .flat_map(|impersonate| &impersonate.groups);
    [
        ("token", material(user.token.as_ref())),
        ("tokenFile", material(user.token_file.as_ref())),
        (
            "certificate",
            material(certificate.map(|pair| &pair.certificate)),
        ),
        ("key", material(certificate.map(|pair| &pair.key))),
        ("username", optional(basic.map(|basic| &*basic.username))),
        ("password", material(basic.map(|basic| &basic.password))),
        ("exec", optional(exec.map(|exec| &*exec.command))),
        (
            "execArgs",
            list(args.map(|arg| hash(arg.expose_secret().as_bytes()))),
        ),
        (
            "authProvider",
            optional(provider.map(|provider| &*provider.name)),
        ),
        (
            "as",
            optional(impersonate.map(|impersonate| &*impersonate.user)),
        ),
        ("asGroups", list(groups.map(|group| quote(group)))),
    ]
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quote)
}

/// A file by its path, bytes by their hash.
fn material(material: Option<&Material>) -> String {
    let Some(material) = material else {
        return "null".to_owned();
    };
    match material.path() {
        Some(path) => quote(&path.display().to_string()),
        None => material
            .read()
            .map_or_else(|_| quote("unreadable"), |bytes| hash(bytes.expose_secret())),
    }
}

/// FNV-1a, 64 bits: every language has it.
fn hash(bytes: &[u8]) -> String {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let hash = bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    quote(&format!("#{hash:016x}"))
}

fn quote(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}
