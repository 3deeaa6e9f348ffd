"""Conformance suite of the TensorRT-LLM tensor contract, for any Triton server that claims it."""
