//! Credential plugins: a program of the user's that prints a token, a client certificate, or both.
//!
//! ```text
//! Renew ▸ policy: may it run? ▸ PATH ▸ interactive? ▸ protocol: what it is told ▸ run: the process, its end, its output
//!       ▸ protocol: what it says ▸ Token ▸ (Cached) ▸ Authorize
//!                                ▸ certificate and key ▸ IssuedIdentity ▸ Trust: a new generation ▸ new connections
//! ```
//!
//! Follows `k8s.io/client-go/plugin/pkg/client/auth/exec` and `k8s.io/client-go/pkg/apis/clientauthentication`, except that a
//! plugin has a time limit and an output limit, ends with its children when nobody waits for it any more, and that a
//! credential which is over already is an error.

mod cluster;
mod error;
mod find;
mod hint;
mod interactive;
mod policy;
mod protocol;
mod run;
mod said;
mod token;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use k8s_config::{Config, Exec, InteractiveMode, Source, SystemSource};
use tower_service::Service;

use self::cluster::Cluster;
pub use self::error::ExecError;
use self::error::Kind;
use self::hint::Hints;
use self::run::Program;
use crate::clock::{Clock, Time};
use crate::crypto::Provider;
use crate::event::{AuthEvent, Events, OnAuthEvent, PluginEnd};
use crate::identity::{Identity, IssuedIdentity};
use crate::token::{Renew, Token};

/// The versions of the protocol; `v1alpha1` is gone from Kubernetes.
const VERSIONS: [&str; 2] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];

/// A credential plugin: a [`TokenSource`](crate::token::TokenSource) that runs a program each time it is asked.
///
/// Put [`Cached`](crate::token::Cached) around it: that keeps the answer for as long as it is good, and runs the program
/// once however many ask. A certificate that the program prints is shown by every [`Trust`](crate::Trust) that was given
/// the plugin's [`identity`](Self::identity).
///
/// # Defaults
///
/// - The program has 60 s, or 5 minutes where it may ask somebody: [`timeout`](Self::timeout).
/// - More than 1 MiB on its standard output is an error.
/// - Its standard error is passed on when ours is a terminal; else its last lines are kept for the error:
///   [`stderr`](Self::stderr).
/// - It gets our standard input if it wants it ([`InteractiveMode`]) and that is a terminal. Otherwise it has none, and a
///   process group of its own.
/// - Its environment is ours, then the variables of its configuration, then `KUBERNETES_EXEC_INFO`.
///
/// # Cancel safety
///
/// Dropping the future kills the program, and all of its group where it has one of its own. A program that reads the
/// terminal shares our group, and is killed without its children.
#[derive(Clone)]
pub struct ExecPlugin {
    plan: Plan,
    shared: Arc<Shared>,
}

/// How the program is run.
#[derive(Clone)]
struct Plan {
    exec: Exec,
    cluster: Option<Arc<Cluster>>,
    configured_in: Option<Arc<str>>,
    source: Arc<dyn Source>,
    provider: Provider,
    limit: Option<Duration>,
    /// Why it cannot have our standard input, where something else reads that; may be empty.
    stdin_taken: Option<Arc<str>>,
    stderr: PluginStderr,
    time: Time,
    events: Events,
}

/// What all runs of a plugin share.
#[derive(Default)]
struct Shared {
    issued: IssuedIdentity,
    hints: Hints,
}

/// What becomes of a plugin's standard error. It is passed on or kept, never both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PluginStderr {
    /// Passed on when ours is a terminal, kept otherwise.
    #[default]
    IfTerminal,
    /// Its last lines are kept for the error, if there is one.
    Kept,
    /// Passed on to ours, as kubectl does.
    PassedOn,
}

impl ExecPlugin {
    /// The plugin that a configuration names; its certificates are checked with `provider`. Nothing is run yet.
    ///
    /// # Errors
    ///
    /// If it speaks no version of the protocol that is known.
    pub fn new(exec: Exec, provider: Provider) -> Result<Self, ExecError> {
        let plan = Plan {
            limit: Some(limit(exec.interactive_mode)),
            exec,
            cluster: None,
            configured_in: None,
            source: Arc::new(SystemSource),
            provider,
            stdin_taken: None,
            stderr: PluginStderr::default(),
            time: Time::default(),
            events: Events::default(),
        };
        plan.check_version()?;
        Ok(Self {
            plan,
            shared: Arc::default(),
        })
    }

