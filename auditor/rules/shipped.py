"""Which rule data ship with the program and of which day their facts are; read without opening any of the files."""

from __future__ import annotations

REMEDIES_FILE = "remedies.csv"
# By attribute of RuleFiles: the shipped file, the latest date of its facts, its sources (more in data/SOURCES.md).
SHIPPED = {
    "tlds": ("tlds.csv", "2026-08-31", "MIIT list quoted by Tencent Cloud 2022-08-30; v2fly 2026-07-04"),
    "registrars": ("registrars.csv", "2026-03-13", "IANA registrar ids; providers' pages; recorded replies"),
    "provinces": ("provinces.csv", "2025-12-31", "Huawei Cloud and Tencent Cloud province pages"),
    "calendar": ("calendar.json", "2026-08-07", "State Council notices, by way of holiday-cn"),
    "materials": ("materials.csv", "2025-12-31", "Alibaba Cloud, Huawei Cloud and Tencent Cloud pages"),
    "providers": ("providers.csv", "2026-08", "v2fly, GuanceCloud and other public lists"),
    "cn_ipv4": ("cn-ipv4.txt", "2026-02-16", "gaoyifan/china-operator-ip"),
    "cn_ipv6": ("cn-ipv6.txt", "2026-02-16", "gaoyifan/china-operator-ip"),
    "whois": ("whois.csv", "2026-02-16", "Debian whois 5.6.6; recorded replies"),
    "lead_times": (
        "lead_times.csv",
        "2026-11-23",
        "Huawei Cloud and Alibaba Cloud pages; assumptions marked as such",
    ),
    "remedies": (REMEDIES_FILE, "2025-12-31", "Huawei Cloud and Tencent Cloud pages; MIIT notices"),
    "rdap": ("rdap.json", "2026-07-01", "zonedb 2026-07-01; IANA bootstrap 2024-02-07"),
}
# Files that a policy does not replace.
FIXED = (
    ("withheld.csv", "2026-08-17", "recorded replies and public code"),
    ("regulations.csv", "2026-08-23", "mirrors and quotations of the instruments"),
)


def dates() -> str:
    """Every shipped file with the latest day of its facts, in the order of the names."""
    known = [(name, as_of) for name, as_of, _ in (*SHIPPED.values(), *FIXED)]
    return ", ".join(f"{name} {as_of}" for name, as_of in sorted(known))
