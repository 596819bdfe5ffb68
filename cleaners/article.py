"""An article, its ledger and a line of the quarantine: the one definition of what CLEAN holds.

From it come the lines that are written, `schema.json`, the Arrow schema, the data card's features and `docs/contract.md`
(flows/publish/article_schema.py). To add a field, declare it here with its description, fill it in
cleaners/pipeline.py and name it in copydesk/_article.py; a field with a default need not be filled anywhere. A field whose
default is UNSET is left out of the line unless somebody asked for it. The closed lists of words in these fields are in
cleaners/vocabulary.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from cleaners.vocabulary import Flag, Outcome, QuarantineReason, Reason

SCHEMA: Final = 2  # counts up whenever a reader of CLEAN has to change


Kind = Literal["paragraph", "heading", "list_item", "quote", "table", "code"]
Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Address = Annotated[str | None, Meta(extra_json_schema={"format": "uri"})]
Date = Annotated[str | None, Meta(extra_json_schema={"format": "date-time-or-date-or-month"})]


class BlockSpan(Struct, frozen=True):
    """One block of the text."""

    kind: Annotated[Kind, Meta(description="what the block is on the page")]
    start: Annotated[Count, Meta(description="its first character in `text`")]
    end: Annotated[Count, Meta(description="the character behind its last")]


class Caption(Struct, frozen=True):
    """One caption that was taken out of the text."""

    text: Annotated[str, Meta(description="what it says; empty where only a credit stood there")]
    credit: Annotated[str | None, Meta(description="the photographer, agency or owner that it names")]


class RemovedCount(Struct, frozen=True):
    """How much was removed for one reason; an article's ledger lists the blocks themselves."""

    reason: Annotated[Reason, Meta(description="why")]
    lines: Annotated[Count, Meta(description="removed blocks")]
    chars: Annotated[Count, Meta(description="their characters")]

    def __post_init__(self) -> None:
        if type(self.reason) is not Reason:  # looking it up costs as much as the row
            Reason(self.reason)


class NearDuplicate(Struct, frozen=True):
    """Another article with nearly the same text."""

    id: Annotated[Hex32, Meta(description="the other article")]
    similarity: Annotated[Share, Meta(description="how much they share, 0 to 1")]


class SharedPassage(Struct, frozen=True, rename={"with_": "with"}):
    """A passage of the text that another article has as well."""

    start: Annotated[Count, Meta(description="its first character in `text`")]
    end: Annotated[Count, Meta(description="the character behind its last")]
    with_: Annotated[Hex32, Meta(description="the other article")]
    offset: Annotated[Count, Meta(description="its first character in the other article's `text`")]


class Source(Struct, frozen=True):
    """Where an article comes from."""

    path: Annotated[str, Meta(description="the input, relative to RAW")]
    record: Annotated[Count | None, Meta(description="index in a file of many records, from 0")]
    id: Annotated[str | None, Meta(description="the id that the input gives the page")]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="hash of the input's bytes")]
    media_type: Annotated[str, Meta(description="`text/html`, `text/markdown` or `text/plain`")]
    encoding: Annotated[str, Meta(description="the encoding the page was read in, by Python's name of it")]
    fetched_at: Annotated[str | None, Meta(description="when it was fetched, as the input says it")]


class Article(Struct, frozen=True, kw_only=True):
    """One line of `articles/`: a cleaned page. Fields are written in this order."""

    schema: Annotated[Literal[2], Meta(description="number of this definition")] = SCHEMA
    id: Annotated[Hex32, Meta(description="hash of the canonical address, else of source path and record")]
    url: Annotated[Address, Meta(description="canonical address")]
    site: Annotated[str | None, Meta(description="host without `www.`")]
    site_name: Annotated[str | None, Meta(description="the publication's own name")]
    title: Annotated[str | None, Meta(description="headline without the site's suffix")]
    authors: Annotated[
        list[str], Meta(description='people or agency as shown: no "By", no job, no house beside people')
    ]
    published: Annotated[
        Date, Meta(description="ISO 8601 date-time with offset, date, or month where no more is known")
    ]
    modified: Annotated[Date, Meta(description="when the page says it was last changed, as `published`")]
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="ISO 639-1; `und` where no language can be told")]
    language_score: Annotated[Share, Meta(description="how sure that is, 0 to 1")]
    description: Annotated[str | None, Meta(description="summary that the page states")]
    section: Annotated[str | None, Meta(description="section that the page states")]
    tags: Annotated[list[str], Meta(description="keywords that the page states")]
    image: Annotated[Address, Meta(description="address of the picture that the page states")]
    text: Annotated[
        str,
        Meta(
            description="the body: NFC, paragraphs parted by one blank line; no title, no captions; the standfirst is"
            " the first paragraph; entries of a live blog are text; code verbatim"
        ),
    ]
    blocks: Annotated[list[BlockSpan], Meta(description="the blocks of `text`, with character offsets into it")]
    captions: Annotated[list[Caption], Meta(description="captions and credits taken out of the text")]
    words: Annotated[Count, Meta(description="words of `text`; two Chinese, Japanese or Korean characters are one")]
    kept_ratio: Annotated[Share, Meta(description="share of the page's visible characters that are in `text`, 0 to 1")]
    confidence: Annotated[Share, Meta(description="how sure the cleaner is of this page, 0 to 1")]
    flags: Annotated[list[Flag], Meta(description="what to know about the page, sorted; usually none")]
    removed: Annotated[list[RemovedCount], Meta(description="what was removed by reason, most lines first")]
    duplicate_of: Annotated[
        Hex32 | None, Meta(description="the article with exactly this text that counts as first")
    ] = None
    near_duplicates: Annotated[list[NearDuplicate], Meta(description="articles with nearly this text")] = field(
        default_factory=list
    )
    cluster: Annotated[Hex32 | None, Meta(description="the first article of the cluster of near copies")] = None
    shared: Annotated[list[SharedPassage], Meta(description="passages that other articles have too")] = field(
        default_factory=list
    )
    source: Annotated[Source, Meta(description="where the article comes from")]
    provenance: Annotated[
        dict[str, str] | UnsetType, Meta(description="field → where on the page it was found; with `--provenance`")
    ] = UNSET
    stats: Annotated[
        dict[str, float] | UnsetType, Meta(description="figures to filter by, by published names; with `--stats`")
    ] = UNSET
    recipe: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", description="fingerprint of cleaner version, rules, options")]
    meta: Annotated[str, Meta(description="what the input says besides, passed through as a string of JSON")]

    def __post_init__(self) -> None:
        for flag in self.flags:
            Flag(flag)


