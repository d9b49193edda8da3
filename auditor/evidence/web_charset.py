"""The text of a page from its bytes: byte order mark, UTF-8, what header and markup declare, GB 18030."""

from __future__ import annotations

import codecs
import re

_HEAD = 4096
_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE
)
_XML = re.compile(
    rb"^\s{0,64}<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}[\"']([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE
)
_HEADER = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# As browsers take the labels (WHATWG Encoding): GB2312 and GBK are read as their superset.
_CODECS = {
    label: codec
    for codec, labels in {
        "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 x-gbk cp936 ms936 chinese euc-cn",
        "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
        "utf-8": "utf-8 utf8",
        "shift_jis": "shift_jis shift-jis sjis x-sjis windows-31j",
        "euc_jp": "euc-jp x-euc-jp",
        "euc_kr": "euc-kr ks_c_5601-1987 cp949",
        "cp1251": "windows-1251 cp1251",
        "cp1252": "iso-8859-1 latin1 windows-1252 us-ascii ascii",
    }.items()
    for label in labels.split()
}
# Any bytes at all are text in these: a server's default says nothing of the page.
_MEANS_NOTHING = "cp1252"
# A page of UTF-8 in which a tenth of the characters beyond ASCII is broken still is one: no other encoding looks so.
_NEARLY = 10


def decode_page(body: bytes, content_type: str, *, cut: bool) -> tuple[str, str]:
    """The text and the encoding it was read in. cut: the body ends anywhere, perhaps inside a character.

    UTF-8 proves itself and goes before what is declared; a broken character becomes U+FFFD.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            text = _strict(body, codec, cut)
            name = codec.removesuffix("-sig")
            return (text if text is not None else body.decode(codec, "replace")), name
    text = _strict(body, "utf-8", cut)
    if text is not None:
        return text, "utf-8"
    declared = [codec for codec in _declared(body, content_type) if codec not in ("utf-8", _MEANS_NOTHING)]
    for codec in declared:
        text = _strict(body, codec, cut)
        if text is not None:
            return text, codec
    lenient = body.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if broken * _NEARLY <= sum(1 for ch in lenient if ch > "\x7f"):
        return lenient, "utf-8"
    text = _strict(body, "gb18030", cut)
    if text is not None:
        return text, "gb18030"
    codec = declared[0] if declared else "gb18030"
    return body.decode(codec, "replace"), codec


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [match.group(1) for match in [_HEADER.search(content_type)] if match]
    head = body[:_HEAD]
    labels += [match.group(1).decode("ascii") for match in (_META.search(head), _XML.search(head)) if match]
    found = (_CODECS.get(label.lower()) for label in labels)
    return list(dict.fromkeys(codec for codec in found if codec is not None))


def _strict(body: bytes, codec: str, cut: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(body, not cut)
    except UnicodeError:
        return None
