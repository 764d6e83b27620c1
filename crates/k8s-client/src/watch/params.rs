//! What is watched, and how.

use std::time::Duration;

use k8s_api_core::decode::ManagedFields;
use k8s_api_core::watch::WatchMachine;

/// What a [`Watcher`](super::Watcher) watches, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WatcherParams {
    /// `app=web,tier!=db`; the server parses it.
    pub label_selector: Option<String>,
    /// `status.phase=Running`; the server parses it.
    pub field_selector: Option<String>,
    /// Items a page, where the list comes in pages. Default: 500.
    pub page_size: u32,
    /// Whether the list is asked for as a watch first, which costs the server less. Default: true; a server that
    /// refuses is asked for pages.
    pub streamed: bool,
    /// The version after which changes are told, where what was there is known already. Default: `None`, a list comes
    /// first.
    pub after: Option<String>,
    /// Whether the first list must be the newest. Default: false, it may be what the server has at hand; a list that is
    /// asked for as a watch is the newest anyhow.
    pub newest: bool,
    /// The longest wait after failures, before it is spread by up to its own length. Default: 30 s.
    pub longest_wait: Duration,
    /// What becomes of `metadata.managedFields`. Default: they are skipped, which halves the memory of small objects.
    pub managed_fields: ManagedFields,
}

impl Default for WatcherParams {
    fn default() -> Self {
        Self {
            label_selector: None,
            field_selector: None,
            page_size: 500,
            streamed: true,
            after: None,
            newest: false,
            longest_wait: Duration::from_secs(30),
            managed_fields: ManagedFields::Skip,
        }
    }
}

impl WatcherParams {
    /// Only objects whose labels match.
    #[must_use]
    pub fn labels(mut self, selector: impl Into<String>) -> Self {
        self.label_selector = Some(selector.into());
        self
    }

    /// Only objects whose fields match.
    #[must_use]
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.field_selector = Some(selector.into());
        self
    }

    /// Only the object of this name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.fields(format!("metadata.name={name}"))
    }

    /// Items a page, where the list comes in pages.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = items;
        self
    }

    /// Lists in pages from the beginning.
    #[must_use]
    pub fn without_streaming(mut self) -> Self {
        self.streamed = false;
        self
    }

    /// Begins after this version, that of a list or of an object that was read: no list comes first. If the server has
    /// forgotten it, one does ([`Update::Restarted`](super::Update::Restarted)).
    ///
    /// ```no_run
    /// use k8s_client::watch::WatcherParams;
    /// use k8s_client::{Api, ListParams, PartialObject};
    ///
    /// # async fn f(pods: Api<PartialObject>) -> Result<(), k8s_client::Error> {
    /// let list = pods.list(&ListParams::default()).await?;
    /// let version = list.metadata.resource_version.unwrap_or_default();
    /// let mut changes = pods.watcher(&WatcherParams::default().after(version));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn after(mut self, version: impl Into<String>) -> Self {
        self.after = Some(version.into());
        self
    }

    /// The first list is the newest: it holds what was created before.
    #[must_use]
    pub fn newest(mut self) -> Self {
        self.newest = true;
        self
    }

    /// The longest wait after failures. A connection that often breaks wants a shorter one.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Keeps or skips `metadata.managedFields`.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    pub(super) fn machine(&self) -> WatchMachine {
        let mut machine = WatchMachine::new()
            .page_size(self.page_size)
            .longest_wait(self.longest_wait)
            .seed(fastrand::u64(..));
        if let Some(labels) = &self.label_selector {
            machine = machine.labels(labels);
        }
        if let Some(fields) = &self.field_selector {
            machine = machine.fields(fields);
        }
        if !self.streamed {
            machine = machine.without_streaming();
        }
        if self.newest {
            machine = machine.newest();
        }
        if let Some(version) = &self.after {
            machine = machine.after(version);
        }
        machine
    }
}
