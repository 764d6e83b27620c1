//! Which context, cluster and user are meant: names from the files, or from flags, and whether they exist.

use crate::fault::{Fault, FaultKind};
use crate::kubeconfig::Kubeconfig;
use crate::overrides::Overrides;
use crate::provenance::Place;

/// What was chosen, by name. A running client keeps to it when files change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) context: Option<String>,
    pub(crate) cluster: Option<String>,
    pub(crate) user: Option<String>,
}

impl Kubeconfig {
    /// The names to use; `None` when nothing can be chosen, with the reason among the faults.
    pub(super) fn select(
        &self,
        overrides: &Overrides,
        faults: &mut Vec<Fault>,
    ) -> Option<Selection> {
        let server_given = overrides.server.is_some() || overrides.default_server.is_some();
        let context = self.select_context(overrides, server_given, faults)?;
        let stanza = context.as_deref().and_then(|name| self.contexts.get(name));
        let selection = Selection {
            cluster: overrides
                .cluster
                .clone()
                .or_else(|| stanza?.cluster.clone()),
            user: overrides.user.clone().or_else(|| stanza?.user.clone()),
            context,
        };
        if selection.cluster.is_none() && !server_given {
            let place = stanza.and_then(|stanza| stanza.origin.place("cluster"));
            let context = selection.context.clone().unwrap_or_default();
            faults.push(Fault::new(
                place,
                FaultKind::NotSpecified {
                    what: "cluster",
                    context,
                },
            ));
        }
        self.check_names(&selection, overrides, faults);
        Some(selection)
    }

    fn select_context(
        &self,
        overrides: &Overrides,
        server_given: bool,
        faults: &mut Vec<Fault>,
    ) -> Option<Option<String>> {
        let wanted = overrides.context.as_ref().or(self.current_context.as_ref());
        let fault = match wanted {
            Some(name) if self.contexts.contains_key(name) => return Some(wanted.cloned()),
            Some(name) if overrides.context.is_some() => Fault::new(
                self.whole(),
                FaultKind::DoesNotExist {
                    what: "context",
                    name: name.clone(),
                },
            ),
            Some(name) => {
                let kind = self.context_not_found(name.clone());
                Fault::new(self.current_context_place.clone(), kind)
            }
            None if overrides.cluster.is_some() || overrides.server.is_some() => return Some(None),
            None if self.is_empty() && server_given => return Some(None),
            None if self.is_empty() && overrides.user.is_none() => {
                Fault::new(None, FaultKind::NoConfiguration)
            }
            None => {
                let available = self.contexts.keys().cloned().collect();
                Fault::new(self.whole(), FaultKind::NoContext { available })
            }
        };
        faults.push(fault);
        None
    }

    /// That there is no such context, and which there are.
    pub(crate) fn context_not_found(&self, context: String) -> FaultKind {
        FaultKind::ContextNotFound {
            context,
            available: self.contexts.keys().cloned().collect(),
        }
    }

    /// That cluster and user exist.
    pub(super) fn check_names(
        &self,
        chosen: &Selection,
        overrides: &Overrides,
        faults: &mut Vec<Fault>,
    ) {
        let has = |name: &Option<String>, known: &dyn Fn(&String) -> bool| {
            name.as_ref().is_none_or(known)
        };
        let cluster_known = has(&chosen.cluster, &|name| self.clusters.contains_key(name));
        let user_known = has(&chosen.user, &|name| self.users.contains_key(name));
        if !cluster_known {
            self.unknown_name(
                "cluster",
                &chosen.cluster,
                overrides.cluster.as_ref().map(|_| "cluster"),
                chosen,
                faults,
            );
        }
        if !user_known {
            self.unknown_name(
                "user",
                &chosen.user,
                overrides.user.as_ref().map(|_| "auth info"),
                chosen,
                faults,
            );
        }
    }

    fn unknown_name(
        &self,
        what: &'static str,
        name: &Option<String>,
        overridden: Option<&'static str>,
        chosen: &Selection,
        faults: &mut Vec<Fault>,
    ) {
        let name = name.clone().unwrap_or_default();
        let fault = match overridden {
            Some(what) => Fault::new(self.whole(), FaultKind::DoesNotExist { what, name }),
            None => {
                let context = chosen.context.clone().unwrap_or_default();
                let stanza = self.contexts.get(&context);
                let place = stanza
                    .and_then(|stanza| stanza.origin.place(what))
                    .or_else(|| self.whole());
                Fault::new(
                    place,
                    FaultKind::NotFound {
                        what,
                        name,
                        context,
                    },
                )
            }
        };
        faults.push(fault);
    }

    /// Where a fault of all files together stands: in the file, if there is only one.
    pub(super) fn whole(&self) -> Option<Place> {
        match &self.files[..] {
            [file] => Some(Place {
                file: Some(file.path.clone()),
                line: None,
            }),
            _ => None,
        }
    }
}
