"""Templates: where they are found, and the rules under which foreign text reaches a page."""

from __future__ import annotations

import os
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
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.loaders import split_template_path
from markupsafe import Markup, escape

from auditor.errors import OutputError
from auditor.model.language import tag
from auditor.report.foreign import cut
from auditor.report.wording import Wording

SHIPPED = "shipped"
# What an expression in a template can raise; where it stands decides whose fault it is.
FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
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
    loaders: list[BaseLoader] = [_Folder(folder)] if folder else []
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
    made.globals.update(words=words, t=words.label, lang=words.lang, language_tag=tag(words.lang))
    made.filters.update(link=_linker(words), number=words.number, raw=_raw)
    return made


class _Folder(FileSystemLoader):
    """The user's own folder: a file that is no UTF-8 is a fault with a place."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as problem:
            line = problem.object[: problem.start].count(b"\n") + 1
            raise TemplateSyntaxError("UTF-8 only", line, template) from problem


def fault_of_user(problem: Exception, folder: Path | None, template: str) -> OutputError | None:
    """The error that names the user's template, its line and what is wrong with it; None where the fault is ours.

    problem: one of FAULTS, as it was caught. folder: the user's templates. template: what was rendered.
    """
    if folder is None:
        return None
    place = _place(problem, folder)
    if isinstance(problem, TemplateError):
        name = getattr(problem, "name", None) or (place[0] if place else template)
        line = getattr(problem, "lineno", None) or (place[1] if place and place[0] == name else None)
        said = str(name if isinstance(problem, TemplateNotFound) else problem.message)
    elif place is not None and place[2]:
        name, line, _deepest = place
        said = f"{type(problem).__name__}: {problem}"
    else:
        return None
    return OutputError(
        f"报告模板有误：{said}",
        f"the report template is wrong: {said}",
        hint_zh="更正 --templates 目录中的模板, 或不使用该选项",
        hint_en="Correct the template in the --templates folder, or leave the option out",
        where=f"{name}:{line}" if line else str(name),
    )


def _place(problem: Exception, folder: Path) -> tuple[str, int, bool] | None:
    """The last of the user's templates on the way to a fault, its line, and whether no template of ours came after."""
    folder = Path(os.path.normpath(folder))  # as the engine names its files
    found = None
    step = problem.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        # What the engine puts in the place of its compiled code, so that lines are those of the template.
        if "__jinja_exception__" in step.tb_frame.f_globals:
            own = Path(code.co_filename)
            if own.is_relative_to(folder):
                found = own.relative_to(folder).as_posix(), step.tb_lineno, True
            elif found is not None:
                found = found[0], found[1], False
        step = step.tb_next
    return found


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
