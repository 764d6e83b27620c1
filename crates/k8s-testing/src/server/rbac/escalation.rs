//! Nobody gives away by roles and bindings what they may not do themselves.
//!
//! Follows k8s.io/kubernetes `pkg/registry/rbac` (v1.36): who may `escalate` roles, or `bind` them, is free to, and so are masters.

use serde_json::Value;

use super::rule::{Rule, quoted};
use super::{GROUP, Rbac, cover, told};
use crate::server::authorize::Attributes;
use crate::server::kinds::Kind;
use crate::server::object;
use crate::server::status::{Answered, Refusal};
use crate::server::store::Store;
use crate::server::user::MASTERS;
use crate::server::verbs::Ask;

/// Checks a new role or binding, whatever is wrong with it otherwise.
pub(crate) fn on_create(ask: &Ask<'_>, store: &Store, new: &Value) -> Answered<()> {
    check(ask, store, new, None)
}

/// Checks a change of one.
pub(crate) fn on_update(ask: &Ask<'_>, store: &Store, new: &Value, old: &Value) -> Answered<()> {
    check(ask, store, new, Some(old))
}

fn check(ask: &Ask<'_>, store: &Store, new: &Value, old: Option<&Value>) -> Answered<()> {
    if ask.kind.group != GROUP || ask.user.is_in(MASTERS) {
        return Ok(());
    }
    let check = Check {
        ask,
        store,
        name: object::name(new),
    };
    match ask.kind.resource.as_str() {
        "roles" | "clusterroles" => check.role(new, old),
        _ => check.binding(new),
    }
}

/// A question of somebody about a role or binding of this name.
struct Check<'a> {
    ask: &'a Ask<'a>,
    store: &'a Store,
    name: &'a str,
}

impl Check<'_> {
    fn role(&self, new: &Value, old: Option<&Value>) -> Answered<()> {
        let parts = ["rules", "aggregationRule"];
        if old.is_some_and(|old| parts.iter().all(|part| old.get(part) == new.get(part))) {
            return Ok(());
        }
        let kind = self.ask.kind;
        if self.may("escalate", kind, self.ask.name()) {
            return Ok(());
        }
        self.may_all(&Rule::all(&new["rules"]))?;
        let selectors = new.pointer("/aggregationRule/clusterRoleSelectors");
        if selectors
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
        {
            let says = "must have cluster-admin privileges to use the aggregationRule";
            self.may_all(&everything()).map_err(|_| self.refuse(says))?;
        }
        Ok(())
    }

    fn binding(&self, new: &Value) -> Answered<()> {
        let reference = &new["roleRef"];
        let resource = match object::text(reference, "/kind") {
            "Role" => "roles",
            _ => "clusterroles",
        };
        if self.may(
            "bind",
            super::kind(resource),
            object::text(reference, "/name"),
        ) {
            return Ok(());
        }
        let rules = Rbac::of(self.store).rules(reference, self.ask.namespace());
        // The handler names what it was asked for, not what is missing.
        let (group, resource) = (&self.ask.kind.group, &self.ask.kind.resource);
        self.may_all(&rules.map_err(|role| Refusal::not_found(group, resource, &role.name))?)
    }

    /// Whether a verb was granted that lets somebody give away more than they have.
    fn may(&self, verb: &str, kind: &Kind, name: &str) -> bool {
        let asked = Attributes {
            namespace: self.ask.namespace().to_owned(),
            ..Attributes::on(verb, &kind.group, &kind.resource, name)
        };
        let state = self.ask.state;
        state.decide(self.store, self.ask.user, &asked).allows()
    }

    /// Whoever gives rules away must have them.
    fn may_all(&self, rules: &[Rule]) -> Answered<()> {
        let user = self.ask.user;
        let namespace = self.ask.namespace();
        let (mut held, absent) = Rbac::of(self.store).rules_for(user, namespace);
        held.extend(self.ask.state.grants.rules_for(user, namespace));
        let missing = cover::missing(&held, rules);
        if missing.is_empty() {
            return Ok(());
        }
        let mut missing: Vec<String> = missing.iter().map(Rule::describe).collect();
        missing.sort_unstable();
        missing.dedup();
        let mut says = format!(
            "user {:?} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
            user.name,
            quoted(&user.groups),
            missing.join("\n")
        );
        if !absent.is_empty() {
            says = format!("{says}; resolution errors: [{}]", told(&absent));
        }
        Err(self.refuse(&says))
    }

    fn refuse(&self, says: &str) -> Refusal {
        Refusal::forbidden(
            &self.ask.kind.group,
            &self.ask.kind.resource,
            self.name,
            says,
        )
    }
}

/// What `cluster-admin` may.
fn everything() -> [Rule; 2] {
    let all = || vec!["*".to_owned()];
    [
        Rule {
            verbs: all(),
            groups: all(),
            resources: all(),
            ..Rule::default()
        },
        Rule {
            verbs: all(),
            paths: all(),
            ..Rule::default()
        },
    ]
}
