//! Where the cluster is and who you are, as plain values: kubeconfig files and the service-account mount.
