//! Changes a kubeconfig beside other writers: `edit FILE use-context NAME`, or `edit FILE add PREFIX SECONDS`.
//!
//! The second adds contexts `PREFIX-0`, `PREFIX-1`… one by one for so long, and prints each with the milliseconds (since 1970) between which it was
//! written. A file that is locked is tried again: waiting is the caller's part, and this is one way to do it.

#![expect(clippy::print_stdout, reason = "a program that prints what it did")]
#![expect(
    clippy::disallowed_methods,
    reason = "a program may ask the time and wait"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use k8s_config::{Context, Kubeconfig, LoadingRules, Refusal, SystemSource};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [file, "use-context", name] => change(file, |kubeconfig| Ok(kubeconfig.use_context(name)?)),
        [file, "add", prefix, seconds] => add(file, prefix, Duration::from_secs(seconds.parse()?)),
        _ => Err("usage: edit FILE use-context NAME | edit FILE add PREFIX SECONDS".into()),
    }
}

fn add(file: &str, prefix: &str, how_long: Duration) -> Result<(), Box<dyn Error>> {
    let end = SystemTime::now() + how_long;
    for number in 0.. {
        if SystemTime::now() >= end {
            break;
        }
        let (name, start) = (format!("{prefix}-{number}"), now()?);
        change(file, |kubeconfig| {
            let mut context = Context::default();
            context.namespace = Some(name.clone());
            kubeconfig.contexts.insert(name.clone(), context);
            Ok(())
        })?;
        println!("{name} {start} {}", now()?);
        // Others want to write, too, and some do not wait.
        sleep(Duration::from_millis(60));
    }
    Ok(())
}

/// Tries until the lock is free, for as long as somebody may sensibly hold it.
fn change(
    file: &str,
    mut change: impl FnMut(&mut Kubeconfig) -> Result<(), Refusal>,
) -> Result<(), Box<dyn Error>> {
    let rules = LoadingRules::explicit(Arc::new(SystemSource), Path::new(file));
    let mut tries = 0;
    loop {
        match rules.edit(&SystemSource, &mut change) {
            Ok(_) => return Ok(()),
            Err(error) if error.locked().is_some() && tries < 10_000 => tries += 1,
            Err(error) => return Err(error.into()),
        }
        sleep(Duration::from_millis(1));
    }
}

fn now() -> Result<u128, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())
}
