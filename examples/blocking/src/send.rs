//! All that joins the two crates: a request of bytes goes out, a status code and a reader come back.

use std::io::Read;

use http::{Request, StatusCode, Uri};
use k8s_api_core::request;
use ureq::{Agent, Body, BodyReader};

use crate::Failure;

/// A server, by its address and the path that stands before every path.
#[derive(Debug)]
pub(crate) struct Server {
    address: Uri,
    agent: Agent,
}

impl Server {
    pub(crate) fn at(address: &str) -> Result<Self, Failure> {
        // A refusal has a body that says why: it is an answer like others.
        let config = Agent::config_builder().http_status_as_error(false);
        Ok(Self {
            address: address.parse()?,
            agent: config.build().into(),
        })
    }

    /// Sends a request whose URI is a path.
    pub(crate) fn send(
        &self,
        request: Request<impl AsRef<[u8]>>,
    ) -> Result<(StatusCode, BodyReader<'static>), Failure> {
        let (parts, body) = request::at_server(&self.address, request)?.into_parts();
        let body = body.as_ref();
        let response = if body.is_empty() {
            self.agent.run(Request::from_parts(parts, ()))?
        } else {
            self.agent.run(Request::from_parts(parts, body))?
        };
        let (parts, body) = response.into_parts();
        Ok((parts.status, Body::into_reader(body)))
    }
}

/// All of a short answer.
pub(crate) fn read(mut body: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    Ok(bytes)
}
