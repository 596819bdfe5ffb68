"""Every number and name in the C sources is one that Python has too, handed in or compared here, or changes no answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from c_parts import built
from cleaners import _speedups
from cleaners._speedups import speedups
from cleaners.article import Kind
from cleaners.judge import character_counts, containers, features, lexicon, neighbourhood
from cleaners.page import Block
from cleaners.read import html_tags, html_walk, nesting
from cleaners.rules import phrases
from cleaners.text import credit_hints

SOURCES = {path.name: path.read_text("utf-8") for path in sorted(_speedups.HERE.glob("*.c"))}
TESTS = "\n".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))


def numbered(names: str, values: Any) -> dict[str, Any]:
    """The C names, parted by spaces, with the values that Python has for them."""
    return dict(zip(names.split(), values, strict=True))


def namesakes() -> dict[str, Any]:
    """What Python has for each name in `speedups.SHARED`."""
    tags = "END_BLOCK END_FLOW END_LINK BLOCK FLOW SEAM LINK CELL VOID RULE BREAK IMAGE"
    hints = "TWICE MARK COLON GLUED FAINT CLOSES MARKS BARS OPENS JOINS"
    matches = get_args(phrases.Match)
    markup, places = features.MARKUP_FIELDS, neighbourhood._PLACES
    elements = len(containers._DESCRIBED) // (1 + len(containers._LEVELS))
    return {
        **{name: getattr(html_tags, name) for name in tags.split()},
        **{name: getattr(html_walk, name) for name in ("HEADINGS", "KEEPING_BREAKS", "CHROME_TAGS")},
        **{name: getattr(html_tags, name) for name in ("OWN_ROOM_TAGS", "PAGE_TAGS")},
        "ESCAPES": dict(html_walk.ESCAPES),
        "TABLE_ROW": html_walk.ROW,
        "KIND_NAMES": ("heading", "code", "table", "quote", "list_item", "paragraph"),
        "BLOCK_FIELDS": " ".join(Block._fields),
        "FIELDS": len(Block._fields),
        **{name: getattr(credit_hints, name) for name in hints.split()},
        "LOWEST": lexicon._LOWEST,
        "LEAST_LETTERS": lexicon._LEAST_LETTERS,
        **numbered("WORDS PROSE LINKS DROPPED", map(containers._READ.index, ("words", "prose", "link_share", "dropped_by_rule"))),
        "VALUES": len(containers._READ),
        "OF_CORE": len(containers._OF_CORE),
        "OF_ELEMENT": elements,
        "OF_SCORES": len(containers._TOLD) - len(containers._OF_CORE) - len(containers._DESCRIBED),
        "CLASSES": character_counts.CLASS_COUNT,
        "ENDS": character_counts.END_COUNT,
        "OF_SIBLINGS": len(neighbourhood._OF_SIBLINGS) + 1,
        **numbered("ZONE TAG KIND LINK_CHARS DEPTH ALT", map(markup.index, ("zone", "tag", "kind", "link_chars", "depth", "alt"))),
        "MARKED": len(markup),
        **numbered(
            "FROM_TOP FROM_END LINE_PLACE WORD_PLACE PROSE_PLACE BEFORE AFTER SINCE UNTIL",
            map(places.index, (
                "from_top", "from_end", "line_place", "word_place", "prose_place", "prose_words_before",
                "prose_words_after", "since_prose", "until_prose",
            )),
        ),
        "PLACED": len(places),
        **numbered("WHOLE START END ANYWHERE STEM", map(matches.index, ("whole", "start", "end", "anywhere", "stem"))),
        "MATCHES": len(matches),
        **numbered("PARTED ALNUM MARGIN", (phrases._IS_PARTED, phrases._IS_ALNUM, phrases._IS_MARGIN)),
        "OTHERS": nesting._OTHERS,
    }  # fmt: skip


# Names that mean nothing in Python: another value gives the same answers, later or sooner, or is refused.
MECHANICS = {
    "sizes of tables that remember what was met": "MET LONGEST_MET PATHS WORD_BITS NAMES LONGEST_NAME WEIGHED SIEVE",
    "beyond them Python reads": "LONGEST_KEPT LONGEST_DOTTED MOST_LEAVES",
    "beyond them a call is refused": "MOST_NEIGHBOURS MOST_SOUGHT NAMES_ROOM",
    "how much is done at once": "ROWS LANES USUAL HASH_BITS LETTERS",
    "names of choices within C": "HEADING IN_PRE ROW QUOTED ITEM PARAGRAPH KINDS SOUND DAMAGED TOO_LARGE COMMENT SCRIPT STYLE SEEN",
    "names of capsules and what the module says of itself": "FOREST PHRASEBOOK METHODS SLOTS MODULE",
    "what Unicode says": "ASCII NO_BREAK_SPACE",
    "the lists of the shared ones": "NUMBERS LISTS",
}  # fmt: skip

# Functions whose code holds numbers of its own, and the test that compares all they say with Python, or why no number
# in them changes an answer.
COMPARED = {
    "is_plain": "test_every_character_gives_the_same_line",
    "is_simple": "test_every_character_gives_the_same_line",
    "may_be_garbled": "test_every_character_gives_the_same_line",
    "plain_form": "test_every_character_gives_the_same_line",
    "folds_oddly": "test_every_character_gives_the_same_line",
    "fold_letters": "test_every_character_gives_the_same_line",
    "is_easy": "test_every_character_gives_the_same_line",
    "regular_tag": "test_any_markup_gives_the_same_blocks",
    "hints_in": "test_any_lines_give_the_same_hints",
    "add_part": "test_any_names_weigh_the_same",
    "add_ascii_parts": "test_any_names_weigh_the_same",
    "spell_line": "test_every_character_is_the_same_word",
    "weigh_wordings": "test_any_wordings_weigh_the_same",
    "weigh_wording": "test_any_wordings_weigh_the_same",
    "count_among": "test_any_words_are_counted_the_same",
    "folded": "test_any_page_is_as_costly",
    "is_costly": "test_any_page_is_as_costly",
    "costly": "test_any_page_is_as_costly",
}
HARMLESS = {
    "count_classes": "eight bits at a time",
    "sort_zone_words": "a bit of a table",
    "zones_of": "a bit of a table",
    "hash_of": "a hash", "sort_of": "a hash", "is_too_many": "a hash", "path_of": "a hash", "string_of": "kinds of strings",
    "lowered": "the letters of ASCII", "lower_ascii": "the letters of ASCII", "begins_with": "the letters of ASCII",
    "widen_buffer": "how a buffer grows", "push": "how a buffer grows", "add_hits": "how a buffer grows",
}  # fmt: skip

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'')
_FUNCTION = re.compile(r"^(?:static|__attribute__)[^;{}=]*?\b(\w+)\((?:[^;{}]*)\)\s*\{(.*?)^\}", re.S | re.M)
_NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)(?:u|U|ULL|LL)?(?![\w.])")
_SIGN = re.compile(r"'([^\w\s\\<>/=\"'&!#;-])'")  # a sign as C writes it, those of HTML's own grammar aside
_NOTED = 10  # from here on a number needs a name or a note; below stand sizes of a struct and steps of a loop


def bare(source: str) -> str:
    return _STRING.sub('""', _COMMENT.sub("", source))


def functions_in(source: str) -> dict[str, list[str]]:
    """The functions of a C source that hold numbers or signs without a name, and these."""
    without = _COMMENT.sub("", source)
    signs = {name: _SIGN.findall(body) for name, body in _FUNCTION.findall(without)}
    numbers = {
        name: [n for n in _NUMBER.findall(_STRING.sub('""', body)) if n.startswith("0x") or int(n) >= _NOTED]
        for name, body in _FUNCTION.findall(without)
    }
    return {name: numbers[name] + signs[name] for name in numbers if numbers[name] or signs[name]}


def named_in(source: str) -> set[str]:
    """The names of the constants that a C source defines outside of its functions: enumerators, macros, tables."""
    text = bare(source)
    found = set(re.findall(r"^#define (\w+)(?:\s+\S|$)", text, re.M)) - {"PY_SSIZE_T_CLEAN"}  # Python.h asks for it
    for listed in re.findall(r"\benum\s*\{([^}]*)\}", text):
        found |= {part.split("=")[0].strip() for part in listed.split(",") if part.strip()}
    found |= set(
        re.findall(r"^static (?:const )?(?:struct \{[^}]*\}|[\w ]+?)[ *]+(?:const )?(\w+)(?:\[\w*\])*\s*=", text, re.M)
    )
    return found


@built
def test_what_c_and_python_share_is_the_same() -> None:
    assert speedups is not None
    shared = {name: tuple(value) if isinstance(value, list) else value for name, value in speedups.SHARED.items()}
    assert shared == namesakes()
    assert set(shared["KIND_NAMES"]) == set(get_args(Kind))


def test_every_constant_of_the_c_sources_is_shared_or_known_to_be_harmless() -> None:
    found = set().union(*map(named_in, SOURCES.values()))
    harmless = {name for names in MECHANICS.values() for name in names.split()}
    assert found - namesakes().keys() == harmless
    assert namesakes().keys() <= found


@pytest.mark.parametrize("name", SOURCES)
def test_no_number_or_sign_stands_in_c_without_a_name_or_a_test(name: str) -> None:
    """They are characters, bits or limits, and belong in Python, or the function is compared with its twin as a whole."""
    found = functions_in(SOURCES[name])
    unknown = {function: held for function, held in found.items() if function not in COMPARED.keys() | HARMLESS.keys()}
    assert not unknown, "hand them in, or share them in _shared.c"


def test_what_is_said_of_c_functions_holds() -> None:
    found = set().union(*map(functions_in, SOURCES.values()))
    assert COMPARED.keys() | HARMLESS.keys() <= found
    assert [test for test in COMPARED.values() if f"def {test}(" not in TESTS] == []


def test_all_functions_are_looked_at() -> None:
    found = {name for source in SOURCES.values() for name, _ in _FUNCTION.findall(_COMMENT.sub("", source))}
    methods = re.findall(r"\{\"\w+\", (\w+), METH_", SOURCES["_speedups.c"])
    assert len(methods) > 10 and found.issuperset(methods)


def test_a_constant_that_nobody_shares_is_found() -> None:
    """What these tests look for, in sources that were made up."""
    source = """
    enum { FIRST = 1, /* ONE = 2, */ LABEL_CHARS = 45 };
#define MOST 7
static const char SIGNS[] = "abc";
static const char *const TAGS[] = {"p", NULL};
static const struct { int size; } SIZES[] = {{1}};
static int is_mark(int c)
{
    return c == 0xa9 || c == '<' || c == '|' || c > 60; /* 0xff */
}
""".replace("\n    enum", "\nenum")
    assert named_in(source) == {"FIRST", "LABEL_CHARS", "MOST", "SIGNS", "TAGS", "SIZES"}
    assert functions_in(source) == {"is_mark": ["0xa9", "60", "|"]}
