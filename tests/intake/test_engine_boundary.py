"""Whatever the compiled engine raises becomes one exception; whatever is not its own passes through."""

from __future__ import annotations

import gc

import pytest

from auditor.intake.engine import EngineError, ask_engine


class PanicException(BaseException):
    """Stands for the panic type that cannot be imported."""


@pytest.mark.parametrize(
    "error", [PanicException("index out of range"), OverflowError("days"), ValueError("x")]
)
def test_panics_and_errors_of_the_engine_become_one_exception(error: BaseException) -> None:
    def question() -> None:
        raise error

    with pytest.raises(EngineError):
        ask_engine(question)
    assert gc.isenabled()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(2), MemoryError()])
def test_an_interruption_is_not_swallowed(error: BaseException) -> None:
    def question() -> None:
        raise error

    with pytest.raises(type(error)):
        ask_engine(question)


def test_an_encrypted_book_is_marked() -> None:
    from python_calamine import PasswordError

    def question() -> None:
        raise PasswordError("locked")

    with pytest.raises(EngineError) as caught:
        ask_engine(question)
    assert caught.value.password


def test_an_answer_is_passed_on() -> None:
    assert ask_engine(lambda: 5) == 5
