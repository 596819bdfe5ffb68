"""The article that `clean_html` and `clean_text` give: the record of `clean/articles/`, its ledger, and why of each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaners.explanation_text import judge_in_words, page_in_words
from copydesk import _given
from copydesk._arguments import checked_words
from copydesk._given import Given
from copydesk._lines import Explanation, Line, lines_of

if TYPE_CHECKING:
    from cleaners import article as stored  # not for all: it takes as long to load as everything else here
    from cleaners.vocabulary import Flag

STATED = ("title", "site_name", "authors", "published", "modified", "description", "section", "tags")


class Removed(NamedTuple):
    """One removed line: a row of the ledger, and `why` in words.

    `block` is its position on the page, from 0; `reason` one of the contract's words; `step` and `rule` name who
    decided, and `score` how sure that is, 0 to 1.
    """

    block: int
    text: str
    reason: str
    rule: str
    step: str
    score: float
    why: str


class Article:
    """One cleaned page. It has every field of a record in `clean/articles/` (docs/contract.md) as an attribute.

    Those that most want: `text`, its paragraphs parted by one blank line; `title`, `authors`, `published`, `language`;
    `captions`, each with `text` and `credit`; `words`; `confidence`, 0 to 1; `flags`; `url`, `site` and `id`.

    One name differs: `removed` has here the removed lines themselves, in page order, where a record has their count by
    reason. `to_dict()` gives the record, `ledger()` its rows of `clean/removed/`, both exactly as the command writes
    them. An article can be sent between processes. It holds its page compressed, for `explain`; where you gather many,
    keep their `to_dict()`.
    """

    # What is looked up in the record; a test holds the list against the definition in cleaners/article.py.
    schema: int
    id: str
    url: str | None
    site: str | None
    site_name: str | None
    title: str | None
    authors: list[str]
    published: str | None
    modified: str | None
    language: str
    language_score: float
    description: str | None
    section: str | None
    tags: list[str]
    image: str | None
    text: str
    blocks: list[stored.BlockSpan]
    captions: list[stored.Caption]
    words: int
    kept_ratio: float
    confidence: float
    flags: list[Flag]
    duplicate_of: str | None
    near_duplicates: list[stored.NearDuplicate]
    cluster: str | None
    shared: list[stored.SharedPassage]
    source: stored.Source
    recipe: str
    meta: str

    __slots__ = ("_given", "_ledger", "_lines", "_stored")

    def __init__(
        self, record: stored.Article, ledger: Sequence[stored.Removed], lines: Sequence[Line], page: Given
    ) -> None:
        self._stored, self._ledger, self._lines, self._given = record, tuple(ledger), tuple(lines), page

    if not TYPE_CHECKING:  # so that type checkers know the fields above and refuse any other

        def __getattr__(self, name):
            if name not in Article.__annotations__:
                fields = ", ".join(Article.__annotations__)
                raise AttributeError(f"an article has no {name!r}; it has {fields} and removed")
            return getattr(self._stored, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *Article.__annotations__})

    def __repr__(self) -> str:
        return f"<Article {self.title!r}: {self.words:,} words, {len(self.removed):,} lines removed>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Article) and (self._stored, self._ledger) == (other._stored, other._ledger)

    def __hash__(self) -> int:
        return hash((self.id, self.text))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._stored, self._ledger, self._lines, self._given)

    @property
    def removed(self) -> tuple[Removed, ...]:
        """The removed lines in page order, each with its reason."""
        why = {line.block: line.why for line in self._lines}
        return tuple(
            Removed(row.block, row.text, str(row.reason), row.rule, row.step, row.score, why[row.block])
            for row in self._ledger
        )

    def to_dict(self) -> dict[str, Any]:
        """The record as the command writes it to `clean/articles/`: plain values, ready for JSON."""
        return _plain(self._stored)

    def ledger(self) -> list[dict[str, Any]]:
        """The rows of the ledger as the command writes them to `clean/removed/`: plain values, ready for JSON."""
        return [_plain(row) for row in self._ledger]

    def why(self, words: str) -> Explanation:
        """Why each line that holds these words was kept, removed or lifted; case, quotes and spaces do not matter.

        Print the answer, or go through its lines. One without lines is false, and says where else the words are and
        what to check. Raises TypeError or ValueError when `words` is not a part of a line.

        >>> article = clean_html("<h1>The ferry</h1><p>The ferry to Fenmoor came back on Sunday, after nine years.")
        >>> article.why("after nine years").lines[0].verdict
        'kept'
        """
        from cleaners.text.fold import fold

        wanted = fold(checked_words(words))
        found = [line for line in self._lines if wanted in fold(line.text)]
        return Explanation("" if found else self._nowhere(words, wanted), found)

    def _nowhere(self, words: str, wanted: str) -> str:
        """What to check when words stand in no line."""
        from cleaners.text.fold import fold

        stated = [name for name in STATED if wanted in fold(str(getattr(self, name) or ""))]
        if stated:
            return f"No line of the page holds {words!r}; its head states it, as the article's {' and '.join(stated)}."
        if wanted in fold(_given.markup(self._given, self.source.encoding)):
            return (
                f"{words!r} is in the page, but in no line that a reader sees: it stands in a script, an attribute or a "
                "hidden element, or runs over several lines. Ask for a part of one line; what no reader sees is not read."
            )
        return (
            f"{words!r} is nowhere on this page. Check the spelling and ask for fewer words; if a browser shows them, a "
            "script loads them later, or it was sent another page: look for them in the HTML that you gave."
        )


def article_of(page: Given) -> Article:
    """The article of a page as given. Raises NoArticle, BadRules."""
    found, judged = _given.cleaned(page)
    return Article(found.article, found.ledger, lines_of(judged), page)


def explained(page: Given) -> Explanation:
    """All lines of a page, with the evidence behind what the judge decided. Raises NoArticle, BadRules."""
    from cleaners.errors import NoCover
    from cleaners.explain import strongest

    found, cleaned = _given.cleaned(page)
    try:
        judged, evidence = strongest(cleaned)
        judge = judged and judge_in_words(judged.head, judged.judgement.cut)
    except NoCover as error:
        judge, evidence = f"note: why the judge decided so cannot be shown: {error}", {}
    return Explanation(_heading(found.article, judge), lines_of(cleaned, evidence))


def _heading(article: stored.Article, judge: str | None) -> str:
    """What is to be said of the page as a whole."""
    said = [
        article.title or "(no title)",
        article.url,
        page_in_words(
            flags=article.flags,
            language=article.language,
            language_score=article.language_score,
            confidence=article.confidence,
            words=article.words,
            kept_ratio=article.kept_ratio,
        ),
        judge,
    ]
    return "\n".join(filter(None, said))


def _plain(row: stored.Article | stored.Removed) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(row)
    return plain
