"""Whole results, packed so that an earlier run can be reported again, and unpacked without trusting what is read.

A packed result holds all that the books say, personal data included, as the books themselves do.
"""

from __future__ import annotations

import copyreg
import dataclasses
import enum
import importlib
import io
import pickle
import pkgutil
import zlib
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import auditor.model
from auditor.model.portfolio import Document, Entity, FiledDomain, Order, Person, Portfolio, Service
from auditor.model.result import AuditResult

_ZLIB_LEVEL = 1
_UNPACKED_AT_MOST = 2 << 30  # what a small body may claim to grow to
_MODEL = "auditor.model."
# These keep what they worked out beside their fields; it would be packed for nothing.
_WITH_MEMORY = (Document, Entity, FiledDomain, Order, Person, Portfolio, Service)
_STANDARD = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "complex"),
    ("builtins", "bytearray"),
    ("builtins", "range"),
    ("collections", "Counter"),
    ("collections", "OrderedDict"),
    ("collections", "deque"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("zoneinfo", "ZoneInfo"),
}


class PackingError(Exception):
    """A result that cannot be packed or unpacked here; says nothing for people."""


def pack(result: AuditResult) -> bytes:
    """The bytes of a result. PackingError where it holds what cannot be packed, or is nested too deeply."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = copyreg.dispatch_table | dict.fromkeys(_WITH_MEMORY, _without_memory)
    try:
        pickler.dump(result)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError, MemoryError) as problem:
        raise PackingError from problem
    return zlib.compress(buffer.getbuffer(), _ZLIB_LEVEL)


_NEW_OBJECT: Any = attrgetter("__newobj__")(copyreg)


def _without_memory(one: Any) -> tuple[Any, tuple[Any, ...], Any]:
    names = [field.name for field in dataclasses.fields(one)]
    return _NEW_OBJECT, (type(one),), {name: getattr(one, name) for name in names}


def unpack(body: bytes) -> AuditResult:
    """The result of some bytes. Only the model's own classes and a few standard ones are ever made; PackingError for
    everything else."""
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(body, _UNPACKED_AT_MOST)
        if not inflater.eof:
            raise PackingError
        found = _Unpickler(io.BytesIO(plain)).load()
    except (
        zlib.error, pickle.UnpicklingError, EOFError, ImportError, AttributeError, TypeError, ValueError, KeyError,
        IndexError, OverflowError, RecursionError, MemoryError,
    ) as problem:  # fmt: skip
        raise PackingError from problem
    if not isinstance(found, AuditResult):
        raise PackingError
    return found


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):
            return _zone_maker
        if (module, name) in _STANDARD:
            return getattr(importlib.import_module(module), name)
        if module.startswith(_MODEL) and module in _modules():
            found = vars(importlib.import_module(module)).get(name)
            if isinstance(found, type) and found.__module__ == module and _is_value(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not among the classes of a result")


def _zone_maker(owner: object, name: str) -> object:
    """Time zones are made by a method that pickle asks `getattr` for; it gets this one and no other."""
    from zoneinfo import ZoneInfo

    if owner is ZoneInfo and name == "_unpickle":
        return attrgetter(name)(ZoneInfo)
    raise pickle.UnpicklingError("only time zones are made by a method")


def _is_value(found: type) -> bool:
    return dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)


@cache
def _modules() -> frozenset[str]:
    return frozenset(f"{_MODEL}{one.name}" for one in pkgutil.iter_modules(auditor.model.__path__))


@cache
def model_digest() -> str:
    """A digest of the model's classes with their fields and members: another one cannot read what this one packed."""
    lines = []
    for module in sorted(_modules()):
        for name, found in sorted(vars(importlib.import_module(module)).items()):
            if not (isinstance(found, type) and found.__module__ == module):
                continue
            if dataclasses.is_dataclass(found):
                lines.append(
                    f"{module}.{name}({','.join(field.name for field in dataclasses.fields(found))})"
                )
            elif issubclass(found, enum.Enum):
                lines.append(f"{module}.{name}[{','.join(str(member.value) for member in found)}]")
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()
