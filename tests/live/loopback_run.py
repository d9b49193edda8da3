"""A small world on 127.0.0.1 and the command that audits against it: servers, book, policy, runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import openpyxl
import pytest

from auditor.cli.main import main
from tests.bookwriters import FILING_HEADERS
from tests.builders import credit_code, entity_number, id_number
from tests.servers.dns_server import DnsServer, Zone
from tests.servers.http_server import HttpServer
from tests.servers.serving import Lines, LoopbackServer, Reply, unused_port
from tests.servers.whois_server import WhoisServer

OWNER = "北京示例测试有限公司"
OTHER = "上海他人有限公司"
NUMBER = f"{entity_number(20260001)}-1"
EXIT_CLEAN, EXIT_FOUND, EXIT_UNABLE, EXIT_INCOMPLETE = 0, 1, 2, 3
TIMEOUT_S = 0.4
REGISTERED = "2019-01-01 10:00:00"
EXPIRES = "2090-03-01"


def cnnic(domain: str, registrant: str = OWNER) -> str:
    """A whole answer in CNNIC's layout."""
    return (
        f"Domain Name: {domain}\r\nROID: 20190101s10001s00000001-cn\r\nDomain Status: ok\r\n"
        f"Registrant: {registrant}\r\nSponsoring Registrar: 阿里云计算有限公司（万网）\r\n"
        "Name Server: dns1.example.net\r\n"
        f"Registration Time: {REGISTERED}\r\nExpiration Time: {EXPIRES} 10:00:00\r\nDNSSEC: unsigned\r\n"
    )


def rdap(domain: str, holder: str | None = None, link: str | None = None) -> dict[str, Any]:
    """A domain object; thin without a holder. link: the registrar's object."""
    card = [
        "vcard",
        [["version", {}, "text", "4.0"], ["fn", {}, "text", holder], ["org", {}, "text", holder]],
    ]
    entity = {"objectClassName": "entity", "roles": ["registrant"], "vcardArray": card}
    return {
        "objectClassName": "domain",
        "ldhName": domain,
        "status": ["active"],
        "entities": [entity] if holder else [],
        "events": [{"eventAction": "expiration", "eventDate": f"{EXPIRES}T02:00:00Z"}],
        "links": [{"rel": "related", "type": "application/rdap+json", "href": link}] if link else [],
    }


def page(number: str = NUMBER) -> str:
    """A home page with its record number and link."""
    return f'<html><body>首页 <a href="https://beian.miit.gov.cn/">{number}</a></body></html>'


