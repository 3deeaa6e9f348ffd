"""Sentence embeddings with all-MiniLM-L6-v2 over onnxruntime: mean of the word pieces' vectors, unit length.

One thread of its own does the work, so the event loop never waits and generation keeps the other cores. Equal texts of
the last few turns are not computed twice. Only the first 256 word pieces count.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from engines.disk import sha256_of
from engines.embedder_record import EmbedderRecord, load_embedder_record
from engines.embedder_store import EmbedderStore
from engines.errors import EngineError
from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory.integer_network import integer_network, integer_session

CACHED_TEXTS = 256
# 256 word pieces are seldom more than 1,500 characters; splitting a whole megabyte would take longer than embedding.
LONGEST_TEXT_CHARS = 8192


class MiniLmEmbedder:
    """Safe to share between tasks. Close it when no more embeddings are wanted."""

    def __init__(self, tokenizer: Tokenizer, session: onnxruntime.InferenceSession) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, models_dir: Path, record: EmbedderRecord | None = None) -> MiniLmEmbedder:
        """Check and read the files; takes about 0.2 s, so not on a running event loop. Raises EmbedderUnavailable."""
        try:
            record = record or load_embedder_record()
            path = EmbedderStore(models_dir, record).verified_path()
            return cls(_tokenizer(record), integer_session(integer_network(path)))
        except EngineError as error:
            raise EmbedderUnavailable(f"{error.message} ({error.fix})") from error
        except onnxruntime.capi.onnxruntime_pybind11_state.Fail as error:
            raise EmbedderUnavailable(f"onnxruntime cannot read the embedder: {error}") from error

    async def embed(self, text: str) -> np.ndarray:
        """The embedding, float32[384], read-only because it is shared. Cancelling drops a text not yet begun."""
        key = _clean(text)
        cached = self._cached(key)
        if cached is not None:
            return cached
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._compute, key)

    def close(self) -> None:
        """Drop what waits and end the thread."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def embed_now(self, text: str) -> np.ndarray:
        """As `embed`, on the caller's thread: for scripts."""
        return self._compute(_clean(text))

    def _compute(self, key: str) -> np.ndarray:
        # Asked again here: the same text may have waited behind itself.
        cached = self._cached(key)
        if cached is not None:
            return cached
        ids = np.asarray([self._tokenizer.encode(key).ids], dtype=np.int64)
        pooled = self._session.run(None, {"input_ids": ids})[0][0].mean(axis=0)
        vector: np.ndarray = (pooled / np.linalg.norm(pooled)).astype(np.float32)
        vector.flags.writeable = False
        with self._lock:
            self._cache[key] = vector
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return vector

    def _cached(self, key: str) -> np.ndarray | None:
        with self._lock:
            vector = self._cache.get(key)
            if vector is not None:
                self._cache.move_to_end(key)
            return vector


def _clean(text: str) -> str:
    # A lone surrogate is legal in JSON and no text for a tokenizer.
    return text[:LONGEST_TEXT_CHARS].encode("utf-8", "replace").decode("utf-8")


def _tokenizer(record: EmbedderRecord) -> Tokenizer:
    path = record.vocabulary_path
    if not path.is_file() or sha256_of(path) != record.vocabulary.sha256:
        raise EmbedderUnavailable(f"the vocabulary {path} is missing or changed: install Council again")
    pieces = WordPiece.from_file(str(path), max_input_chars_per_word=100)
    tokenizer = Tokenizer(pieces)
    tokenizer.normalizer = BertNormalizer(lowercase=record.vocabulary.lowercase)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    marks = [(mark, tokenizer.token_to_id(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    tokenizer.enable_truncation(record.max_word_pieces)
    return tokenizer
