"""Markdown: what its marks become, which texts are Markdown, and that nothing of it is lost or takes long."""

from __future__ import annotations

import json
import time

import pytest

from cleaners.article import Article, Cleaned
from cleaners.pipeline import clean_raw
from cleaners.read.front_matter import part
from cleaners.read.markdown import html_of
from cleaners.read.markdown_evidence import is_markdown

PROSE = (
    "The ferry between Fenmoor and the eastern bank will sail every half hour from the first of May, the council said on Friday.",
    "Nearly four hundred people had signed a letter that asked for it, and the owner of the boat had promised to try in March.",
    "“It is about time,” said Agnes Thorley, who bakes bread on the other side and has rowed it over herself since the autumn.",
)  # fmt: skip


def article(text: str, media: str = "markdown", **sidecar: str) -> Article:
    found = clean_raw(text.encode(), source="page", record=None, media=media, sidecar=sidecar)
    assert isinstance(found, Cleaned), found
    return found.article


def kinds(found: Article) -> dict[str, str]:
    return {found.text[block.start : block.end]: block.kind for block in found.blocks}


def test_every_sort_of_block_has_its_kind() -> None:
    found = article(
        f"# The ferry is back\n\n{PROSE[0]}\n\n## What it *costs*\n\n{PROSE[1]}\n\n- a **child** goes free\n- a bicycle, too\n\n"
        f"> Nobody believed in it.\n\n| Day | Boats |\n|---|---|\n| Monday | 12 |\n\n```sh\nferry --when\n  now\n```\n\n{PROSE[2]}\n"
    )
    assert found.title == "The ferry is back"
    assert found.source.media_type == "text/markdown"
    shown = kinds(found)
    assert shown["What it costs"] == "heading"
    assert shown["a child goes free"] == shown["a bicycle, too"] == "list_item"
    assert shown["Nobody believed in it."] == "quote"
    assert shown["Monday | 12"] == "table"
    assert shown["ferry --when\n  now"] == "code"
    assert "The ferry is back" not in found.text


def test_underlined_heads_reference_links_and_escapes() -> None:
    found = article(
        f"The ferry is back\n===\n\nIt costs 3\\*, not 5\\_.\n\n{PROSE[0]}\n\nWhat now\n---\n\n{PROSE[1]} See [the map][1].\n\n"
        f"{PROSE[2]}\n\n[1]: https://fenmoor.example/map\n"
    )
    assert found.title == "The ferry is back"
    assert kinds(found)["What now"] == "heading"
    assert "See the map." in found.text and "https" not in found.text and "---" not in found.text
    assert "It costs 3*, not 5_." in found.text


@pytest.mark.parametrize(
    "picture",
    [
        "![The boat at the quay. Photo: Tom Reed](/a.jpg)",
        "![Boat](/a.jpg)\n*The boat at the quay. Photo: Tom Reed*",
        "![Boat](/a.jpg)\n\n_The boat at the quay. Photo: Tom Reed_",
        "[![The boat at the quay. Photo: Tom Reed](/a.jpg)](/large.jpg)",
        "![Image 4: The boat at the quay. Photo: Tom Reed](/a.jpg)",
    ],
)
def test_a_picture_that_stands_alone_is_a_caption(picture: str) -> None:
    found = article(f"# The ferry is back\n\n{PROSE[0]}\n\n{picture}\n\n{PROSE[1]}\n\n{PROSE[2]}\n")
    assert [(caption.text.rstrip("."), caption.credit) for caption in found.captions] == [
        ("The boat at the quay", "Tom Reed")
    ]
    assert "boat at the quay" not in found.text


def test_two_pictures_in_a_row_are_two_captions() -> None:
    pictures = "![The boat at the quay](/a.jpg)\n\n![Agnes Thorley Smith](/b.jpg)"
    found = article(f"# The ferry is back\n\n{PROSE[0]}\n\n{PROSE[1]}\n\n{pictures}\n\n{PROSE[2]}\n")
    assert [caption.text for caption in found.captions] == ["The boat at the quay", "Agnes Thorley Smith"]


