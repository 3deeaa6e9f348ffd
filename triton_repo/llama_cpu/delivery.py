"""Out of the stub and into the server process: responses and gauges, sent by a thread of their own."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import Any, Protocol

import triton_python_backend_utils as pb_utils

log = logging.getLogger("council.triton")

# TRITONSERVER_RESPONSE_COMPLETE_FINAL. Triton's config auto-completion imports this module before pb_utils has
# its C++ half, so nothing of that half is touched at import.
FINAL = 1


class Message(Protocol):
    """Something to tell the server process."""

    def deliver(self) -> None: ...


class Outbox:
    """Talks to the server process, so that the engine does not wait for it.

    A send is a round trip to another process. A message that is still waiting when more arrives for the same stream
    takes it along, so a busy machine sends fewer, larger responses.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Message | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="council-outbox", daemon=True)
        self._thread.start()

    def post(self, message: Message) -> None:
        self._queue.put(message)

    def _run(self) -> None:
        while (message := self._queue.get()) is not None:
            try:
                message.deliver()
            except Exception:  # the edge to Triton: one stream's failed send must not silence the others
                log.exception("a response could not be sent")
            del message  # or the last client would be held until there is another

    def close(self) -> None:
        """Deliver what is waiting, then stop."""
        self._queue.put(None)
        self._thread.join()


class Client:
    """The far end of one request.

    Asking Triton whether a client left after the final response was sent reads freed memory in the server
    (seen as SIGSEGV in TRITONBACKEND_ResponseFactoryIsCancelled), so both go through one lock.
    """

    def __init__(self, sender: Any) -> None:
        self._sender = sender
        self._lock = threading.Lock()
        self._closed = False

    def send(self, response: Any | None, final: bool) -> None:
        """Send a response, or with None an empty final message. Does nothing after the final one."""
        with self._lock:
            if self._closed:
                return
            self._closed = final
            if response is None:
                self._sender.send(flags=FINAL)
            else:
                self._sender.send(response, flags=FINAL if final else 0)

    def fail(self, message: str, code: int) -> None:
        self.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)), final=True)

    def has_left(self) -> bool:
        with self._lock:
            return not self._closed and bool(self._sender.is_cancelled())
