"""A finished audit on its way to its readers: the whole, each route's share, the manager's digest, notes in chats."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

from auditor.delivery.chat import Note
from auditor.delivery.message import Attachment, Letter, fitting, parcel, write_eml
from auditor.delivery.parcel import Fate, Parcel
from auditor.dispatch.channels import flush, post_note, shown_route, tell_flushed
from auditor.dispatch.outfit import LINK_TEXT, Outfit, Sent, check_mail, hooks_when, outbox_of
from auditor.dispatch.readers import DIGEST, Reader, mail_readers, route_readers
from auditor.dispatch.turns import Turns
from auditor.history.store import History
from auditor.model.result import AuditResult
from auditor.model.text import Text
from auditor.report.mail import MailDocument, RouteLine, audit_mail, digest_mail
from auditor.report.summary import summary_lines
from auditor.report.view import View
from auditor.report.wording import Wording
from auditor.report.write import FORMATS, write_reports
from auditor.settings.policy_file import Settings

_REPORT_NAME = Text("备案审计报告", "ICP audit report")
_CHAT_LINES = 14


def send_audit(
    view: View,
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
    with tempfile.TemporaryDirectory(prefix="audit-mail-") as folder:
        return _Round(view, portfolio, outfit, history, files or {}, Path(folder)).go()


class _Round:
    """One audit on its way to its readers."""

    def __init__(
        self,
        view: View,
        portfolio: str,
        outfit: Outfit,
        history: History | None,
        files: Mapping[str, Path],
        folder: Path,
    ) -> None:
        self.view, self.portfolio, self.outfit, self.history = view, portfolio, outfit, history
        self.result = view.result
        self.folder = folder
        # What stands on the disk already was written in the language of the command.
        self.files = {(outfit.lang, name): path for name, path in files.items()}
        self.own = outfit.settings.file.email
        self.name = _shown_name(outfit.settings, view.result)
        self.sent = Sent()
        self.turns = Turns(view, portfolio, outfit, history)

    def go(self) -> Sent:
        if self.own.host:
            readers = mail_readers(self.view, self.routes, self.outfit)
            self._hand_over([(one, letter) for one in readers if (letter := self._letter(one)) is not None])
        self._chats()
        self.turns.note_warned()
        return self.sent

    @cached_property
    def routes(self) -> list[Reader]:
        """The readers of shares."""
        return route_readers(self.view, self.outfit, self.sent)

    # What

    def _letter(self, mail: Reader) -> Parcel | None:
        if not self.turns.due(mail):
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

    def _document(self, mail: Reader, attached: Sequence[str], left_out: Sequence[Text]) -> MailDocument:
        words, rungs = Wording(mail.lang), self.turns.rungs_of(mail.view)
        if mail.route == DIGEST:
            routes = self.routes
            carried = {one.fingerprint for route in routes for one in route.view.result.findings}
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

    def _attachments(self, mail: Reader) -> list[Attachment]:
        """The reports that go along: those that are written, for the whole; a share's are made for it, masked."""
        formats = [str(one) for one in self.own.attach]
        if mail.route == DIGEST:
            # A digest is to be read at a glance; its reader opens the report where it stands.
            formats = [one for one in formats if one == "html"] if self.own.link is None else []
        made: dict[str, Path] = {}
        if mail.who is None:
            made = {one: self.files[mail.lang, one] for one in formats if (mail.lang, one) in self.files}
        if missing := [one for one in formats if one not in made]:
            own = self.folder / str(len(list(self.folder.iterdir())))
            paths = write_reports(
                mail.view.result,
                own,
                missing,
                lang=mail.lang,
                templates=self.outfit.templates,
                view=mail.view,
            )
            made |= dict(zip(missing, paths, strict=True))
            if mail.who is None:
                self.files |= {(mail.lang, one): path for one, path in made.items()}
        stem = f"{_REPORT_NAME.in_language(mail.lang)}_{self.result.run.as_of}"
        if mail.who is not None:
            stem += f"_{mail.who}"
        return [Attachment(made[one], f"{stem}{Path(FORMATS[one].file).suffix}") for one in formats]

    # How

    def _hand_over(self, letters: Sequence[tuple[Reader, Parcel]]) -> None:
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
                self.turns.warn(mail.view)
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

    def _posted(self, mail: Reader, key: str) -> None:
        self._note("chat", mail.route, key)
        self.turns.warn(mail.view)

    def _chats(self) -> None:
        own = self.outfit.settings.file.chat
        lang = own.lang or self.outfit.lang
        for hook, when in hooks_when(self.outfit.settings, self.outfit.environment):
            route = hook.kind.code
            mail = Reader(route, (), (), lang, when, self.view, channel="chat")
            key = f"chat\x1f{route}\x1f{self.portfolio}\x1f{self.result.run.id}"
            if not self.turns.due(mail):
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


def _shown_name(settings: Settings, result: AuditResult) -> str:
    """The portfolio's name in subjects: the policy's, else the first book's."""
    if named := settings.file.email.subject or settings.file.history.portfolio:
        return named
    books = [Path(one.path).stem for one in result.reading.inputs]
    return books[0] + (f" +{len(books) - 1}" if len(books) > 1 else "") if books else "—"
