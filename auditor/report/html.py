"""report.html: one file that needs nothing else, makes no request and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from jinja2 import Environment

from auditor.model.verdict import Verdict
from auditor.report.listing import build_listing
from auditor.report.page import Limits, Page
from auditor.report.plan_rows import actor_text, step_days
from auditor.report.run_lines import run_lines
from auditor.report.templating import FAULTS, environment, fault_of_user
from auditor.report.view import View
from auditor.report.wording import Wording

TEMPLATE = "report.html.j2"
STYLE, LIST_STYLE, SCRIPT = "style.css", "list.css", "script.js"


def write_html(
    view: View, path: Path, words: Wording, *, templates: Path | None = None, limits: Limits | None = None
) -> None:
    """Render the report piece by piece; OSError from the disk, OutputError for a fault in a user's template."""
    env = environment(words, templates)
    try:
        template = env.get_template(TEMPLATE)
        context = _context(view, words, env, limits or Limits())
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for piece in template.generate(context):
                file.write(piece)
    except FAULTS as problem:
        fault = fault_of_user(problem, templates, TEMPLATE)
        if fault is None:
            raise
        raise fault from problem


def _context(view: View, words: Wording, env: Environment, limits: Limits) -> Mapping[str, object]:
    style, list_style = _source(env, STYLE), _source(env, LIST_STYLE)
    listing = build_listing(view, words)
    script = _source(env, SCRIPT) if listing.count else ""
    return {
        "view": view,
        "result": view.result,
        "page": Page(view, limits),
        "listing": listing,
        "style": style,
        "list_style": list_style,
        "script": script,
        "policy": content_policy(style, list_style, script=script),
        "run_lines": tuple(run_lines(view, words)),
        "failed": Verdict.FAIL,
        "plan_step_days": partial(step_days, words=words),
        "plan_actor": partial(actor_text, words=words),
    }


def _source(env: Environment, name: str) -> str:
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def content_policy(*styles: str, script: str = "") -> str:
    """A content security policy under which nothing loads, and nothing applies or runs but these very texts."""
    sheets = " ".join(map(_digest, styles))
    scripts = f"script-src {_digest(script)}; " if script else ""
    return (
        f"default-src 'none'; {scripts}style-src {sheets}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
