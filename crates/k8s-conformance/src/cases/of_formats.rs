//! The list of the cases about formats.

use super::Case;

cases! {
    custom_formats {
        whole_they_are_not_written_as_protobuf
        their_metadata_alone_is_written_as_protobuf
        they_are_read_and_written_as_yaml
        options_of_their_delete_may_be_protobuf
    }
    protobuf {
        protobuf_is_read_and_written
        a_list_is_written_as_protobuf
        events_are_messages_behind_their_length
        a_refusal_is_written_as_protobuf
        metadata_alone_is_written_as_protobuf
        the_format_that_weighs_most_is_chosen
        what_is_no_protobuf_is_refused
        another_kind_in_the_envelope_is_refused
        options_of_a_delete_may_be_protobuf
        a_token_may_be_asked_for_in_protobuf
        discovery_may_be_protobuf_but_not_the_version
        cbor_is_not_spoken
    }
    yaml {
        yaml_is_read_and_written
        a_refusal_and_a_list_are_written_as_yaml
        a_watch_is_not_written_as_yaml
        keys_that_yaml_has_twice_are_warned_of_or_refused
        words_of_yaml_are_what_go_takes_them_for
        what_yaml_says_beside_an_object_is_refused
        yaml_is_applied
    }
}
