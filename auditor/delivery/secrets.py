"""The mail server's password: from the environment or the keyring, never from a file of the policy."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.errors import PolicyError

PASSWORD_VARIABLE = "AUDIT_SMTP_PASSWORD"


def keyring_service(host: str) -> str:
    """The name under which the keyring keeps the password of a mail server: `keyring set <this> <username>`."""
    return f"icp-audit smtp {host}"


def smtp_password(
    environment: Mapping[str, str], *, host: str, username: str | None, keyring: bool = False
) -> str | None:
    """The password of a mail server; None where there is no user name, or none is known.

    The environment goes before the keyring, which is asked only where the policy says so. Raises PolicyError where the
    keyring cannot be asked or the password holds what no password can; the value is part of no message.
    """
    if not username:
        return None
    password = environment.get(PASSWORD_VARIABLE) or (_from_keyring(host, username) if keyring else None)
    if password and any(ord(mark) < 32 or ord(mark) == 127 for mark in password):
        raise PolicyError(
            "邮件服务器密码中有控制字符 (如换行)",
            "The mail server's password holds control characters, such as a line break",
            hint_zh=f"检查 {PASSWORD_VARIABLE} 或密钥环中的值, 去掉末尾换行",
            hint_en=f"Look at {PASSWORD_VARIABLE} or the keyring's value for a line break at its end",
        )
    return password or None


def _from_keyring(host: str, username: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as problem:
        raise PolicyError(
            "[email] keyring = true, 但未安装 keyring",
            "[email] keyring = true, but keyring is not installed",
            hint_zh="执行 pip install 'icp-audit[keyring]', 或改用环境变量 " + PASSWORD_VARIABLE,
            hint_en="Run pip install 'icp-audit[keyring]', or use the environment: " + PASSWORD_VARIABLE,
        ) from problem
    try:
        return keyring.get_password(keyring_service(host), username)
    except (KeyringError, RuntimeError, OSError) as problem:
        kind = type(problem).__name__
        raise PolicyError(
            f"无法读取密钥环 ({kind})",
            f"The keyring cannot be read ({kind})",
            hint_zh=f"无人值守的任务通常没有解锁的密钥环, 请用环境变量 {PASSWORD_VARIABLE}",
            hint_en=f"A scheduled run rarely finds an unlocked keyring; use the environment: {PASSWORD_VARIABLE}",
        ) from problem
