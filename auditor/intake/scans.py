"""Looks at the scans that document rows point to, ahead of the audit: whether they are there, and whether they open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from auditor.model.policy import scan_key
from auditor.model.portfolio import Portfolio

# Several files in one cell; blanks and commas may stand in a name, so only these separate.
_SEPARATORS = re.compile(r"[;；、|\n\r]+")
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC: Mapping[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".bmp": (b"BM",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
    ".webp": (b"RIFF",),
}
# Acrobat accepts a PDF header within the first kilobyte.
_HEAD = 1024
# The worst first: one bad file among several makes the cell bad.
_RANK = ("outside", "missing", "unreadable", "empty", "ok")


def look_at_scans(portfolio: Portfolio, folders: Mapping[str, Path]) -> dict[str, str]:
    """The state of every scan that the documents name, for `Policy.scans`.

    folders: display path of a book → the folder it stands in. States: "ok", "missing", "empty", "unreadable" (cannot be
    read, or no picture or PDF inside) and "outside" (an absolute path or one that leaves the folder: never opened).
    Books without a folder and web addresses get no entry.
    """
    found: dict[str, str] = {}
    for document in portfolio.documents:
        path = document.row.ref.sheet.path
        folder = folders.get(path)
        if document.file is None or folder is None:
            continue
        key = scan_key(path, document.file)
        if key not in found:
            state = scan_state(folder, document.file)
            if state is not None:
                found[key] = state
    return dict(sorted(found.items()))


def scan_state(folder: Path, cell: str) -> str | None:
    """The state of what a file cell names; the worst of several. None for a web address or a cell without a name."""
    names = [name.strip() for name in _SEPARATORS.split(cell) if name.strip()]
    local = [name for name in names if not _ADDRESS.match(name)]
    if not local:
        return None
    return min((_file_state(folder, name) for name in local), key=_RANK.index)


def _file_state(folder: Path, name: str) -> str:
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or name.startswith("\\"):
        return "outside"
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or any("\x00" in part for part in parts):
        return "outside"
    path = folder.joinpath(*parts)
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return "outside"
        if not path.is_file():
            return "missing"
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        return "missing"
    except (OSError, RuntimeError):  # no permission, a name too long, a loop of links
        return "unreadable"
    if not head:
        return "empty"
    return "ok" if _plausible(path.suffix.lower(), head) else "unreadable"


def _plausible(suffix: str, head: bytes) -> bool:
    """Whether a file begins as its suffix promises; a suffix that is not known promises nothing."""
    magic = _MAGIC.get(suffix)
    if magic is None:
        return True
    if suffix == ".pdf":
        return magic[0] in head
    # A picture saved under another picture's suffix still opens.
    return any(head.startswith(one) for many in _MAGIC.values() for one in many)
