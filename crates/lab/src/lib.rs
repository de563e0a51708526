//! Real kernels behind the same vocabulary of calls.
