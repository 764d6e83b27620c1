//! What one may do in a namespace, in general.

use http::{Request, header};
use hyper::body::Bytes;
use k8s_client::Client;
use serde::Deserialize;
use serde_json::json;

use crate::finding::{Checked, Finding};

/// How many rules are told; whoever has more mostly has many more.
const TOLD: usize = 4;

/// `authorization.k8s.io/v1` `SelfSubjectRulesReview`, as far as it is told.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Review {
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    resource_rules: Vec<Rule>,
    incomplete: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule {
    verbs: Vec<String>,
    resources: Vec<String>,
}

/// Asks; a server that does not tell is no fault, for nothing in particular was wanted.
pub(super) async fn listed(client: &Client, namespace: &str) -> Checked {
    let said = match ask(client, namespace).await {
        Some(status) => Finding::Passed(told(&status, namespace)),
        None => Finding::Skipped("nothing was asked for, and the server does not tell".to_owned()),
    };
    Ok(said)
}

async fn ask(client: &Client, namespace: &str) -> Option<Status> {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    });
    let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .body(Bytes::from(review.to_string()))
        .ok()?;
    let review: Review = client.request(request).await.ok()?;
    Some(review.status)
}

fn told(status: &Status, namespace: &str) -> String {
    // What everybody may ask about themselves says nothing.
    let of_others = |rule: &&Rule| {
        !rule
            .resources
            .iter()
            .all(|name| name.starts_with("selfsubject"))
    };
    let rules: Vec<&Rule> = status.resource_rules.iter().filter(of_others).collect();
    let list: Vec<String> = rules
        .iter()
        .take(TOLD)
        .map(|rule| format!("{} {}", rule.verbs.join(","), rule.resources.join(",")))
        .collect();
    let mut text = match list.as_slice() {
        [] => format!("nothing in namespace {namespace}"),
        list => format!("in namespace {namespace}: {}", list.join("; ")),
    };
    match rules.len().saturating_sub(TOLD) {
        0 => {}
        more => text.push_str(&format!("; and {more} rules more")),
    }
    if status.incomplete {
        text.push_str(" (the server says that there may be more)");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &str, resources: &str) -> serde_json::Value {
        json!({"verbs": verbs.split(',').collect::<Vec<_>>(), "resources": resources.split(',').collect::<Vec<_>>()})
    }

    fn check(rules: &[serde_json::Value], expected: &str) {
        let review = json!({"status": {"resourceRules": rules, "incomplete": false}});
        let review: Review = serde_json::from_value(review).unwrap();
        assert_eq!(told(&review.status, "a"), expected);
    }

    #[test]
    fn what_everybody_may_is_left_out() {
        let own = rule("create", "selfsubjectreviews");
        check(std::slice::from_ref(&own), "nothing in namespace a");
        check(
            &[own, rule("get,list", "pods")],
            "in namespace a: get,list pods",
        );
        let six = vec![rule("get", "x"); 6];
        check(
            &six,
            "in namespace a: get x; get x; get x; get x; and 2 rules more",
        );
    }
}
