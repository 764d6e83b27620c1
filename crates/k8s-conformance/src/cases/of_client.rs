//! The list of the cases about what the client makes of it.

use super::Case;

cases! {
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
        a_table_has_the_columns_that_kubectl_shows
    }
    client_writes {
        what_was_read_is_replaced
        a_dry_run_of_a_replacement_changes_nothing
        an_apply_without_a_manager_is_not_sent
        a_dry_run_of_a_deletion_deletes_nothing
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
        an_unknown_field_is_refused_when_that_is_asked_for
        a_strategic_merge_patch_merges_lists_by_their_key
        an_apply_creates_and_its_manager_is_recorded
        an_apply_removes_what_its_manager_no_longer_wants
        an_apply_of_anothers_field_is_a_conflict_unless_forced
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
        a_condition_is_waited_for
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
        a_status_is_applied
        an_eviction_deletes_the_pod
        an_eviction_against_the_budget_is_too_many_requests
        an_eviction_within_the_budget_deletes_the_pod
        [
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
        a_kind_that_was_defined_a_moment_ago_is_found
    }
    client_roles {
        the_role_lets_the_same_run_pass_and_no_rule_is_too_many
        [
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