def test_menus_and_other_stories_go() -> None:
    menu = "* [Home](/)\n* [News](/news)\n* [Sport](/sport)\n"
    others = "## Related stories\n\n* [The mill burns](/mill)\n* [Bells from Holland](/bells)\n* [Eels again](/eels)\n"
    found = article(
        f"[Skip to content](#main)\n\n{menu}\n# The ferry is back\n\n" + "\n\n".join(PROSE) + f"\n\n{others}"
    )
    assert found.text == "\n\n".join(PROSE)


def test_html_within_markdown_is_html() -> None:
    found = article(f"# The ferry is back\n\n<p>{PROSE[0]}</p>\n\n<b>{PROSE[1]}</b>\n\n{PROSE[2]} H<sub>2</sub>O")
    assert found.text.startswith("\n\n".join(PROSE[:2])) and found.text.endswith("H2O")


SHOWN = {
    "13. August 2024": "<p>13. August 2024</p>",
    "1. FC Fenmoor won.": "<p>1. FC Fenmoor won.</p>",
    "1986. Born.\n\n1990. Wed.": "<p>1986. Born.</p>\n<p>1990. Wed.</p>",
    "1. oak\n2. elm": "<ol>\n<li>oak</li>\n<li>elm</li>\n</ol>",
    "1. oak\n1. elm": "<ol>\n<li>oak</li>\n<li>elm</li>\n</ol>",
    "By Vera Falk\n13 August": "<p>By Vera Falk<br />\n13 August</p>",
    f"{PROSE[0]}\n{PROSE[1]}": f"<p>{PROSE[0]}<br />\n{PROSE[1]}</p>",
    "The boat that was promised to them in March will sail in May,\nand nobody": "<p>The boat that was promised to them in March will sail in May,\nand nobody</p>",
    "渡船将从五月一日起每半小时开一班，这是市政府星期五在渡口边上宣布的消息，\n许多人": "<p>渡船将从五月一日起每半小时开一班，这是市政府星期五在渡口边上宣布的消息，许多人</p>",
    "**渡船。**回来了": "<p>渡船。回来了</p>",
    "    code(1)\n    code(2)": "<pre><code>code(1)\ncode(2)\n</code></pre>",
    f"    {PROSE[0]}": f"<p>{PROSE[0]}</p>",
    f"{PROSE[0]} {PROSE[1]}\n---": f"<p>{PROSE[0]} {PROSE[1]}</p>",
    "- oak\n- elm\nThe mill": "</ul>\n<p>The mill</p>",
    "> It was late.\nThe mill": "</blockquote>\n<p>The mill</p>",
    "- oak\nand elm": "<li>oak\nand elm</li>",
    "```\n- oak\nThe mill\n```": "<pre><code>- oak\nThe mill\n</code></pre>",
    "Dear <name>, hello": "<p>Dear &lt;name&gt;, hello</p>",
    "| a |\n|---|\n| 1 | 2 |": "<td>2</td>",
    "## Sub\n\nText": "<h1>Sub</h1>\n<p>Text</p>",
    "It was late.\n\n## Sub": "<p>It was late.</p>\n<h2>Sub</h2>",
}  # fmt: skip


@pytest.mark.parametrize("text", SHOWN)
def test_what_writers_mean(text: str) -> None:
    assert SHOWN[text] in (html_of(text) or "")


@pytest.mark.parametrize("opened", ["<script>", "<!-- never ended", "<textarea>", "<title>", "<div><style>"])
def test_what_never_ends_hides_nothing(opened: str) -> None:
    assert article(f"# The ferry is back\n\n{opened}\n\n" + "\n\n".join(PROSE)).text.endswith("\n\n".join(PROSE))


