//! Who decides which fault comes next.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use fastrand::Rng;

/// Decides which fault the next request or connection meets, if any.
///
/// Closures of this shape are one. `T` is what is about to happen: the head of a request, the URI of a connection that is
/// made, the address of one that was accepted.
pub trait Inject<T: ?Sized, F>: Send + Sync {
    /// The fault for this one.
    fn inject(&self, next: &T) -> Option<F>;
}

impl<T: ?Sized, F, D> Inject<T, F> for D
where
    D: Fn(&T) -> Option<F> + Send + Sync,
{
    fn inject(&self, next: &T) -> Option<F> {
        self(next)
    }
}

/// Faults handed out in order, one to each; then none, or the last one for ever. Clones share what is left.
#[derive(Clone)]
pub struct Script<F> {
    steps: Arc<Mutex<Steps<F>>>,
}

struct Steps<F> {
    waiting: VecDeque<Option<F>>,
    ever_after: Option<F>,
}

/// Faults by chance: the same seed gives the same faults, one after the other. Clones share the dice.
#[derive(Clone)]
pub struct Seeded<F> {
    dice: Arc<Mutex<Rng>>,
    chances: Vec<(f64, F)>,
}

// === impl Script ===

impl<F> Script<F> {
    /// A script without a fault; more can be put in while it runs.
    pub fn new() -> Self {
        Self::of([])
    }

    /// A script of these steps; `None` lets one through.
    pub fn of(steps: impl IntoIterator<Item = Option<F>>) -> Self {
        let steps = Steps {
            waiting: steps.into_iter().collect(),
            ever_after: None,
        };
        Self {
            steps: Arc::new(Mutex::new(steps)),
        }
    }

    /// The same fault for each, until it is [cleared](Self::clear).
    pub fn always(fault: F) -> Self {
        let script = Self::new();
        script.lock().ever_after = Some(fault);
        script
    }

    /// Puts a fault at the end.
    pub fn push(&self, fault: F) {
        self.lock().waiting.push_back(Some(fault));
    }

    /// Takes out every fault that is left.
    pub fn clear(&self) {
        let mut steps = self.lock();
        steps.waiting.clear();
        steps.ever_after = None;
    }

    /// How many steps are left.
    pub fn left(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Steps<F>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F> Default for Script<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized, F: Clone + Send> Inject<T, F> for Script<F> {
    fn inject(&self, _: &T) -> Option<F> {
        let mut steps = self.lock();
        match steps.waiting.pop_front() {
            Some(step) => step,
            None => steps.ever_after.clone(),
        }
    }
}

impl<F> fmt::Debug for Script<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("left", &self.left())
            .finish_non_exhaustive()
    }
}

// === impl Seeded ===

impl<F> Seeded<F> {
    /// Dice of this seed, and no fault yet.
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Arc::new(Mutex::new(Rng::with_seed(seed))),
            chances: Vec::new(),
        }
    }

    /// Adds a fault that strikes with this probability, 0 to 1; the probabilities of all add up.
    #[must_use]
    pub fn chance(mut self, probability: f64, fault: F) -> Self {
        self.chances.push((probability, fault));
        self
    }
}

impl<T: ?Sized, F: Clone + Send + Sync> Inject<T, F> for Seeded<F> {
    fn inject(&self, _: &T) -> Option<F> {
        let mut thrown = self
            .dice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64();
        for (probability, fault) in &self.chances {
            if thrown < *probability {
                return Some(fault.clone());
            }
            thrown -= probability;
        }
        None
    }
}

impl<F> fmt::Debug for Seeded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seeded")
            .field("faults", &self.chances.len())
            .finish_non_exhaustive()
    }
}
