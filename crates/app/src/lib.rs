//! The backend: tRPC over axum, sign-in, interviews, transcripts.
