//! What the server says of itself: versions, groups, resources, its release.

mod resources;

use serde::{Deserialize, Serialize};

use crate::metadata::null_is_empty;

pub use self::resources::{
    ApiGroupDiscoveryList, ApiResourceList, GroupDiscovery, ListedResource, ResourceDiscovery,
    ResponseKind, SubresourceDiscovery, VersionDiscovery,
};

/// Paths of the documents in this module, relative to the server's.
pub mod path {
    /// [`ApiVersions`](super::ApiVersions) of the core group.
    pub const API: &str = "/api";
    /// [`ApiGroupList`](super::ApiGroupList): the named groups.
    pub const APIS: &str = "/apis";
    /// [`Version`](super::Version) of the server.
    pub const VERSION: &str = "/version";
}

/// The answer to `GET /api` (`metav1.APIVersions`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiVersions {
    /// `APIVersions`.
    #[serde(default)]
    pub kind: String,
    /// The versions of the core group, `v1`.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub versions: Vec<String>,
    /// At which address which clients reach the server.
    #[serde(
        default,
        rename = "serverAddressByClientCIDRs",
        deserialize_with = "null_is_empty"
    )]
    pub server_address_by_client_cidrs: Vec<ServerAddressByClientCidr>,
}

/// An address of the server for clients of one network (`metav1.ServerAddressByClientCIDR`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServerAddressByClientCidr {
    /// The network, `0.0.0.0/0`.
    #[serde(default, rename = "clientCIDR")]
    pub client_cidr: String,
    /// Host or `host:port`.
    #[serde(default)]
    pub server_address: String,
}

/// The answer to `GET /apis` (`metav1.APIGroupList`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiGroupList {
    /// The named groups, in the server's order of preference.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub groups: Vec<ApiGroup>,
}

/// A named group and its versions (`metav1.APIGroup`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiGroup {
    /// The group, `apps`.
    #[serde(default)]
    pub name: String,
    /// Its versions, in the server's order of preference.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub versions: Vec<GroupVersion>,
    /// The version to use when any will do.
    #[serde(default)]
    pub preferred_version: Option<GroupVersion>,
}

/// A group and version as discovery writes them (`metav1.GroupVersionForDiscovery`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupVersion {
    /// `apps/v1`.
    #[serde(default)]
    pub group_version: String,
    /// `v1`.
    #[serde(default)]
    pub version: String,
}

/// The answer to `GET /version` (`version.Info`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Version {
    /// `1`.
    #[serde(default)]
    pub major: String,
    /// `36`; some providers append a `+`.
    #[serde(default)]
    pub minor: String,
    /// `v1.36.3`.
    #[serde(default)]
    pub git_version: String,
    /// `linux/amd64`.
    #[serde(default)]
    pub platform: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_documents_of_a_real_server() {
        let api: ApiVersions = serde_json::from_str(
            r#"{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.1:443"}]}"#,
        )
        .unwrap();
        assert_eq!(api.versions, ["v1"]);
        assert_eq!(
            api.server_address_by_client_cidrs[0].server_address,
            "10.0.0.1:443"
        );

        let apis: ApiGroupList = serde_json::from_str(
            r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}"#,
        )
        .unwrap();
        assert_eq!(
            apis.groups[0]
                .preferred_version
                .as_ref()
                .unwrap()
                .group_version,
            "apps/v1"
        );

        let version: Version = serde_json::from_str(
            r#"{"major":"1","minor":"36","gitVersion":"v1.36.3","platform":"linux/amd64","emulationMajor":"1"}"#,
        )
        .unwrap();
        assert_eq!(
            (version.major.as_str(), version.minor.as_str()),
            ("1", "36")
        );
    }
}
