//! One long answer, an object at a time.

use std::task::{Context, Poll, ready};

use k8s_api_core::decode::ManagedFields;
use k8s_api_core::request::ListParams;
use k8s_api_core::{Collection, ListMeta, Resource};
use serde::de::DeserializeOwned;

use super::{Items, Page, Pending, page};
use crate::{Body, Client, Error};

pub(super) struct Whole<K> {
    state: State<K>,
    managed_fields: ManagedFields,
    metadata: Option<ListMeta>,
}

enum State<K> {
    Asked(Pending<Result<Body, Error>>),
    Reading(Items<K>),
    Done,
}

impl<K: Resource + DeserializeOwned + Send + 'static> Whole<K> {
    pub(super) fn new(client: Client, from: Collection, params: ListParams) -> Self {
        Self {
            state: State::Asked(Box::pin(page::ask::<K>(client, from, params))),
            managed_fields: ManagedFields::Keep,
            metadata: None,
        }
    }

    pub(super) const fn managed_fields(&mut self, managed_fields: ManagedFields) {
        self.managed_fields = managed_fields;
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<K, Error>>> {
        loop {
            match &mut self.state {
                State::Done => return Poll::Ready(None),
                State::Asked(answer) => match ready!(answer.as_mut().poll(cx)) {
                    Ok(body) => {
                        self.state = State::Reading(Items::new(body, self.managed_fields));
                    }
                    Err(error) => return self.failed(error),
                },
                State::Reading(items) => match ready!(items.poll_next(cx)) {
                    Some(Ok(Page::Item(item))) => {
                        return Poll::Ready(Some(item.map_err(Error::undecodable)));
                    }
                    Some(Ok(Page::End(head))) => {
                        self.metadata = Some(head.metadata);
                        self.state = State::Done;
                    }
                    Some(Err(error)) => return self.failed(error),
                    None => self.state = State::Done,
                },
            }
        }
    }

    fn failed(&mut self, error: Error) -> Poll<Option<Result<K, Error>>> {
        self.state = State::Done;
        Poll::Ready(Some(Err(error)))
    }
}

impl<K> Whole<K> {
    pub(super) fn metadata(&self) -> Option<&ListMeta> {
        self.metadata.as_ref()
    }
}
