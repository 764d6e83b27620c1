//! What is asked of every neighbour: refused first, then no failed request while token, CA and client certificate change.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::time::Duration;

use futures_util::future::join_all;
use k8s_testing::certs::Ca;
use tokio::time::{Instant, sleep};

use crate::world::World;
use crate::{Failure, chain};

/// Loops that ask at the same time.
const ASKERS: usize = 4;

/// Files are looked at once a second; this is for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// For what is under way when something changes.
const SETTLE: Duration = Duration::from_millis(50);

/// How a neighbour came through, as the server saw it.
pub(crate) struct Survived {
    asked: usize,
    refused: usize,
    tokens: usize,
    under_new_ca: usize,
    certificates: usize,
}

/// Holds a neighbour, whose question is `ask`, against one world.
pub(crate) async fn survive(
    mut world: World,
    ask: impl AsyncFn() -> Result<(), Failure>,
) -> Result<Survived, Failure> {
    refused_then_believed(&mut world, &ask).await?;
    let next = Ca::new("the-next-ca");
    let (asked, under_new_ca) = under_load(&ask, rotate(&mut world, &next)).await?;
    first_ca_is_gone(&mut world, &next, &ask).await?;
    let ledger = world.ledger();
    Ok(Survived {
        asked,
        refused: ledger.refused,
        tokens: ledger.tokens.len(),
        under_new_ca,
        certificates: ledger.certificates.len(),
    })
}

/// The bundle is a stranger's: nothing is sent. Then it is the server's, and the same client goes on.
async fn refused_then_believed(
    world: &mut World,
    ask: impl AsyncFn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Err(error) = ask().await else {
        return Err("a server under another CA was believed".into());
    };
    names_the_issuer(&error)?;
    let ledger = world.ledger();
    if ledger.served + ledger.refused > 0 {
        return Err("a request was sent to a server that is not believed".into());
    }
    let first = world.first_ca().clone();
    world.write_bundle(&[&first])?;
    ask().await
}

/// The server goes back to its first CA, which the bundle holds no longer.
async fn first_ca_is_gone(
    world: &mut World,
    next: &Ca,
    ask: impl AsyncFn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let first = world.first_ca().clone();
    world.serve_under(&first)?;
    // With a new generation no connection is left, nor a session that could be resumed.
    world.write_bundle(&[next, &Ca::new("a-stranger")])?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Err(error) = ask().await {
            return names_the_issuer(&error);
        }
        sleep(SETTLE).await;
    }
    Err("a server under a CA that is gone was believed".into())
}

fn names_the_issuer(error: &Failure) -> Result<(), Failure> {
    let text = chain(error.as_ref());
    if text.contains("unknown issuer") && text.contains("CN=the-first-ca") {
        return Ok(());
    }
    Err(format!("the refusal does not name the issuer: {text}").into())
}

/// Asks again and again until `changes` are through. How many requests that were; one that failed is an error.
async fn under_load(
    ask: impl AsyncFn() -> Result<(), Failure>,
    changes: impl Future<Output = Result<usize, Failure>>,
) -> Result<(usize, usize), Failure> {
    let (asked, over) = (Cell::new(0), Cell::new(false));
    let failed = RefCell::new(Vec::new());
    let askers = (0..ASKERS).map(|_| async {
        while !over.get() {
            asked.set(asked.get() + 1);
            if let Err(error) = ask().await {
                failed.borrow_mut().push(chain(error.as_ref()));
            }
            sleep(Duration::from_millis(2)).await;
        }
    });
    let changes = async {
        let done = changes.await;
        over.set(true);
        done
    };
    let (done, _) = tokio::join!(changes, join_all(askers));
    let (asked, failed) = (asked.get(), failed.into_inner());
    match failed.first() {
        Some(first) => {
            Err(format!("{} of {asked} failed, the first: {first}", failed.len()).into())
        }
        None => Ok((asked, done?)),
    }
}

/// All three rotations, one after the other; how many connections were made under the new CA.
async fn rotate(world: &mut World, next: &Ca) -> Result<usize, Failure> {
    some_more(world).await?;
    world.rotate_token()?;
    until("with the new token", || world.ledger().tokens.len() == 2).await?;
    some_more(world).await?;

    rotate_ca(world, next).await?;
    some_more(world).await?;
    // The bundle holds the new CA alone, and no session outlives its bundle: every connection from here on is under it.
    let before = world.ledger().connections;

    world.rotate_client_certificate()?;
    until("with the new client certificate", || {
        world.ledger().certificates.len() == 2
    })
    .await?;
    sleep(SETTLE).await;
    world.end_first_client_certificate();
    some_more(world).await?;
    Ok(world.ledger().connections - before)
}

/// Another CA for the server, in one step; ends when the client has read the bundle that holds that one alone.
async fn rotate_ca(world: &mut World, next: &Ca) -> Result<(), Failure> {
    let read = world.bundles_read();
    world.write_bundle(&[next])?;
    world.serve_under(next)?;
    until("with the new CA", || world.bundles_read() > read).await?;
    sleep(SETTLE).await;
    Ok(())
}

/// Waits until the server has answered some more requests.
async fn some_more(world: &World) -> Result<(), Failure> {
    let before = world.ledger().served;
    until("answered", || world.ledger().served >= before + 5 * ASKERS).await
}

async fn until(what: &str, happened: impl Fn() -> bool) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    while !happened() {
        if Instant::now() > until {
            return Err(format!("no request {what} within {PATIENCE:?}").into());
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

// === impl Survived ===

impl Survived {
    /// How many kinds of things were rotated: token, CA, client certificate.
    pub(crate) fn kinds(&self) -> usize {
        let rotated = [
            self.tokens >= 2,
            self.under_new_ca >= 1,
            self.certificates >= 2,
        ];
        rotated.into_iter().filter(|&rotated| rotated).count()
    }
}

impl fmt::Display for Survived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            asked,
            refused,
            tokens,
            under_new_ca,
            certificates,
        } = self;
        write!(
            f,
            "refused a stranger's server, then asked={asked} failed=0 replayed={refused} \
             tokens={tokens} certificates={certificates} connections_under_new_ca={under_new_ca}"
        )
    }
}
