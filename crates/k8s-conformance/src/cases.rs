//! The cases, by what they are about.

mod access;
mod client_discovery;
mod client_logs;
mod client_parts;
mod client_proxy;
mod client_reads;
mod client_roles;
mod client_watches;
mod client_writes;
mod deleting;
mod discovery;
mod forms;
mod identity;
mod impersonation;
mod kinds;
mod lists;
mod namespaces;
mod objects;
mod patching;
mod pods;
mod refusals;
mod replacing;
mod scaling;
mod secrets;
mod tls;
mod token_reviews;
mod token_secrets;
mod tokens;
mod watching;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::Cluster;
use crate::cluster::CASE;

/// One behaviour: a name, and a function that panics when a cluster behaves otherwise.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// `group::fact`, unique.
    pub id: &'static str,
    /// Whether it asks for something that the in-memory server does not do.
    pub real_only: bool,
    run: fn(Arc<Cluster>) -> Pin<Box<dyn Future<Output = ()>>>,
}

impl Case {
    /// Runs the case; it panics when the cluster behaves otherwise.
    pub async fn run(&self, cluster: Arc<Cluster>) {
        // What only one server can answer is not compared.
        let id = if self.real_only { "" } else { self.id };
        CASE.scope(id, (self.run)(cluster)).await;
    }
}

/// A case of the list below.
macro_rules! case {
    ($group:ident, $fact:ident, $real_only:literal) => {
        Case {
            id: concat!(stringify!($group), "::", stringify!($fact)),
            real_only: $real_only,
            run: |cluster| Box::pin(async move { $group::$fact(&cluster).await }),
        }
    };
}

