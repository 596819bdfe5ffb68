"""How the front door refuses: wrong arguments in words, a page without an article by its reason."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from copydesk import CopydeskError, NoArticle, clean_html, clean_text, explain
from lantern import HTML, TEXT, URL

REFUSED: list[tuple[str, Any, dict[str, Any], type[Exception], str]] = [
    ("nothing was fetched", None, {}, TypeError, "html is None: give the page as str or bytes; where nothing was"),
    ("a path", Path("page.html"), {}, TypeError, r"html is a \w+Path: give what is in it, html.read_bytes\(\)"),
    ("an open file", io.StringIO(HTML), {}, TypeError, r"html is a StringIO: give what is in it, html.read\(\)"),
    ("a number", 3, {}, TypeError, "html is an int: give the page as str or bytes"),
    ("bytes that may change", bytearray(b"<p>"), {}, TypeError, r"html is a bytearray: give bytes\(html\)"),
    ("a list of pages", [HTML], {}, TypeError, "html is a list: give the page as str or bytes"),
    ("an address", URL, {}, ValueError, f"html is the address '{URL}', not a page: fetch it first"),
    ("the name of a file", "raw/page.html", {}, ValueError, "html is the name of a file, 'raw/page.html', not a page"),
    (
        "no scheme",
        HTML,
        {"url": "fenmoor.example/ferry"},
        ValueError,
        "url is 'fenmoor.example/ferry', which is no http",
    ),
    ("another scheme", HTML, {"url": "file:///page.html"}, ValueError, "url is 'file:///page.html', which is no http"),
    ("no host", HTML, {"url": "https:///ferry"}, ValueError, "url is 'https:///ferry', which is no http"),
    ("half a host", HTML, {"url": "https://[fenmoor"}, ValueError, r"url is 'https://\[fenmoor', which is no http"),
    ("an empty address", HTML, {"url": ""}, ValueError, "url is '', which is no http .* or None where it is not known"),
    (
        "a blank in the host",
        HTML,
        {"url": "https://fen moor.example/"},
        ValueError,
        "url is 'https://fen moor.example/'",
    ),
    ("a line end in the host", HTML, {"url": "https://fen\nmoor.example/"}, ValueError, "url is .*, which is no http"),
    ("a host turned round", HTML, {"url": "https://\u202efenmoor.example/"}, ValueError, "url is .*, which is no http"),
    ("half a character", HTML, {"url": "https://fenmoor.example/\ud800"}, ValueError, "url is .*, which is no http"),
    ("bytes as address", HTML, {"url": URL.encode()}, TypeError, "url is a bytes: give the page's address as a str"),
    ("no such folder", HTML, {"rules": "no-such-folder"}, ValueError, "rules is 'no-such-folder', which is no folder"),
    ("no folder named", HTML, {"rules": ""}, ValueError, "rules is '', which is no folder"),
    ("a file", HTML, {"rules": Path(__file__)}, ValueError, "rules is '.+', which is no folder"),
    ("a list", HTML, {"rules": ["ours.toml"]}, TypeError, "rules is a list: give the path of a folder, or its texts"),
    ("a number as name", HTML, {"rules": {3: ""}}, TypeError, "rules has an int as a name: name each text by its path"),
    ("bytes as text", HTML, {"rules": {"ours.toml": b""}}, TypeError, r"rules\['ours.toml'\] is a bytes: give what"),
    (
        "half a character in a text",
        HTML,
        {"rules": {"ours.toml": "#\ud800"}},
        ValueError,
        r"rules\['ours.toml'\] has half",
    ),
    ("half a character in a name", HTML, {"rules": {"\ud800.toml": ""}}, ValueError, "rules has a text called "),
    ("no name of a file", HTML, {"rules": {"a\0.toml": ""}}, ValueError, "rules has a text called "),
    ("too deep", HTML, {"rules": {"sites/a/b.toml": ""}}, ValueError, "rules has a text called 'sites/a/b.toml': call"),
    ("no ending", HTML, {"rules": {"ours": ""}}, ValueError, "rules has a text called 'ours': call it 'ours.toml'"),
]


@pytest.mark.parametrize(("why", "html", "named", "kind", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_wrong_arguments_are_refused_in_words(
    why: str, html: Any, named: dict[str, Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=f"^{said}") as refused:
        clean_html(html, **named)
    assert type(refused.value) is kind
    with pytest.raises(
        kind, match=f"^{said}".replace("^html", "^page").replace("html.read", "page.read").replace("(html", "(page")
    ):
        explain(html, **named)


def test_what_clean_text_refuses() -> None:
    wrong: list[tuple[Any, type[Exception], str]] = [
        (TEXT.encode(), TypeError, "text is bytes: decode it first, or give it to clean_html"),
        (None, TypeError, "text is None: give the page as str"),
        (Path("a.txt"), TypeError, r"give what is in it, text.read_text\(\)"),
        (URL, ValueError, "text is the address"),
        ("a.txt", ValueError, "text is the name of a file"),
    ]
    for text, kind, said in wrong:
        with pytest.raises(kind, match=said):
            clean_text(text)


@pytest.mark.parametrize(
    "url",
    ["HTTPS://Fenmoor.Example/Ferry", " https://fenmoor.example/the ferry\n", "https://bücher.example:8443/ä?q=a b",
     "https://[::1]/ferry", "http://localhost"],
)  # fmt: skip
def test_unusual_addresses_are_addresses(url: str) -> None:
    assert clean_html(HTML, url=url).url == url.strip()


def test_look_alikes_of_names_are_pages() -> None:
    assert clean_html(f"Read {URL} for more").text == f"Read {URL} for more"
    assert clean_text("The ferry is back on page.html").text == "The ferry is back on page.html"


EMPTY: list[tuple[str, str | bytes, str, str]] = [
    ("an empty str", "", "too_little", "nothing visible is left"),
    ("empty bytes", b"", "too_little", "nothing visible is left"),
    ("blanks", " \n ", "too_little", "nothing visible is left"),
    ("a page that a script makes", "<body><script>load()</script></body>", "too_little", "nothing visible is left"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "not_text", "looks like"),
]


@pytest.mark.parametrize(("why", "html", "reason", "detail"), EMPTY, ids=[row[0] for row in EMPTY])
def test_a_page_without_an_article_says_why(why: str, html: str | bytes, reason: str, detail: str) -> None:
    for function in (clean_html, explain):
        with pytest.raises(NoArticle) as none:
            function(html)
        assert none.value.reason == reason and none.value.detail.startswith(detail)
        assert str(none.value) == f"{reason}: {none.value.detail}" and isinstance(none.value, CopydeskError)
        assert none.value.__cause__ is not None


def test_text_without_a_word_is_no_article() -> None:
    with pytest.raises(NoArticle, match=r"^too_little: "):
        clean_text("* * *")
