"""The readers of an audit: those of the whole, of each route's share, and of the digest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from auditor.dispatch.outfit import Outfit, Sent
from auditor.report.part import Division, Kind, Share
from auditor.report.view import View, build_view

WHOLE, DIGEST = "all", "digest"
_NAMES_TOLD = 20


@dataclass(frozen=True)
class Reader:
    """Who reads one mail or note: the route, the addresses, and the share that it is about. who: None for the whole."""

    route: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    lang: str
    when: str
    view: View
    who: str | None = None
    channel: str = "mail"


def mail_readers(view: View, routes: list[Reader], outfit: Outfit) -> list[Reader]:
    """Everybody who may get a mail, in the order of sending."""
    own = outfit.settings.file.email
    lang = own.lang or outfit.lang
    found: list[Reader] = []
    if own.to:
        found.append(Reader(WHOLE, tuple(own.to), tuple(own.cc), lang, own.when, view))
    found += routes
    if own.digest:
        found.append(Reader(DIGEST, tuple(own.digest), (), lang, own.when, view))
    return found


def route_readers(view: View, outfit: Outfit, sent: Sent) -> list[Reader]:
    """The routes with their shares; a route that nothing in the book answers to is told."""
    own = outfit.settings.file.email
    found: list[Reader] = []
    division = Division(view.result)
    for route in own.route:
        kind: Kind = "owner" if route.owner else "tag" if route.tag else "entity"
        value = route.owner or route.tag or route.entity or ""
        given = {value: route.to} if value != "*" else route.addresses
        carried: set[str] = set()
        for one, addresses in given.items():
            share = division.of(Share(kind, one))
            if not (share.reading.portfolio.rows or share.findings):
                sent.add(
                    f"路由 {kind} = “{one}” 与台账中的任何内容都不相符, 没有发送",
                    f"the route {kind} = “{one}” matches nothing in the book; nothing was sent",
                )
                continue
            carried.update(each.fingerprint for each in share.findings)
            name = f"{kind}:{one}"
            alike = sum(1 for each in found if each.route.partition("#")[0] == name)
            found.append(
                Reader(
                    # Two routes may name the same share, for readers of two languages say.
                    f"{name}#{alike + 1}" if alike else name,
                    (addresses,) if isinstance(addresses, str) else tuple(addresses),
                    tuple(route.cc),
                    route.lang or own.lang or outfit.lang,
                    route.when or own.when,
                    build_view(share),
                    one,
                )
            )
        if value == "*" and (nobody := _unaddressed(view, kind, carried)):
            shown = nobody[:_NAMES_TOLD]
            sent.add(
                f"路由 {kind} = “*” 有 {len(nobody)} 个值没有地址: {'、'.join(shown)}",
                f"the route {kind} = “*” has values without an address, {len(nobody)}: {', '.join(shown)}",
            )
    return found


def _unaddressed(view: View, kind: Kind, carried: Collection[str]) -> list[str]:
    """Whose findings a route of all values carries to nobody, by a name that the policy could give an address."""
    names: set[str] = set()
    for one in (*view.failures, *view.unknowns):
        if one.fingerprint not in carried:
            owner = one.entity_name or one.entity_number or ""
            typed = one.answer.owner if one.answer else None
            names.add(one.group if kind == "tag" else (typed or owner) if kind == "owner" else owner)
    return sorted(name for name in names if name and name.strip())
