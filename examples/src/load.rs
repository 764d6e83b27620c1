//! Requests for the whole time of an example, and how many of them failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use k8s_client::Client;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::sleep;

/// Tasks that send requests one after the other, until told to stop.
#[derive(Debug)]
pub struct Load {
    counted: Counted,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Clone, Debug, Default)]
struct Counted {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
}

impl Load {
    /// So many tasks for each client.
    pub fn start(clients: &[Client], tasks: usize) -> Self {
        let counted = Counted::default();
        let each = |client: &Client| {
            let (client, counted) = (client.clone(), counted.clone());
            move |_| tokio::spawn(counted.clone().drive(client.clone()))
        };
        let tasks = clients
            .iter()
            .flat_map(|client| (0..tasks).map(each(client)))
            .collect();
        Self { counted, tasks }
    }

    /// How many requests were sent, and how many failed, which were told of.
    ///
    /// # Errors
    ///
    /// If a task panicked.
    pub async fn stop(self) -> Result<(usize, usize), JoinError> {
        self.counted.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await?;
        }
        let number = |counted: &AtomicUsize| counted.load(Ordering::Relaxed);
        Ok((number(&self.counted.sent), number(&self.counted.failed)))
    }
}

impl Counted {
    #[expect(clippy::print_stderr, reason = "it tells what failed")]
    async fn drive(self, client: Client) {
        while !self.stop.load(Ordering::Relaxed) {
            self.sent.fetch_add(1, Ordering::Relaxed);
            if let Err(error) = client.api_versions().await {
                self.failed.fetch_add(1, Ordering::Relaxed);
                eprintln!("failed: {}", crate::chain(&error));
            }
            // The audit log is to stay readable.
            sleep(Duration::from_millis(2)).await;
        }
    }
}
