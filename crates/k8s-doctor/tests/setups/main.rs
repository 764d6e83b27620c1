//! Set-ups that are broken in one way each, on real sockets: each names its cause, and the fix that is printed is applied
//! until all steps pass.
//!
//! `cargo test -p k8s-doctor --test setups [-- NAME…]`, and those that a real control plane can have:
//! `cargo xtask cluster run -- cargo test -p k8s-doctor --test setups -- --cluster`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test program of its own"
)]

mod hand;
mod memory;
mod patient;
mod plane;
mod setup;
mod setups;
mod shell;
mod world;

use std::process::ExitCode;

use self::setup::{Came, Setup};
use self::world::World;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let on_plane = args.iter().any(|arg| arg == "--cluster");
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let wanted = |setup: &&Setup| {
        (!on_plane || setup.on_plane)
            && (names.is_empty() || names.iter().any(|name| setup.name.contains(name.as_str())))
    };
    let (mut all, mut named, mut fixed) = (0, 0, 0);
    for setup in setups::ALL.iter().filter(wanted) {
        let world = if on_plane {
            World::plane()
        } else {
            World::memory().await
        };
        match setup.run(world).await {
            Came::Skipped(why) => println!("skipped {}: {why}", setup.name),
            Came::Of(came) => {
                all += 1;
                named += u32::from(came.named);
                fixed += u32::from(came.fixed);
                println!("{}{}", setup.name, came.told);
            }
        }
    }
    println!("setups={all} named_cause={named} fixed={fixed}");
    ExitCode::from(u8::from(named != all || fixed != all))
}
