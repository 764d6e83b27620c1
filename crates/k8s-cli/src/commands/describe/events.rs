//! What happened to an object, as the cluster recorded it.

use std::fmt::Write as _;

use k8s_api_core::{ApiResource, Scope};
use k8s_client::{Api, Client, DynamicObject, ListParams};
use serde_json::Value;

use crate::age::since;

/// The events of an object.
pub(super) async fn of(client: &Client, object: &Value) -> Result<Vec<Value>, k8s_client::Error> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    let namespace = text(&metadata["namespace"]);
    let selector = [
        ("name", &metadata["name"]),
        ("namespace", &metadata["namespace"]),
        ("kind", &object["kind"]),
        ("uid", &metadata["uid"]),
    ];
    let selector = selector.map(|(field, value)| format!("involvedObject.{field}={}", text(value)));
    let mut params = ListParams::default();
    params.field_selector = Some(selector.join(","));
    params.limit = Some(500);
    let events = ApiResource::new("", "v1", "Event", "events", Scope::Namespaced);
    let events = Api::<DynamicObject>::namespaced_of(client.clone(), events, namespace);
    let events = events.list_stream(&params).collect().await?;
    let mut events: Vec<Value> = events
        .into_iter()
        .filter_map(|event| serde_json::to_value(event).ok())
        .collect();
    events.sort_by_key(|event| text(&event["lastTimestamp"]));
    Ok(events)
}

/// Events as `kubectl describe` shows them, `now` in seconds since 1970.
pub(super) fn table(events: &[Value], now: i64) -> String {
    if events.is_empty() {
        return "Events:\t<none>\n".to_owned();
    }
    let mut text =
        "Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n"
            .to_owned();
    for event in events {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let first = match &event["eventTime"] {
            Value::String(time) => since(Some(time), now),
            _ => since(event["firstTimestamp"].as_str(), now),
        };
        let age = match event["count"].as_u64() {
            Some(count @ 2..) => {
                let last = since(event["lastTimestamp"].as_str(), now);
                format!("{last} (x{count} over {first})")
            }
            _ => first,
        };
        let from = match word(&event["source"]["component"]) {
            component if component.is_empty() => word(&event["reportingComponent"]),
            component => component,
        };
        let message = word(&event["message"]);
        let _ = writeln!(
            text,
            "  {}\t{}\t{age}\t{from}\t{}",
            word(&event["type"]),
            word(&event["reason"]),
            message.trim()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::columns;

    #[test]
    fn shows_events_with_their_ages() {
        let event = json!({
            "type": "Normal", "reason": "Made", "message": " made it\n", "count": 3,
            "firstTimestamp": "1970-01-01T00:00:10Z", "lastTimestamp": "1970-01-01T00:01:00Z",
            "source": {"component": "me"},
        });
        assert_eq!(
            columns::tabbed(&table(&[event], 100)),
            "Events:\n  Type    Reason  Age                From  Message\n  ----    ------  ----               ----  -------\n  Normal  Made    40s (x3 over 90s)  me    made it\n"
        );
        assert_eq!(table(&[], 100), "Events:\t<none>\n");
    }
}
