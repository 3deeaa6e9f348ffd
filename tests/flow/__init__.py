"""Tests of Council's own build flow, end to end, with recorded stand-ins for NVIDIA's programs.

They show that our commands have only documented flags, and that whatever goes wrong is noticed, leaves nothing
half-built to serve and is taken up again. They do not show that TensorRT-LLM builds an engine: no stand-in
computes anything, and what they write has only the shape of a published engine's files. That takes a GPU.
"""
