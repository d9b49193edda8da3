"""Domain cells: the registrable domains that a cell names, however people write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from auditor.model.text import Text
from auditor.model.values import DomainCell, DomainName
from auditor.rules.domains import IS_ADDRESS, is_address, read_domain

_SEPARATORS = re.compile(r"[\s,;、|]+")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/{1,3}", re.IGNORECASE)
_DOTS = re.compile("[。．｡]")
_PORT = re.compile(r":\d{0,5}$")
_FRAME = "\"'“”‘’()[]【】<>《》「」{}"


@lru_cache(maxsize=65536)
def read_domain_cell(raw: str) -> DomainCell:
    """Take the domains from a cell: several names, URLs, hosts, ports, paths and comments are understood.

    The result holds each registrable domain once for each host below it, in the order of the cell; what is no domain stands in
    `problems` with the reason. `plain` says that the cell held one registrable domain and nothing else.
    """
    visible = "".join(
        " " if ch.isspace() else ch for ch in raw if ch.isspace() or unicodedata.category(ch)[0] != "C"
    )
    text = unicodedata.normalize("NFKC", visible)
    domains: dict[tuple[str, str], DomainName] = {}
    problems: list[tuple[str, Text]] = []
    pieces = [piece for piece in _SEPARATORS.split(text) if piece.strip(_FRAME + ".")]
    for piece in pieces:
        names, refused = _read_piece(piece.strip(_FRAME))
        for name in names:
            domains.setdefault((name.ulabel, name.host), name)
        problems += refused
    found = tuple(domains.values())
    plain = (
        len(found) == 1
        and len(pieces) == 1
        and not found[0].host
        and _DOTS.sub(".", pieces[0]).lower().rstrip(".") in (found[0].ulabel, found[0].alabel)
    )
    return DomainCell(raw, found, plain, tuple(problems))


def _read_piece(piece: str) -> tuple[list[DomainName], list[tuple[str, Text]]]:
    if _SCHEME.match(piece):
        rest = _SCHEME.sub("", piece, count=1)
        authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
        return _one(authority, piece)
    if is_address(piece.strip("[]")):
        return [], [(piece, IS_ADDRESS)]
    # A bracket in the middle opens a comment: "a.cn(主站)".
    head = re.split(r"[(\[【<《「{]", piece, maxsplit=1)[0] or piece
    first, *rest_of_path = re.split(r"[/?#\\]", head)
    names, problems = _one(first, piece)
    # "a.cn/b.cn" lists two domains; in "a.cn/index.html" the rest is a path.
    for part in rest_of_path:
        known = _listed(part)
        if known is not None:
            names.append(known)
    return names, problems


def _listed(part: str) -> DomainName | None:
    """A path segment that is a domain under a suffix in common use, for lists written with slashes."""
    name = read_domain(_PORT.sub("", part)) if "." in part else None
    if isinstance(name, DomainName) and _COMMON_SUFFIX.search(name.ulabel):
        return name
    return None


_COMMON_SUFFIX = re.compile(
    r"\.(?:cn|com|net|org|top|xyz|vip|shop|club|site|online|store|info|biz|cc|tv|ltd|group|tech|wang|ren|ink|中国|公司|网络|网址|在线|中文网|政务|公益|集团|我爱你|商城|商标)$"
)


def _one(text: str, piece: str) -> tuple[list[DomainName], list[tuple[str, Text]]]:
    host = text if text.startswith("[") else _PORT.sub("", text)
    wildcard = host.startswith("*.")
    name = read_domain(host[2:] if wildcard else host)
    if isinstance(name, Text):
        return [], [(piece, name)]
    if wildcard and name.host:
        # "*.a.x.cn" names no host that could be asked for.
        name = DomainName(name.ulabel, name.alabel)
    return [name], []
