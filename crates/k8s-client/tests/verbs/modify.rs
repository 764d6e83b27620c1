//! Verbs that write, and those that take more than one request.

use http::Method;
use k8s_client::{CreateParams, DeleteParams, Deleted, Patch, PatchParams, ReplaceParams};

use super::*;

fn blue(object: &mut DynamicObject) {
    object.data["data"]["a"] = "blue".into();
}

fn x() -> String {
    format!("{PATH}/x")
}

#[tokio::test]
async fn a_change_is_written_as_a_difference_of_one_version() {
    let (maps, mut handle) = maps();
    let server = async {
        for version in [1, 2] {
            handle.expect_get(&x()).answer(&map("x", version)).await;
            let version = version.to_string();
            let change = json!({"data": {"a": "blue"}, "metadata": {"resourceVersion": version}});
            let target = format!("{}?fieldManager=me", x());
            let patch = handle.expect_patch(&target).json(&change);
            if version == "1" {
                let refusal = refusal(409, "Conflict");
                patch.answer_status(StatusCode::CONFLICT, &refusal).await;
            } else {
                patch.answer(&map("x", 3)).await;
            }
        }
    };
    let params = PatchParams::default().field_manager("me");
    let (changed, ()) = tokio::join!(maps.modify("x", &params, blue), server);
    let version = changed.unwrap().metadata.resource_version;
    assert_eq!(version.as_deref(), Some("3"));
}

#[tokio::test]
async fn a_change_of_nothing_sends_nothing() {
    let (maps, mut handle) = maps();
    let server = async { handle.expect_get(&x()).answer(&map("x", 1)).await };
    let params = PatchParams::default();
    let (same, ()) = tokio::join!(maps.modify("x", &params, |_| {}), server);
    assert_eq!(name(&same.unwrap()), "x");
    assert!(handle.is_idle());
}

#[tokio::test(start_paused = true)]
async fn a_change_is_given_up_after_ten_conflicts() {
    let (maps, mut handle) = maps();
    let server = async {
        for _ in 0..10 {
            handle.expect_get(&x()).answer(&map("x", 1)).await;
            let patch = handle.expect_patch(&x());
            let refusal = refusal(409, "Conflict");
            patch.answer_status(StatusCode::CONFLICT, &refusal).await;
        }
    };
    let params = PatchParams::default();
    let (changed, ()) = tokio::join!(maps.modify("x", &params, blue), server);
    assert!(changed.unwrap_err().is_conflict());
    assert!(handle.is_idle());
}

#[tokio::test]
async fn the_second_of_two_that_create_reads_what_the_first_created() {
    let (maps, mut handle) = maps();
    let server = async {
        let refusals = [(404, "NotFound"), (409, "AlreadyExists")];
        refuse(
            expect(&mut handle, &format!("GET {}", x())).await,
            refusals[0].0,
            refusals[0].1,
        );
        refuse(
            expect(&mut handle, &format!("POST {PATH}")).await,
            refusals[1].0,
            refusals[1].1,
        );
        handle.expect_get(&x()).answer(&map("x", 1)).await;
    };
    let new = || serde_json::from_value(map("x", 0)).unwrap();
    let params = CreateParams::default();
    let (object, ()) = tokio::join!(maps.get_or_create("x", &params, new), server);
    assert_eq!(name(&object.unwrap()), "x");
}

#[tokio::test]
async fn a_deletion_is_answered_with_the_object_or_a_status() {
    let (maps, mut handle) = maps();
    let server = async {
        handle.expect_delete(&x()).answer(&map("x", 1)).await;
        let gone = json!({"kind": "Status", "status": "Success", "details": {"uid": "u"}});
        handle.expect_delete(&x()).answer(&gone).await;
        handle
            .expect_delete(PATH)
            .answer(&list(&[map("x", 1)], "3", None))
            .await;
        refuse(
            expect(&mut handle, &format!("DELETE {}", x())).await,
            404,
            "NotFound",
        );
    };
    let client = async {
        let params = DeleteParams::default();
        let object = maps.delete("x", &params).await.unwrap().object();
        assert_eq!(name(&object.unwrap()), "x");
        let Deleted::Status(status) = maps.delete("x", &params).await.unwrap() else {
            panic!("an object");
        };
        assert!(status.is_success());
        let all = maps
            .delete_collection(&Default::default(), &params)
            .await
            .unwrap();
        assert_eq!(all.object().unwrap().items.len(), 1);
        assert!(!maps.delete_opt("x", &params).await.unwrap());
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_patch_of_metadata_is_answered_with_metadata() {
    let (maps, mut handle) = maps();
    let server = async {
        let request = expect(&mut handle, &format!("PATCH {}?dryRun=All", x())).await;
        let headers = request.request().headers();
        assert!(
            headers["accept"]
                .to_str()
                .unwrap()
                .contains("as=PartialObjectMetadata;")
        );
        assert_eq!(headers["content-type"], "application/merge-patch+json");
        request.respond_json(StatusCode::OK, &map("x", 1));
    };
    let metadata = maps.metadata();
    let patch = Patch::merge(&json!({"metadata": {"labels": {"a": "b"}}})).unwrap();
    let params = PatchParams::default().dry_run();
    let (patched, ()) = tokio::join!(metadata.patch("x", &patch, &params), server);
    assert_eq!(patched.unwrap().metadata.name.as_deref(), Some("x"));
}

#[tokio::test]
async fn parts_of_an_object_have_their_own_paths() {
    let (maps, mut handle) = maps();
    let scale = json!({"kind": "Scale", "metadata": {"name": "x"}, "spec": {"replicas": 3}});
    let server = async {
        handle
            .expect_get(&format!("{}/scale", x()))
            .answer(&scale)
            .await;
        let wanted = json!({"spec": {"replicas": 3}});
        let patch = handle.expect(Method::PATCH, &format!("{}/scale", x()));
        patch.json(&wanted).answer(&scale).await;
        handle
            .expect_get(&format!("{}/status", x()))
            .answer(&map("x", 1))
            .await;
        handle
            .expect_put(&format!("{}/status", x()))
            .answer(&map("x", 2))
            .await;
        let eviction = json!({
            "apiVersion": "policy/v1", "kind": "Eviction",
            "metadata": {"name": "x", "namespace": "prod"},
            "deleteOptions": {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0},
        });
        let target = format!("{}/eviction", x());
        let post = handle.expect_post(&target).json(&eviction);
        post.answer_status(
            StatusCode::CREATED,
            &json!({"kind": "Status", "status": "Success"}),
        )
        .await;
        let target = format!("{}/eviction", x());
        refuse(
            expect(&mut handle, &format!("POST {target}")).await,
            429,
            "TooManyRequests",
        );
    };
    let client = async {
        assert_eq!(maps.get_scale("x").await.unwrap().spec.replicas, 3);
        assert_eq!(maps.set_replicas("x", 3).await.unwrap().spec.replicas, 3);
        let object = maps.get_status("x").await.unwrap();
        maps.replace_status("x", &object, &ReplaceParams::default())
            .await
            .unwrap();
        let now = DeleteParams::default().grace_period_seconds(0);
        maps.evict("x", &now).await.unwrap();
        let error = maps.evict("x", &DeleteParams::default()).await.unwrap_err();
        assert!(error.is_too_many_requests() && error.is_retryable());
    };
    tokio::join!(server, client);
}
