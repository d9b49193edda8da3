"""The narrow boundary around the workbook engine: whatever it raises becomes one exception."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")


class EngineError(Exception):
    """The engine could not read what it was given; password: because it is encrypted."""

    def __init__(self, detail: str, password: bool = False) -> None:
        super().__init__(detail)
        self.password = password


def ask_engine(question: Callable[[], Result]) -> Result:
    """Call into the engine; its errors and its internal panics are raised as EngineError."""
    from python_calamine import CalamineError, PasswordError

    try:
        with collector_paused():
            return question()
    except PasswordError as error:
        raise EngineError(str(error), password=True) from None
    except (CalamineError, ArithmeticError, ValueError, OSError, LookupError, TypeError) as error:
        raise EngineError(str(error)) from None
    except BaseException as error:
        # A panic of the compiled engine derives from BaseException and its type cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise EngineError(str(error)) from None


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection while millions of cells are made, none of which can form a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
