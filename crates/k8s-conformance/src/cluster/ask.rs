//! A request written out, and its answer read whole, whatever its code: for what a typed call would hide.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request};
use k8s_client::{Body, Client, SendOnce};
use serde_json::Value;

/// A request that is being put together.
#[derive(Debug)]
pub(crate) struct Ask(Request<Bytes>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: HeaderMap,
    /// The body as text, whatever it is.
    pub(crate) text: String,
    pub(crate) bytes: Bytes,
    /// The body, if it is JSON; else null.
    pub(crate) body: Value,
}

impl Ask {
    /// A request without a body that takes JSON.
    pub(crate) fn new(method: Method, path: impl AsRef<str>) -> Self {
        let request = Request::builder()
            .method(method)
            .uri(path.as_ref())
            .header(ACCEPT, "application/json");
        Self(request.body(Bytes::new()).unwrap())
    }

    pub(crate) fn get(path: impl AsRef<str>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl AsRef<str>, body: &Value) -> Self {
        Self::new(Method::POST, path).body(body)
    }

    /// A body of any media type.
    pub(crate) fn post_raw(
        path: impl AsRef<str>,
        media_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        Self::new(Method::POST, path).raw(media_type, body)
    }

    pub(crate) fn put(path: impl AsRef<str>, body: &Value) -> Self {
        Self::new(Method::PUT, path).body(body)
    }

    /// A patch of one of the types, as `merge` or `json`.
    pub(crate) fn patch(path: impl AsRef<str>, kind: &str, body: &Value) -> Self {
        let ask = Self::new(Method::PATCH, path).body(body);
        ask.set(
            CONTENT_TYPE.as_str(),
            &format!("application/{kind}-patch+json"),
        )
    }

    pub(crate) fn delete(path: impl AsRef<str>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn body(mut self, body: &Value) -> Self {
        *self.0.body_mut() = body.to_string().into();
        self.set(CONTENT_TYPE.as_str(), "application/json")
    }

    /// A body that need not be JSON, of the type that is set.
    pub(crate) fn text(mut self, text: &str) -> Self {
        *self.0.body_mut() = text.to_owned().into();
        self
    }

    /// A body of any kind.
    pub(crate) fn raw(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        *self.0.body_mut() = Bytes::from(body.into());
        self.set(CONTENT_TYPE.as_str(), media_type)
    }

    /// Puts a header in the place of those of its name.
    pub(crate) fn set(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().insert(name, value.parse().unwrap());
        self
    }

    /// Adds a header to those of its name.
    pub(crate) fn and(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.set(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// Has the client not try again when the server says "later".
    pub(crate) fn once(mut self) -> Self {
        self.0.extensions_mut().insert(SendOnce);
        self
    }

    /// Sends it.
    pub(crate) async fn of(self, client: &Client) -> Answer {
        let response = client.send(self.0.map(Body::from)).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.bytes().await.unwrap();
        Answer {
            code: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.code), "{self:?}");
        self.body
    }

    pub(crate) fn media_type(&self) -> &str {
        self.headers[CONTENT_TYPE].to_str().unwrap()
    }

    /// That it is a refusal with exactly these words.
    #[track_caller]
    pub(crate) fn refuses(&self, code: u16, reason: &str, message: &str) {
        let body = &self.body;
        assert_eq!(body["kind"], "Status", "{self:?}");
        assert_eq!(
            (self.code, &body["reason"], &body["message"]),
            (code, &reason.into(), &message.into())
        );
        assert_eq!(
            (&body["status"], &body["code"]),
            (&"Failure".into(), &code.into())
        );
    }

    /// The causes of a refusal: reason, message and field of each.
    pub(crate) fn causes(&self) -> Vec<(&str, &str, &str)> {
        let causes = self.body["details"]["causes"].as_array();
        let causes = causes.into_iter().flatten();
        causes
            .map(|cause| {
                let [reason, message, field] =
                    ["reason", "message", "field"].map(|field| cause[field].as_str());
                (
                    reason.unwrap_or_default(),
                    message.unwrap_or_default(),
                    field.unwrap_or_default(),
                )
            })
            .collect()
    }
}

/// The path of a resource of the core group in a namespace.
pub(crate) fn at(namespace: &str, resource: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/{resource}")
}
