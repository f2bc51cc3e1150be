mod accessibility;
mod first_visit;
mod pictures;
mod remembering;
mod signing_in;
mod walk;
