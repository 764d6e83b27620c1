//! Whether a request can be sent a second time: the decision that belongs to its body.

/// Makes the second copy of a body that a replay needs. A closure `Fn(&B) -> Option<B>` is one.
pub trait ReplayBody<B> {
    /// The same body once more; `None` if it can be sent once only.
    fn replay_body(&self, body: &B) -> Option<B>;

    /// Whether a copy is ever made; where not, nothing is copied of a request at all.
    fn is_never(&self) -> bool {
        false
    }
}

/// No request is sent a second time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

/// Every request is sent a second time when need be: its body can be cloned.
#[derive(Clone, Copy, Debug, Default)]
pub struct IfClone;

impl<B> ReplayBody<B> for Never {
    fn replay_body(&self, _: &B) -> Option<B> {
        None
    }

    fn is_never(&self) -> bool {
        true
    }
}

impl<B: Clone> ReplayBody<B> for IfClone {
    fn replay_body(&self, body: &B) -> Option<B> {
        Some(body.clone())
    }
}

impl<B, F: Fn(&B) -> Option<B>> ReplayBody<B> for F {
    fn replay_body(&self, body: &B) -> Option<B> {
        self(body)
    }
}
