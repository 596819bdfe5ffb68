"""Every kind of file that a run writes for a shard: one entry a kind, and all who need to know read it here.

The choices of `--format`, the shard writer and its search for stray files (flows/publish/shards.py), and the data card
take what they need from OUTPUTS. A new format is a module beside this one that gives its bytes, its name in Format, and
an entry in OUTPUTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from flows.publish.jsonl import article_line, ledger_lines, quarantine_file
from flows.publish.txt import text_files
from flows.store.paths import articles_of, ledger_of

if TYPE_CHECKING:
    from flows.store.shards import Stored
    from flows.store.state import State

Format = Literal["jsonl", "txt"]  # the choices of `--format`, the usual one first
FORMATS: tuple[Format, ...] = get_args(Format)
ALWAYS: Format = "jsonl"  # the format whose files are written whatever is asked for: a lost state is rebuilt from them


class PerArticle(NamedTuple):
    """One file a shard, to which each article adds some bytes. All such files are written in one pass over the articles."""

    name: Callable[[str], str]  # of its file below CLEAN, for a shard
    add: Callable[[Stored], bytes]


class PerShard(NamedTuple):
    """Any number of files a shard, each with its name below CLEAN and its content in chunks."""

    files: Callable[[State, str], Iterator[tuple[str, Iterable[bytes]]]]


class Output(NamedTuple):
    """A kind of file: the format it belongs to, its folder of CLEAN, its suffix, and how it is written.

    `config` is its name among the configurations in the data card's header, "" for one that is not loaded as data. The
    folder is one of FOLDERS in flows/store/paths.py.
    """

    format: Format
    folder: str
    suffix: str
    writer: PerArticle | PerShard
    config: str = ""

    @property
    def glob(self) -> str:
        """Which files of CLEAN these are."""
        return f"{self.folder}/**/*{self.suffix}"


OUTPUTS = (
    Output("jsonl", "articles", ".jsonl", PerArticle(articles_of, article_line), config="articles"),
    Output("jsonl", "removed", ".jsonl", PerArticle(ledger_of, ledger_lines), config="removed"),
    Output("jsonl", "quarantine", ".jsonl", PerShard(quarantine_file)),
    Output("txt", "articles", ".txt", PerShard(text_files)),
)
SUFFIXES = tuple(dict.fromkeys(output.suffix for output in OUTPUTS))


def outputs_of(format: Format) -> list[Output]:
    """What is written where this format is asked for."""
    return [output for output in OUTPUTS if output.format in (ALWAYS, format)]
