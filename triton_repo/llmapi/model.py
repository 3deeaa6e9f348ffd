"""Triton loads this file, copied into the model's version directory; the model itself is the llmapi package."""

import os
import sys

# Triton's python stub ignores PYTHONPATH, and the copy can lie anywhere.
sys.path.insert(0, os.environ.get("COUNCIL_TRITON_REPO", "/opt/council/triton_repo"))

from llmapi.triton_model import TritonPythonModel

__all__ = ["TritonPythonModel"]
