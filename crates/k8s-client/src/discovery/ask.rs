//! Asking the server what it has: in one document, or in one a version where it is too old for that.

use futures_util::future::join_all;
use k8s_api_core::discovery::{
    ApiGroupDiscoveryList, ApiGroupList, ApiResourceList, ApiVersions, path,
};
use k8s_api_core::{answer, request};
use serde::de::DeserializeOwned;

use super::{Group, Resources, Unavailable};
use crate::{Client, Error};

/// All of it: the core group, then the named ones.
pub(super) async fn all(client: &Client) -> Result<Resources, Error> {
    let mut all = Resources::default();
    match document::<ApiVersions>(client, path::API).await? {
        Document::Whole(list) => all.add(list),
        Document::Groups(core) => {
            let group = Group::of_versions(String::new(), core.versions);
            all.ask(client, vec![group]).await;
        }
    }
    match document::<ApiGroupList>(client, path::APIS).await? {
        Document::Whole(list) => all.add(list),
        Document::Groups(named) => {
            let groups = named.groups.iter().map(Group::listed).collect();
            all.ask(client, groups).await;
        }
    }
    Ok(all)
}

enum Document<G> {
    Whole(ApiGroupDiscoveryList),
    /// The groups alone: the server is older than 1.30, or a proxy changed what was asked for.
    Groups(G),
}

async fn document<G: DeserializeOwned>(client: &Client, path: &str) -> Result<Document<G>, Error> {
    let read = |kind: &str, code, body: &[u8]| match kind {
        "APIGroupDiscoveryList" => answer::read(code, body).map(Document::Whole),
        _ => answer::read(code, body).map(Document::Groups),
    };
    let request = request::aggregated_discovery(path)?;
    client.request_kind(request, read).await
}

impl Resources {
    fn add(&mut self, list: ApiGroupDiscoveryList) {
        for group in list.items {
            let name = group.metadata.name.as_deref().unwrap_or_default();
            let stale = group.versions.iter().filter(|v| v.freshness == "Stale");
            self.unavailable.extend(stale.map(|version| Unavailable {
                group_version: group_version(name, &version.version),
                error: None,
            }));
            self.groups.push(Group::aggregated(group));
        }
    }

    /// Asks for each version of these groups, all at once.
    async fn ask(&mut self, client: &Client, mut groups: Vec<Group>) {
        let versions = groups.iter().flat_map(|group| {
            let of = |version: &str| {
                (
                    path_of(&group.name, version),
                    group_version(&group.name, version),
                )
            };
            group
                .versions
                .iter()
                .map(move |version| of(&version.version))
        });
        let asked =
            versions.map(async |(path, name)| (name, get::<ApiResourceList>(client, &path).await));
        let mut answers = join_all(asked).await.into_iter();
        for group in &mut groups {
            for (version, (name, answer)) in group.versions.iter_mut().zip(&mut answers) {
                match answer {
                    Ok(list) => version.fill(&group.name, list),
                    Err(error) => self.unavailable.push(Unavailable {
                        group_version: name,
                        error: Some(error),
                    }),
                }
            }
        }
        self.groups.extend(groups);
    }
}

async fn get<T: DeserializeOwned>(client: &Client, path: &str) -> Result<T, Error> {
    client.request(request::raw(path)?).await
}

fn path_of(group: &str, version: &str) -> String {
    if group.is_empty() {
        format!("{}/{version}", path::API)
    } else {
        format!("{}/{group}/{version}", path::APIS)
    }
}

fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}
