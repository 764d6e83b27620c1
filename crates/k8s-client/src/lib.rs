//! The pieces, put together: a Kubernetes client as one tower stack.
