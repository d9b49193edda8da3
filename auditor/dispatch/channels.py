"""Handing over: letters to the mail server by way of the outbox, notes to robots, and a line for each outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.delivery.chat import Hook, Note, post
from auditor.delivery.outbox import Outbox
from auditor.delivery.outbox import dispatch as hand_over
from auditor.delivery.outbox_round import Flushed
from auditor.delivery.parcel import Fate, Parcel
from auditor.delivery.smtp import Courier
from auditor.dispatch.outfit import Outfit, Sent, mail_server
from auditor.errors import AuditError
from auditor.model.text import Text

FAILURE_KEY = "failure"
"""What the keys of mails begin with that tell of a failure."""


def post_note(
    hook: Hook, note: Note, outfit: Outfit, sent: Sent, noted: Callable[[], object] | None = None
) -> None:
    """Post a note and tell how it went; `noted` is called where it arrived. A fault is told, never raised."""
    own = outfit.settings.file.chat
    ca_file = outfit.settings.beside(own.ca_file)
    try:
        told = post(
            hook,
            note,
            clock=outfit.clock,
            sleep=outfit.sleep,
            timeout_s=own.timeout_s,
            ca_file=str(ca_file) if ca_file else None,
        )
    except AuditError as fault:
        sent.refused += 1
        sent.add(f"{hook.kind.text.zh}: {fault.zh}", f"{hook.kind.text.en}: {fault.en}", fault=True)
        return
    if told.delivered:
        sent.sent += 1
        if noted is not None:
            noted()
    else:
        sent.refused += 1
    sent.add(
        f"{hook.kind.text.zh}: {told.said.zh}",
        f"{hook.kind.text.en}: {told.said.en}",
        fault=not told.delivered,
    )


def flush(box: Outbox, letters: Iterable[Parcel], outfit: Outfit) -> Flushed:
    """Letters into the outbox, and what is in it to the mail server."""
    with Courier(mail_server(outfit.settings, outfit.environment), sleep=outfit.sleep) as courier:
        return hand_over(box, letters, courier.send, outfit.clock, again=outfit.again)


def tell_flushed(flushed: Flushed, sent: Sent) -> None:
    """A line for each recipient and for all that went otherwise."""
    for report in flushed.reports:
        route = shown_route(report.key)
        for one in report.outcomes:
            if one.fate is Fate.ACCEPTED:
                sent.sent += 1
            elif one.fate is Fate.REFUSED:
                sent.refused += 1
            elif one.fate is Fate.BLOCKED:
                sent.blocked += 1
            else:
                sent.waiting += 1
            if one.fate is Fate.ACCEPTED:
                sent.add(f"{route.zh} → {one.recipient}: 已发送", f"{route.en} → {one.recipient}: sent")
            else:
                sent.add(
                    f"{route.zh} → {one.recipient}: {one.fate.text.zh}: {one.said.zh}",
                    f"{route.en} → {one.recipient}: {one.fate.text.en}: {one.said.en}",
                    fault=True,
                )
    for waited in flushed.expired:
        sent.refused += 1
        route = shown_route(waited.key)
        sent.add(
            f"{route.zh} {waited.message_id}: 等待过久, 已移出发件箱, 没有送达",
            f"{route.en} {waited.message_id}: waited too long and was moved out of the outbox undelivered",
            fault=True,
        )
    for key in flushed.perhaps_twice:
        route = shown_route(key)
        sent.add(
            f"{route.zh}: 上次发送中断, 收件人可能收到两次",
            f"{route.en}: an earlier sending broke off; it may arrive twice",
        )
    for key in flushed.busy:
        route = shown_route(key)
        sent.add(f"{route.zh}: 另一程序正在发送", f"{route.en}: another program is sending it")
    sent.told.extend(flushed.problems)
    sent.faults.extend(flushed.problems)


_ROUTES = {"all": Text("整份报告", "the whole report"), "digest": Text("汇总", "the digest")}
_KINDS = {"owner": Text("负责人", "owner"), "tag": Text("分组", "tag"), "entity": Text("主体", "entity")}
_FAILURE = Text("故障通知", "the failure notice")


def shown_route(key: str) -> Text:
    """The route of a mail as it is told. key: the mail's, portfolio, run and route, or the route alone."""
    if key.startswith(f"{FAILURE_KEY}\x1f"):
        return _FAILURE
    route = key.rpartition("\x1f")[2]
    kind, colon, value = route.partition(":")
    if colon and kind in _KINDS:
        return Text(f"{_KINDS[kind].zh}“{value}”", f"{_KINDS[kind].en} “{value}”")
    return _ROUTES.get(route, Text(route, route))
