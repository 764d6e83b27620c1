//! Bytes to one API server: TCP, HTTP/1 and HTTP/2, over any connector.
