//! The Kubernetes API as values: requests that any HTTP client can send, answers read from any bytes.