@dataclass
class World:
    """The servers of one test and the files of one user. A server that is None is not there: its port is unused.

    Scripts as the servers take them; they may be changed between runs. extra: more lines for the policy.
    """

    here: Path
    whois: dict[str, Lines[Reply]] | None = None
    rdap: dict[str, Lines[Reply]] | None = None
    registrar: dict[str, Lines[Reply]] | None = None
    dns: dict[str, Zone] | None = None
    web: dict[str, Lines[Reply]] | None = None
    sources: Sequence[str] = ("whois", "rdap", "dns", "web")
    extra: str = ""
    timeout_s: float = TIMEOUT_S
    store: str = "evidence.sqlite3"
    servers: dict[str, LoopbackServer] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        made: dict[str, LoopbackServer | None] = {
            "whois": None if self.whois is None else WhoisServer(self.whois),
            "rdap": None if self.rdap is None else HttpServer(self.rdap),
            "registrar": None if self.registrar is None else HttpServer(self.registrar),
            "dns": None if self.dns is None else DnsServer(self.dns),
            "dns2": None if self.dns is None else DnsServer(self.dns),
            "web": None if self.web is None else HttpServer(self.web),
        }
        self.servers = {
            name: self._stack.enter_context(server) for name, server in made.items() if server is not None
        }
        self.write_policy()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def port(self, name: str) -> int:
        """The port of a server; an unused one where it is not there."""
        return self.servers[name].port if name in self.servers else unused_port()

    @property
    def counts(self) -> dict[str, int]:
        """How many requests each server has seen."""
        return {name: len(server.requests) for name, server in self.servers.items()}

    def write_policy(self) -> None:
        """audit.toml, the bootstrap file and the table of registrars, for the ports as they are."""
        rdap_base = f"http://127.0.0.1:{self.port('rdap')}/com/v1/"
        registrar = f"127.0.0.1:{self.port('registrar')}"
        bootstrap = {
            "version": "1.0",
            "publication": "2090-01-01T00:00:00Z",
            "services": [[["com"], [rdap_base]]],
            "limiter_groups": {rdap_base.split("/")[2].join(("rdap:", "")): ["com"]},
        }
        (self.here / "rdap.json").write_text(json.dumps(bootstrap), encoding="utf-8")
        (self.here / "registrars.csv").write_text(
            f"iana_id,name_en,name_zh,aliases,status,basis,icann_status,rdap_base,as_of,source,confidence,note\n"
            f"420,Loopback Registrar,阿里云计算有限公司（万网）,阿里云计算有限公司,approved,licence,accredited,"
            f"http://{registrar}/r/,2026-01-01,made up,high,\n",
            encoding="utf-8",
        )
        whois = f"127.0.0.1:{self.port('whois')}"
        resolvers = [f"127.0.0.1:{self.port(name)}" for name in ("dns", "dns2")]
        (self.here / "audit.toml").write_text(
            f"""
[rules]
registrars = "registrars.csv"
[evidence]
sources = {json.dumps(list(self.sources))}
store = "{self.store if "://" in self.store else "sqlite:///" + self.store}"
allow_private = ["127.0.0.0/8"]
[evidence.whois]
timeout_s = {self.timeout_s}
servers = {{ cn = "{whois}", "中国" = "{whois}" }}
[evidence.rdap]
timeout_s = {self.timeout_s}
bootstrap = "rdap.json"
[evidence.dns]
timeout_s = {self.timeout_s}
nameservers = {json.dumps(resolvers)}
[evidence.web]
timeout_s = {self.timeout_s * 2}
ports = {{ http = {self.port("web")}, https = {unused_port()} }}
{self.extra}
""",
            encoding="utf-8",
        )

    def write_book(self, *domains: object, name: str = "book.xlsx") -> Path:
        """A flat book of one owner; one row a domain, under one entity."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "备案台账"
        sheet.append(list(FILING_HEADERS))
        for index, domain in enumerate(domains, 1):
            number = f"{entity_number(20260001)}-{index}"
            sheet.append([domain, number, OWNER, "企业", credit_code(1), "甲某某", id_number(1)])
        book.save(self.here / name)
        return self.here / name

    def audit(self, *words: object, out: str = "audit-report") -> tuple[int, dict[str, Any]]:
        """`audit run book.xlsx`: exit status and audit.json."""
        policy, target = self.here / "audit.toml", self.here / out
        code = command(
            "run",
            self.here / "book.xlsx",
            "--config",
            policy,
            "--out",
            target,
            "--quiet",
            "--format",
            "json",
            *words,
        )
        return code, json.loads((target / "audit.json").read_text(encoding="utf-8"))

    def evidence(self, *words: object) -> int:
        """`audit evidence …` with this policy."""
        return command("evidence", *words, "--config", self.here / "audit.toml")


def command(*words: object) -> int:
    """The command as it is typed; its exit status."""
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert isinstance(end.value.code, int)
    return end.value.code


def told(result: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """(check, target) → (verdict, reason), of all that is no pass."""
    return {(one["check"], one["target"]): (one["verdict"], one["reason"]) for one in result["findings"]}


def findings(result: Mapping[str, Any]) -> Any:
    """All but the run itself."""
    return {key: value for key, value in result.items() if key != "run"}


def passes(result: Mapping[str, Any], check: str) -> int:
    """How many targets passed a check."""
    return next(int(one["pass"]) for one in result["checks"] if one["id"] == check)


def stored(world: World) -> list[tuple[str, str, str]]:
    """(domain, source, outcome) of every observation, by way of the export."""
    file = world.here / "all.jsonl"
    assert world.evidence("export", file) == EXIT_CLEAN
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(one["domain"], one["source"], one["outcome"]) for one in lines]
