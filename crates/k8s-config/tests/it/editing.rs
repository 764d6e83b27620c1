//! Changes to the text of one kubeconfig: what was meant is there, and not one byte else is another.

use k8s_config::{AuthInfo, Cluster, Context, EditError, EditFault, Kubeconfig, Refusal, edit};

use crate::{second_opinion, support::rows};

type Change = fn(&mut Kubeconfig) -> Result<(), Refusal>;

fn edited(text: &str, change: Change) -> Result<String, EditError> {
    edit(text.as_bytes(), change).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// A text, a change, the text that comes of it.
fn becomes((text, change, expected): (&str, Change, &str)) {
    let new = edited(text, change).unwrap();
    assert_eq!(new, expected, "\n{new}");
    second_opinion::of_row(text, &new, change);
}

const USE_TWO: Change = |kubeconfig| Ok(kubeconfig.use_context("two")?);

fn server(url: &'static str) -> impl Fn(&mut Kubeconfig) {
    move |kubeconfig| kubeconfig.clusters.get_mut("c").unwrap().server = Some(url.into())
}

const SERVER: Change = |kubeconfig| {
    server("https://new")(kubeconfig);
    Ok(())
};

const ADD: Change = |kubeconfig| {
    let mut cluster = Cluster::default();
    cluster.server = Some("https://b".into());
    kubeconfig.clusters.insert("b".to_owned(), cluster);
    Ok(())
};

const DELETE: Change = |kubeconfig| Ok(kubeconfig.delete_cluster("c")?);

const TOKEN: Change = |kubeconfig| {
    kubeconfig.users.get_mut("u").unwrap().token = Some("no".into());
    Ok(())
};

const NO_TOKEN: Change = |kubeconfig| {
    kubeconfig.users.get_mut("u").unwrap().token = None;
    Ok(())
};

const NAMESPACE: Change = |kubeconfig| {
    kubeconfig.contexts.get_mut("x").unwrap().namespace = Some("1".to_owned());
    Ok(())
};

const GROUPS: Change = |kubeconfig| {
    kubeconfig.users.get_mut("u").unwrap().impersonate_groups =
        vec!["g".to_owned(), "h".to_owned()];
    Ok(())
};

rows!(becomes: {
    nothing_changes_nothing => ("# a\nclusters: [ ]\n", |_| Ok(()), "# a\nclusters: [ ]\n"),
    a_value_is_replaced_before_its_comment => (
        "current-context:   one   # c\ncontexts: [{name: two}]\n",
        USE_TWO,
        "current-context:   two   # c\ncontexts: [{name: two}]\n",
    ),
    a_value_in_quotes_is_replaced_whole => (
        "current-context: 'one'\ncontexts: [{name: two}]\n",
        USE_TWO,
        "current-context: two\ncontexts: [{name: two}]\n",
    ),
    a_value_that_is_not_there_is_put_behind_its_key => (
        "current-context: # none\ncontexts: [{name: two}]\n",
        USE_TWO,
        "current-context: two # none\ncontexts: [{name: two}]\n",
    ),
    a_missing_field_comes_in_its_place => (
        "apiVersion: v1\ncontexts: [{name: two}]\nkind: Config\n",
        USE_TWO,
        "apiVersion: v1\ncontexts: [{name: two}]\ncurrent-context: two\nkind: Config\n",
    ),
    a_missing_field_comes_last_where_there_is_no_order => (
        "kind: Config\ncontexts: [{name: two}]\napiVersion: v1",
        USE_TWO,
        "kind: Config\ncontexts: [{name: two}]\napiVersion: v1\ncurrent-context: two",
    ),
    a_tag_goes_with_its_value => (
        "current-context: !!str 1\ncontexts: [{name: two}]\n",
        USE_TWO,
        "current-context: two\ncontexts: [{name: two}]\n",
    ),
    of_two_equal_keys_the_last_is_changed => (
        "current-context: a\ncurrent-context: b\ncontexts: [{name: two}]\n",
        USE_TWO,
        "current-context: a\ncurrent-context: two\ncontexts: [{name: two}]\n",
    ),
    line_ends_stay_as_they_are => (
        "contexts:\r\n- name: two\r\nkind: Config\r\n",
        USE_TWO,
        "contexts:\r\n- name: two\r\ncurrent-context: two\r\nkind: Config\r\n",
    ),
    a_byte_order_mark_stays => (
        "\u{feff}contexts: [{name: two}]\ncurrent-context: x\n",
        USE_TWO,
        "\u{feff}contexts: [{name: two}]\ncurrent-context: two\n",
    ),
    a_field_is_changed_deep_inside => (
        "clusters:\n# first\n- cluster:\n    server: https://old # here\n    novelty: {a: [1, 2]}\n  name: c\n",
        SERVER,
        "clusters:\n# first\n- cluster:\n    server: https://new # here\n    novelty: {a: [1, 2]}\n  name: c\n",
    ),
    a_name_may_come_first => (
        "clusters:\n  - name: c\n    cluster:\n        server: x\n  - name: d\n",
        SERVER,
        "clusters:\n  - name: c\n    cluster:\n        server: https://new\n  - name: d\n",
    ),
    a_stanza_that_is_not_there_is_made => (
        "clusters:\n- name: c\n# end\n",
        SERVER,
        "clusters:\n- cluster:\n    server: https://new\n  name: c\n# end\n",
    ),
    a_null_stanza_is_filled => (
        "clusters:\n- cluster: null # later\n  name: c\n",
        SERVER,
        "clusters:\n- cluster: # later\n    server: https://new\n  name: c\n",
    ),
    an_empty_stanza_is_filled => (
        "clusters:\n- cluster: {}\n  name: c\n",
        SERVER,
        "clusters:\n- cluster:\n    server: https://new\n  name: c\n",
    ),
    a_folded_value_is_replaced_whole => (
        "clusters:\n- cluster:\n    server: >-\n      https://\n      old\n    x: y\n  name: c\n",
        SERVER,
        "clusters:\n- cluster:\n    server: https://new\n    x: y\n  name: c\n",
    ),
    a_value_on_the_next_line_is_replaced => (
        "clusters:\n- cluster:\n    server:\n      https://old\n  name: c\n",
        SERVER,
        "clusters:\n- cluster:\n    server: https://new\n  name: c\n",
    ),
    flow_stays_flow => (
        "clusters: [{name: c, cluster: {server: 'https://old', x: 1}}, {name: d}] # c\n",
        SERVER,
        "clusters: [{name: c, cluster: {server: \"https://new\", x: 1}}, {name: d}] # c\n",
    ),
    flow_gets_a_field => (
        "clusters: [{name: c}]\n",
        SERVER,
        "clusters: [{name: c, \"cluster\": {\"server\": \"https://new\"}}]\n",
    ),
    json_stays_json => (
        "{\n\t\"clusters\": [\n\t\t{\n\t\t\t\"name\": \"c\",\n\t\t\t\"cluster\": {\"server\":\"https://old\"}\n\t\t}\n\t]\n}\n",
        SERVER,
        "{\n\t\"clusters\": [\n\t\t{\n\t\t\t\"name\": \"c\",\n\t\t\t\"cluster\": {\"server\":\"https://new\"}\n\t\t}\n\t]\n}\n",
    ),
    json_gets_a_field_between_its_white_space => (
        "{\n  \"kind\": \"Config\",\n  \"contexts\": [{\"name\": \"two\"}]\n}\n",
        USE_TWO,
        "{\n  \"kind\": \"Config\",\n  \"contexts\": [{\"name\": \"two\"}],\n  \"current-context\": \"two\"\n}\n",
    ),
    json_gets_an_item => (
        "{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"s\"}}]}",
        ADD,
        "{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"s\"}}, {\"name\":\"b\",\"cluster\":{\"server\":\"https://b\"}}]}",
    ),
    json_loses_an_item => (
        "{\"clusters\": [{\"name\": \"c\"}, {\"name\": \"d\"}]}",
        DELETE,
        "{\"clusters\": [{\"name\": \"d\"}]}",
    ),
    json_loses_its_last_item => (
        "{\"clusters\": [{\"name\": \"a\"}, {\"name\": \"c\"} ]}",
        DELETE,
        "{\"clusters\": [{\"name\": \"a\"} ]}",
    ),
    json_loses_its_only_item => ("{\"clusters\": [{\"name\": \"c\"}]}", DELETE, "{\"clusters\": null}"),
    an_item_comes_in_order => (
        "clusters:\n- cluster:\n    server: a\n  name: a\n# of c\n- cluster:\n    server: c\n  name: c\ncontexts: null\n",
        ADD,
        "clusters:\n- cluster:\n    server: a\n  name: a\n- cluster:\n    server: https://b\n  name: b\n# of c\n- cluster:\n    server: c\n  name: c\ncontexts: null\n",
    ),
    an_item_comes_first => (
        "clusters:\n  - name: c\n",
        ADD,
        "clusters:\n  - cluster:\n      server: https://b\n    name: b\n  - name: c\n",
    ),
    an_item_comes_last_where_there_is_no_order => (
        "clusters:\n- name: z\n- name: c # end",
        ADD,
        "clusters:\n- name: z\n- name: c # end\n- cluster:\n    server: https://b\n  name: b",
    ),
    the_first_item_makes_a_list => (
        "clusters: null\nkind: Config\n",
        ADD,
        "clusters:\n- cluster:\n    server: https://b\n  name: b\nkind: Config\n",
    ),
    the_first_item_makes_a_list_of_an_empty_one => (
        "clusters: [] # none\nkind: Config\n",
        ADD,
        "clusters: # none\n- cluster:\n    server: https://b\n  name: b\nkind: Config\n",
    ),
    the_first_item_makes_the_list => (
        "kind: Config # mine\n",
        ADD,
        "clusters:\n- cluster:\n    server: https://b\n  name: b\nkind: Config # mine\n",
    ),
    an_item_goes_with_its_lines => (
        "clusters:\n- name: b\n# of c\n- name: c # bye\n  cluster:\n    server: s\n\n# of d\n- name: d\n",
        DELETE,
        "clusters:\n- name: b\n# of c\n\n# of d\n- name: d\n",
    ),
    the_only_item_leaves_null => (
        "clusters:\n- name: c\n  cluster:\n    server: s\nkind: Config\n",
        DELETE,
        "clusters: null\nkind: Config\n",
    ),
    a_name_changes_in_place => (
        "contexts:\n# prod!\n- name: one # old\n  context: {cluster: c, x: 1}\n- name: a\ncurrent-context: one\n",
        |kubeconfig| Ok(kubeconfig.rename_context("one", "no")?),
        "contexts:\n# prod!\n- name: \"no\" # old\n  context: {cluster: c, x: 1}\n- name: a\ncurrent-context: \"no\"\n",
    ),
    a_cluster_gets_another_name_where_it_is_used_too => (
        "clusters:\n- {name: c, cluster: {server: s}}\ncontexts:\n- {name: x, context: {cluster: c, user: c}}\n",
        |kubeconfig| Ok(kubeconfig.rename_cluster("c", "d")?),
        "clusters:\n- {name: \"d\", cluster: {server: s}}\ncontexts:\n- {name: x, context: {cluster: \"d\", user: c}}\n",
    ),
    a_user_gets_another_name_where_it_is_used_too => (
        "contexts:\n- name: x\n  context:\n    user: u\nusers:\n- name: u\n  user:\n    token: t\n",
        |kubeconfig| Ok(kubeconfig.rename_user("u", "v")?),
        "contexts:\n- name: x\n  context:\n    user: v\nusers:\n- name: v\n  user:\n    token: t\n",
    ),
    what_could_be_misread_is_quoted => (
        "users:\n- name: u\n  user:\n    token: x\n",
        TOKEN,
        "users:\n- name: u\n  user:\n    token: \"no\"\n",
    ),
    a_field_goes_with_its_line => (
        "users:\n- name: u\n  user:\n    as: me\n    # t\n    token: x # bye\n    username: me\n",
        NO_TOKEN,
        "users:\n- name: u\n  user:\n    as: me\n    # t\n    username: me\n",
    ),
    the_last_field_leaves_an_empty_map => (
        "users:\n- name: u\n  user:\n    token: x\n- name: v\n",
        NO_TOKEN,
        "users:\n- name: u\n  user: {}\n- name: v\n",
    ),
    a_field_goes_from_flow => (
        "users: [{name: u, user: {token: x, as: me}}]\n",
        NO_TOKEN,
        "users: [{name: u, user: {as: me}}]\n",
    ),
    a_field_that_is_given_twice_goes_twice => (
        "users:\n- name: u\n  user:\n    token: x\n    as: me\n    token: z\n",
        NO_TOKEN,
        "users:\n- name: u\n  user:\n    as: me\n",
    ),
    a_field_comes_after_what_was_merged => (
        "x-base: &base\n  user: u\ncontexts:\n- name: x\n  context:\n    <<: *base\n",
        NAMESPACE,
        "x-base: &base\n  user: u\ncontexts:\n- name: x\n  context:\n    <<: *base\n    namespace: \"1\"\n",
    ),
    an_alias_that_is_a_whole_stanza_is_written_out => (
        "x-base: &base\n  user: u\ncontexts:\n- name: x\n  context: *base # b\n",
        NAMESPACE,
        "x-base: &base\n  user: u\ncontexts:\n- name: x\n  context: # b\n    cluster: \"\"\n    namespace: \"1\"\n    user: u\n",
    ),
    a_list_of_strings_is_replaced_whole => (
        "users:\n- name: u\n  user:\n    as: me\n    as-groups: [a] # g\n",
        GROUPS,
        "users:\n- name: u\n  user:\n    as: me\n    as-groups: # g\n    - g\n    - h\n",
    ),
    a_list_of_strings_is_replaced_in_flow => (
        "users: [{name: u, user: {as: me, as-groups: [a]}}]\n",
        GROUPS,
        "users: [{name: u, user: {as: me, as-groups: [\"g\", \"h\"]}}]\n",
    ),
    a_variable_of_a_plugin_is_changed_alone => (
        "users:\n- name: u\n  user:\n    exec:\n      command: c # c\n      env:\n      - name: A\n        value: a # a\n      - {name: B, value: b}\n",
        |kubeconfig| {
            let exec = kubeconfig.users.get_mut("u").unwrap().exec.as_mut().unwrap();
            exec.env[1].value = "yes".into();
            Ok(())
        },
        "users:\n- name: u\n  user:\n    exec:\n      command: c # c\n      env:\n      - name: A\n        value: a # a\n      - {name: B, value: \"yes\"}\n",
    ),
    tokens_of_a_provider_are_refreshed => (
        "users:\n- name: u\n  user:\n    auth-provider:\n      config:\n        client-id: k8s # ours\n        id-token: old\n      name: oidc\n",
        |kubeconfig| {
            let tokens = [("id-token", "new"), ("refresh-token", "r")];
            let tokens = tokens.map(|(key, value)| (key.to_owned(), value.into()));
            Ok(kubeconfig.set_auth_provider("u", &tokens.into_iter().collect())?)
        },
        "users:\n- name: u\n  user:\n    auth-provider:\n      config:\n        client-id: k8s # ours\n        id-token: new\n        refresh-token: r\n      name: oidc\n",
    ),
    a_stanza_comes_and_goes_at_once => (
        "users:\n- name: u\n  user: {token: t}\n",
        |kubeconfig| {
            kubeconfig.delete_user("u")?;
            kubeconfig.users.insert("v".to_owned(), AuthInfo::default());
            Ok(())
        },
        "users:\n- name: v\n  user: {}\n",
    ),
    nothing_becomes_a_whole_file => (
        "",
        |kubeconfig| {
            let mut context = Context::default();
            (context.cluster, context.user) = (Some("c".to_owned()), Some("u".to_owned()));
            kubeconfig.contexts.insert("two".to_owned(), context);
            Ok(kubeconfig.use_context("two")?)
        },
        "apiVersion: v1\nclusters: null\ncontexts:\n- context:\n    cluster: c\n    user: u\n  name: two\ncurrent-context: two\nkind: Config\nusers: null\n",
    ),
    comments_alone_stay_in_front => (
        "# mine\n\n",
        ADD,
        "# mine\n\napiVersion: v1\nclusters:\n- cluster:\n    server: https://b\n  name: b\ncontexts: null\ncurrent-context: \"\"\nkind: Config\nusers: null\n",
    ),
    a_null_document_is_replaced => (
        "--- # mine\nnull\n",
        ADD,
        "--- # mine\napiVersion: v1\nclusters:\n- cluster:\n    server: https://b\n  name: b\ncontexts: null\ncurrent-context: \"\"\nkind: Config\nusers: null\n",
    ),
    a_long_value_is_broken_as_kubectl_does => (
        "users:\n- name: u\n  user:\n    token: x # t\n    as: x\n",
        |kubeconfig| {
            let long = ["wwwwwwwww"; 9].join(" ");
            let user = kubeconfig.users.get_mut("u").unwrap();
            (user.token, user.impersonate) = (Some(long.clone().into()), Some(long));
            Ok(())
        },
        "users:\n- name: u\n  user:\n    token: wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww # t\n    as: wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww wwwwwwwww\n      wwwwwwwww\n",
    ),
});

/// A text, a change, and the fault that stops it with its line.
fn refuses((text, change, line, fault): (&str, Change, Option<u32>, EditFault)) {
    let error = edited(text, change).unwrap_err();
    assert_eq!((error.line(), error.fault()), (line, &fault), "{error}");
}

rows!(refuses: {
    what_is_no_kubeconfig => ("clusters: 1\n", USE_TWO, None, EditFault::Unreadable),
    two_documents => ("a: 1\n---\nb: 1\n", USE_TWO, None, EditFault::Unreadable),
    a_context_that_is_not_there => ("contexts: []\n", USE_TWO, None, EditFault::Refused),
    a_value_that_an_alias_repeats => (
        "clusters:\n- name: c\n  cluster: &c\n    server: s\n- {name: d, cluster: *c}\n",
        SERVER,
        Some(4),
        EditFault::Aliased,
    ),
    a_scalar_that_an_alias_repeats => (
        "users:\n- {name: u, user: {token: &t x}}\n- {name: v, user: {token: *t}}\n",
        TOKEN,
        Some(2),
        EditFault::Aliased,
    ),
    an_item_that_is_an_alias => (
        "x: &c {name: c}\nclusters:\n- *c\n",
        SERVER,
        Some(3),
        EditFault::Aliased,
    ),
    taking_away_what_was_merged => (
        "x: &x {token: t}\nusers:\n- name: u\n  user:\n    <<: *x\n    as: me\n",
        NO_TOKEN,
        Some(5),
        EditFault::Merged,
    ),
    a_key_after_a_question_mark => (
        "? current-context\n: one\ncontexts: [{name: two}]\n",
        USE_TWO,
        Some(1),
        EditFault::Notation("the key is written in a way that cannot be edited".to_owned()),
    ),
});

#[test]
fn utf_16_stays_utf_16() {
    let bytes =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let old = bytes("\u{feff}current-context: é\r\ncontexts: [{name: two}]\r\n");
    let new = edit(&old, USE_TWO).unwrap();
    assert_eq!(
        new,
        bytes("\u{feff}current-context: two\r\ncontexts: [{name: two}]\r\n")
    );
}

#[test]
fn no_error_shows_a_secret() {
    let text = "users:\n- {name: u, user: {token: &t s3cret}}\n- {name: v, user: {token: *t}}\n";
    let error = edited(text, TOKEN).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}
