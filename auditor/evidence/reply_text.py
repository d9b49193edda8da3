"""The bytes of a WHOIS reply become text: joined first, decoded once, and never into characters nobody sent."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
# Two bytes of a damaged character may look like one of GB 18030; three characters in a row of them are no accident.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A decoded reply. encoding: what it was read as; exact: False where bytes were replaced by U+FFFD."""

    text: str
    encoding: str
    exact: bool


def decode_reply(data: bytes, charset: str = "utf-8") -> ReplyText:
    """Decode a whole reply: by the registry's charset, else UTF-8, else gb18030, else UTF-8 with replacements.

    GB 18030 accepts nearly any bytes, so its reading counts only where most of what it finds are everyday characters
    (GB/T 2312): damaged UTF-8 and Latin letters would otherwise come out as Chinese names that nobody wrote. What is
    replaced shows as U+FFFD, which readers take for garbled and never for a name.
    """
    for encoding in dict.fromkeys((_known(charset), "utf-8")):
        try:
            return ReplyText(data.decode(encoding), encoding, True)
        except UnicodeDecodeError:
            continue
    replaced = data.decode("utf-8", "replace")
    if not _is_damaged_utf8(data, replaced):
        text = data.decode("gb18030", "replace")
        if _is_plausible_chinese(text):
            return ReplyText(text, "gb18030", REPLACEMENT not in text)
    return ReplyText(replaced, "utf-8", False)


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "utf-8"


def _is_damaged_utf8(data: bytes, replaced: str) -> bool:
    """True for UTF-8 cut inside its last character, and where more characters of three bytes came out whole than were
    lost: chance makes hardly any of them."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        pass
    else:
        return True
    whole = sum("\u0800" <= ch != REPLACEMENT for ch in replaced)
    return whole > replaced.count(REPLACEMENT)


def _is_plausible_chinese(text: str) -> bool:
    foreign = [ch for ch in text if ch > "\x7f"]
    everyday = sum(_is_everyday(ch) for ch in foreign)
    return len(foreign) >= _FEWEST and everyday * 3 >= len(foreign) * 2


def _is_everyday(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
