//! A Gemini Live stand-in on a real WebSocket: an interviewer without a key, and the test peer.
