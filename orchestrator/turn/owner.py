"""Whose memories a request reads and writes: the one principal there is, narrowed by the name a client gives.

The names keep apart what honest clients keep apart. They are no access control: whoever may call the API may give any.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

LOCAL = "local"
LONGEST_NAME_CHARS = 128
_V2_SHARED_SESSION = "default_session"
"""What v2 said of a session when a client had not named one."""


def owner_of(user: Any = None, session: Any = None, *, user_id: Any = None) -> str | None:
    """`user_id` goes before `user`, that before `session`, and 7 and "7" are one. None for a name that is no text or number: nothing is then remembered or recalled."""
    for kind, name in (("user", user_id), ("user", user), ("session", session)):
        if name is None or name == "" or (kind == "session" and name == _V2_SHARED_SESSION):
            continue
        if isinstance(name, bool) or not isinstance(name, str | int):
            return None
        return f"{LOCAL}/{kind}/{_bounded(str(name))}"
    return LOCAL


def _bounded(name: str) -> str:
    clean = name.encode("utf-8", "backslashreplace").decode()
    if len(clean) <= LONGEST_NAME_CHARS:
        return f"={clean}"
    return sha256(clean.encode()).hexdigest()
