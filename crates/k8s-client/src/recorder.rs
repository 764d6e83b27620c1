//! What a program does, noted while it does it, and the smallest roles that allow just that.
//!
//! ```text
//! Client ▸ Recorder ▸ the stack          each request ▸ RequestInfo ▸ Access ▸ Record
//! Record ▸ roles("name") ▸ rules without what is granted anyway ▸ Role, ClusterRole, in YAML
//! ```
//!
//! ```no_run
//! use k8s_client::recorder::{self, Record, RecorderLayer};
//! use k8s_client::{Client, ClientOptions, Config, crypto, stack};
//! use tower::Layer as _;
//!
//! # fn example(config: &Config) -> Result<(), k8s_client::Error> {
//! let record = Record::new();
//! let stack = stack::assemble(config, &crypto::ring(), &ClientOptions::new())?;
//! let client = Client::new(RecorderLayer::new(record.clone()).layer(stack));
//! // … run the program, or its tests …
//! println!("{}", recorder::yaml(&record.roles("my-program")));
//! # Ok(())
//! # }
//! ```

mod access;
mod role;
mod rules;
mod service;
mod yaml;

pub use self::access::{Access, Record};
pub use self::role::{Role, Rule};
pub use self::service::{Recorder, RecorderFuture, RecorderLayer};
pub use self::yaml::yaml;
