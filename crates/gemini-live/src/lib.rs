//! The Gemini Live wire: messages, audio path, close reasons.
