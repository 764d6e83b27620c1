//! The cases, by what they are about.

mod access;
mod discovery;
mod namespaces;
mod objects;
mod pods;
mod refusals;
mod secrets;
mod tls;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::Cluster;

/// One behaviour: a name, and a function that panics when a cluster behaves otherwise.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// `group::fact`, unique.
    pub id: &'static str,
    run: fn(Arc<Cluster>) -> Pin<Box<dyn Future<Output = ()>>>,
}

impl Case {
    /// Runs the case; it panics when the cluster behaves otherwise.
    pub async fn run(&self, cluster: Arc<Cluster>) {
        (self.run)(cluster).await;
    }
}

macro_rules! cases {
    ($($group:ident { $($fact:ident)* })*) => {
        /// Every case, in reading order.
        pub fn all() -> Vec<Case> {
            vec![$($(Case {
                id: concat!(stringify!($group), "::", stringify!($fact)),
                run: |cluster| Box::pin(async move { $group::$fact(&cluster).await }),
            },)*)*]
        }
    };
}

cases! {
    access {
        anonymous_is_refused
        anonymous_may_read_the_version
        a_wrong_token_is_not_known
        a_service_account_token_is_accepted
        a_client_certificate_is_accepted
        a_viewer_lists_the_pods_of_all_namespaces
        a_viewer_may_not_create_a_pod
        a_viewer_may_not_read_a_secret
        a_viewer_may_not_create_a_namespace
        a_viewer_may_not_read_a_path_that_no_role_names
    }
    tls {
        another_ca_is_refused_and_the_issuer_named
        is_verified_for_the_ipv4_address
        is_verified_for_the_ipv6_address
        is_verified_for_the_service_name
        is_refused_for_a_name_that_it_does_not_have
        is_refused_for_an_address_that_it_does_not_have
        a_server_name_takes_the_place_of_the_host
        a_bundle_of_several_cas_does
        speaks_http2_when_both_can
        speaks_http1_when_asked_to
        http_in_clear_is_answered_with_400
    }
    discovery {
        api_names_the_core_versions
        apis_names_the_groups
        version_names_the_release
        core_resources_have_their_scope
        readyz_says_ok
        an_unknown_path_is_not_found
        an_unknown_resource_is_not_found
        an_unknown_group_is_not_found
    }
    namespaces {
        created_read_listed_and_deleted
        a_second_one_of_that_name_is_refused
        starts_with_the_systems_own
        an_invalid_name_is_refused_with_its_cause
    }
    pods {
        created_read_listed_and_deleted
        one_that_is_not_there_is_not_found
        deleting_what_is_not_there_is_not_found
        a_second_one_of_that_name_is_refused
        without_containers_is_invalid
        in_a_namespace_that_is_not_there_is_not_found
        are_listed_by_label
        are_listed_by_name_as_a_field
        are_listed_page_by_page
        defaults_are_filled_in
    }
    secrets {
        created_read_listed_and_deleted
        string_data_becomes_data
        data_that_is_not_base64_is_refused
        the_type_defaults_to_opaque
    }
    objects {
        metadata_alone_is_given_for_one
        metadata_alone_is_given_for_a_list
        a_generated_name_has_its_prefix
        a_dry_run_stores_nothing
        the_server_sets_uid_version_and_time
        another_uid_as_precondition_is_a_conflict
        the_list_says_which_version_it_is
    }
    refusals {
        garbage_is_a_bad_request
        another_kind_in_the_body_is_a_bad_request
        another_namespace_in_the_body_is_a_bad_request
        another_media_type_is_unsupported
        an_answer_in_an_unknown_type_is_not_acceptable
        a_collection_may_not_be_put
        a_selector_that_cannot_be_read_is_a_bad_request
        a_field_that_cannot_be_selected_is_a_bad_request
    }
}