MARKDOWN = {
    "a marked headline": "# The ferry is back\n\nIt sails in May.",
    "with carriage returns": "# The ferry is back\r\n\r\nIt sails in May.",
    "in Russian": "# Паром вернулся\n\nОн пойдёт в мае.",
    "in Arabic": "# عادت العبّارة\n\nستبحر في مايو.",
    "in Chinese": "渡船五月开航。\n\n## 票价\n\n每人三元。",
    "a link and bold": "The [ferry](https://fenmoor.example/ferry) is **back**.",
    "links": "The [ferry](https://fenmoor.example/ferry) and [the mill](/mill).",
    "a picture": "![The boat](https://fenmoor.example/boat.jpg)\n\nIt sails in May.",
    "references": "See [the map][1].\n\n[1]: https://fenmoor.example/map\n[2]: https://fenmoor.example/",
    "underlined heads": "The ferry\n===\n\nIt sails *in May*.\n\nPrices\n---\n\nLow.",
    "a table": "Boats:\n\n| Day | Boats |\n|---|---|\n| Monday | 12 |",
    "a fence": "Type this:\n\n```sh\nferry --when\n```",
    "bold and bullets": "- **Oak**: strong\n- **Elm**: gone",
}
PLAIN = {
    "numbers behind a hash": "Results.\n\n# 5 Fenmoor\n# 6 Brindlemouth\n\nIt was long.",
    "a number above the text": "# 5 Fenmoor\n\nThe race was long.",
    "hashtags": "#harbour\n\nThe lido opens.\n\n#quay #lido",
    "bullets": "Bring:\n\n* a lamp\n* a rope\n\nThe walk starts at nine.",
    "hyphens": "- Hola, dijo.\n- Adiós.\n- Bueno.",
    "an asterisk's footnote": "Tickets cost 4 pounds*.\n\n* Children go free.\n\n** On Sundays only.",
    "a numbered list": "1. Oak\n2. Larch\n3. Elm\n\nThose won.",
    "a poem": "The sea came in\n---\nthe sea went out\n---\nand nobody saw it.",
    "scenes": "It was late.\n\n* * *\n\nIt was early.\n\n---\n\nIt was noon.",
    "brackets": "He wrote “teh quay” [sic] and left. Price [incl. VAT](12).",
    "a quoted mail": "> You wrote:\n> it is closed\n\nIt is open.\n\n> Really?\nYes.",
    "stars": "The film got ****.\n\n*** three\n\nPassword: ** hidden **",
    "emphasis and bullets": "He said *no*, she _yes_.\n\n- one\n- two\n\n1. a\n2. b",
    "a ruled newsletter": "NEWS\n====\n\n* Lido opens\n* Quay closes\n",
    "Python": "def f(*args, **kwargs):\n    return g(**kwargs)\n\n__init__ and __main__\n",
    "a script": "# install it\napt install quay\n# run it\nquay --go\n",
    "columns": "Name | Points\nFenmoor | 12\n",
    "formulas": "a * b = c ** 2 and e ** 3; \\(x_1\\), \\[y_2\\]",
    "a wiki": "== Head ==\n''italic'' [http://x.example text] [[Link]]",
    "a signature": "It is open.\n\n--\nVera Falk",
}  # fmt: skip


@pytest.mark.parametrize("name", MARKDOWN)
def test_marks_are_evidence(name: str) -> None:
    assert is_markdown(MARKDOWN[name])


@pytest.mark.parametrize("name", PLAIN)
def test_look_alikes_are_plain(name: str) -> None:
    assert not is_markdown(PLAIN[name])


def test_a_text_file_is_markdown_by_evidence_alone() -> None:
    body = "\n\n".join(PROSE)
    assert article(f"# The ferry is back\n\n{body}", "text").source.media_type == "text/markdown"
    assert article(body, "text").source.media_type == "text/plain"
    assert article(body, "markdown").source.media_type == "text/markdown"
    record = json.dumps({"text": f"# The ferry is back\n\n{body}"})
    assert article(record, "jsonl").source.media_type == "text/markdown"


