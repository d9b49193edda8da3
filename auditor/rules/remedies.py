"""Remedies beyond a check's own: what a kind of entity, or a province, does in addition, each with its basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.text import Text
from auditor.model.words import EntityKind
from auditor.rules.files import Row, RuleFile
from auditor.rules.regulations import CLAUSES

REMEDY_COLUMNS = ("checks", "kind", "province", "zh", "en", "basis", "as_of", "source", "confidence")
ANY = "any"
ORGANISATION = "organisation"
# The words of the kind column and how narrow each is; an organisation is whatever is not an individual.
KINDS = {
    ANY: Text("任何主体", "any entity"),
    ORGANISATION: Text("单位", "organisation"),
    "individual": Text("个人", "individual"),
    "government": Text("政府机关", "government body"),
    "public_institution": Text("事业单位", "public institution"),
}
_PROVINCES = frozenset("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇青宁新")
_CONFIDENCE = ("high", "medium", "low")
_CLAUSES = {one.id: one.text for one in CLAUSES}


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """One line of advice and what it rests on: the instrument or kind of rules, with the day and the source of the fact."""

    text: Text
    basis: Text


@dataclass(frozen=True, slots=True)
class RemedyRule:
    """One line and whom it is for; kinds and provinces hold "any" where it is for all."""

    checks: tuple[str, ...]
    kinds: tuple[str, ...]
    provinces: tuple[str, ...]
    line: RemedyLine

    def narrowness(self, kind: EntityKind | None, province: str) -> tuple[bool, int] | None:
        """How closely it fits (province first, then kind), greater is closer; None where it is not meant."""
        if ANY in self.provinces:
            near = False
        elif province in self.provinces:
            near = True
        else:
            return None
        if kind is not None and str(kind) in self.kinds:
            return near, 2
        if kind is not None and kind is not EntityKind.INDIVIDUAL and ORGANISATION in self.kinds:
            return near, 1
        return (near, 0) if ANY in self.kinds else None


class Remedies:
    """The table of extra remedies, found by check, kind of entity and province."""

    def __init__(self, rules: tuple[RemedyRule, ...]) -> None:
        self._rules = rules
        self._found: dict[tuple[str, EntityKind | None, str], tuple[RemedyLine, ...]] = {}

    @classmethod
    def read(cls, file: RuleFile) -> Remedies:
        """Read the table; PolicyError with file and line for a bad row."""
        return cls(tuple(_rule(row) for row in file.rows(REMEDY_COLUMNS)))

    def __iter__(self) -> Iterator[RemedyRule]:
        return iter(self._rules)

    def of(self, check_id: str) -> tuple[RemedyRule, ...]:
        """Every line of a check, in the order of the file."""
        return tuple(rule for rule in self._rules if check_id in rule.checks)

    def lines(self, check_id: str, kind: EntityKind | None, province: str) -> tuple[RemedyLine, ...]:
        """The lines that apply, closest fit first (province before kind); kept, so that asking again costs nothing.

        An unknown kind or province gets only what is for all.
        """
        key = (check_id, kind, province)
        if key not in self._found:
            fits = [(rule.narrowness(kind, province), rule.line) for rule in self.of(check_id)]
            close = [(fit, line) for fit, line in fits if fit is not None]
            close.sort(key=lambda one: one[0], reverse=True)
            self._found[key] = tuple(line for _, line in close)
        return self._found[key]


def _rule(row: Row) -> RemedyRule:
    basis, as_of, source = row.needed("basis"), row.as_of(), row.needed("source")
    row.word("confidence", _CONFIDENCE)
    if basis not in _CLAUSES:
        raise row.file.problem(row.line, f"未知的依据 {basis}", f"unknown basis {basis}")
    kinds, provinces = _words(row, "kind", KINDS), _words(row, "province", _PROVINCES | {ANY})
    clause = _CLAUSES[basis]
    return RemedyRule(
        checks=tuple(row.needed("checks").split("|")),
        kinds=kinds,
        provinces=provinces,
        line=RemedyLine(
            Text(row.needed("zh"), row.needed("en")),
            Text(
                f"{clause.zh} [{as_of or '日期不详'}; {source}]",
                f"{clause.en} [{as_of or 'undated'}; {source}]",
            ),
        ),
    )


def _words(row: Row, column: str, allowed: dict[str, Text] | frozenset[str]) -> tuple[str, ...]:
    words = tuple(row.needed(column).split("|"))
    for word in words:
        if word not in allowed:
            raise row.file.problem(
                row.line, f"{column} 中的 {word!r} 无法识别", f"{word!r} in {column} is not known"
            )
    return words
