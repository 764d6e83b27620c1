//! The running components together: started one by one, waited for, watched, stopped in the opposite order.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::component::Component;
use super::error::{Error, Exit};
use super::lifeline::Lifeline;
use super::say;

/// How long the whole start may take: it takes seconds, but a busy machine is no reason to fail.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// The components that run, in the order of their start.
#[derive(Debug, Default)]
pub(super) struct Plane {
    components: Vec<Component>,
}

impl Plane {
    /// Starts one more component, which writes its log below `directory`.
    pub(super) fn start(
        &mut self,
        name: &'static str,
        program: &Path,
        args: &[String],
        directory: &Path,
    ) -> Result<(), Error> {
        self.components
            .push(Component::start(name, program, args, directory)?);
        Ok(())
    }

    /// Stops components, the last started first; those that are not there are not missed.
    pub(super) fn pause(&mut self, names: &[&str]) -> Result<(), Error> {
        let mut named = self.named(names).rev();
        named.try_for_each(Component::stop)
    }

    /// Starts components again that were paused.
    pub(super) fn resume(&mut self, names: &[&str]) -> Result<(), Error> {
        self.named(names).try_for_each(Component::start_again)
    }

    fn named(&mut self, names: &[&str]) -> impl DoubleEndedIterator<Item = &mut Component> {
        let components = self.components.iter_mut();
        components.filter(move |component| names.contains(&component.name))
    }

    /// The last line of a component's log that has `words` in it.
    pub(super) fn said(&self, name: &str, words: &str) -> String {
        let mut named = self.components.iter().filter(|one| one.name == name);
        let said = named.next().and_then(|component| component.said(words));
        said.unwrap_or_else(|| format!("{name} does not say why"))
    }

    /// Fails when a component ended by itself.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        for component in &mut self.components {
            if let Some(error) = component.failure()? {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether a component's log says that its port was taken meanwhile.
    pub(super) fn found_a_port_taken(&self) -> bool {
        self.components.iter().any(Component::found_its_port_taken)
    }

    /// Stops all, the last first: controller-manager, kube-apiserver, etcd. A kube-apiserver whose etcd went first does not end.
    pub(super) fn stop(&mut self) {
        while let Some(mut component) = self.components.pop() {
            if let Err(error) = component.stop() {
                say(&error.to_string()); // the others must be stopped all the same
            }
        }
    }

    /// Tries `probe` until it gives something.
    ///
    /// # Errors
    /// A component ended, the front is gone, or it takes too long: then with what the last try said.
    pub(super) fn until<T>(
        &mut self,
        lifeline: &Lifeline,
        what: &str,
        mut probe: impl FnMut() -> Result<T, String>,
    ) -> Result<T, Error> {
        let began = Instant::now();
        loop {
            self.check()?;
            abandoned(lifeline)?;
            match probe() {
                Ok(found) => return Ok(found),
                Err(why) if began.elapsed() > PATIENCE => {
                    let waited = PATIENCE.as_secs();
                    let logs: Vec<String> = self.components.iter().map(Component::log).collect();
                    return Err(Error::new(
                        Exit::Component,
                        format!("{what}: not within {waited} s"),
                    )
                    .because(format!("{why}\n{}", logs.join("\n"))));
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

/// Fails when the front is gone.
pub(super) fn abandoned(lifeline: &Lifeline) -> Result<(), Error> {
    if lifeline.is_cut() {
        return Err(Error::new(
            Exit::Machine,
            "stopping, because whoever started the cluster is gone",
        ));
    }
    Ok(())
}
