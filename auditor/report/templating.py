"""Templates: where they are found, and the rules under which foreign text reaches a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    Undefined,
)
from jinja2.exceptions import TemplateNotFound
from jinja2.loaders import split_template_path
from markupsafe import Markup, escape

from auditor.report.foreign import cut
from auditor.report.wording import Wording

SHIPPED = "shipped"
CELL_LIMIT = 2_000  # characters of one value on a page

_URL = re.compile(r"https?://[^\s<>\"'`\\\x00-\x20\x7f]+", re.IGNORECASE)


def shipped_templates() -> Traversable:
    """The folder of the templates that come with the program: in the package, or in the checkout it runs from."""
    packaged = resources.files("auditor.report").joinpath("templates")
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / "reports" / "templates"


def environment(words: Wording, folder: Path | None = None) -> Environment:
    """An environment in which every value is put in the reader's words, made visible, cut and escaped.

    folder: the user's templates, which win over the shipped ones; those stay reachable as shipped/NAME.
    """
    shipped = FunctionLoader(_reader(shipped_templates()))
    loaders: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    loaders += [shipped, PrefixLoader({SHIPPED: shipped})]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalizer(words),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(words=words, t=words.label, lang=words.lang)
    made.filters.update(link=_linker(words), number=words.number, raw=_raw)
    return made


def _reader(folder: Traversable) -> Callable[[str], str]:
    """A loader function; it refuses names that lead out of the folder."""

    def read(name: str) -> str:
        try:
            return folder.joinpath(*split_template_path(name)).read_text(encoding="utf-8")
        except (FileNotFoundError, IsADirectoryError) as missing:
            raise TemplateNotFound(name) from missing

    return read


def _finalizer(words: Wording) -> Callable[[object], object]:
    def finalize(value: object) -> object:
        # Markup is what templates and macros made themselves; undefined values must reach their own error.
        if isinstance(value, (Markup, Undefined, int)):
            return value
        return cut(words.say(value), CELL_LIMIT, words.lang)

    return finalize


def _raw(value: str) -> Markup:
    """A text of the program's own, such as its style sheet, that must stand unescaped. Never for foreign text."""
    return Markup(value)


def _linker(words: Wording) -> Callable[[object], Markup]:
    """A filter: an http(s) address becomes a link that tells the other side nothing; all else stays text."""

    def link(value: object) -> Markup:
        shown = cut(words.say(value), CELL_LIMIT, words.lang)
        if isinstance(value, str) and shown == value and _URL.fullmatch(value):
            return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(shown)
        return escape(shown)

    return link
