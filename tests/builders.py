"""Hand-made books: portfolios and readings from a few dictionaries, and valid made-up numbers to fill them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias, cast

from auditor.intake.assemble import assemble
from auditor.intake.sheets import SheetPlan, read_rows
from auditor.intake.table import CellValue, Table
from auditor.model.identity import credit_code_check, id_number_check
from auditor.model.place import SheetRef
from auditor.model.portfolio import Portfolio
from auditor.model.result import InputFate, Reading
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole

PATH = "台账.xlsx"
RowDict: TypeAlias = Mapping[str, object]
Sheets: TypeAlias = Mapping[str, tuple[SheetRole, Sequence[RowDict]]]


def portfolio(
    *rows: RowDict, sheet: str = "台账", role: SheetRole = SheetRole.FILINGS, columns: Sequence[str] = ()
) -> Portfolio:
    """The portfolio of one sheet. Keys are field codes, values are cells as typed; columns: further empty columns.

    Rows stand from row 2 on, in the order given; columns in the order in which they first appear.
    """
    return reading_of({sheet: (role, rows)}, columns=columns).portfolio


def portfolio_of(sheets: Sheets) -> Portfolio:
    """The portfolio of several sheets: name → (role, rows)."""
    return reading_of(sheets).portfolio


def book(**sheets: tuple[SheetRole, Sequence[RowDict]]) -> Portfolio:
    """The portfolio of several sheets, each given as a keyword."""
    return portfolio_of(sheets)


def reading_of(sheets: Sheets, *, columns: Sequence[str] = (), path: str = PATH) -> Reading:
    """What intake makes of some sheets; an unknown field code is a mistake in the test."""
    read = []
    for name, (role, rows) in sheets.items():
        codes = list(dict.fromkeys([*(code for row in rows for code in row), *columns]))
        unknown = [code for code in codes if code not in FIELDS]
        if unknown:
            raise KeyError(f"not field codes: {', '.join(unknown)}")
        ref = SheetRef(
            path=path,
            name=name,
            role=role,
            header_row=1,
            columns={code: index for index, code in enumerate(codes, start=1)},
            headers={index: FIELDS[code].text.zh for index, code in enumerate(codes, start=1)},
        )
        cells: list[list[CellValue]] = [[FIELDS[code].text.zh for code in codes]]
        cells += [[cast(CellValue, row.get(code)) for code in codes] for row in rows]
        read.append(read_rows(SheetPlan(ref), Table(path=path, sheet=name, rows=cells)))
    made = assemble([row for one in read for row in one.rows], [one.fate.ref for one in read])
    return Reading(
        portfolio=made,
        inputs=(InputFate(path, "0" * 64, tuple(one.fate for one in read)),),
        rejected=tuple(rejected for one in read for rejected in one.rejected),
        problems=tuple(problem for one in read for problem in one.problems),
        observations=tuple(observation for one in read for observation in one.observations),
    )


def credit_code(n: int) -> str:
    """The n-th made-up 统一社会信用代码 with a right check character (an area code that nobody has)."""
    body = f"9111{0:04d}MA{n:07d}"
    return body + credit_code_check(body)


def id_number(n: int, born: date = date(1985, 5, 17)) -> str:
    """The n-th made-up resident ID number of a person born on a day (an area code that nobody has)."""
    body = f"990000{born:%Y%m%d}{n % 1000:03d}"
    return body + id_number_check(body)


def mobile(n: int) -> str:
    """The n-th made-up mobile number."""
    return f"138{n:08d}"


def service_number(n: int, index: int = 1, province: str = "京") -> str:
    """The service number `index` under the n-th made-up entity number; index 0 gives the entity number."""
    head = f"{province}ICP备{2020000000 + n}号"
    return f"{head}-{index}" if index else head


def entity_number(n: int, province: str = "京") -> str:
    """The n-th made-up entity number."""
    return service_number(n, 0, province)


def days_from(day: date, days: int) -> date:
    """A day some days later (or earlier)."""
    return day + timedelta(days=days)


def filing_with_people(
    n: int = 1, index: int = 1, province: str = "京", **values: object
) -> dict[str, object]:
    """One filing row with two people in the two roles, each with contacts of their own."""
    plain: dict[str, object] = {
        "entity_number": service_number(n, 0, province),
        "service_number": service_number(n, index, province),
        "entity_name": f"示例科技{n}有限公司",
        "entity_kind": "企业",
        "legal_representative": f"甲示例{n}",
        "domain": f"example{n}-{index}.cn",
        "leader_name": f"甲示例{n}",
        "leader_id_number": id_number(n),
        "leader_mobile": mobile(1000 + n),
        "leader_emergency_phone": mobile(2000 + n),
        "leader_email": f"leader{n}@example.cn",
        "administrator_name": f"乙示例{n}",
        "administrator_id_number": id_number(500 + n),
        "administrator_mobile": mobile(3000 + n),
        "administrator_emergency_phone": mobile(4000 + n),
        "administrator_email": f"admin{n}@example.cn",
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}
