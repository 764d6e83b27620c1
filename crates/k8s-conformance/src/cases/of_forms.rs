//! The list of the cases about what objects are shown as: tables, and the documents that explain them.

use super::Case;

cases! {
    tables {
        cells_of_pods_tell_their_state
        cells_of_workloads_are_made_by_their_kind
        cells_of_networking_are_made_by_their_kind
        cells_of_core_kinds_are_made_by_their_kind
        cells_of_storage_are_made_by_their_kind
        cells_of_policies_are_made_by_their_kind
        a_list_has_a_row_for_each_object
        an_empty_list_has_columns
        objects_come_with_their_rows_as_they_are_asked_for
        an_unknown_amount_of_objects_is_refused
        a_watch_names_the_columns_once
        a_bookmark_is_a_row_of_nothing
        a_scale_is_a_row
        what_is_gone_is_no_table
        no_table_is_made_of_a_review
    }
    openapi {
        the_index_names_a_document_for_each_version
        a_document_is_kept_by_its_hash
        an_old_hash_leads_to_the_new_one
        a_known_document_is_not_sent_again
        a_document_is_json_or_nothing
        an_unknown_document_is_not_found
        kinds_have_their_schema
        paths_have_their_parameters
        kinds_of_definitions_have_theirs
        everybody_may_read_it_who_is_somebody
    }
}
