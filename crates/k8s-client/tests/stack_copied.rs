//! `stack.rs` outside of its crate: what it takes is public, and the copy does the same.

use k8s_client::{
    Api, Body, BoxError, ClassifyLayer, Client, ClientOptions, Config, Error, Pieces, Tokens,
    crypto, request_class,
};
use k8s_client::{ApiResource, DynamicObject, ListParams, Scope};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};

#[path = "../src/stack.rs"]
#[allow(unreachable_pub, reason = "a public module where it comes from")]
mod stack;

#[tokio::test]
async fn the_copy_lists_pods_with_a_token() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let token = server.issue_token("admin", &["system:masters"]);
    let file = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&token);
    let file = KubeconfigFile::new(&file).unwrap();
    let config = Config::from_kubeconfig(file.path(), None).unwrap();
    let service = stack::assemble(&config, &crypto::ring(), &ClientOptions::new()).unwrap();
    let pods = ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced);
    let pods = Api::<DynamicObject>::all_of(Client::new(service), pods);
    let listed = pods.list(&ListParams::default()).await.unwrap();
    assert_eq!(listed.into_iter().count(), 0);
}
