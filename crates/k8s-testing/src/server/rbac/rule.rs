//! A rule of a role: verbs on resources, or on paths.

use serde_json::{Map, Value};

use crate::server::authorize::Attributes;

/// `PolicyRule` of `rbac.authorization.k8s.io/v1`. `*` stands for all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Rule {
    pub(crate) verbs: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) resources: Vec<String>,
    /// Objects that it is about; none: all of them.
    pub(crate) names: Vec<String>,
    pub(crate) paths: Vec<String>,
}

impl Rule {
    /// The rules of a role's field.
    pub(crate) fn all(rules: &Value) -> Vec<Self> {
        rules
            .as_array()
            .into_iter()
            .flatten()
            .map(Self::read)
            .collect()
    }

    fn read(rule: &Value) -> Self {
        let texts = |field: &str| {
            let texts = rule[field].as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            verbs: texts("verbs"),
            groups: texts("apiGroups"),
            resources: texts("resources"),
            names: texts("resourceNames"),
            paths: texts("nonResourceURLs"),
        }
    }

    /// As the API writes it; what is empty is left out.
    pub(crate) fn to_json(&self) -> Value {
        let fields = [
            ("verbs", &self.verbs),
            ("apiGroups", &self.groups),
            ("resources", &self.resources),
            ("resourceNames", &self.names),
            ("nonResourceURLs", &self.paths),
        ];
        let written = fields.into_iter().filter(|(_, texts)| !texts.is_empty());
        let written = written.map(|(name, texts)| (name.to_owned(), texts.clone().into()));
        written.collect::<Map<String, Value>>().into()
    }

    /// Whether it allows this.
    pub(crate) fn allows(&self, asked: &Attributes) -> bool {
        if !holds(&self.verbs, &asked.verb) {
            return false;
        }
        if !asked.is_resource_request {
            return self.paths.iter().any(|path| path_covers(path, &asked.path));
        }
        let named = self.names.is_empty() || self.names.contains(&asked.name);
        named
            && holds(&self.groups, &asked.api_group)
            && self.is_about(&asked.resource, &asked.subresource)
    }

    fn is_about(&self, resource: &str, subresource: &str) -> bool {
        let fits = |of: &String| match (of.as_str(), subresource) {
            ("*", _) => true,
            (of, "") => of == resource,
            (of, below) => of
                .split_once('/')
                .is_some_and(|(of, name)| name == below && (of == "*" || of == resource)),
        };
        self.resources.iter().any(fits)
    }

    /// As the server prints it to whoever lacks it.
    pub(crate) fn describe(&self) -> String {
        let fields = [
            ("APIGroups", &self.groups),
            ("Resources", &self.resources),
            ("NonResourceURLs", &self.paths),
            ("ResourceNames", &self.names),
            ("Verbs", &self.verbs),
        ];
        let written = fields.into_iter().filter(|(_, texts)| !texts.is_empty());
        let written: Vec<String> = written
            .map(|(name, texts)| format!("{name}:{}", quoted(texts)))
            .collect();
        format!("{{{}}}", written.join(", "))
    }
}

/// A list of texts as Go's `%q` prints it.
pub(crate) fn quoted(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("[{}]", texts.join(" "))
}

/// Whether a list has a text, or all.
pub(super) fn holds(list: &[String], text: &str) -> bool {
    list.iter().any(|known| known == "*" || known == text)
}

/// Whether a rule's path stands for this one; `*` at its end stands for whatever follows.
pub(super) fn path_covers(of: &str, path: &str) -> bool {
    let prefix = of.strip_suffix('*');
    of == path || prefix.is_some_and(|prefix| path.starts_with(prefix.trim_end_matches('*')))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(rule: Value, asked: &str, expected: bool) {
        let words: Vec<&str> = asked.split(' ').collect();
        let [verb, group, resource, subresource, name] = words.as_slice() else {
            panic!("{asked}: verb, group, resource, subresource, name");
        };
        let word = |word: &str| if word == "-" { "" } else { word }.to_owned();
        let attributes = Attributes {
            subresource: word(subresource),
            ..Attributes::on(verb, &word(group), resource, &word(name))
        };
        assert_eq!(Rule::read(&rule).allows(&attributes), expected, "{asked}");
    }

    #[test]
    fn a_rule_is_about_resources() {
        let rule =
            |resources: Value| json!({"verbs": ["get"], "apiGroups": [""], "resources": resources});
        check(rule(json!(["pods"])), "get - pods - a", true);
        check(rule(json!(["pods"])), "get - pods log a", false);
        check(rule(json!(["pods"])), "list - pods - -", false);
        check(rule(json!(["pods"])), "get apps pods - a", false);
        check(rule(json!(["pods/log"])), "get - pods log a", true);
        check(rule(json!(["pods/log"])), "get - pods - a", false);
        check(rule(json!(["*/scale"])), "get - pods scale a", true);
        check(rule(json!(["*"])), "get - pods log a", true);
        let all = json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]});
        check(all, "delete apps deployments scale a", true);
        let named = json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]});
        check(named.clone(), "get - pods - a", true);
        check(named.clone(), "get - pods - b", false);
        check(named, "get - pods - -", false);
    }

    #[test]
    fn a_rule_is_about_paths() {
        for (of, path, expected) in [
            ("/metrics", "/metrics", true),
            ("/metrics", "/metrics/x", false),
            ("/logs/*", "/logs/x/y", true),
            ("/logs/*", "/logs", false),
            ("*", "/anything", true),
        ] {
            assert_eq!(path_covers(of, path), expected, "{of} {path}");
        }
    }

    #[test]
    fn a_rule_is_printed_as_go_prints_it() {
        let rule = json!({"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]});
        let rule = Rule::read(&rule);
        assert_eq!(
            rule.describe(),
            r#"{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}"#
        );
        assert_eq!(Rule::read(&rule.to_json()), rule);
    }
}
