"""The links that numbers on a page carry: where they lead, and which number they name."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_MINISTRY = "beian.miit.gov.cn"
_RETIRED_HOSTS = ("miibeian.gov.cn", "miitbeian.gov.cn")
_CODE = re.compile(r"(?:^|[?&#/])(?:code|recordcode)=(\d{14})(?!\d)", re.IGNORECASE)
_FOURTEEN = re.compile(r"(?<!\d)\d{14}(?!\d)")


def _parts(link: str) -> tuple[str, str]:
    """Host and path of a link as a browser would take it; ("", "") for one that leads to no host."""
    text = link.strip()
    if text.startswith("//"):
        text = "https:" + text
    elif "://" not in text:
        # "beian.miit.gov.cn" without a scheme is a relative link and leads nowhere.
        return "", ""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""
    return (host, parts.path) if parts.scheme.lower() in ("http", "https") else ("", "")


def links_to_ministry(link: str) -> bool:
    """True for https://beian.miit.gov.cn/ with any path or fragment, but for the retired /publish pages."""
    host, path = _parts(link)
    return host == _MINISTRY and not _is_publish(path)


def links_to_retired_address(link: str) -> bool:
    """True for the dead predecessors: miibeian.gov.cn, miitbeian.gov.cn and beian.miit.gov.cn/publish/…"""
    host, path = _parts(link)
    if host == _MINISTRY:
        return _is_publish(path)
    return any(host == retired or host.endswith("." + retired) for retired in _RETIRED_HOSTS)


def _is_publish(path: str) -> bool:
    return path.lower().strip("/").split("/")[0] == "publish"


def linked_police_digits(link: str) -> str | None:
    """The 14 digits that a police link asks for (code=, recordcode=); None where it names none."""
    found = _CODE.search(unquote(link))
    return found.group(1) if found else None


def police_digits(text: str) -> str | None:
    """The 14 digits of a police number however it is written; None where there are none."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKC", text) if not ch.isspace())
    found = _FOURTEEN.search(plain)
    return found.group() if found else None
