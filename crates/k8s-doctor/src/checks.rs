//! The steps, a file each: from what the case holds to a finding.

mod access;
mod clock;
mod configuration;
mod credential;
mod http;
mod identity;
mod name_resolution;
mod proxy;
mod readyz;
mod tcp;
mod tls;

use std::time::Duration;

use crate::StepName;
use crate::case::Case;
use crate::finding::Checked;

pub(crate) use self::configuration::{explain, found, unroutable};

/// Makes one step, which keeps to its limit.
pub(crate) async fn check(step: StepName, case: &mut Case<'_>, limit: Duration) -> Checked {
    match step {
        StepName::Configuration => Ok(found(case.config)),
        StepName::Clock => clock::check(case, limit).await,
        StepName::NameResolution => name_resolution::check(case, limit).await,
        StepName::Tcp => tcp::check(case, limit).await,
        StepName::Proxy => proxy::check(case, limit).await,
        StepName::Tls => tls::check(case, limit).await,
        StepName::Credential => credential::check(case, limit).await,
        StepName::Http => http::check(case, limit).await,
        StepName::Readyz => readyz::check(case, limit).await,
        StepName::Identity => identity::check(case, limit).await,
        StepName::Access => access::check(case, limit).await,
    }
}