class Removed(Struct, frozen=True, kw_only=True):
    """One line of `removed/`, the ledger: a block that is not in the text, and why."""

    id: Annotated[Hex32, Meta(description="the article")]
    block: Annotated[Count, Meta(description="position of the block on the page, from 0")]
    text: Annotated[str, Meta(description="what was removed")]
    reason: Annotated[Reason, Meta(description="why")]
    rule: Annotated[str, Meta(description="the rule that decided, unique in `step`")]
    step: Annotated[str, Meta(description="the step of the pipeline")]
    score: Annotated[Share, Meta(description="how sure that is, 0 to 1")]
    start: Annotated[Count | UnsetType, Meta(description="first character in the block, where a part was cut out")] = (
        UNSET
    )
    end: Annotated[Count | UnsetType, Meta(description="the character behind its last, where a part was cut out")] = (
        UNSET
    )

    def __post_init__(self) -> None:
        if type(self.reason) is not Reason:  # looking it up costs as much as the row
            Reason(self.reason)


class QuarantineRow(Struct, frozen=True):
    """One line of `quarantine/`: an input that became no article."""

    source: Annotated[str, Meta(description="the input, relative to RAW")]
    record: Annotated[Count | None, Meta(description="index in a file of many records, from 0")]
    reason: Annotated[QuarantineReason, Meta(description="why")]
    detail: Annotated[str, Meta(description="what was found, and what to do about it")]


class Cleaned(Struct, frozen=True, kw_only=True):
    """What became of a raw page that is an article.

    `alternative_id` is for an article whose id another one has; `own_id` says what the input does of its address, and
    `claimed` that the page alone says at which one it stood. `fingerprints` of its lines are for learning.
    """

    article: Article
    ledger: list[Removed]
    alternative_id: str
    own_id: str
    claimed: bool
    fingerprints: bytes

    @property
    def outcome(self) -> Literal[Outcome.ARTICLE]:
        """The word for it."""
        return Outcome.ARTICLE


class Quarantined(Struct, frozen=True, kw_only=True):
    """What became of a raw page that is no article; site and time are None where they are not known."""

    reason: QuarantineReason
    detail: str
    site: str | None = None
    fetched_at: str | None = None

    @property
    def outcome(self) -> Literal[Outcome.QUARANTINED]:
        """The word for it."""
        return Outcome.QUARANTINED


_encode = msgspec.json.Encoder().encode


def encode(row: Struct) -> bytes:
    """A row as one line of JSON, without the line's end; half a surrogate pair, which no UTF-8 holds, is written "?"."""
    try:
        return _encode(row)
    except UnicodeEncodeError:
        return _encode(_portable(msgspec.to_builtins(row)))


def as_json(fields: dict[str, Any]) -> str:
    """Fields passed through from outside, as a string of JSON that every reader takes.

    Whole numbers beyond 64 bits are written as strings of their digits.
    """
    import orjson  # not at the top: a run that cleans nothing does without it; it alone refuses long numbers

    try:
        return orjson.dumps(fields).decode()
    except TypeError:  # also for halves of surrogate pairs
        return orjson.dumps(_portable(fields)).decode()


def storable(value: Any) -> Any:
    """The value, with halves of surrogate pairs replaced, which no UTF-8 file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _portable(value: Any) -> Any:
    if isinstance(value, dict):
        return {storable(name): _portable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_portable(inner) for inner in value]
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        return str(value)
    return storable(value)
