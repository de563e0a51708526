//! The simulated kernel: hosts, sockets, TCP and the wire between them, as plain data.
