//! Page by page, with the next one on its way while the last is taken out.

use std::task::{Context, Poll};
use std::vec;

use k8s_api_core::decode::{ManagedFields, Undecodable};
use k8s_api_core::request::ListParams;
use k8s_api_core::{Collection, ListHead, ListMeta, Resource};
use serde::de::DeserializeOwned;

use super::{Pending, page};
use crate::{Client, Error};

/// client-go's page (`tools/pager`).
const PAGE: u32 = 500;

type Item<K> = Result<K, Box<Undecodable>>;
type Answer<K> = Result<(Vec<Item<K>>, ListHead), Error>;

pub(super) struct Paged<K> {
    client: Client,
    from: Collection,
    params: ListParams,
    managed_fields: ManagedFields,
    items: vec::IntoIter<Item<K>>,
    metadata: Option<ListMeta>,
    next: Next<K>,
}

/// The page after the one that is taken out.
enum Next<K> {
    /// Nothing was asked yet.
    First,
    Asked(Pending<Answer<K>>),
    Here(Answer<K>),
    None,
}

impl<K: Resource + DeserializeOwned + Send + 'static> Paged<K> {
    pub(super) fn new(client: Client, from: Collection, mut params: ListParams) -> Self {
        params.limit.get_or_insert(PAGE);
        Self {
            client,
            from,
            params,
            managed_fields: ManagedFields::Keep,
            items: Vec::new().into_iter(),
            metadata: None,
            next: Next::First,
        }
    }

    pub(super) const fn managed_fields(&mut self, managed_fields: ManagedFields) {
        self.managed_fields = managed_fields;
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<K, Error>>> {
        loop {
            self.drive(cx);
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(item.map_err(Error::undecodable)));
            }
            match std::mem::replace(&mut self.next, Next::None) {
                Next::First => self.ask(),
                Next::None => return Poll::Ready(None),
                asked @ Next::Asked(_) => {
                    self.next = asked;
                    return Poll::Pending;
                }
                Next::Here(Ok((items, head))) => self.turn(items, head),
                Next::Here(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Lets the page that is on its way come nearer.
    fn drive(&mut self, cx: &mut Context<'_>) {
        let Next::Asked(answer) = &mut self.next else {
            return;
        };
        if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
            self.next = Next::Here(answer);
        }
    }

    fn turn(&mut self, items: Vec<Item<K>>, head: ListHead) {
        self.items = items.into_iter();
        let token = head.metadata.continue_token.clone();
        self.metadata = Some(head.metadata);
        if let Some(token) = token.filter(|token| !token.is_empty()) {
            self.params.continue_token = Some(token);
            // The token says which version is meant.
            self.params.resource_version = None;
            self.params.resource_version_match = None;
            self.ask();
        }
    }

    fn ask(&mut self) {
        let (client, from) = (self.client.clone(), self.from.clone());
        let answer = page::read::<K>(client, from, self.params.clone(), self.managed_fields);
        self.next = Next::Asked(Box::pin(answer));
    }
}

impl<K> Paged<K> {
    pub(super) fn metadata(&self) -> Option<&ListMeta> {
        self.metadata.as_ref()
    }
}
