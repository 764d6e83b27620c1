//! What stands on either side of a proxy that is measured: an API server, and clients that keep it busy.

mod exchange;
mod latencies;
mod load;
mod pod;
mod repeated;
mod watch;

pub use self::latencies::Latencies;
pub use self::load::{Load, requests};
pub use self::pod::{NAMESPACE, pod, pod_path, pods_path};
pub use self::repeated::Repeated;
pub use self::watch::watchers;

/// FNV-1a, 64 bits: every program of these benchmarks has it, so that unlike work is seen.
pub fn fnv(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
