"""Output files written whole or not at all: all are finished under temporary names, then renamed together."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from auditor.errors import OutputError

Producer = Callable[[Path], object]

_ATTEMPTS = 1000


def write_together(
    outputs: Sequence[tuple[Path, Producer]], protect: Collection[Path] = ()
) -> tuple[Path, ...]:
    """Let each producer write its file; all appear under their names only once all are on the disk.

    outputs: (path, function that writes the file whose temporary path it is given). protect: files that are
    never written over, whatever name or link leads to them. Returns the paths written. Raises OutputError,
    naming the file, where anything cannot be written; the temporary files are gone then.
    """
    for path, _produce in outputs:
        try:
            _refuse(path, protect)
        except OSError as problem:
            raise cannot_write(path, problem) from problem
    staged: list[tuple[Path, Path]] = []
    try:
        for path, produce in outputs:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                part = _reserve(path)
                staged.append((part, path))
                produce(part)
                _flush(part)
            except OSError as problem:
                raise cannot_write(path, problem) from problem
        with _undisturbed():
            for part, path in staged:
                try:
                    os.replace(part, path)
                except OSError as problem:
                    raise cannot_write(path, problem) from problem
        for folder in sorted({path.parent for path, _produce in outputs}):
            _flush_folder(folder)
    finally:
        for part, _path in staged:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return tuple(path for path, _produce in outputs)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Requests to end (SIGTERM, Ctrl-C) wait for the end of the block, so that no two runs' reports stand side by side."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:  # Windows
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def cannot_write(path: Path, problem: OSError) -> OutputError:
    """The error that names the file and what the system said."""
    said = problem.strerror or str(problem)
    return OutputError(
        f"无法写入报告文件：{said}",
        f"the report file cannot be written: {said}",
        hint_zh="关闭正在使用该文件的程序, 检查磁盘空间和目录权限, 或用 --out 指定其他目录；已有文件未被改动",
        hint_en="Close the program that uses the file, check disk space and permissions, or name another folder "
        "with --out; existing files were left as they are",
        where=str(path),
    )


def _refuse(path: Path, protect: Collection[Path]) -> None:
    if path.is_dir():
        raise OutputError(
            "同名目录已存在, 无法写入报告文件",
            "a folder of this name stands where the report file belongs",
            hint_zh="移走该目录, 或用 --out 指定其他目录",
            hint_en="Move the folder away, or name another one with --out",
            where=str(path),
        )
    for book in protect:
        same = path.resolve() == book.resolve()
        with suppress(OSError):
            same = same or path.samefile(book)
        if same:
            raise OutputError(
                "报告文件与输入台账是同一个文件, 已拒绝覆盖",
                "the report would be written over an input book; refused",
                hint_zh="用 --out 指定其他目录",
                hint_en="Name another folder with --out",
                where=str(path),
            )


def _reserve(path: Path) -> Path:
    """A new empty file beside the target, with the permissions that a new file gets here."""
    for number in range(_ATTEMPTS):
        part = path.with_name(f".{path.name}.{os.getpid()}-{number}.part")
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            continue
        return part
    raise FileExistsError(f"{path.name}.part")


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the renames last through a power cut, where the system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