def test_a_saved_document_is_html_whatever_it_is_called() -> None:
    page = (
        f"<!doctype html><html><body><article><h1>The ferry</h1><p>{'</p><p>'.join(PROSE)}</p></article></body></html>"
    )
    assert article(page, "markdown").source.media_type == "text/html"


FRONT = {
    "YAML": '---\ntitle: "The ferry: back"\nauthor: Vera Falk\ndate: 2024-05-01\ntags:\n  - boats\n---\n',
    "YAML in lists": "---\r\ntitle: 'The ferry: back'\r\nauthors: [Vera Falk]\r\ndate: 2024-05-01\r\ntags: [boats]\r\n---\r\n",
    "YAML in blocks": "---\ntitle: >-\n  The ferry:\n  back\nauthors:\n  - name: Vera Falk\n    url: https://x.example\ndate: 2024-05-01\ntags: boats\n---\n",
    "TOML": '+++\ntitle = "The ferry: back"\nauthor = "Vera Falk"\ndate = 2024-05-01\ntags = ["boats"]\n+++\n',
    "unopened": "title: The ferry: back\nauthor: Vera Falk\ndate: 2024-05-01\ntags: boats\n---\n",
    "a service": "Title: The ferry: back\n\nAuthor: Vera Falk\n\nPublished Time: 2024-05-01\n\nTags: boats\n\nMarkdown Content:\n",
}  # fmt: skip


@pytest.mark.parametrize("media", ["markdown", "text"])
@pytest.mark.parametrize("name", FRONT)
def test_front_matter_states(name: str, media: str) -> None:
    found = article(FRONT[name] + "\n\n".join(PROSE), media)
    assert (found.title, found.authors, found.published) == ("The ferry: back", ["Vera Falk"], "2024-05-01")
    assert found.tags == ["boats"]
    assert found.text == "\n\n".join(PROSE)
    assert "The ferry: back" in str(found.meta)


@pytest.mark.parametrize(
    "text",
    [
        "---\nNote: closed\n---\nText",
        "---\nThe sea: came\nand went\n---\nText",
        "title: nothing below\nText",
        "---\ntitle: x\n",
        "",
    ],
)
def test_no_front_matter(text: str) -> None:
    assert part(text) == ({}, text)


@pytest.mark.parametrize(
    "flood",
    [
        "[",
        "![",
        "[a](",
        "> ",
        "- ",
        "*",
        "**a *",
        "`",
        "<",
        "<a ",
        "<!-- ",
        "a\n",
        "> a\n",
        "| a\n",
        "- a\n",
        "[a]: b\n",
        "a**",
        "\\",
    ],
)
def test_floods_take_time_by_their_size(flood: str) -> None:
    begun = time.process_time()
    html_of(flood * (60_000 // len(flood)))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "nested", ["".join("> " * n + f"w{n}w\n\n" for n in range(99)), "> " * 10_000 + "w1w", "[" * 9_000 + "w1w"]
)
def test_what_is_nested_deep_is_not_lost(nested: str) -> None:
    markup = html_of(nested)
    assert markup is None or "w1w" in markup


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("Title: Lantern bridge reopens\nAuthor: Agnes Thorley\nDate: 3 March 2024", {"title": "Lantern bridge reopens", "author": "Agnes Thorley", "date": "3 March 2024"}),
        ("Titel: Die Brücke ist offen", {"title": "Die Brücke ist offen"}),
        ("标题：灯桥重新开放\n作者：艾文丽", {"title": "灯桥重新开放", "author": "艾文丽"}),
        ("Question: why is it so?", {}),
        ("Date: Tuesday", {}),
        ("Title: Lantern bridge reopens\nVenue: the quay", {}),
    ],
)  # fmt: skip
def test_labels_above_a_text_are_read_where_all_are_known(head: str, fields: dict[str, str]) -> None:
    text = f"{head}\n\nThe lantern bridge reopened on Sunday."
    found = part(text)
    assert found.fields == fields
    assert found.text == ("The lantern bridge reopened on Sunday." if fields else text)
