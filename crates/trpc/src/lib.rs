//! The tRPC wire without I/O: codes, envelopes, batches, superjson, input schemas.
