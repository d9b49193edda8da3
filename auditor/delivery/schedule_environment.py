"""The environment of a scheduled run: what an installation carries along, and secrets from a file of their own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from auditor.errors import InputError

# Where the user's files are, the language, trust anchors, and the way to the keyring of a session: no secrets.
_CARRIED = (
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "AUDIT_LANG",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def carried(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that an installation keeps for its runs, those that are set."""
    return {name: environment[name] for name in _CARRIED if environment.get(name)}


def secrets_named(environment: Mapping[str, str]) -> list[str]:
    """Names of our own variables that are set, hold a secret, and are therefore not carried along."""
    secret = re.compile(r"AUDIT_\w*(?:PASSWORD|SECRET|TOKEN|KEY|URL)|ALIBABA_CLOUD_\w+|TENCENTCLOUD_\w+")
    return sorted(name for name, value in environment.items() if value and secret.fullmatch(name))


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value, one a line, # comments and quotes allowed; nothing is expanded.

    Raises InputError where the file is missing, belongs to somebody else, others may read or write it, or a line is
    something else. No value is ever part of a message.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _refused(path, "不是普通文件", "it is no regular file")
            if status.st_uid not in (os.geteuid(), 0):
                raise _refused(path, "属于其他用户", "it belongs to another user")
            if status.st_mode & 0o077:
                mode = f"{stat.S_IMODE(status.st_mode):04o}"
                raise _refused(
                    path, f"其他用户可访问 (权限 {mode})", f"others have access to it (mode {mode})"
                )
            text = file.read().decode("utf-8-sig")
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise _refused(path, f"无法读取: {said}", f"it cannot be read: {said}") from problem
    except UnicodeDecodeError as problem:
        raise _refused(path, "不是 UTF-8 文本", "it is no UTF-8 text") from problem
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        parts = _LINE.fullmatch(words)
        if parts is None or "\0" in words:
            raise _refused(
                path, f"第 {number} 行不是 NAME=值 的形式", f"line {number} is not of the form NAME=value"
            )
        name, value = parts.group(1), parts.group(2).strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[name] = value
    return found


def _refused(path: Path, zh: str, en: str) -> InputError:
    return InputError(
        f"密钥文件不可用: {zh}",
        f"The file with secrets cannot be used: {en}",
        hint_zh="每行一个 NAME=值, 并执行 `chmod 600 文件`",
        hint_en="One NAME=value a line, and `chmod 600 FILE`",
        where=str(path),
    )
