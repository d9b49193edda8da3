"""The picture of a shared number: entity → services → domains → registrants, laid out for a template to draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.text import mask_text
from auditor.report.foreign import visible
from auditor.report.numbers import SharedDomain, SharedNumber, SharedService, Step

WIDTH = 860
_PITCH = 28  # pixels from one row to the next
_TOP = 30  # pixels for the column heads
ENTITY_X, SERVICE_X, DOMAIN_X, MARK_X, REGISTRANT_X = 0, 192, 374, 572, 672
_ENTITY_W, _SERVICE_W, _DOMAIN_W, _REGISTRANT_W = 166, 158, 192, 186
COLUMNS = (ENTITY_X, SERVICE_X, DOMAIN_X, MARK_X, REGISTRANT_X)
_PIXELS_OF_A_COLUMN = 6.6  # a half-width character in the font size of the pictures


@dataclass(frozen=True, slots=True)
class Node:
    """A box with a text. y: its middle; text: cut to the box; whole: "" where nothing was cut."""

    x: int
    y: float
    width: int
    text: str
    whole: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two boxes. step: how it is drawn, solid, dashed, dotted or double-dashed."""

    x1: int
    y1: float
    x2: int
    y2: float
    step: Step


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes column by column, the lines between them, and how many domains are not drawn."""

    height: int
    entity: Node
    services: tuple[Node, ...]
    domains: tuple[Node, ...]
    registrants: tuple[Node, ...]
    edges: tuple[Edge, ...]
    hidden: int


def fit(text: str, width: int) -> tuple[str, str]:
    """A text cut to a box of so many pixels, and the whole of it where something was cut; masked and made visible."""
    shown = " ".join(visible(mask_text(text)).split())
    columns = int((width - 12) / _PIXELS_OF_A_COLUMN)
    used = 0
    for place, character in enumerate(shown):
        used += 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if used > columns:
            return shown[: max(place - 1, 0)] + "…", shown
    return shown, ""


def picture(number: SharedNumber, limit: int) -> Picture:
    """The picture of one number with at most `limit` rows; what is out of step is drawn before what is quiet."""
    rows = [(service, domain) for service in number.services for domain in (service.domains or (None,))]
    chosen = _chosen(rows, limit)
    nodes = {place: _TOP + _PITCH * place + _PITCH / 2 for place in range(len(chosen))}
    entity = _node(ENTITY_X, _middle(list(nodes.values())), _ENTITY_W, number.name or number.number)
    services, domains, edges = [], [], []
    held: dict[str, list[tuple[float, Step]]] = {}
    for service in dict.fromkeys(id(one) for one, _domain in chosen):
        own = [place for place, (one, _domain) in enumerate(chosen) if id(one) == service]
        first = chosen[own[0]][0]
        y = _middle([nodes[place] for place in own])
        services.append(_node(SERVICE_X, y, _SERVICE_W, first.number or first.name))
        edges.append(Edge(ENTITY_X + _ENTITY_W, entity.y, SERVICE_X, y, Step.QUIET))
        for place in own:
            domain = chosen[place][1]
            if domain is None:
                continue
            at = nodes[place]
            domains.append(_node(DOMAIN_X, at, _DOMAIN_W, domain.domain, domain.step))
            edges.append(Edge(SERVICE_X + _SERVICE_W, y, DOMAIN_X, at, Step.QUIET))
            held.setdefault(domain.registrant, []).append((at, domain.step))
    registrants = []
    for name, y in _spread(held):
        registrants.append(_node(REGISTRANT_X, y, _REGISTRANT_W, name))
        edges.extend(Edge(DOMAIN_X + _DOMAIN_W, at, REGISTRANT_X, y, step) for at, step in held[name])
    return Picture(
        height=_TOP + _PITCH * len(chosen) + 6,
        entity=entity,
        services=tuple(services),
        domains=tuple(domains),
        registrants=tuple(registrants),
        edges=tuple(edges),
        hidden=sum(1 for _service, domain in rows if domain) - len(domains),
    )


_Row = tuple[SharedService, SharedDomain | None]


def _chosen(rows: Sequence[_Row], limit: int) -> list[_Row]:
    """At most `limit` rows in their own order: those out of step, then undecided ones, then the rest."""
    rank = {Step.OUT: 0, Step.WAIVED: 1, Step.UNKNOWN: 2, Step.QUIET: 3}
    order = sorted(range(len(rows)), key=lambda at: (rank[domain.step] if (domain := rows[at][1]) else 3, at))
    return [rows[at] for at in sorted(order[:limit])]


def _node(x: int, y: float, width: int, text: str, step: Step | None = None) -> Node:
    shown, whole = fit(text, width)
    return Node(x, y, width, shown, whole, step)


def _middle(places: Sequence[float]) -> float:
    return (min(places) + max(places)) / 2 if places else _TOP + _PITCH / 2


def _spread(held: dict[str, list[tuple[float, Step]]]) -> list[tuple[str, float]]:
    """Registrants beside the middle of their domains, top to bottom, no two on one place."""
    wanted = sorted((_middle([at for at, _step in places]), name) for name, places in held.items())
    found: list[tuple[str, float]] = []
    lowest = _TOP + _PITCH / 2
    room = len(wanted)
    deepest = max((at for places in held.values() for at, _step in places), default=lowest)
    for y, name in wanted:
        room -= 1
        place = min(max(y, lowest), deepest - _PITCH * room)
        found.append((name, max(place, lowest)))
        lowest = max(place, lowest) + _PITCH
    return found
