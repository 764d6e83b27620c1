//! From what a plugin printed to a token: checked, with its end, and its certificate put where the trust finds it.

use secrecy::{ExposeSecret as _, SecretSlice};

use super::error::{ExecError, Kind};
use super::protocol::{self, Answer};
use super::run::{Ended, Run};
use super::{Plan, said};
use crate::event::{AuthEvent, Thing};
use crate::identity::IssuedIdentity;
use crate::token::{Token, ahead_of};

impl Plan {
    /// What it printed, if it ended well.
    pub(super) fn output(&self, run: Run) -> Result<Vec<u8>, ExecError> {
        let said = || said::last_lines(&run.said, run.said_more, &self.exec);
        match run.ended {
            Ok(Ended::Well) => Ok(run.printed),
            Ok(end) => Err(self.error(Kind::Ended { end, said: said() })),
            Err(failed) => Err(self.error(Kind::Failed {
                failed,
                said: said(),
            })),
        }
    }

    /// The token, or the certificate, or both.
    pub(super) fn token(
        &self,
        printed: &[u8],
        issued: &IssuedIdentity,
    ) -> Result<Token, ExecError> {
        let answer = protocol::read(printed, &self.exec.api_version)
            .map_err(|fault| self.error(Kind::Answer(fault)))?;
        let now = self.time.now();
        if let Some(end) = answer.expires.filter(|end| *end <= now) {
            let ago = now.duration_since(end).unwrap_or_default();
            return Err(self.error(Kind::Expired { ago }));
        }
        let text = answer.token.as_ref();
        let token = text
            .map(|text| Token::new(text.expose_secret()))
            .transpose()
            .map_err(|cause| self.error(Kind::Token(cause)))?;
        if self.issue(&answer, issued)? {
            let thing = Thing::ClientCertificate;
            self.events.report(AuthEvent::Reloaded { thing });
        }
        let number = issued.number();
        let token = match (token, &answer.pair) {
            (Some(token), Some(_)) => token.beside_certificate(number),
            (Some(token), None) => token,
            (None, _) => Token::certificate(number),
        };
        Ok(match answer.expires {
            Some(end) => token.expires(end).renew_from(ahead_of(end, now)),
            None => token,
        })
    }

    /// Puts the certificate where the trust finds it; none, if there is none. Whether it changed.
    fn issue(&self, answer: &Answer, issued: &IssuedIdentity) -> Result<bool, ExecError> {
        let Some((certificate, key)) = &answer.pair else {
            return Ok(issued.withdraw());
        };
        let key = SecretSlice::from(key.expose_secret().as_bytes().to_vec());
        let place = format!("what {} printed", self.exec.command);
        let certificate = certificate.expose_secret().as_bytes();
        issued
            .issue(certificate, key, &place, &self.provider)
            .map_err(|cause| self.error(Kind::Certificate(cause)))
    }
}
