//! Messages between browser and session host (protobuf), their limits, and PCM.
