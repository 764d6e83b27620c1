//! A client certificate that is turned down after the handshake: with TLS 1.3 the server says so on the open connection.

use std::fmt;
use std::io;

use rustls::{AlertDescription, Error};

/// The server does not take the client certificate, or wants one: it says so on the open connection.
#[derive(Debug)]
pub struct ClientCertificateRefused {
    alert: AlertDescription,
}

/// Says what an alert about the client's certificate means; every other error passes as it is.
pub(super) fn name(error: io::Error) -> io::Error {
    let alert = match error.get_ref().and_then(|cause| cause.downcast_ref()) {
        Some(Error::AlertReceived(alert)) => *alert,
        _ => return error,
    };
    if is_refusal(alert) {
        io::Error::new(error.kind(), ClientCertificateRefused { alert })
    } else {
        error
    }
}

/// Whether an alert is about the certificate that the client showed, or did not show.
pub(in crate::tls) fn is_refusal(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::AccessDenied
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::UnsupportedCertificate
    )
}

impl fmt::Display for ClientCertificateRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.alert {
            AlertDescription::CertificateRequired => {
                f.write_str("the server wants a client certificate, and none was shown")
            }
            AlertDescription::CertificateExpired => {
                f.write_str("the server says that the client certificate has expired")
            }
            AlertDescription::UnknownCA => {
                f.write_str("the server does not know the CA of the client certificate")
            }
            alert => write!(f, "the server refused the client certificate ({alert:?})"),
        }
    }
}

impl std::error::Error for ClientCertificateRefused {}
