//! What a candidate's client does, told as scenarios on virtual time.

mod anything;
mod ending;
mod joining;
mod losing;
mod rig;
mod talking;
