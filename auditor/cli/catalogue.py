"""`audit checks` and `audit explain`: the catalogue in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.speech import spoken
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.checks.check import Check
    from auditor.model.verdict import Severity
    from auditor.settings.policy_file import Settings


@click.command(short_help="list the checks")
@options.config
@options.lang
def checks(config: Path | None, lang: str | None) -> int:
    """列出全部检查 · list the catalogue: id, scope, weight, title."""
    from auditor.checks.catalogue import CATALOGUE
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    family = ""
    for check in CATALOGUE:
        if check.family != family:
            family = check.family
            click.echo(f"\n{family}  {_FAMILIES[family].in_language(lang)}")
        severity, enabled = _weight(check, settings)
        off = "" if enabled else spoken(lang, "（已停用）", " (off)")
        scope = check.scope.text.in_language(lang)
        click.echo(
            f"  {check.id}  [{severity.text.in_language(lang)}] {scope}  {check.title.in_language(lang)}{off}"
        )
    click.echo()
    click.echo(
        spoken(lang, "audit explain ID 查看某项检查的完整说明。", "audit explain ID shows one in full.")
    )
    return 0


@click.command(short_help="one check in full")
@click.argument("id")
@options.config
@options.lang
def explain(id: str, config: Path | None, lang: str | None) -> int:
    """说明一项检查: 含义、依据、阈值、整改 · one check in full: meaning, basis, thresholds, remedy."""
    from auditor.checks.catalogue import CATALOGUE
    from auditor.errors import UsageError
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    found = next((check for check in CATALOGUE if check.id == id.upper()), None)
    if found is None:
        raise UsageError(
            f"没有编号为 {id} 的检查",
            f"There is no check {id}",
            hint_zh="`audit checks` 列出全部检查",
            hint_en="`audit checks` lists them all",
        )
    for line in _describe(found, settings, lang):
        click.echo(line)
    return 0


_FAMILIES = {
    "REC": Text("备案记录本身", "the record as written"),
    "OWN": Text("域名归属", "who owns the domain"),
    "DOM": Text("域名状态", "the domain itself"),
    "SYN": Text("共用备案号的一致性", "shared record numbers out of sync"),
    "PER": Text("负责人", "responsible persons"),
    "DOC": Text("证照材料与有效期", "documents and their expiry"),
    "CHG": Text("变更订单", "change orders under way"),
    "ACC": Text("接入", "access"),
    "WEB": Text("网站展示", "what the site shows"),
    "MIT": Text("工信部公示信息", "what the ministry's public query says"),
}


def _weight(check: Check, settings: Settings) -> tuple[Severity, bool]:
    from auditor.model.verdict import Severity

    own = settings.file.checks.get(check.id)
    severity = Severity.from_code(own.severity) if own and own.severity else check.severity
    return severity, own.enabled if own else True


def _describe(check: Check, settings: Settings, lang: str) -> list[str]:
    severity, enabled = _weight(check, settings)
    thresholds = settings.file.thresholds.build()
    lines = [f"{check.id}  {check.title.in_language(lang)}", ""]
    lines.append(spoken(lang, "对象: {scope}", "about: {scope}", scope=check.scope.text.in_language(lang)))
    weight = severity.text.in_language(lang)
    lines.append(spoken(lang, "级别: {weight}", "weight: {weight}", weight=weight))
    if not enabled:
        lines.append(spoken(lang, "策略文件已停用此项检查", "switched off by the policy file"))
    lines += ["", spoken(lang, "何时不符合", "fails when"), "  " + check.meaning.in_language(lang)]
    lines += ["", spoken(lang, "依据", "basis")]
    lines += ["  " + clause.text.in_language(lang) for clause in check.cites]
    if check.thresholds:
        lines += [
            "",
            spoken(lang, "阈值（audit.toml [thresholds]）", "thresholds (audit.toml [thresholds])"),
        ]
        lines += [f"  {name} = {_toml(getattr(thresholds, name))}" for name in check.thresholds]
    lines += ["", spoken(lang, "如何整改", "what to do")]
    lines += ["  " + text.in_language(lang) for text in check.remedy]
    return lines + _further(check, lang)


def _further(check: Check, lang: str) -> list[str]:
    """What some kinds of entity and provinces do in addition, each line under whom it is for."""
    from auditor.rules.load import RuleData
    from auditor.rules.remedies import ANY, KINDS

    found = RuleData().remedies.of(check.id)
    if not found:
        return []
    lines = ["", spoken(lang, "按主体性质与省份的补充", "further, by entity kind and province")]
    for rule in found:
        kinds = spoken(lang, "、", " / ").join(KINDS[kind].in_language(lang) for kind in rule.kinds)
        if ANY in rule.provinces:
            where = spoken(lang, "各省", "any province")
        else:
            where = ("" if lang == "zh" else " ").join(rule.provinces)
        lines.append(f"  {kinds} · {where}")
        lines.append("    " + rule.line.text.in_language(lang))
        basis = rule.line.basis.in_language(lang)
        lines.append("    " + spoken(lang, "依据: {basis}", "basis: {basis}", basis=basis))
    return lines


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
