//! One of the two servers, asked step by step.

use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use k8s_client::{Body, Client};
use k8s_conformance::Cluster;
use serde_json::{Value, json};

use super::draft::{Case, Step};

/// A server.
pub(super) struct Side(Client);

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) body: Value,
    pub(super) warnings: Vec<String>,
}

impl Side {
    /// Makes the namespace that all cases live in.
    pub(super) async fn start(cluster: &Cluster, namespace: &str) -> Self {
        cluster.make_namespace(namespace).await;
        Self(cluster.admin())
    }

    /// The answers to all steps; whatever is left is deleted.
    pub(super) async fn run(&self, case: &Case) -> Vec<Answer> {
        let mut answers = Vec::new();
        for step in &case.steps {
            answers.push(self.step(case, step).await);
        }
        let path = case.path("");
        let gone = json!({"metadata": {"finalizers": null}}).to_string();
        self.ask(
            "PATCH",
            &path,
            "application/merge-patch+json",
            "applies",
            gone,
        )
        .await;
        let now = json!({"gracePeriodSeconds": 0}).to_string();
        self.ask("DELETE", &path, "application/json", "applies", now)
            .await;
        answers
    }

    async fn step(&self, case: &Case, step: &Step) -> Answer {
        let path = format!("{}?{}", case.path(step.part), step.query);
        let body = step.body.to_string();
        self.ask(step.method, &path, step.media_type, step.agent, body)
            .await
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        agent: &str,
        body: String,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, media_type)
            .header(USER_AGENT, agent)
            .body(Body::from(bytes::Bytes::from(body)));
        let request = request.expect("its parts are of this program");
        let response = self.0.send(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.bytes().await.expect("a whole answer");
        let warnings = parts.headers.get_all("warning").iter();
        Answer {
            code: parts.status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            warnings: warnings
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .collect(),
        }
    }
}
