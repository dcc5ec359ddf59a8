"""What every command does with errors: one safe line on stderr, exit code 1."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import click

P = ParamSpec("P")


def shown(text: object) -> str:
    """Return text that a terminal shows as it is."""
    from clickgraph.log.text import printable

    return printable(text, width=1000)


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Make a command of a function: what a user can cause ends in one line on stderr."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with _one_line_errors():
            function(*args, **kwargs)

    return run


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Turn what a user can cause into one line on stderr and exit code 1; bugs keep their traceback."""
    try:
        yield
    except BrokenPipeError:  # the reader of stdout went away: click ends quietly
        raise
    except (ValueError, OSError, MemoryError, ImportError) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise click.ClickException(shown(text)) from error
