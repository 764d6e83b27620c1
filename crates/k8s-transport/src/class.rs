//! What sort of request it is, as values in its extensions: whoever makes requests knows, the layers here cannot.

/// The sort of a request, in the words of whoever sends it (`list`, `watch`). Spans show it; nothing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestClass(pub &'static str);

/// The answer goes on until somebody ends it: a watch, logs that are followed.
///
/// It is not asked for compressed, because a compressor holds back what it has not enough of; its request is not held
/// back by a [rate limit](crate::RateLimitLayer); and how long it took is not [measured](crate::MeasureRequestsLayer).
#[derive(Clone, Copy, Debug, Default)]
pub struct LongRunning;
