"""Triton loads this file; the model itself is the llama_cpu package beside the `cpu` repository."""

import sys
from pathlib import Path

# Triton's python stub starts an isolated interpreter, which ignores PYTHONPATH.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from llama_cpu.triton_model import TritonPythonModel

__all__ = ["TritonPythonModel"]
