//! What passes is noted, and passes unchanged.

use k8s_client::PatchParams;
use k8s_client::recorder::{Access, Record, RecorderLayer};
use tower::Layer as _;

use super::*;

#[tokio::test]
async fn each_request_is_noted_and_an_object_that_comes_about_is_a_creation_too() {
    let (service, mut handle) = mock::pair();
    let record = Record::new();
    let client = Client::new(RecorderLayer::new(record.clone()).layer(service));
    let resource = ApiResource::new("", "v1", "ConfigMap", "configmaps", Scope::Namespaced);
    let maps = Api::<DynamicObject>::namespaced_of(client, resource, "prod");
    let wanted = map("x", 0);
    let params = PatchParams::default().field_manager("me");
    for (code, verbs) in [(200, &["patch"][..]), (201, &["create", "patch"])] {
        let server = async {
            let request = handle.next().await.unwrap();
            request.respond_json(StatusCode::from_u16(code).unwrap(), &map("x", 1));
        };
        tokio::join!(maps.apply("x", &wanted, &params), server)
            .0
            .unwrap();
        let accesses = record.accesses();
        let noted = accesses.iter().map(|access| match access {
            Access::Resource {
                verb,
                resource,
                namespace,
                name,
                ..
            } => {
                assert_eq!(
                    (&**resource, &**namespace, &**name),
                    ("configmaps", "prod", "x")
                );
                verb.as_str()
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(noted.collect::<Vec<_>>(), verbs);
    }
}

#[tokio::test]
async fn a_service_is_called_only_when_it_is_ready() {
    let (service, mut handle) = tower_test::mock::pair::<http::Request<()>, Response<()>>();
    let mut recorder =
        tower_test::mock::Spawn::new(RecorderLayer::new(Record::new()).layer(service));
    handle.allow(0);
    assert!(recorder.poll_ready().is_pending());
    handle.allow(1);
    assert!(recorder.poll_ready().is_ready());
    let call = recorder.call(http::Request::new(()));
    let (_, answer) = handle.next_request().await.unwrap();
    answer.send_response(Response::new(()));
    call.await.unwrap();
}
