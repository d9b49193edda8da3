"""A finished audit on its way to its readers: the whole, each route's share, the manager's digest, notes in chats."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

from auditor.delivery.chat import Note
from auditor.delivery.message import Attachment, Letter, fitting, parcel, write_eml
from auditor.delivery.parcel import Fate, Parcel
from auditor.dispatch.channels import flush, post_note, shown_route, tell_flushed
from auditor.dispatch.outfit import LINK_TEXT, Outfit, Sent, check_mail, hooks_when, outbox_of
from auditor.history.notices import Delivery, Rung
from auditor.history.records import kept
from auditor.history.store import History
from auditor.model.result import AuditResult
from auditor.model.text import Text
from auditor.report.expiries import ExpiryLine
from auditor.report.mail import MailDocument, MailKind, RouteLine, audit_mail, digest_mail, mail_kind
from auditor.report.part import Division, Kind, Share
from auditor.report.summary import summary_lines
from auditor.report.view import View, build_view
from auditor.report.wording import Wording
from auditor.report.write import FORMATS, write_reports
from auditor.settings.policy_file import Settings

_REPORT_NAME = Text("备案审计报告", "ICP audit report")
_SEEN_DELIVERIES = 2000
_CHAT_LINES = 14
_NAMES_TOLD = 20
_WHOLE, _DIGEST = "all", "digest"
_Step = tuple[str, str, date]
"""Kind, target and day of what runs out."""


@dataclass(frozen=True)
class _Mail:
    """One mail to be: its route, its readers, and the share it is about."""

    route: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    lang: str
    when: str
    result: AuditResult
    view: View
    who: str | None = None
    channel: str = "mail"


def send_audit(
    result: AuditResult,
    portfolio: str,
    outfit: Outfit,
    *,
    history: History | None,
    files: Mapping[str, Path] | None = None,
) -> Sent:
    """Mail and post a finished audit to everybody whose turn it is.

    portfolio: the name under which its runs belong together; files: format → a report that is written already and masked.
    PolicyError for settings that cannot work; a server that does not take a mail is no error: the mail waits in the outbox.
    """
    check_mail(outfit.settings, outfit.environment, dry=outfit.dry_run is not None)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="audit-mail-")))
        return _Round(result, portfolio, outfit, history, dict(files or {}), folder).go()


class _Round:
    """One audit on its way to its readers."""

    def __init__(
        self,
        result: AuditResult,
        portfolio: str,
        outfit: Outfit,
        history: History | None,
        files: dict[str, Path],
        folder: Path,
    ) -> None:
        self.result, self.portfolio, self.outfit, self.history = result, portfolio, outfit, history
        self.folder = folder
        # What stands on the disk already was written in the language of the command.
        self.files = {(outfit.lang, name): path for name, path in files.items()}
        self.own = outfit.settings.file.email
        self.name = _shown_name(outfit.settings, result)
        self.view = build_view(result)
        self.sent = Sent()
        self.past = history.deliveries(portfolio, _SEEN_DELIVERIES) if history else ()
        self.rungs = self._fresh_rungs()
        self.warned: set[_Step] = set()

    def go(self) -> Sent:
        mails = list(self._mails()) if self.own.host else []
        letters = [(mail, letter) for mail in mails if (letter := self._letter(mail)) is not None]
        if self.own.host:
            self._hand_over(letters)
        self._chats()
        if self.history is not None and self.warned:
            self.history.note_rungs(self.portfolio, [self.rungs[one] for one in sorted(self.warned)])
        return self.sent

    # Who

    def _mails(self) -> Iterator[_Mail]:
        lang = self.own.lang or self.outfit.lang
        if self.own.to:
            yield _Mail(
                _WHOLE, tuple(self.own.to), tuple(self.own.cc), lang, self.own.when, self.result, self.view
            )
        yield from self.routes
        if self.own.digest:
            yield _Mail(_DIGEST, tuple(self.own.digest), (), lang, self.own.when, self.result, self.view)

    @cached_property
    def routes(self) -> list[_Mail]:
        """The routes with their shares; a route that nothing in the book answers to is told."""
        found: list[_Mail] = []
        division = Division(self.result)
        for route in self.own.route:
            kind: Kind = "owner" if route.owner else "tag" if route.tag else "entity"
            value = route.owner or route.tag or route.entity or ""
            given = {value: route.to} if value != "*" else route.addresses
            carried: set[str] = set()
            for one, addresses in given.items():
                share = division.of(Share(kind, one))
                if not (share.reading.portfolio.rows or share.findings):
                    self.sent.add(
                        f"路由 {kind} = “{one}” 与台账中的任何内容都不相符, 没有发送",
                        f"the route {kind} = “{one}” matches nothing in the book; nothing was sent",
                    )
                    continue
                carried.update(each.fingerprint for each in share.findings)
                name = f"{kind}:{one}"
                alike = sum(1 for each in found if each.route.partition("#")[0] == name)
                found.append(
                    _Mail(
                        # Two routes may name the same share, for readers of two languages say.
                        f"{name}#{alike + 1}" if alike else name,
                        (addresses,) if isinstance(addresses, str) else tuple(addresses),
                        tuple(route.cc),
                        route.lang or self.own.lang or self.outfit.lang,
                        route.when or self.own.when,
                        share,
                        build_view(share),
                        one,
                    )
                )
            if value == "*" and (nobody := self._unaddressed(kind, carried)):
                shown = nobody[:_NAMES_TOLD]
                self.sent.add(
                    f"路由 {kind} = “*” 有 {len(nobody)} 个值没有地址: {'、'.join(shown)}",
                    f"the route {kind} = “*” has values without an address, {len(nobody)}: {', '.join(shown)}",
                )
        return found

    def _unaddressed(self, kind: Kind, carried: Collection[str]) -> list[str]:
        """Whose findings a route of all values carries to nobody, by a name that the policy could give an address."""
        names: set[str] = set()
        for one in (*self.view.failures, *self.view.unknowns):
            if one.fingerprint not in carried:
                owner = one.entity_name or one.entity_number or ""
                typed = one.answer.owner if one.answer else None
                names.add(one.group if kind == "tag" else (typed or owner) if kind == "owner" else owner)
        return sorted(name for name in names if name and name.strip())

    # Whether

    def _due(self, mail: _Mail) -> bool:
        if self.outfit.again or mail.when == "always" or self._rungs_of(mail.view):
            return True
        if self._heartbeat(mail.channel, mail.route):
            return True
        if mail.when == "findings":
            return bool(mail.view.failures) or not mail.result.run.complete
        return mail_kind(mail.view) is not MailKind.UNCHANGED or self._newly_incomplete

    @cached_property
    def _newly_incomplete(self) -> bool:
        """Whether this run did not see everything while the one before did; asked of the whole, since a share has no trend."""
        compared = self.result.comparison
        before = [one.complete for one in compared.trend][-2:-1] if compared else []
        return not self.result.run.complete and before != [False]

    def _heartbeat(self, channel: str, route: str) -> bool:
        days = self.own.heartbeat_days
        if not days:
            return False
        if channel == "mail" and route in self._waiting:
            return False
        last = _newest(self.past, channel, route)
        return last is None or self.outfit.clock() - last >= timedelta(days=days)

    @cached_property
    def _waiting(self) -> set[str]:
        """The routes of this portfolio for which a mail of an earlier run waits in the outbox."""
        keys = [one.key.split("\x1f") for one in outbox_of(self.outfit.settings).waiting()]
        return {key[-1] for key in keys if key[0] == self.portfolio}

    def _fresh_rungs(self) -> dict[_Step, Rung]:
        """The step each end date has come down to, where nobody was warned of that step yet."""
        steps = sorted(self.own.expiry_rungs)
        if self.history is None or not steps:
            return {}
        told = self.history.rungs(self.portfolio)
        found: dict[_Step, Rung] = {}
        for line in self.view.expiries:
            step = next((days for days in steps if line.days_left <= days), None)
            if step is not None:
                # As the history keeps it, else a long name would be news for ever.
                rung = Rung(kept(f"{line.kind}\x1f{line.target}"), line.day, step)
                if rung not in told:
                    found[line.kind, line.target, line.day] = rung
        return found

    def _rungs_of(self, view: View) -> list[ExpiryLine]:
        return [one for one in view.expiries if (one.kind, one.target, one.day) in self.rungs]

    def _warn(self, view: View) -> None:
        """Note that a mail with the reminders of a view is on its way."""
        self.warned.update((one.kind, one.target, one.day) for one in self._rungs_of(view))

    # What

    def _letter(self, mail: _Mail) -> Parcel | None:
        if not self._due(mail):
            self.sent.add(
                f"{shown_route(mail.route).zh}: 按 when = “{mail.when}” 本次无需发送",
                f"{shown_route(mail.route).en}: nothing to send under when = “{mail.when}”",
            )
            return None
        kept, left = fitting(self._attachments(mail), self.own.attach_limit_mb)
        document = self._document(
            mail,
            [one.name for one in kept],
            [
                Text(f"{one.attachment.name}: {one.why.zh}", f"{one.attachment.name}: {one.why.en}")
                for one in left
            ],
        )
        assert self.own.from_ is not None
        run = self.result.run.id
        return parcel(
            Letter(
                subject=document.subject,
                text=document.text,
                html=document.html,
                sender=self.own.from_,
                to=mail.to,
                cc=mail.cc,
                reply_to=self.own.reply_to,
                key=f"{self.portfolio}\x1f{run}\x1f{mail.route}",
                thread=f"{self.portfolio}\x1f{mail.route}",
                date=self.outfit.clock(),
                attachments=kept,
            )
        )

    def _document(self, mail: _Mail, attached: Sequence[str], left_out: Sequence[Text]) -> MailDocument:
        words, rungs = Wording(mail.lang), self._rungs_of(mail.view)
        if mail.route == _DIGEST:
            routes = self.routes
            carried = {one.fingerprint for route in routes for one in route.result.findings}
            standing = (*self.view.failures, *self.view.unknowns)
            return digest_mail(
                mail.view,
                words,
                name=self.name,
                routes=[RouteLine.of(route.who or route.route, route.view) for route in routes],
                unrouted=sum(1 for one in standing if one.fingerprint not in carried)
                if self.own.route
                else 0,
                link=self.own.link,
                attachments=attached,
                left_out=left_out,
                rungs=rungs,
                templates=self.outfit.templates,
            )
        return audit_mail(
            mail.view,
            words,
            name=self.name,
            link=self.own.link,
            attachments=attached,
            left_out=left_out,
            rungs=rungs,
            route=mail.who,
            templates=self.outfit.templates,
        )

    def _attachments(self, mail: _Mail) -> list[Attachment]:
        """The reports that go along: those that are written, for the whole; a share's are made for it, masked."""
        formats = [str(one) for one in self.own.attach]
        if mail.route == _DIGEST:
            # A digest is to be read at a glance; its reader opens the report where it stands.
            formats = [one for one in formats if one == "html"] if self.own.link is None else []
        made: dict[str, Path] = {}
        if mail.who is None:
            made = {one: self.files[mail.lang, one] for one in formats if (mail.lang, one) in self.files}
        if missing := [one for one in formats if one not in made]:
            own = self.folder / str(len(list(self.folder.iterdir())))
            paths = write_reports(
                mail.result, own, missing, lang=mail.lang, templates=self.outfit.templates, view=mail.view
            )
            made |= dict(zip(missing, paths, strict=True))
            if mail.who is None:
                self.files |= {(mail.lang, one): path for one, path in made.items()}
        stem = f"{_REPORT_NAME.in_language(mail.lang)}_{self.result.run.as_of}"
        if mail.who is not None:
            stem += f"_{mail.who}"
        return [Attachment(made[one], f"{stem}{Path(FORMATS[one].file).suffix}") for one in formats]

    # How

    def _hand_over(self, letters: Sequence[tuple[_Mail, Parcel]]) -> None:
        if self.outfit.dry_run is not None:
            for number, (_mail, one) in enumerate(letters, 1):
                route = one.key.rsplit("\x1f", 1)[-1]
                path = write_eml(one, self.outfit.dry_run, f"{number:02d}-{route}")
                self.sent.add(f"已写出 {path}, 没有发送", f"wrote {path}, sent nothing")
            return
        box = outbox_of(self.outfit.settings)
        fresh: list[Parcel] = []
        for _mail, one in letters:
            if box.sent(one.key) is not None and not self.outfit.again:
                shown = shown_route(one.key)
                self.sent.add(
                    f"{shown.zh}: 本次运行此前已发送, 没有重发",
                    f"{shown.en}: sent before for this run, not again",
                )
            else:
                fresh.append(one)
        flushed = flush(box, fresh, self.outfit)
        tell_flushed(flushed, self.sent)
        lost = {one.key for one in flushed.reports if not (one.waits or one.of(Fate.ACCEPTED))}
        for mail, one in letters:
            if one.key not in lost:
                self._warn(mail.view)
        for report in flushed.reports:
            portfolio, _, rest = report.key.partition("\x1f")
            run, _, route = rest.partition("\x1f")
            # Of earlier runs too, whose mails had to wait until now.
            if report.of(Fate.ACCEPTED) and portfolio == self.portfolio and route:
                self._note("mail", route, report.message_id, run)

    def _note(self, channel: str, route: str, key: str, run: str | None = None) -> None:
        if self.history is not None:
            self.history.note_delivery(
                key, portfolio=self.portfolio, channel=channel, route=route, run=run or self.result.run.id
            )

    def _posted(self, mail: _Mail, key: str) -> None:
        self._note("chat", mail.route, key)
        self._warn(mail.view)

    def _chats(self) -> None:
        own = self.outfit.settings.file.chat
        lang = own.lang or self.outfit.lang
        for hook, when in hooks_when(self.outfit.settings, self.outfit.environment):
            route = hook.kind.code
            mail = _Mail(route, (), (), lang, when, self.result, self.view, channel="chat")
            key = f"chat\x1f{route}\x1f{self.portfolio}\x1f{self.result.run.id}"
            if not self._due(mail):
                continue
            if self.history is not None and self.history.delivered(key) and not self.outfit.again:
                continue
            subject = audit_mail(self.view, Wording(lang), name=self.name).subject
            lines = summary_lines(self.result, lang, view=self.view)[:_CHAT_LINES]
            note = Note(subject, tuple(lines), LINK_TEXT.in_language(lang), own.link or self.own.link)
            if self.outfit.dry_run is not None:
                self.sent.add(
                    f"{hook.kind.text.zh}: 试运行, 没有发送",
                    f"{hook.kind.text.en}: dry run, nothing was posted",
                )
                continue
            post_note(
                hook,
                note,
                self.outfit,
                self.sent,
                noted=partial(self._posted, mail, key),
            )


def _newest(past: Iterable[Delivery], channel: str, route: str) -> datetime | None:
    return max((one.at for one in past if one.channel == channel and one.route == route), default=None)


def _shown_name(settings: Settings, result: AuditResult) -> str:
    """The portfolio's name in subjects: the policy's, else the first book's."""
    if named := settings.file.email.subject or settings.file.history.portfolio:
        return named
    books = [Path(one.path).stem for one in result.reading.inputs]
    return books[0] + (f" +{len(books) - 1}" if len(books) > 1 else "") if books else "—"
