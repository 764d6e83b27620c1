//! One answer to a list, read while it comes.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};

use k8s_api_core::decode::{ManagedFields, RawObject, Undecodable};
use k8s_api_core::request::{self, ListParams};
use k8s_api_core::{Collection, ListDecoder, ListHead, ListMeta, Representation, Resource};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Body, Client, Error};

/// The items of one answer. A table has one: itself.
pub(crate) struct Items<K> {
    reader: Reader,
    kind: PhantomData<fn() -> K>,
}

enum Reader {
    List(Body, ListDecoder),
    Table(Body, Vec<u8>, ManagedFields),
    /// The only item is out, the end is not.
    Read(ListHead),
    /// From the end on.
    Over,
}

/// What comes next of an answer.
pub(crate) enum Page<K> {
    Item(Result<K, Box<Undecodable>>),
    End(ListHead),
}

/// What a table says of its list.
#[derive(Deserialize)]
struct TableHead {
    metadata: ListMeta,
}

impl<K: Resource + DeserializeOwned> Items<K> {
    pub(crate) fn new(body: Body, managed_fields: ManagedFields) -> Self {
        let reader = match K::REPRESENTATION {
            Representation::Table => Reader::Table(body, Vec::new(), managed_fields),
            _ => Reader::List(body, ListDecoder::new().managed_fields(managed_fields)),
        };
        Self {
            reader,
            kind: PhantomData,
        }
    }

    /// The next item, then once the end; `None` after it, and after an error.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<K>, Error>>> {
        loop {
            let body = match &mut self.reader {
                Reader::Over | Reader::Read(_) => return Poll::Ready(self.ended()),
                Reader::Table(body, ..) => body,
                Reader::List(body, decoder) => {
                    match decoder.poll_item() {
                        Ok(Some(item)) => {
                            let item = item.decode_or_metadata();
                            return Poll::Ready(Some(Ok(Page::Item(item))));
                        }
                        Ok(None) => {}
                        Err(error) => return self.failed(Error::list(error)),
                    }
                    body
                }
            };
            let bytes = match ready!(body.poll_bytes(cx)) {
                Some(Ok(bytes)) => bytes,
                Some(Err(error)) => return self.failed(Error::body(error)),
                None => return Poll::Ready(self.ended()),
            };
            match &mut self.reader {
                Reader::List(_, decoder) => decoder.handle_bytes(&bytes),
                Reader::Table(_, whole, _) => whole.extend_from_slice(&bytes),
                Reader::Read(_) | Reader::Over => {}
            }
        }
    }

    /// There are no more bytes.
    fn ended(&mut self) -> Option<Result<Page<K>, Error>> {
        match std::mem::replace(&mut self.reader, Reader::Over) {
            Reader::List(_, decoder) => {
                let head = decoder.finish();
                Some(head.map(Page::End).map_err(Error::list))
            }
            Reader::Table(_, bytes, managed_fields) => Some(self.table(&bytes, managed_fields)),
            Reader::Read(head) => Some(Ok(Page::End(head))),
            Reader::Over => None,
        }
    }

    fn table(&mut self, bytes: &[u8], managed_fields: ManagedFields) -> Result<Page<K>, Error> {
        let table = RawObject::new(bytes);
        let mut head = ListHead::default();
        let read = table.decode_or_metadata::<TableHead>();
        head.metadata = read.map_err(Error::undecodable)?.metadata;
        self.reader = Reader::Read(head);
        let item = table.managed_fields(managed_fields).decode_or_metadata();
        Ok(Page::Item(item))
    }

    fn failed(&mut self, error: Error) -> Poll<Option<Result<Page<K>, Error>>> {
        self.reader = Reader::Over;
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
