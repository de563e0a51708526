//! The other ends that lessons talk to, as programs.
