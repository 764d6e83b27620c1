//! The list of the cases about custom resources and their definitions.

use super::Case;

cases! {
    definitions {
        what_is_not_said_is_filled_in
        its_status_is_not_the_clients
        zero_and_nothing_are_kept_in_a_schema
        it_is_established_with_its_names
        its_status_is_written_by_the_server
        a_change_without_its_version_is_invalid
        what_it_is_about_stays
        a_change_of_what_is_wanted_is_counted
        a_version_that_was_stored_stays
        names_of_another_are_free_when_it_goes
        one_that_goes_says_so_and_takes_its_objects_along
        a_format_that_nobody_knows_is_warned_of
    }
    definition_faults {
        its_name_is_plural_and_group
        what_is_missing_is_told_at_once
        one_version_is_stored
        a_schema_is_required
        its_parts_have_their_values
        names_are_labels
        groups_are_domains_and_some_need_approval
        paths_of_the_scale_begin_where_they_belong
        columns_have_names_types_and_paths
        fields_to_choose_by_are_plain_values
    }
    definition_schemas {
        every_value_has_a_type
        the_root_is_an_object
        metadata_is_not_restricted
        conditions_have_no_types
        some_words_are_not_supported
        lists_and_maps_are_of_known_kinds
        lists_of_keyed_items_have_keys
        defaults_are_what_the_schema_allows
        inner_resources_say_what_they_hold
        patterns_are_patterns
        rules_have_an_expression_and_a_known_reason
        rules_about_old_values_stand_where_those_are_known
        different_schemas_are_told_of_by_version
    }
    custom_kinds {
        discovery_names_the_kind_and_its_parts
        aggregated_discovery_names_them_too
        some_are_of_the_whole_cluster
        paths_that_they_do_not_have_are_not_found
        heads_are_answered
        a_table_has_the_columns_of_the_definition
        a_table_without_columns_has_names_and_ages
        a_role_names_them_by_resource_and_group
        a_deprecated_version_is_warned_of
    }
    custom_resources {
        created_read_replaced_and_deleted
        items_of_a_list_have_their_kind
        a_watch_tells_what_happens
        a_selection_is_deleted_together
        what_is_sent_is_of_the_kind
        a_replacement_names_the_version_it_has_seen
        patches_are_operations_or_merges
        a_dry_run_keeps_nothing
        finalizers_without_a_domain_are_warned_of
        they_go_with_their_namespace
    }
    custom_schemas {
        null_is_a_value_where_it_may_be
        what_is_unknown_goes_and_is_warned_of
        whoever_is_strict_is_refused
        a_patch_is_read_the_same_way
        defaults_are_filled_in
        a_default_that_came_later_is_read
        inner_resources_are_resources
    }
    custom_transitions {
        rules_about_old_values_are_asked_of_changes
        an_old_value_may_be_optional
        what_was_broken_before_is_forgiven
    }
    custom_rules {
        a_broken_rule_is_told
        a_rule_says_how_it_is_told
        a_rule_that_cannot_be_asked_is_told_with_its_words
        rules_of_the_root_see_names
        rules_of_items_and_values_are_asked_of_each
        rules_wait_for_other_faults
        names_are_escaped_in_rules
        functions_of_kubernetes_are_known
        rules_are_asked_of_a_status
        defaults_are_there_when_rules_are_asked
        a_rule_with_bad_grammar_is_refused
    }
    custom_values {
        types_are_checked
        whole_numbers_have_bounds
        numbers_have_bounds_that_they_may_not_reach
        texts_have_lengths_and_patterns
        formats_are_checked
        some_values_are_listed
        lists_and_maps_have_sizes
        some_fields_are_required
        one_schema_of_several_must_fit
        any_or_all_or_no_schema_must_fit
        a_port_is_a_number_or_a_name
        items_of_sets_and_keys_are_there_once
    }
    custom_parts {
        a_status_is_written_apart
        without_that_part_a_status_is_a_field
        faults_of_a_status_are_told_below_it
        a_scale_is_read_and_set_by_its_paths
        a_scale_is_within_the_schemas_bounds
        what_says_no_number_has_no_scale_until_one_is_set
        a_number_that_is_none_is_told_twice
        fields_choose_objects
        a_watch_of_a_field_tells_who_enters_and_leaves
    }
    custom_applying {
        an_apply_creates_and_owns_by_the_schema
        appliers_share_maps_sets_and_keyed_lists
        values_that_are_one_are_anothers
        what_does_not_fit_the_schema_is_not_applied
        a_status_is_applied_apart
        an_update_owns_what_it_changes
    }
    custom_versions {
        each_is_read_in_the_version_that_is_asked_for
        a_watch_tells_of_its_version
        one_that_is_not_served_is_not_found
        the_newest_stable_one_is_preferred
        an_old_one_says_which_is_newer
        owners_of_fields_are_kept_in_their_version
        owners_are_forgotten_where_versions_differ
        another_storage_version_is_remembered
    }
}
