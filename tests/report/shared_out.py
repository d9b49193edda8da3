"""What the documents of a share hold, packed parts unpacked, so that a test can look for what must not be there."""

from __future__ import annotations

import base64
import gzip
import html
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from auditor.model.portfolio import Entity
from auditor.model.result import AuditResult
from auditor.report.write import write_reports

_PACKED = re.compile(r'<script type="application/octet-stream"[^>]*>([^<]*)</script>')


def documents(result: AuditResult, folder: Path, lang: str = "zh") -> Mapping[str, str]:
    """File name → all its text."""
    paths = write_reports(result, folder, ["html", "xlsx", "json", "csv"], lang=lang, show_pii=True)
    return {path.name: _text(path) for path in paths}


def _text(path: Path) -> str:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            whole = "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
        return html.unescape(whole)
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".html":
        return text
    packed = [gzip.decompress(base64.b64decode(one)).decode() for one in _PACKED.findall(text)]
    return html.unescape("\n".join([_PACKED.sub("", text), *packed]))


def marks(entity: Entity) -> set[str]:
    """What tells an entity: numbers, names, domains, services, persons, their phones and papers."""
    found = {entity.key, *entity.names}
    for domain in entity.domains:
        found |= {domain.name.ulabel, domain.name.alabel}
    for service in entity.services:
        found |= {service.target, service.name or ""}
    for person in entity.persons:
        found |= {
            person.name or "",
            *(one.shown for code in ("mobile", "id_number") for one in person.said(code)),
        }
    for document in entity.documents:
        found |= {document.number if isinstance(document.number, str) else "", document.file or ""}
    for order in entity.orders:
        found.add(order.key)
    return found - {""}


def strangers(whole: AuditResult, key: str) -> set[str]:
    """The marks of all entities but one, less those that are a part of its own."""
    entities = whole.reading.portfolio.entities
    own = next(marks(one) for one in entities if one.key == key)
    others = set[str]().union(*(marks(one) for one in entities if one.key != key))
    return {word for word in others if not any(word in mine for mine in own)}
