#!/usr/bin/env bash
# Renders the lines of ../bank that have no audio yet. Needs python3 with venv, espeak-ng and oggenc (vorbis-tools).
set -euo pipefail
cd "$(dirname "$0")"
for tool in python3 espeak-ng oggenc; do
  command -v "$tool" >/dev/null || { echo "render.sh: $tool is missing: apt-get install python3-venv espeak-ng vorbis-tools" >&2; exit 1; }
done
venv="${VOICE_VENV:-../../../target/voice-venv}"
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  # Only the model, the voices and the runtime: the Japanese text front end is not used.
  "$venv/bin/pip" install --quiet --no-deps $(grep -v '^#' requirements.txt | grep kokoro)
  "$venv/bin/pip" install --quiet $(grep -v '^#' requirements.txt | grep -v kokoro)
fi
"$venv/bin/python" render.py
rustfmt --edition 2024 ../src/voice/clips.rs
