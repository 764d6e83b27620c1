//! Table H, what belongs to reading: the default of `interactiveMode`.

use k8s_config::InteractiveMode;

use crate::support::{kubeconfig, rows};

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
