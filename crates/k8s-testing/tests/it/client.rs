//! The plain clients of these tests: the server called as a service, and hyper over TLS.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use k8s_testing::certs::Certificate;
use k8s_testing::{ApiServer, Listening};
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::net::TcpStream;
use tower::ServiceExt;

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) code: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    fn new(code: StatusCode, headers: HeaderMap, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let json = serde_json::from_slice(bytes).unwrap_or(Value::Null);
        Self {
            code,
            headers,
            text,
            json,
        }
    }

    #[track_caller]
    pub(crate) fn is(self, code: u16) -> Self {
        assert_eq!(self.code.as_u16(), code, "{}", self.text);
        self
    }

    /// The answer is a `Status` of this code, reason and message.
    #[track_caller]
    pub(crate) fn refuses(self, code: u16, reason: &str, message: &str) -> Self {
        let answer = self.is(code);
        assert_eq!(answer.json["kind"], "Status");
        assert_eq!(answer.json["reason"], reason);
        assert_eq!(answer.json["message"], message);
        assert_eq!(answer.json["code"], code);
        answer
    }
}

/// A user's way to a server, as a service.
#[derive(Clone)]
pub(crate) struct User {
    server: ApiServer,
    token: Option<SecretString>,
    pub(crate) headers: HeaderMap,
}

impl User {
    pub(crate) fn admin(server: &ApiServer) -> Self {
        Self::with(server, &server.issue_token("admin", &["system:masters"]))
    }

    pub(crate) fn anonymous(server: &ApiServer) -> Self {
        Self {
            server: server.clone(),
            token: None,
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn with(server: &ApiServer, token: &SecretString) -> Self {
        Self {
            token: Some(token.clone()),
            ..Self::anonymous(server)
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers
            .append(name, value.parse().expect("a header value"));
        self
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send("GET", uri, "").await
    }

    pub(crate) async fn delete(&self, uri: &str) -> Answer {
        self.send("DELETE", uri, "").await
    }

    pub(crate) async fn post(&self, uri: &str, body: &Value) -> Answer {
        self.send("POST", uri, &body.to_string()).await
    }

    pub(crate) async fn put(&self, uri: &str, body: &Value) -> Answer {
        self.send("PUT", uri, &body.to_string()).await
    }

    pub(crate) async fn send(&self, method: &str, uri: &str, body: &str) -> Answer {
        let mut request = request(method, uri, self.token.as_ref(), body.to_owned());
        request.headers_mut().extend(self.headers.clone());
        let Ok(response) = self.server.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Answer::new(parts.status, parts.headers, &bytes)
    }
}

pub(crate) fn request(
    method: &str,
    uri: &str,
    token: Option<&SecretString>,
    body: String,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {}", token.expose_secret()));
    }
    request.body(Full::from(body)).expect("a request")
}

/// What a TLS client trusts, shows and offers.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    pub(crate) ca_pem: String,
    pub(crate) identity: Option<Certificate>,
    pub(crate) alpn: Vec<&'static str>,
    pub(crate) name: Option<&'static str>,
}

impl Tls {
    pub(crate) fn trusting(listening: &Listening) -> Self {
        Self {
            ca_pem: listening.ca_pem().to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        for der in CertificateDer::pem_slice_iter(self.ca_pem.as_bytes()) {
            roots.add(der.expect("PEM")).expect("an authority");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let pem = identity.key_pem().expose_secret();
                let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("a key");
                let key =
                    rustls::crypto::ring::sign::any_supported_type(&key).expect("a known key");
                // Not by `with_client_auth_cert`, which refuses X.509 version 1.
                let certified = rustls::sign::CertifiedKey::new(vec![identity.der().clone()], key);
                builder.with_client_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(
                    certified,
                )))
            }
        };
        config.alpn_protocols = self.alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
        config
    }

    /// One request on one new connection, by HTTP/2 when it was negotiated.
    pub(crate) async fn get(
        &self,
        listening: &Listening,
        path: &str,
        token: Option<&SecretString>,
    ) -> std::io::Result<Answer> {
        let stream = TcpStream::connect(listening.addr()).await?;
        stream.set_nodelay(true)?;
        let name = match self.name {
            Some(name) => ServerName::try_from(name).expect("a name"),
            None => ServerName::from(listening.addr().ip()),
        };
        let connector = tokio_rustls::TlsConnector::from(Arc::new(self.config()));
        let stream = connector.connect(name, stream).await?;
        let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let request = request(
            "GET",
            &format!("https://server{path}"),
            token,
            String::new(),
        );
        let io = TokioIo::new(stream);
        let response = if h2 {
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
                    .await
                    .map_err(std::io::Error::other)?;
            tokio::spawn(connection);
            sender.send_request(request).await
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io)
                .await
                .map_err(std::io::Error::other)?;
            tokio::spawn(connection);
            sender.send_request(request).await
        };
        let (parts, body) = response.map_err(std::io::Error::other)?.into_parts();
        let bytes = body
            .collect()
            .await
            .map_err(std::io::Error::other)?
            .to_bytes();
        Ok(Answer::new(parts.status, parts.headers, &bytes))
    }
}
