"""`audit`: the command group, and the one place where an error becomes a message and an exit status."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from auditor import __version__
from auditor.errors import AuditError

EXIT_CLEAN, EXIT_FOUND, EXIT_UNABLE, EXIT_INCOMPLETE = 0, 1, 2, 3

# Commands by name: module and function, imported only when the command is typed, so that --help stays quick.
_COMMANDS = {
    "run": ("auditor.cli.run", "run", "审计台账并生成报告 · audit books and write the reports"),
    "validate": ("auditor.cli.validate", "validate", "只读取与识别, 不下结论 · read and map only"),
    "checks": ("auditor.cli.catalogue", "checks", "列出全部检查 · list the checks"),
    "explain": ("auditor.cli.catalogue", "explain", "说明一项检查 · one check in full"),
    "evidence": (
        "auditor.cli.evidence",
        "evidence",
        "查询、导入导出证据 · look up, import and export evidence",
    ),
    "plan": ("auditor.cli.plan", "plan", "整改工作队列与最迟开始日 · the work to do, a queue per entity"),
    "history": ("auditor.cli.history", "history", "以往的审计 · earlier runs"),
    "diff": ("auditor.cli.history", "diff", "两次审计之间的变化 · what changed between two runs"),
    "report": ("auditor.cli.report", "report", "重新生成以往的报告 · an earlier run's reports once more"),
    "waive": ("auditor.cli.waive", "waive", "在期限内接受一项发现 · accept a finding for a time"),
    "waivers": ("auditor.cli.waivers", "waivers", "已接受的事项 · what is accepted, by whom, until when"),
    "email": ("auditor.cli.email", "email", "发送某次审计的报告 · send a run's report"),
    "schedule": ("auditor.cli.schedule", "schedule", "定时审计 · audits that cron starts, and how they fare"),
    "init": (
        "auditor.cli.init",
        "init",
        "生成空白台账模板与策略文件 · write an empty template and policy file",
    ),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name, _help = _COMMANDS[cmd_name]
        from importlib import import_module

        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in _COMMANDS.items()])


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from auditor.rules.shipped import dates

    click.echo(f"audit, version {__version__}")
    click.echo(f"规则数据 · rule data: {dates()}")
    ctx.exit()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="退出状态 · exit status: 0 未达阈值 nothing at the threshold; 1 有达到阈值的发现 findings; "
    "2 无法审计 could not audit; 3 审计不完整 incomplete.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and the dates of the rule data.",
)
def audit() -> None:
    """ICP 备案台账批量合规审计 · batch compliance audit of ICP filing portfolios."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; ends the process with the exit status of the contract."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            # A console that cannot show a Chinese character must not stop an audit.
            reconfigure(errors="backslashreplace")
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    lang = _language(arguments)
    try:
        status: Any = audit.main(args=arguments, prog_name="audit", standalone_mode=False)
    except AuditError as error:
        click.echo(_described(error, lang), err=True)
        return error.exit_status
    except click.exceptions.Abort:
        click.echo(_said(lang, "已中断, 未写入任何文件。", "Interrupted; nothing was written."), err=True)
        return EXIT_UNABLE
    except click.ClickException as error:
        error.show()
        return EXIT_UNABLE
    except (SystemExit, BrokenPipeError):
        # Whoever read our words went away (`audit checks | head`); click turns that into an exit. Nothing failed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CLEAN
    except Exception as error:
        # A fault of ours must not end with status 1, which a scheduler reads as "audited, findings".
        if os.environ.get("AUDIT_DEBUG"):
            raise
        click.echo(_fault(error, lang), err=True)
        return EXIT_UNABLE
    return status if isinstance(status, int) else EXIT_CLEAN


def _said(lang: str, zh: str, en: str) -> str:
    # Imported only when there is something to say, so that --help stays quick.
    from auditor.model.language import translated

    return translated(zh, en, lang)


def _described(error: AuditError, lang: str) -> str:
    from auditor.model.language import translated
    from auditor.report.foreign import visible

    return visible(error.describe(lang, translated))


def _fault(error: Exception, lang: str) -> str:
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    kind = type(error).__name__
    return _said(
        lang,
        f"程序内部错误 ({kind}, 位于 {place}), 未写入任何文件。\n"
        "请反馈此问题。设置 AUDIT_DEBUG=1 可显示细节, 其中可能含有台账数据。",
        f"Internal error ({kind} in {place}); nothing was written.\n"
        "Please report it. AUDIT_DEBUG=1 shows the details, which may hold data from your book.",
    )


def _language(arguments: list[str]) -> str:
    """The language of error messages: --lang where it is typed, else $AUDIT_LANG, else Chinese."""
    for index, word in enumerate(arguments):
        if word == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return os.environ.get("AUDIT_LANG", "zh")
