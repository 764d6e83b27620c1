//! Credential plugins as they are read: table H's defaults of `interactiveMode`, and hints that are safe to print.

use k8s_config::InteractiveMode;

use crate::support::{kubeconfig, overrides, rows};

/// Version, mode as written, mode as read.
fn mode((version, written, expected): (&str, &str, Option<InteractiveMode>)) {
    let text = format!(
        "users: [{{name: u, user: {{exec: {{command: c, apiVersion: client.authentication.k8s.io/{version}, interactiveMode: {written}}}}}}}]"
    );
    let kubeconfig = kubeconfig(&text, &[]).unwrap();
    assert_eq!(
        kubeconfig.users["u"]
            .exec
            .as_ref()
            .unwrap()
            .interactive_mode,
        expected
    );
}

rows!(mode: {
    h11_v1alpha1_says_nothing => ("v1alpha1", "''", Some(InteractiveMode::IfAvailable)),
    h12_v1beta1_says_nothing => ("v1beta1", "null", Some(InteractiveMode::IfAvailable)),
    h13_v1alpha1_says_never => ("v1alpha1", "Never", Some(InteractiveMode::Never)),
    h14_v1beta1_says_never => ("v1beta1", "Never", Some(InteractiveMode::Never)),
    h15_v1_says_nothing => ("v1", "''", None),
});

/// A plugin's `installHint` as written, and as it may be printed.
fn hint((written, expected): (&str, &str)) {
    let text = format!(
        "users: [{{name: u, user: {{exec: {{command: c, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, installHint: {written}}}}}}}]"
    );
    let given =
        overrides(|o| (o.server, o.user) = (Some("https://s".into()), Some("u".to_owned())));
    let config = kubeconfig(&text, &[]).unwrap().resolve(&given).unwrap();
    assert_eq!(
        config.user.exec.unwrap().install_hint.as_deref(),
        Some(expected)
    );
}

rows!(hint: {
    a_hint_is_bold_no_more => (r#""\e[1mget it\e[0m\nthere""#, "U+001B[1mget itU+001B[0m\nthere"),
    a_hint_moves_no_cursor => (r#""a\e[2J\x07b""#, "aU+001B[2JU+0007b"),
    a_hint_keeps_white_space => (r#""a\t\v\f\r\nb\_c\Pd""#, "a\t\u{b}\u{c}\r\nb\u{a0}c\u{2029}d"),
    a_hint_keeps_letters_marks_and_signs => (r#""αβ e\u0301 ½ «∑»""#, "αβ e\u{301} ½ «∑»"),
    a_hint_turns_no_text_around => (r#""a\u202eb\u200bc""#, "aU+202EbU+200Bc"),
});