    /// The plugin of a configuration's user, told of its cluster if it wants to be; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_config(config: &Config, provider: Provider) -> Option<Result<Self, ExecError>> {
        let exec = config.user.exec.clone()?;
        Some(Self::new(exec, provider).and_then(|plugin| plugin.reconfigured(config)))
    }

    /// The same plugin, with what a configuration says of it by now. The certificate it handed out stays.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and if the user of the configuration has no plugin.
    pub fn reconfigured(&self, config: &Config) -> Result<Self, ExecError> {
        let mut plan = self.plan.clone();
        let origin = config.origin_of("exec").map(ToString::to_string);
        plan.configured_in = origin.map(Arc::from).or(plan.configured_in);
        let Some(exec) = config.user.exec.clone() else {
            return Err(plan.error(Kind::Gone));
        };
        plan.exec = exec;
        plan.cluster = Some(Arc::new(Cluster::of(config)));
        plan.check_version()?;
        Ok(Self {
            plan,
            shared: Arc::clone(&self.shared),
        })
    }

    /// The certificate that the program hands out, for [`Trust::identity`](crate::Trust::identity); none before the first run.
    pub fn identity(&self) -> Identity {
        self.shared.issued.clone().into()
    }

    /// How long the program may take; `None`: for ever.
    #[must_use]
    pub fn timeout(mut self, limit: Option<Duration>) -> Self {
        self.plan.limit = limit;
        self
    }

    /// Keeps our standard input from the program: something else reads it. `why` is for the error of a program that cannot do
    /// without; it may be empty.
    #[must_use]
    pub fn stdin_unavailable(mut self, why: impl Into<String>) -> Self {
        self.plan.stdin_taken = Some(why.into().into());
        self
    }

    /// What becomes of the program's standard error.
    #[must_use]
    pub fn stderr(mut self, stderr: PluginStderr) -> Self {
        self.plan.stderr = stderr;
        self
    }

    /// Where `PATH` and the programs in it are looked up. Default: this system.
    #[must_use]
    pub fn source(mut self, source: Arc<dyn Source>) -> Self {
        self.plan.source = source;
        self
    }

    /// Goes by this clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.plan.time = Time::new(clock);
        self
    }

    /// Tells of every run, and of every new certificate.
    #[must_use]
    pub fn on_event(mut self, listener: impl OnAuthEvent + 'static) -> Self {
        self.plan.events = Events::new(listener);
        self
    }

    async fn renew(self) -> Result<Token, ExecError> {
        let Self { plan, shared } = self;
        let found = plan.find(&shared.hints);
        let program = found.inspect_err(|error| plan.report(error.end()))?;
        let run = run::run(program).await;
        let end = match &run.ended {
            Ok(end) => end.plugin_end(),
            Err(_) => PluginEnd::Failed,
        };
        plan.report(end);
        let output = plan.output(run)?;
        plan.token(&output, &shared.issued)
    }
}

fn limit(mode: InteractiveMode) -> Duration {
    match mode {
        InteractiveMode::Never => Duration::from_secs(60),
        // Somebody may have to find a key or a telephone.
        _ => Duration::from_secs(300),
    }
}

impl Service<Renew> for ExecPlugin {
    type Response = Token;
    type Error = ExecError;
    type Future = Pin<Box<dyn Future<Output = Result<Token, ExecError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExecError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Renew) -> Self::Future {
        Box::pin(self.clone().renew())
    }
}

// === impl Plan ===

impl Plan {
    fn check_version(&self) -> Result<(), ExecError> {
        if VERSIONS.contains(&self.exec.api_version.as_str()) {
            return Ok(());
        }
        Err(self.error(Kind::Version))
    }

    fn error(&self, kind: Kind) -> ExecError {
        ExecError::new(&self.exec.command, self.configured_in.clone(), kind)
    }

    fn report(&self, end: PluginEnd) {
        self.events.report(AuthEvent::PluginEnded {
            command: &self.exec.command,
            end,
        });
    }

    /// The program, if it may be run and is there.
    fn find(&self, hints: &Hints) -> Result<Program, ExecError> {
        let exec = &self.exec;
        let taken = self.stdin_taken.as_deref();
        let terminal = run::stdin_is_terminal();
        let stdin = interactive::decide(exec.interactive_mode, taken, terminal)
            .map_err(|fault| self.error(Kind::Interactive(fault)))?;
        let found = find::find(&*self.source, &exec.command);
        let allowed = policy::check(&exec.policy, &exec.command, found.as_deref(), &*self.source);
        self.events.report(AuthEvent::PluginPolicy {
            command: &exec.command,
            allowed: allowed.is_ok(),
        });
        allowed.map_err(|fault| self.error(Kind::Policy(fault)))?;
        let path = found.ok_or_else(|| {
            let hint = exec.install_hint.clone();
            let hint = hint.filter(|_| hints.allow(self.time.now()));
            self.error(Kind::NotFound { hint })
        })?;
        let cluster = self
            .cluster
            .as_deref()
            .filter(|_| exec.provide_cluster_info);
        let told = protocol::told(exec, cluster, stdin)
            .map_err(|cause| self.error(Kind::Authority(cause)))?;
        Ok(Program {
            path,
            args: exec.args.clone(),
            env: exec.env.clone(),
            told,
            stdin,
            pass_stderr_on: match self.stderr {
                PluginStderr::IfTerminal => run::stderr_is_terminal(),
                PluginStderr::Kept => false,
                PluginStderr::PassedOn => true,
            },
            limit: self.limit,
        })
    }
}

impl fmt::Debug for ExecPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecPlugin")
            .field("command", &self.plan.exec.command)
            .field("configured_in", &self.plan.configured_in)
            .finish_non_exhaustive()
    }
}
