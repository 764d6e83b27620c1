//! `auth-allocations TOKENFILE REQUESTS`: how often requests allocate on their way through each service.
//!
//! A program of its own: counting costs time. A line each: its name, how many allocations, of how many bytes, and the checksum.

use allocation_counter::measure;
use bench_auth::{Contender, Noop, arguments, kubes, ours, run};
use tower::BoxError;

fn main() -> Result<(), BoxError> {
    let (token, requests, _) = arguments()?;
    count("bare", &mut Noop, requests)?;
    count("ours", &mut ours(&token)?, requests)?;
    count("kube", &mut kubes(&token)?, requests)
}

fn count(name: &str, service: &mut impl Contender, requests: u64) -> Result<(), BoxError> {
    run(service, 1000)?; // the first request reads the file
    let mut checksum = Ok(String::new());
    let counted = measure(|| checksum = run(service, requests));
    // The checksum's own text is made inside; a handful among all requests.
    println!(
        "name={name} allocations={} bytes={} checksum={}",
        counted.count_total, counted.bytes_total, checksum?
    );
    Ok(())
}