/// Groups of cases; in brackets stand those that only a real server can answer.
macro_rules! cases {
    ($($group:ident { $($fact:ident)* $([ $($real:ident)* ])? })*) => {
        /// Every case, in reading order.
        pub fn all() -> Vec<Case> {
            let mut all = Vec::new();
            $(
                all.extend_from_slice(&[$(case!($group, $fact, false)),*]);
                $(all.extend_from_slice(&[$(case!($group, $real, true)),*]);)?
            )*
            all
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
        tls_needs_certificate_and_key
        basic_auth_needs_one_of_its_keys
        a_registrys_configuration_must_be_json
        the_type_does_not_change
        immutable_ones_keep_their_data
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
    identity {
        an_administrator_is_named_by_its_certificate
        a_service_account_is_named_with_its_groups
        anonymous_may_not_ask_who_it_is
        an_id_token_names_its_user
        a_credential_of_another_scheme_is_none
        a_scheme_without_a_token_is_no_credential
        the_scheme_may_be_written_small
        a_token_of_anybody_is_dropped_for_a_good_certificate
        health_is_told_to_anonymous
    }
    impersonation {
        an_administrator_becomes_a_user
        groups_uid_and_extra_come_with_the_user
        a_service_account_gets_its_groups
        an_administrator_who_became_somebody_may_no_more_than_they
        anonymous_can_be_impersonated
        a_viewer_may_not_become_a_user
        a_viewer_may_not_become_a_service_account
        anonymous_may_not_become_anybody
        a_group_without_a_user_is_refused
    }
    tokens {
        one_that_was_asked_for_is_its_accounts
        the_answer_says_for_whom_and_until_when
        less_than_ten_minutes_are_refused
        one_for_another_audience_is_refused
        one_for_several_audiences_is_accepted
        one_that_has_expired_is_refused
        one_with_another_signature_is_refused
        one_of_an_account_that_is_not_there_is_not_found
        one_ends_with_its_account
        one_bound_to_a_secret_ends_with_it
        one_bound_to_a_pod_names_it_and_ends_with_it
        one_cannot_be_bound_to_what_is_not_there
        one_cannot_be_bound_to_an_earlier_object_of_that_name
        one_cannot_be_bound_to_another_kind
    }
    token_reviews {
        names_whose_token_it_is
        a_token_that_nobody_issued_has_no_user
        a_token_for_others_is_good_for_none_of_them_here
        without_a_token_is_a_bad_request
        a_viewer_may_not_ask
    }
    token_secrets {
        is_empty_when_created
        is_filled_with_token_namespace_and_ca
        its_token_is_its_accounts
        its_token_ends_with_it
        without_an_account_named_is_invalid
        of_an_account_that_is_not_there_goes_again
        goes_with_its_account
    }
    replacing {
        what_was_read_is_replaced
        an_older_version_is_a_conflict
        without_a_version_the_last_one_wins
        no_change_makes_no_version
        a_dry_run_changes_nothing
        another_name_than_the_paths_is_refused
        another_namespace_than_the_paths_is_refused
        the_namespace_may_be_left_to_the_path
        the_kind_may_be_left_to_the_path
        another_uid_is_a_conflict
        what_is_not_there_is_not_found
        labels_are_replaced_whole
        an_immutable_map_keeps_its_data
        a_key_that_is_no_file_name_is_invalid
        a_pods_image_may_change_but_not_its_name
        a_lease_comes_about_by_it
    }
    lists {
        labels_are_chosen_from_a_set
        labels_are_chosen_by_being_there
        a_label_that_is_absent_is_unequal
        both_selectors_must_fit
        a_namespace_can_be_chosen_from_all
        secrets_are_chosen_by_type
        names_the_kind_once_and_not_in_each_item
        of_a_namespace_that_is_not_there_is_empty
        any_version_will_do_when_it_is_0
        a_version_that_is_not_there_yet_is_a_timeout
        the_past_is_listed_exactly
        a_later_page_shows_what_was_there_at_the_first
        a_token_that_nobody_gave_is_refused
        a_page_is_of_no_version_of_ones_own
        a_match_without_a_version_is_invalid
    }
    deleting {
        a_map_is_answered_with_its_uid
        a_pod_is_answered_with_itself
        a_dry_run_deletes_nothing
        another_version_as_precondition_is_a_conflict
        a_finalizer_holds_it_back
        in_the_background_dependents_follow
        in_the_foreground_dependents_go_first
        orphans_stay_and_lose_their_owner
        an_owner_among_several_leaves_the_dependent
        a_policy_may_stand_in_the_query
        another_uid_as_precondition_leaves_it
        a_dry_run_of_a_selection_deletes_nothing
        a_selection_by_field_is_deleted_together
        no_finalizer_is_added_to_what_goes
        a_selection_is_deleted_together
        options_of_an_unknown_propagation_are_invalid
        a_namespace_takes_its_content_along
        a_namespace_that_goes_takes_nothing_new
        the_namespace_default_stays
        all_namespaces_together_are_not_deleted
        a_viewer_may_not
    }
    patching {
        fields_are_merged_and_null_takes_one_away
        no_change_makes_no_version
        what_is_not_there_is_not_found
        a_list_is_no_merge_patch
        null_is_no_merge_patch
        what_is_no_json_is_refused
        an_older_version_is_a_conflict
        another_name_is_refused
        another_uid_is_invalid
        what_does_not_fit_the_type_is_invalid
        a_dry_run_changes_nothing
        force_is_for_apply_only
        operations_are_done_in_order
        a_test_that_fails_changes_nothing
        what_is_not_there_is_not_removed
        a_replacement_of_what_is_not_there_makes_it
        an_index_may_count_from_the_end
        an_unknown_operation_is_invalid
        one_operation_without_a_list_is_refused
        no_operation_changes_nothing
        another_type_is_unsupported
        a_collection_is_not_patched
        metadata_alone_is_given
        a_deletion_is_finished_by_it
        a_viewer_may_not
    }
    watching {
        writes_are_told_in_order
        objects_enter_and_leave_a_selection
        one_object_is_watched_by_its_name
        without_a_version_it_begins_with_what_is_there
        from_version_0_it_begins_with_what_is_there
        a_streamed_list_ends_with_a_bookmark
        a_streamed_list_may_be_of_metadata
        a_streamed_list_may_be_left_out
        a_deletion_tells_what_was_and_when
        it_ends_when_its_time_is_over
        a_streamed_list_wants_a_match
        a_match_wants_a_streamed_list
        a_list_is_not_streamed
        a_version_that_is_no_number_is_an_error
        a_time_that_is_no_number_is_refused
        a_version_that_is_not_there_yet_is_told_in_the_stream
        a_path_of_its_own_watches_too
        a_viewer_watches_pods_and_no_secrets
        all_namespaces_are_watched_at_once
    }
    scaling {
        a_deployment_says_its_scale
        a_scale_is_replaced
        a_scale_is_patched
        less_than_nothing_is_invalid
        an_older_version_is_a_conflict
        what_has_no_scale_is_not_found
        a_status_is_written_apart
        what_is_wanted_is_not_written_with_the_status
        a_status_is_patched
        a_change_of_what_is_wanted_is_counted
        a_status_cannot_be_created
        a_dry_run_scales_nothing
    }
    kinds {
        a_deployment_gets_its_defaults
        a_deployment_without_anything_is_invalid
        a_service_gets_its_defaults
        a_job_gets_its_defaults
        a_stateful_set_without_anything_is_invalid
        an_ingress_has_a_status_of_its_own
        a_limit_range_takes_unnamed_fields
        a_claim_waits_for_its_volume
        a_class_of_priority_is_of_the_cluster
        a_new_objects_status_is_not_the_clients
        an_empty_one_of_storage_is_invalid
        fields_of_events_are_chosen_by
        a_budget_may_be_empty
        discovery_is_given_whole
        discovery_names_short_names_and_subresources
        what_is_not_served_here_is_not_found
    }
    forms {
        metadata_of_one_is_not_given_for_a_list
        metadata_is_preferred_when_it_is_named_first
        an_unknown_form_falls_back_to_the_next
        any_form_will_do_when_none_is_asked_for
        headers_alone_have_no_body
        every_answer_has_an_id_in_the_audit
        the_audits_id_may_be_chosen
        answers_are_not_to_be_kept
        a_name_wins_over_a_prefix
        neither_name_nor_prefix_is_invalid
        a_generated_name_is_cut_to_fit
        every_namespace_has_the_cas_bundle
        a_service_account_is_made_again
    }
    client_reads {
        a_short_struct_reads_its_fields
        one_that_is_not_there_is_none
        any_version_of_one_will_do_when_it_is_0
        a_later_version_of_one_is_waited_for
        metadata_of_one_is_smaller
        a_list_stream_goes_through_all_pages
        pages_of_a_list_stream_are_of_one_version
        one_streamed_list_gives_all
        a_list_stream_of_metadata_goes_through_all_pages
        a_list_stream_of_nothing_ends
        a_list_stream_of_what_is_not_there_is_not_found
        a_name_that_would_be_another_request_is_refused
        [
            a_table_has_the_columns_that_kubectl_shows
        ]
    }
    client_writes {
        what_was_read_is_replaced
        a_dry_run_of_a_replacement_changes_nothing
        an_apply_without_a_manager_is_not_sent
        a_deletion_tells_what_it_deleted
        a_selection_is_deleted_together
        get_or_create_does_either
        ten_that_create_get_the_same_object
        a_change_of_nothing_makes_no_version
        a_merge_patch_changes_and_removes
        a_json_patch_tests_and_replaces
        a_dry_run_of_a_patch_changes_nothing
        a_patch_of_an_older_version_is_a_conflict
        a_patch_of_what_is_not_there_is_not_found
        a_patch_answers_with_metadata_alone_when_that_is_asked_for
        a_change_keeps_what_its_type_does_not_know
        changes_by_many_are_all_made
        [
            an_unknown_field_is_refused_when_that_is_asked_for
            a_strategic_merge_patch_merges_lists_by_their_key
            an_apply_creates_and_its_manager_is_recorded
            an_apply_removes_what_its_manager_no_longer_wants
            an_apply_of_anothers_field_is_a_conflict_unless_forced
        ]
    }
    client_watches {
        changes_after_a_version_are_told
        a_watch_ends_when_its_time_is_over
        a_watcher_tells_the_list_and_then_each_change
        a_watcher_in_pages_tells_the_same
        an_object_that_leaves_the_selection_is_gone
        metadata_alone_is_watched
        a_watch_of_what_is_not_there_is_not_found
        a_state_is_waited_for
        the_end_is_waited_for_through_a_finalizer
        the_end_of_what_is_not_there_needs_no_waiting
        a_secrets_data_is_waited_for
        a_token_secret_is_made_filled_and_used
        a_token_secret_of_no_account_says_so
        a_token_secret_of_another_account_is_not_taken
        a_token_that_was_asked_for_is_its_accounts
        a_viewer_watches_and_waits
        [
            a_condition_is_waited_for
        ]
    }
    client_parts {
        a_token_comes_by_any_subresource
        a_status_is_read
        a_status_is_replaced_and_the_rest_is_not
        a_status_is_patched
        a_status_is_modified
        a_scale_is_read_and_set
        a_scale_is_replaced_in_its_version_only
        a_part_that_is_not_there_is_not_found
        [
            a_status_is_applied
            an_eviction_deletes_the_pod
            an_eviction_against_the_budget_is_too_many_requests
            an_ephemeral_container_is_added
            a_pod_is_resized_by_its_subresource
            a_pod_is_bound_by_its_subresource
        ]
    }
    client_logs {
        [
            a_log_is_read_whole
            a_log_is_read_line_by_line
            a_log_is_followed_until_the_container_ends
            the_log_of_a_pod_without_a_node_is_empty
        ]
    }
    client_discovery {
        kinds_are_found_by_what_people_call_them
        parts_are_told
        what_was_found_can_be_asked_for
        an_older_server_tells_the_same
        [
            a_kind_that_was_defined_a_moment_ago_is_found
        ]
    }
    client_roles {
        [
            the_role_lets_the_same_run_pass_and_no_rule_is_too_many
            its_yaml_is_what_kubectl_applies
        ]
    }
    client_proxy {
        [
            all_sorts_of_requests_pass
            one_that_is_gone_is_a_failure_to_connect
        ]
    }
}
