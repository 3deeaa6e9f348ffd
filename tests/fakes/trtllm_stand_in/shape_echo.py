"""A stand-in for the `tensorrtllm` backend, to see what a generated config lets through: it answers with nothing but a
final response, and notes the shape and type of every tensor that reached it in the file that STAND_IN_LOG names."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any


class TritonPythonModel:
    def execute(self, requests: Sequence[Any]) -> None:
        for request in requests:
            arrays = {tensor.name(): tensor.as_numpy() for tensor in request.inputs()}
            seen = {name: [str(array.dtype), list(array.shape)] for name, array in arrays.items()}
            with open(os.environ["STAND_IN_LOG"], "a") as log:
                log.write(json.dumps([request.request_id(), seen]) + "\n")
            request.get_response_sender().send(flags=1)
