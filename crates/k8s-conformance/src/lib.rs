//! Each behaviour once, as a case over a cluster: the in-memory server and a real control plane.
