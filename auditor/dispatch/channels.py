"""Handing over: letters to the mail server by way of the outbox, notes to robots, and a line for each outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.delivery.chat import Hook, Note, post
from auditor.delivery.outbox import Flushed, Outbox
from auditor.delivery.outbox import dispatch as hand_over
from auditor.delivery.parcel import Fate, Parcel
from auditor.delivery.smtp import Courier
from auditor.dispatch.outfit import Outfit, Sent, mail_server
from auditor.errors import AuditError


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
        sent.tell(f"{hook.kind.text.zh}: {fault.zh}", f"{hook.kind.text.en}: {fault.en}")
        return
    if told.delivered:
        sent.sent += 1
        if noted is not None:
            noted()
    else:
        sent.refused += 1
    sent.tell(f"{hook.kind.text.zh}: {told.said.zh}", f"{hook.kind.text.en}: {told.said.en}")


def flush(box: Outbox, letters: Iterable[Parcel], outfit: Outfit) -> Flushed:
    """Letters into the outbox, and what is in it to the mail server."""
    with Courier(mail_server(outfit.settings, outfit.environment), sleep=outfit.sleep) as courier:
        return hand_over(box, letters, courier.send, outfit.clock, again=outfit.again)


def tell_flushed(flushed: Flushed, sent: Sent) -> None:
    """A line for each recipient and for all that went otherwise."""
    for report in flushed.reports:
        route = shown_route(report.key.rsplit("\x1f", 1)[-1])
        for one in report.outcomes:
            if one.fate is Fate.ACCEPTED:
                sent.sent += 1
            elif one.fate is Fate.REFUSED:
                sent.refused += 1
            else:
                sent.waiting += 1
            if one.fate is Fate.ACCEPTED:
                sent.tell(f"{route} → {one.recipient}: 已发送", f"{route} → {one.recipient}: sent")
            else:
                sent.tell(
                    f"{route} → {one.recipient}: {one.fate.text.zh}: {one.said.zh}",
                    f"{route} → {one.recipient}: {one.fate.text.en}: {one.said.en}",
                )
    for waited in flushed.expired:
        sent.refused += 1
        sent.tell(
            f"{waited.message_id}: 等待过久, 已移出发件箱, 没有送达",
            f"{waited.message_id}: waited too long and was moved out of the outbox undelivered",
        )
    for key in flushed.perhaps_twice:
        route = shown_route(key.rsplit("\x1f", 1)[-1])
        sent.tell(
            f"{route}: 上次发送中断, 收件人可能收到两次",
            f"{route}: an earlier sending broke off; it may arrive twice",
        )
    for key in flushed.busy:
        route = shown_route(key.rsplit("\x1f", 1)[-1])
        sent.tell(f"{route}: 另一程序正在发送", f"{route}: another program is sending it")
    sent.told.extend(flushed.problems)


def shown_route(route: str) -> str:
    """A route as it is told."""
    return route.replace("\x1f", " ")
