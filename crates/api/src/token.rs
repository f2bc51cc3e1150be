//! The worker token: who may join which interview.
