"""A language in the policy file: one that the program speaks, by its own texts or by a catalogue."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from auditor.model.language import languages, unreadable


def _known(code: str) -> str:
    known = languages()
    if code not in known:
        raise ValueError(f"one of {', '.join(known)}, not {code!r}|{'、'.join(known)} 之一, 而不是 {code!r}")
    if fault := unreadable(code):
        raise ValueError(f"a catalogue that can be read ({fault})|可以读取的语言目录文件 ({fault})")
    return code


Language = Annotated[str, AfterValidator(_known)]
