"""`/v1/memories`: what was remembered of a user, and forgetting it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from orchestrator.api.deps import services_of
from orchestrator.errors import InvalidValue, MemoryNotFound, MemoryUnavailable
from orchestrator.memory.memories import Memories
from orchestrator.memory.store import Memory
from orchestrator.turn.owner import LOCAL, owner_of

router = APIRouter(prefix="/v1/memories", tags=["Memory"])

Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Name = Annotated[str | None, Query(min_length=1)]


@router.get("")
async def list_memories(
    request: Request, user: Name = None, session: Name = None, limit: Limit = 20, offset: Offset = 0
) -> dict[str, Any]:
    """The newest first, a page at a time. Without `user` those of requests that named none."""
    _refuse_unknown(request, "user", "session", "limit", "offset")
    found = await _memories(request).listed(_owner(user, session), limit=limit + 1, offset=offset)
    page = [_fields(memory) for memory in found[:limit]]
    return {"object": "list", "data": page, "has_more": len(found) > limit}


@router.delete("/{memory_id}")
async def forget_memory(
    request: Request, memory_id: str, user: Name = None, session: Name = None
) -> dict[str, Any]:
    """Forget one statement, with `user` only if it is theirs; it is gone from the files too."""
    _refuse_unknown(request, "user", "session")
    owner = _owner(user, session) if user or session else None
    if not await _memories(request).store.forget(memory_id, owner):
        raise MemoryNotFound("nothing is remembered under this id", param="memory_id")
    return {"id": memory_id, "object": "memory.deleted", "deleted": True}


@router.delete("")
async def forget_memories(request: Request, user: Name = None, session: Name = None) -> dict[str, Any]:
    """Forget everything of one user; without `user` what requests said that named none."""
    _refuse_unknown(request, "user", "session")
    count = await _memories(request).forget_all(_owner(user, session))
    return {"object": "memory.deleted", "deleted": count}


def _refuse_unknown(request: Request, *known: str) -> None:
    """Whose memories are meant must not hang on a misspelt name."""
    for name in request.query_params:
        if name not in known:
            raise InvalidValue(
                f"{name} is no parameter here; known: {', '.join(known) or 'none'}", param=name
            )


def _memories(request: Request) -> Memories:
    memory = services_of(request).memory
    if memory is None:
        raise MemoryUnavailable(
            "there is no memory: COUNCIL_MEMORY is false, or the embedder is not installed"
        )
    return memory


def _owner(user: str | None, session: str | None) -> str:
    return owner_of(user, session) or LOCAL


def _fields(memory: Memory) -> dict[str, Any]:
    return {
        "id": memory.id,
        "object": "memory",
        "text": memory.text,
        "remembered_at": memory.remembered_at.isoformat(),
        "source": memory.source,
    }
