//! What the client's verbs that read give: typed, dynamic, metadata alone, in pages and in one go.

use std::collections::BTreeSet;

use k8s_api_core::{DynamicObject, Resource};
use k8s_client::{
    Api, CreateParams, GetParams, ListParams, ListStream, ObjectMeta, StaticResource,
};

use crate::Cluster;
use crate::cluster::{map, maps};

/// What a program reads that wants one field of a map.
#[derive(Debug, serde::Deserialize)]
struct Coloured {
    metadata: ObjectMeta,
    data: Colour,
}

#[derive(Debug, serde::Deserialize)]
struct Colour {
    colour: String,
}

impl Resource for Coloured {
    type Metadata = ObjectMeta;

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl StaticResource for Coloured {
    fn api_resource() -> k8s_client::ApiResource {
        maps()
    }
}

/// Maps `m0` to `m6` in a namespace of their own, which has one of the cluster's own too.
async fn seven(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    let api = Api::namespaced_of(cluster.admin(), maps(), namespace);
    for number in 0..7 {
        let mut object = map(&format!("m{number}"));
        object.metadata.labels.insert("of", "seven");
        api.create(&object, &CreateParams::default()).await.unwrap();
    }
    api
}

fn of_seven() -> ListParams {
    ListParams::default().labels("of=seven")
}

async fn names<K>(mut stream: ListStream<K>) -> Vec<String>
where
    K: Resource + serde::de::DeserializeOwned + Send + 'static,
{
    let mut names = Vec::new();
    while let Some(object) = stream.next().await {
        names.push(object.unwrap().name().unwrap().to_owned());
    }
    assert!(stream.metadata().unwrap().resource_version.is_some());
    names
}

fn all_seven() -> Vec<String> {
    (0..7).map(|number| format!("m{number}")).collect()
}

pub(super) async fn a_short_struct_reads_its_fields(cluster: &Cluster) {
    let api = seven(cluster).await;
    let namespace = api.collection().namespace().unwrap();
    let coloured = Api::<Coloured>::namespaced(cluster.admin(), namespace);
    let one = coloured.get("m3").await.unwrap();
    assert_eq!((one.name(), one.data.colour.as_str()), (Some("m3"), "red"));
    let all = coloured.list(&of_seven()).await.unwrap();
    assert_eq!(all.items.len(), 7);
}

pub(super) async fn one_that_is_not_there_is_none(cluster: &Cluster) {
    let api = seven(cluster).await;
    assert!(api.get_opt("m9").await.unwrap().is_none());
    assert!(api.get_opt("m1").await.unwrap().is_some());
}

pub(super) async fn any_version_of_one_will_do_when_it_is_0(cluster: &Cluster) {
    let api = seven(cluster).await;
    let params = GetParams::default().resource_version("0");
    let one = api.get_with("m1", &params).await.unwrap();
    assert_eq!(one.name(), Some("m1"));
}

pub(super) async fn a_later_version_of_one_is_waited_for(cluster: &Cluster) {
    let api = seven(cluster).await;
    let version = api
        .get("m6")
        .await
        .unwrap()
        .metadata
        .resource_version
        .unwrap();
    let params = GetParams::default().resource_version(version);
    assert_eq!(
        api.get_with("m1", &params).await.unwrap().name(),
        Some("m1")
    );
}

pub(super) async fn metadata_of_one_is_smaller(cluster: &Cluster) {
    let api = seven(cluster).await;
    let metadata = api.get_metadata("m1").await.unwrap();
    assert_eq!(metadata.name(), Some("m1"));
    let all = api.list_metadata(&of_seven()).await.unwrap();
    assert_eq!(all.items.len(), 7);
}

pub(super) async fn a_list_stream_goes_through_all_pages(cluster: &Cluster) {
    let api = seven(cluster).await;
    for limit in [1, 3, 7, 100] {
        let stream = api.list_stream(&of_seven().limit(limit));
        assert_eq!(names(stream).await, all_seven(), "{limit}");
    }
}

pub(super) async fn pages_of_a_list_stream_are_of_one_version(cluster: &Cluster) {
    let api = seven(cluster).await;
    let mut stream = api.list_stream(&of_seven().limit(3));
    stream.next().await.unwrap().unwrap();
    let mut late = map("m7");
    late.metadata.labels.insert("of", "seven");
    api.create(&late, &CreateParams::default()).await.unwrap();
    let rest: BTreeSet<_> = names(stream).await.into_iter().collect();
    // It came after the first page was read.
    assert!(!rest.contains("m7"), "{rest:?}");
    assert_eq!(rest.len(), 6);
}

pub(super) async fn one_streamed_list_gives_all(cluster: &Cluster) {
    let api = seven(cluster).await;
    assert_eq!(names(api.list_streamed(&of_seven())).await, all_seven());
    let metadata = api.metadata();
    assert_eq!(
        names(metadata.list_streamed(&of_seven())).await,
        all_seven()
    );
}

pub(super) async fn a_list_stream_of_metadata_goes_through_all_pages(cluster: &Cluster) {
    let metadata = seven(cluster).await.metadata();
    let stream = metadata.list_stream(&of_seven().limit(3));
    assert_eq!(names(stream).await, all_seven());
}

pub(super) async fn a_list_stream_of_nothing_ends(cluster: &Cluster) {
    let api = seven(cluster).await;
    let none = ListParams::default().labels("of=none").limit(2);
    assert!(names(api.list_stream(&none)).await.is_empty());
    assert!(names(api.list_streamed(&none)).await.is_empty());
}

pub(super) async fn a_list_stream_of_what_is_not_there_is_not_found(cluster: &Cluster) {
    let nothing = k8s_client::ApiResource::new(
        "example.org",
        "v1",
        "Nothing",
        "nothings",
        k8s_client::Scope::Namespaced,
    );
    let api = Api::<DynamicObject>::all_of(cluster.admin(), nothing);
    for mut stream in [
        api.list_stream(&ListParams::default()),
        api.list_streamed(&ListParams::default()),
    ] {
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        assert!(stream.next().await.is_none());
    }
}

pub(super) async fn a_table_has_the_columns_that_kubectl_shows(cluster: &Cluster) {
    let api = seven(cluster).await;
    let table = api.table(&of_seven()).await.unwrap();
    let columns = table.column_definitions.iter();
    let columns: Vec<_> = columns.map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["Name", "Data", "Age"]);
    assert_eq!(table.rows.len(), 7);
}

pub(super) async fn a_name_that_would_be_another_request_is_refused(cluster: &Cluster) {
    let api = seven(cluster).await;
    for name in ["", ".", "..", "m1/status", "m1%2Fstatus"] {
        let error = api.get(name).await.unwrap_err();
        assert!(error.status().is_none(), "{name}: {error:?}");
    }
    // A question mark is no query: there is no such name.
    assert!(api.get("m1?dryRun=All").await.unwrap_err().is_not_found());
}
