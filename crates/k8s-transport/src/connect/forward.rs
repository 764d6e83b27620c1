//! hyper's IO traits for a type that holds the IO in a field.

/// `forward_io!([I] Tunnel<I>, io)`: reads and writes through the field `io`, whose type is `Unpin`.
macro_rules! forward_io {
    ([$($generic:ident)?] $name:ty, $io:ident) => {
        impl$(<$generic: hyper::rt::Read + Unpin>)? hyper::rt::Read for $name {
            fn poll_read(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: hyper::rt::ReadBufCursor<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.$io).poll_read(cx, buf)
            }
        }

        crate::connect::forward::forward_write!([$($generic)?] $name, $io);
    };
}

/// The writing half of `forward_io!`.
macro_rules! forward_write {
    ([$($generic:ident)?] $name:ty, $io:ident) => {
        impl$(<$generic: hyper::rt::Write + Unpin>)? hyper::rt::Write for $name {
            fn poll_write(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut self.$io).poll_write(cx, buf)
            }

            fn poll_flush(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.$io).poll_flush(cx)
            }

            fn poll_shutdown(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.$io).poll_shutdown(cx)
            }

            fn is_write_vectored(&self) -> bool {
                self.$io.is_write_vectored()
            }

            fn poll_write_vectored(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut self.$io).poll_write_vectored(cx, bufs)
            }
        }
    };
}

pub(crate) use {forward_io, forward_write};
