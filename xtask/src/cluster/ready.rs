//! Waits until the control plane can do what its users count on, and makes the service account's token.

use serde_json::{Value, json};

use super::api::Administrator;
use super::error::{Error, Exit};
use super::kubelet;
use super::lifeline::Lifeline;
use super::plane::Plane;

/// The account that the token is for: every namespace has it, and a Pod gets it unless it says otherwise.
pub(super) const NAMESPACE: &str = "default";
const ACCOUNT: &str = "default";

/// A day: nobody rotates this token, and a session may be long.
const TOKEN_SECONDS: u32 = 86_400;

/// Everything that is waited for, with what it is done by.
#[derive(Debug)]
pub(super) struct Ready<'a> {
    pub(super) plane: &'a mut Plane,
    pub(super) lifeline: &'a Lifeline,
    pub(super) administrator: &'a Administrator,
}

impl Ready<'_> {
    /// Until kube-apiserver says that it is ready.
    pub(super) fn server(&mut self) -> Result<(), Error> {
        let administrator = self.administrator;
        self.until("waiting for kube-apiserver's /readyz", || {
            administrator.get("/readyz").map(drop)
        })
    }

    /// Until the controllers have made the account, and fill token Secrets.
    pub(super) fn controllers(&mut self) -> Result<(), Error> {
        let administrator = self.administrator;
        let accounts = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{ACCOUNT}");
        self.until("waiting for the service account controller", || {
            administrator.get(&accounts).map(drop)
        })?;
        let secrets = format!("/api/v1/namespaces/{NAMESPACE}/secrets");
        let secret = format!("{secrets}/{}", "cluster-start");
        self.until("creating a token Secret", || {
            unless(
                "AlreadyExists",
                administrator.create(&secrets, &token_secret()).map(drop),
            )
        })?;
        self.until("waiting for the token controller", || {
            let found = parse(&administrator.get(&secret)?)?;
            let filled = found.pointer("/data/token").is_some();
            filled
                .then_some(())
                .ok_or_else(|| "the Secret has no token yet".into())
        })?;
        self.until("deleting the token Secret", || {
            unless("NotFound", administrator.delete(&secret))
        })
    }

    /// Lets the account read (ClusterRole `view`), and waits until it may.
    pub(super) fn binding(&mut self) -> Result<(), Error> {
        let administrator = self.administrator;
        let bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        self.until("binding the service account to the role view", || {
            unless(
                "AlreadyExists",
                administrator.create(bindings, &binding()).map(drop),
            )
        })?;
        let reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        self.until("waiting until the service account may list pods", || {
            let answer = administrator.create(reviews, &review())?;
            let allowed = answer.pointer("/status/allowed") == Some(&Value::Bool(true));
            allowed
                .then_some(())
                .ok_or_else(|| format!("it may not: {answer}"))
        })
    }

    /// A token of the account, by TokenRequest, as kubelet asks for one.
    pub(super) fn token(&mut self) -> Result<String, Error> {
        let administrator = self.administrator;
        let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{ACCOUNT}/token");
        let request = json!({
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": { "expirationSeconds": TOKEN_SECONDS },
        });
        let answer = self.until("asking for a service account token", || {
            administrator.create(&path, &request)
        })?;
        let token = answer.pointer("/status/token").and_then(Value::as_str);
        let none = || Error::new(Exit::Component, "the answer to a TokenRequest has no token");
        token.map(str::to_owned).ok_or_else(none)
    }

    /// Until the node that kwok pretends to be takes pods.
    pub(super) fn node(&mut self) -> Result<(), Error> {
        let administrator = self.administrator;
        let nodes = "/api/v1/nodes";
        self.until("creating a node", || {
            unless(
                "AlreadyExists",
                administrator.create(nodes, &kubelet::node()).map(drop),
            )
        })?;
        let node = format!("{nodes}/{}", kubelet::NODE);
        self.until("waiting for the node", || {
            let found = parse(&administrator.get(&node)?)?;
            kubelet::is_ready(&found)
                .then_some(())
                .ok_or_else(|| format!("it is not ready: {found}"))
        })
    }

    fn until<T>(
        &mut self,
        what: &str,
        probe: impl FnMut() -> Result<T, String>,
    ) -> Result<T, Error> {
        self.plane.until(self.lifeline, what, probe)
    }
}

/// A try whose answer was lost has done its work: the next one is refused for this reason.
fn unless(reason: &str, tried: Result<(), String>) -> Result<(), String> {
    tried.or_else(|why| {
        if why.contains(reason) {
            Ok(())
        } else {
            Err(why)
        }
    })
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn token_secret() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": {
            "name": "cluster-start",
            "annotations": { "kubernetes.io/service-account.name": ACCOUNT },
        },
    })
}

fn binding() -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": { "name": "default-may-view" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view" },
        "subjects": [{ "kind": "ServiceAccount", "namespace": NAMESPACE, "name": ACCOUNT }],
    })
}

fn review() -> Value {
    json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": format!("system:serviceaccount:{NAMESPACE}:{ACCOUNT}"),
            "groups": ["system:serviceaccounts", format!("system:serviceaccounts:{NAMESPACE}"), "system:authenticated"],
            "resourceAttributes": { "verb": "list", "resource": "pods" },
        },
    })
}
