"""Everything a command says: made harmless for a terminal, never the end of a run; and how far a run is."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

NAME = "copydesk"  # of the command, where it is installed
BAR = 24  # characters
ON_TERMINAL = 0.2  # seconds between two drawings
IN_LOG = 10.0  # seconds between two lines
UNSAID = 2  # exit code of a command that only shows something, and could not

# What a terminal obeys or hides instead of showing it: controls but for tab and line end, marks that turn the direction
# of writing, line ends of Unicode; and halves of characters, which no stream can hold.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_AS_ASKED = "copydesk-spelled"  # the name of our way to write what a stream's encoding does not have


def plain(text: str) -> str:
    """The text with whatever a terminal would obey spelled out: `\\x1b`, `\\u202e`. JSON stays the same JSON by it."""
    return _OBEYED.sub(lambda found: _spelled(found[0]), text)


def one_line(text: str) -> str:
    """As `plain`, with line ends spelled out too: for a message whose names come from outside."""
    return plain(text).replace("\n", "\\n")


def _spelled(sign: str) -> str:
    """A character by its number; as JSON spells it, except where JSON spelled it before."""
    number = ord(sign)
    if number < 0x20:
        return f"\\x{number:02x}"
    if number < 0x10000:
        return f"\\u{number:04x}"
    return "".join(f"\\u{half:04x}" for half in (0xD7C0 + (number >> 10), 0xDC00 + (number & 0x3FF)))


def _spell_missing(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_spelled, error.object[error.start : error.end])), error.end


codecs.register_error(_AS_ASKED, _spell_missing)


def called(name: str) -> str:
    """The command as the person who reads this can type it: what was installed, or the module beside the pages."""
    return f"{NAME} {name}" if Path(sys.argv[0]).stem == NAME else f"python -m flows.{name}"


def say(text: str, stream: TextIO | None) -> bool:
    """Write it out, harmless for a terminal; False when it could not be written, which is no fault of a run.

    Where a stream is closed or full, nothing more is said there. A reader that has left (`| head -1`) wants no more; of
    anything else standard error tells, should that be another stream.
    """
    return _write(plain(text), stream)


def _write(text: str, stream: TextIO | None) -> bool:
    if stream is None:
        return False
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:
        _silence(stream)
        if getattr(error, "errno", None) == errno.EPIPE:
            return True
        if stream is sys.stdout:
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            say(f"standard output cannot be written ({why}): send it elsewhere\n", sys.stderr)
        return False
    return True


def _silence(stream: TextIO) -> None:
    """Send the stream to nowhere: what is still buffered would otherwise fail once more at the very end."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # it is closed, or has no file
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def ready() -> None:
    """Prepare the streams of a command: closed ones go to nowhere, before a file of ours takes their number; what their
    encoding does not have is spelled, and tracebacks and warnings are as harmless as messages."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stdout, sys.stderr = sys.stdout or open(1, "w", closefd=False), sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_AS_ASKED)
    sys.excepthook = _say_error
    warnings.showwarning = _say_warning


def _say_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    say("".join(traceback.format_exception(kind, error, trace)), sys.stderr)


def _say_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None,
    line: str | None = None,
) -> None:  # fmt: skip
    say(warnings.formatwarning(message, category, filename, lineno, line), file or sys.stderr)


def terminal_of(stream: TextIO | None, *, width: int | None = None) -> Console:
    """Rich's view of a stream: colours and its width for a terminal, plain text of this width for anything else.

    Nothing is taken for markup: what a page or a file is called may read `[red]`.
    """
    from rich.console import Console  # not at the top: most runs draw nothing

    terminal = bool(stream and stream.isatty())
    # Only what is captured is said, by us. Rich writes nothing then, "" at most, which a full disk refuses all the same.
    nowhere = io.TextIOWrapper(io.BytesIO(), encoding=getattr(stream, "encoding", None) or "utf-8", errors=_AS_ASKED)
    return Console(
        file=nowhere,
        force_terminal=terminal,
        color_system="auto" if terminal else None,
        width=None if terminal else width,
        markup=False,
        emoji=False,
        highlight=False,
    )


def say_styled(text: str, stream: TextIO | None) -> bool:
    """Write out what Rich rendered, whose words were made harmless before that. False as with `say`."""
    return _write("".join(f"{line.rstrip()}\n" for line in text.splitlines()), stream)


def say_table(head: Sequence[str], rows: Sequence[Sequence[object]], stream: TextIO | None) -> bool:
    """Write a table: by Rich on a terminal, elsewhere a plain line a row. False as with `say`."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else one_line(str(cell)) for cell in row] for row in rows]
    numbers = [isinstance(cell, int) for cell in rows[0]] if rows else [False] * len(head)
    if not (stream and stream.isatty()):
        return say(_columns([list(head), *cells], numbers), stream)
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name, number in zip(head, numbers, strict=True):
        table.add_column(Text(name), justify="right" if number else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console = terminal_of(stream)
    with console.capture() as said:
        console.print(table)
    return say_styled(said.get(), stream)


def _columns(rows: list[list[str]], numbers: list[bool]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(numbers))]
    return "".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ).rstrip()
        + "\n"
        for row in rows
    )


class Progress:
    """Counts pages as they get their outcome, and bytes of RAW as they are read."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream: TextIO | None = stream or sys.stderr
        self._quiet = quiet
        self._terminal = self._stream is not None and self._stream.isatty()
        self._counts: Counter[str] = Counter()
        self._total = self._read = 0
        self._began = time.monotonic()
        self._next = self._began + (ON_TERMINAL if self._terminal else IN_LOG)
        self._drawn = False
        self._console: Console | None = None  # Rich's, once a bar is drawn

    def expect(self, size: int) -> None:
        """Say how many bytes there are to read."""
        self._total = size

    def read(self, size: int) -> None:
        """Count a file of this many bytes as read."""
        self._read += size

    def page(self, outcome: str) -> None:
        """Count a page, and show where we are when it is time."""
        self._counts[outcome] += 1
        now = time.monotonic()
        if now < self._next or self._quiet:
            return
        self._next = now + (ON_TERMINAL if self._terminal else IN_LOG)
        share = min(1.0, self._read / self._total) if self._total else 0.0
        done = sum(self._counts.values())
        said = f"{share:4.0%}  {done:,} pages  {done / (now - self._began):,.0f}/s"
        if self._counts["quarantined"]:
            said += f"  {self._counts['quarantined']:,} quarantined"
        if self._terminal:
            _write(f"\r{self._line(share, said)}\x1b[K", self._stream)
            self._drawn = True
        else:
            say(f"{said}\n", self._stream)

    def _line(self, share: float, said: str) -> str:
        """A bar and what is said beside it, within one line of the terminal."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        console = self._console = self._console or terminal_of(self._stream)
        line = Table.grid(padding=(0, 1))
        line.add_row(ProgressBar(total=1.0, completed=share, width=BAR), Text(said, overflow="crop", no_wrap=True))
        with console.capture() as drawn:
            console.print(line, end="")
        return drawn.get().partition("\n")[0].rstrip()

    def done(self) -> None:
        """Take the bar away."""
        if self._drawn:
            _write("\r\x1b[K", self._stream)
            self._drawn = False
