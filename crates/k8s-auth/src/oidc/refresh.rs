//! A refresh: where the token endpoint is, and what it gives for a refresh token (RFC 6749, 6).

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use super::answer::{self, Endpoint};
use super::error::{Kind, OidcError};
use super::http::Http;
use super::settings::is_safe;
use super::{Oidc, OidcTokens};
use crate::token::Token;

impl Oidc {
    /// New tokens for the refresh token among `tokens`.
    pub(super) async fn refresh(&self, tokens: &OidcTokens) -> Result<OidcTokens, OidcError> {
        let refresh_token = tokens.refresh_token.as_ref();
        let refresh_token = refresh_token.ok_or_else(|| self.error(Kind::NoRefreshToken))?;
        let http = self.http.as_ref().ok_or_else(|| self.error(Kind::NoHttp))?;
        let endpoint = self.discover(http).await?;
        let in_form = endpoint.secret_in_form;
        let (mut code, mut body) = self.post(http, &endpoint, refresh_token, in_form).await?;
        // Not every provider says what it takes; one that does not know the client has not used up the token.
        if code == StatusCode::UNAUTHORIZED && !in_form && self.settings.client_secret.is_some() {
            (code, body) = self.post(http, &endpoint, refresh_token, true).await?;
        }
        if !code.is_success() {
            let secret = self.settings.client_secret.as_ref();
            let secrets = [
                refresh_token.expose_secret(),
                secret.map_or("", |secret| secret.expose_secret()),
            ];
            let said = answer::refusal(&body, &secrets);
            return Err(self.error(Kind::Refused { code, said }));
        }
        let granted = answer::granted(&body).ok_or_else(|| self.error(Kind::NoTokens))?;
        let id_token = granted
            .id_token
            .ok_or_else(|| self.error(Kind::NoIdToken))?;
        Ok(OidcTokens {
            id_token: Some(id_token),
            refresh_token: granted
                .refresh_token
                .or_else(|| Some(refresh_token.clone())),
        })
    }

    async fn discover(&self, http: &Http) -> Result<Endpoint, OidcError> {
        let uri = format!("{}/.well-known/openid-configuration", self.settings.issuer);
        let request = Request::get(uri)
            .header(ACCEPT, "application/json")
            .body(Bytes::new());
        let request = request.map_err(|_| self.error(Kind::Issuer))?;
        let answer = http.send(request).await;
        let (code, body) = answer.map_err(|cause| self.error(Kind::Discovery(cause)))?;
        if code != StatusCode::OK {
            return Err(self.error(Kind::NotDiscovered { code }));
        }
        let endpoint = answer::discovery(&body).filter(|endpoint| is_safe(&endpoint.uri));
        endpoint.ok_or_else(|| self.error(Kind::NoEndpoint))
    }

    async fn post(
        &self,
        http: &Http,
        endpoint: &Endpoint,
        refresh_token: &SecretString,
        secret_in_form: bool,
    ) -> Result<(StatusCode, Vec<u8>), OidcError> {
        let settings = &self.settings;
        let mut form = String::from("grant_type=refresh_token");
        let mut add = |name: &str, value: &str| {
            form.push('&');
            form.push_str(name);
            form.push('=');
            encode(value, &mut form);
        };
        add("refresh_token", refresh_token.expose_secret());
        let mut request = Request::post(endpoint.uri.clone())
            .header(ACCEPT, "application/json")
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            );
        match &settings.client_secret {
            Some(secret) if !secret_in_form => {
                request = request.header(AUTHORIZATION, self.basic(secret)?);
            }
            secret => {
                add("client_id", &settings.client_id);
                if let Some(secret) = secret {
                    add("client_secret", secret.expose_secret());
                }
            }
        }
        let request = request.body(Bytes::from(form));
        let request = request.map_err(|_| self.error(Kind::NoEndpoint))?;
        let answer = http.send(request).await;
        answer.map_err(|cause| self.error(Kind::Refresh(cause)))
    }

    /// Client and secret, both encoded as in a form (RFC 6749, 2.3.1).
    fn basic(&self, secret: &SecretString) -> Result<HeaderValue, OidcError> {
        let (mut id, mut encoded) = (String::new(), String::new());
        encode(&self.settings.client_id, &mut id);
        encode(secret.expose_secret(), &mut encoded);
        let token = Token::basic(&id, encoded).map_err(|cause| self.error(Kind::Token(cause)))?;
        Ok(token
            .header()
            .cloned()
            .unwrap_or_else(|| HeaderValue::from_static("")))
    }
}

/// As `application/x-www-form-urlencoded` has it.
fn encode(value: &str, form: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                form.push(char::from(byte));
            }
            b' ' => form.push('+'),
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                form.push('%');
                form.push(char::from(DIGITS[usize::from(byte >> 4)]));
                form.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn encodes_as_forms_do() {
        let mut form = String::new();
        encode("aZ09-._* ä+&=", &mut form);
        assert_eq!(form, "aZ09-._*+%C3%A4%2B%26%3D");
    }
}
