"""The Jinja environment in which a model file's chat template runs.

Guarantees towards a hostile template: no attribute of Python's internals, no change to its arguments, only the
filters below, no string longer than MAX_CHARS, and an end after MAX_RENDER_S. It does not bound one single
comparison of lists that the template nested in themselves; templates come with a model whose hash is pinned.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final, NoReturn

from jinja2 import Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS, do_indent
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_CHARS: Final = 16 * 2**20
MAX_RENDER_S: Final = 5.0
MAX_SOURCE_CHARS: Final = 2**18
_MAX_INT_BITS: Final = 4096
_MAX_JSON_INDENT: Final = 16
_ENTRY_CHARS: Final = 16  # what an entry of a nested value counts for at least

# What chat templates use. Left out on purpose: filters that pad, format, or multiply what they are given.
_FILTER_NAMES: Final = """
    abs capitalize count d default dictsort e escape first float int items last length list lower map max min
    reject rejectattr reverse round safe select selectattr sort string title trim unique upper
"""
_STR_METHOD_NAMES: Final = """
    capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric
    isspace istitle isupper join lower lstrip partition removeprefix removesuffix replace rfind rindex
    rpartition rsplit rstrip split splitlines startswith strip swapcase title upper
"""
_STR_METHODS: Final = frozenset(_STR_METHOD_NAMES.split())
_WATCHED: Final = "watched"

_deadline: ContextVar[float] = ContextVar("chat_template_deadline")


class RefusedByTemplate(TemplateError):
    """The template called `raise_exception`: it does not take messages like these."""


def compile_template(source: str) -> Template:
    """Compile with the globals and white-space rules chat templates expect. Raises TemplateError."""
    if len(source) > MAX_SOURCE_CHARS:
        raise TemplateError(
            f"the template has {len(source)} characters; at most {MAX_SOURCE_CHARS} are taken"
        )
    environment = _Sandbox(
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
        extensions=["jinja2.ext.loopcontrols"],
        finalize=_printable,
    )
    bounded = {"join": _join, "replace": _replace, "indent": _indent, "tojson": _to_json, _WATCHED: _watched}
    environment.filters = {name: FILTERS[name] for name in _FILTER_NAMES.split()} | bounded
    kept = {name: environment.globals[name] for name in ("range", "namespace", "dict")}
    environment.globals = kept | {"raise_exception": _refuse, "strftime_now": _strftime_now}
    try:
        return environment.from_string(_Bounds().visit(environment.parse(source)))
    except RecursionError as error:
        raise TemplateError("the template is nested too deeply") from error


def render(template: Template, variables: Mapping[str, Any]) -> str:
    """Render within the bounds. Raises TemplateError, or what Python raises for the template's own faults."""
    token = _deadline.set(time.monotonic() + MAX_RENDER_S)
    try:
        return _join(template.generate(variables))
    finally:
        _deadline.reset(token)


class _Bounds(NodeTransformer):
    """Make every loop watch the clock and every `~` its length."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _WATCHED)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno, environment=node.environment), "join")


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=node.environment)


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    @staticmethod
    def concat(parts: Iterable[str]) -> str:  # joins the output of macros and blocks
        return _join(parts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _check_time()
        if operator == "%" and isinstance(left, str):
            raise SecurityError("formatting with % is not offered")
        if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            _check_size(len(left) + len(right))
        elif operator == "*":
            _check_product(left, right)
        elif operator == "**":
            _check_power(left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str) and attr not in _STR_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        return _no_format if super().wrap_str_format(value) else None

    def call(self, context: Context, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        _check_time()
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if isinstance(owner, str) and name == "replace":
            return _replace(owner, *args, **kwargs)
        if isinstance(owner, str) and name == "join":
            return _join(args[0], owner)
        return super().call(context, function, *args, **kwargs)


def _check_time() -> None:
    if time.monotonic() > _deadline.get():
        raise SecurityError(f"the template ran for more than {MAX_RENDER_S:g} s")


def _check_size(size: int) -> None:
    if size > MAX_CHARS:
        raise SecurityError(f"the template made a value larger than {MAX_CHARS} characters")


def _check_product(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        _check_size((left.bit_length() + right.bit_length()) * (MAX_CHARS // _MAX_INT_BITS))
    for sequence, times in ((left, right), (right, left)):
        if hasattr(sequence, "__len__") and isinstance(times, int):
            _check_size(len(sequence) * times)


def _check_power(base: Any, exponent: Any) -> None:
    if isinstance(base, int) and isinstance(exponent, int):
        _check_size(base.bit_length() * max(exponent, 0) * (MAX_CHARS // _MAX_INT_BITS))


def _check_nested(value: Any) -> None:
    """Count what writing out `value` would take; a list that holds another many times counts it each time."""
    size, waiting = 0, [value]
    while waiting:
        entry = waiting.pop()
        size += _ENTRY_CHARS + (len(entry) if isinstance(entry, str) else 0)
        _check_size(size)
        if isinstance(entry, Mapping):
            waiting.extend((*entry.keys(), *entry.values()))
        elif isinstance(entry, (list, tuple)):
            waiting.extend(entry)


def _printable(value: Any) -> Any:
    """Check a value that `{{ }}` is about to write out."""
    if not isinstance(value, str):
        _check_nested(value)
    return value


def _watched(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _check_time()
        yield value


def _join(values: Iterable[Any], separator: str = "", attribute: str | int | None = None) -> str:
    if attribute is not None:
        raise SecurityError("join by attribute is not offered")
    texts: list[str] = []
    size = 0
    for value in values:
        _check_time()
        texts.append(str(_printable(value)))
        size += len(texts[-1]) + len(separator)
        _check_size(size)
    return str(separator).join(texts)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    text, old, new = str(text), str(old), str(new)
    _check_size(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new, -1 if count is None else count)


def _indent(text: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    by = len(width) if isinstance(width, str) else width
    _check_size(len(text) + (len(text.splitlines()) + 1) * by)
    return do_indent(text, width, first, blank)


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """As Hugging Face's: plain JSON, not escaped for HTML."""
    _check_nested(value)
    if indent is not None and not 0 <= int(indent) <= _MAX_JSON_INDENT:
        raise SecurityError(f"JSON may be indented by at most {_MAX_JSON_INDENT}")
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _no_format(*_: Any, **__: Any) -> NoReturn:
    raise SecurityError("formatting is not offered")


def _refuse(message: Any) -> NoReturn:
    raise RefusedByTemplate(str(message))


def _strftime_now(pattern: str) -> str:
    _check_size(len(pattern) * 64)
    return datetime.now().astimezone().strftime(pattern)
