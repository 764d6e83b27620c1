//! A secret put into any text as token, password and proxy password: no text of ours shows it, and the anonymous form does not hold it.

#![no_main]

use k8s_config::{Kubeconfig, Overrides};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "f7a0c1e95b3d";

fuzz_target!(|text: &str| {
    if text.contains(SECRET) {
        return;
    }
    let whole = format!(
        "current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\nclusters: [{{name: c, cluster: {{server: \"https://s\", proxy-url: \"http://u:{SECRET}@p\"}}}}]\nusers:\n- name: u\n  user:\n    token: \"{SECRET}\"\n    {text}\n"
    );
    match Kubeconfig::from_slice(whole.as_bytes(), "/nowhere") {
        Err(error) => assert!(!format!("{error} {error:?}").contains(SECRET)),
        Ok(kubeconfig) => {
            assert!(!format!("{kubeconfig:?} {:?}", kubeconfig.lint()).contains(SECRET));
            match kubeconfig.resolve(&Overrides::default()) {
                Err(error) => assert!(!format!("{error} {error:?}").contains(SECRET)),
                Ok(config) => {
                    assert!(!format!("{config:?}").contains(SECRET));
                    let anonymous = config.anonymous();
                    assert!(anonymous.user.is_anonymous() && anonymous.user.impersonate.is_none());
                    assert!(
                        anonymous
                            .proxy
                            .is_none_or(|proxy| proxy.credentials().is_none())
                    );
                }
            }
        }
    }
});
