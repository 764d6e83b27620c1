//! One answer to a list, read while it comes.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};

use k8s_api_core::decode::{ManagedFields, Undecodable};
use k8s_api_core::request::{self, ListParams};
use k8s_api_core::{Collection, ListDecoder, ListHead, Resource};
use serde::de::DeserializeOwned;

use crate::{Body, Client, Error};

/// The items of one answer.
pub(crate) struct Items<K> {
    /// `None` from its end on.
    answer: Option<(Body, ListDecoder)>,
    kind: PhantomData<fn() -> K>,
}

/// What comes next of an answer.
pub(crate) enum Page<K> {
    Item(Result<K, Box<Undecodable>>),
    End(ListHead),
}

impl<K: DeserializeOwned> Items<K> {
    pub(crate) fn new(body: Body, managed_fields: ManagedFields) -> Self {
        let decoder = ListDecoder::new().managed_fields(managed_fields);
        Self {
            answer: Some((body, decoder)),
            kind: PhantomData,
        }
    }

    /// The next item, then once the end; `None` after it, and after an error.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<K>, Error>>> {
        loop {
            let Some((body, decoder)) = &mut self.answer else {
                return Poll::Ready(None);
            };
            match decoder.poll_item() {
                Ok(Some(item)) => {
                    let item = item.decode_or_metadata();
                    return Poll::Ready(Some(Ok(Page::Item(item))));
                }
                Ok(None) => {}
                Err(error) => return self.failed(Error::list(error)),
            }
            match ready!(body.poll_bytes(cx)) {
                Some(Ok(bytes)) => decoder.handle_bytes(&bytes),
                Some(Err(error)) => return self.failed(Error::body(error)),
                None => return self.ended(),
            }
        }
    }

    fn ended(&mut self) -> Poll<Option<Result<Page<K>, Error>>> {
        let head = self.answer.take().map(|(_, decoder)| decoder.finish());
        Poll::Ready(head.map(|head| head.map(Page::End).map_err(Error::list)))
    }

    fn failed(&mut self, error: Error) -> Poll<Option<Result<Page<K>, Error>>> {
        self.answer = None;
        Poll::Ready(Some(Err(error)))
    }
}

/// Asks for a page.
pub(super) async fn ask<K: Resource>(
    client: Client,
    from: Collection,
    params: ListParams,
) -> Result<Body, Error> {
    let request = request::list::<K>(&from, &params)?;
    client.open(request).await
}

/// Asks for a page and reads it whole.
pub(super) async fn read<K: Resource + DeserializeOwned>(
    client: Client,
    from: Collection,
    params: ListParams,
    managed_fields: ManagedFields,
) -> Result<(Vec<Result<K, Box<Undecodable>>>, ListHead), Error> {
    let body = ask::<K>(client, from, params).await?;
    let mut answer = Items::<K>::new(body, managed_fields);
    let mut items = Vec::new();
    while let Some(next) = poll_fn(|cx| answer.poll_next(cx)).await {
        match next? {
            Page::Item(item) => items.push(item),
            Page::End(head) => return Ok((items, head)),
        }
    }
    Err(Error::failed("the list has no end"))
}
