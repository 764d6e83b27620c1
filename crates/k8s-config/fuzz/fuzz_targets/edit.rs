//! Any bytes as kubeconfig, changed: refused with a reason, or read again as what was meant.

#![no_main]

use k8s_config::{Cluster, EditFault, Kubeconfig, Refusal, edit};
use libfuzzer_sys::fuzz_target;
use secrecy::ExposeSecret as _;

fn change(kubeconfig: &mut Kubeconfig) -> Result<(), Refusal> {
    kubeconfig
        .clusters
        .insert("no".to_owned(), Cluster::default());
    for user in kubeconfig.users.values_mut() {
        user.token = Some("1:30".into());
        user.exec = None;
    }
    kubeconfig.current_context = Some("0x1f".to_owned());
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut meant) = Kubeconfig::from_slice(bytes, "/nowhere") else {
        return;
    };
    change(&mut meant).expect("it never refuses");
    match edit(bytes, change) {
        Ok(new) => {
            let again = Kubeconfig::from_slice(&new, "/nowhere").expect("it was read before");
            assert_eq!(
                again.to_yaml().expose_secret(),
                meant.to_yaml().expose_secret()
            );
        }
        Err(error) => assert_ne!(*error.fault(), EditFault::NotAsMeant),
    }
});
