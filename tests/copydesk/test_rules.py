"""A user's own rules at the front door: as texts or in a folder, read as the command reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from copydesk import BadRules, CopydeskError, clean_html
from flows.run.user_rules import read_user_rules
from lantern import HTML, SIGN_UP, URL


def test_rules_as_texts_or_in_a_folder(tmp_path: Path) -> None:
    texts = {
        "sites/fenmoor.example.toml": 'keep = ["Sign up to our newsletter"]\r\ndrop_patterns = ["A choir from .*"]',
        "ours.toml": '[newsletter_label]\nphrases = ["letters by pigeon"]\n',
    }
    (tmp_path / "sites").mkdir()
    for name, text in texts.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / ".ours.toml.swp.toml").write_text("an editor's")
    html = HTML.replace("</article>", "<p>Letters by pigeon</p></article>")
    article = clean_html(html, url=URL, rules=texts)
    (kept,) = article.why(SIGN_UP)
    assert (kept.verdict, kept.reason, kept.step, kept.rule) == ("kept", "", "site_rules", "keep_line")
    assert SIGN_UP in article.text and "A choir from" not in article.text and "pigeon" not in article.text
    for folder in (tmp_path, str(tmp_path)):
        assert clean_html(html, url=URL, rules=folder) == article
    assert article.recipe != clean_html(html, url=URL).recipe
    assert clean_html(html, url="https://oxley.example/", rules=texts).why(SIGN_UP).lines[0].verdict == "removed"
    (tmp_path / "sites" / "fenmoor.example.toml").unlink()
    assert SIGN_UP not in clean_html(html, url=URL, rules=tmp_path).text  # a change counts from the next page on
    assert clean_html(html, url=URL, rules={}) == clean_html(html, url=URL)


def test_the_command_reads_a_folder_with_rules_alike(tmp_path: Path) -> None:
    from copydesk._rules import rule_texts

    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.example.toml").write_bytes(b'\xef\xbb\xbfdrop = ["one"]\r\n')
    (tmp_path / "b.toml").write_bytes(b"# two\r")
    own = read_user_rules(tmp_path, tmp_path / "raw")
    assert rule_texts(tmp_path) == (own.folder, tuple(sorted(own.texts.items()))) and len(own.texts) == 2


def test_a_text_may_begin_with_the_mark_of_an_editor_as_a_file_may() -> None:
    texts = {"sites/fenmoor.example.toml": f'\ufeffkeep = ["{SIGN_UP}"]'}
    assert SIGN_UP in clean_html(HTML, url=URL, rules=texts).text


class InBytes:
    """A path that some tools give: its name is bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __fspath__(self) -> bytes:
        return os.fsencode(self.folder)


def test_a_path_may_be_of_bytes(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "fenmoor.example.toml").write_text(f'keep = ["{SIGN_UP}"]')
    folder: Any = InBytes(tmp_path)
    assert clean_html(HTML, url=URL, rules=folder) == clean_html(HTML, url=URL, rules=tmp_path)


@pytest.mark.parametrize("link", [True, False])
def test_the_folder_of_sites_may_be_a_link(link: bool, tmp_path: Path) -> None:
    """To where several machines share it; its files count as any other, for the command too."""
    from copydesk._rules import rule_texts

    shared, ours = tmp_path / "shared", tmp_path / "ours"
    ours.mkdir()
    (shared if link else ours / "sites").mkdir()
    if link:
        (ours / "sites").symlink_to(shared)
    (ours / "sites" / "fenmoor.example.toml").write_text(f'keep = ["{SIGN_UP}"]')
    assert SIGN_UP in clean_html(HTML, url=URL, rules=ours).text
    own = read_user_rules(ours, tmp_path / "raw")
    assert rule_texts(ours) == (own.folder, tuple(sorted(own.texts.items()))) and len(own.texts) == 1


def test_a_folder_of_sites_in_a_circle_ends(tmp_path: Path) -> None:
    (tmp_path / "sites").symlink_to(tmp_path)
    (tmp_path / "ours.toml").write_text("")
    assert clean_html(HTML, rules=tmp_path).text == clean_html(HTML).text


BAD_RULES: list[tuple[str, str, bytes, str]] = [
    ("no such key", "sites/a.example.toml", b'dorp = ["x"]', r"sites/a.example.toml, line 1: .*did you mean 'drop'"),
    ("no such family", "ours.toml", b"\n[newsletters_label]\n", r"ours.toml, line 2: .*did you mean"),
    ("no place for it", "more/ours.toml", b"", r"ours.toml would not be read: move it to"),
    ("not UTF-8", "ours.toml", b"# \xe9", r"ours.toml cannot be read \(.*\): make it readable, as UTF-8"),
    ("too long", "ours.toml", b"#" * (1024 * 1024 + 1), r"ours.toml has more than 1,048,576 bytes"),
]


@pytest.mark.parametrize(("why", "name", "content", "said"), BAD_RULES, ids=[row[0] for row in BAD_RULES])
def test_rules_that_cannot_be_used(why: str, name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRules, match=said) as bad:
        clean_html(HTML, rules=tmp_path)
    assert isinstance(bad.value, CopydeskError)


def test_rules_in_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ours.toml")
    with pytest.raises(BadRules, match=r"ours.toml is no file but a folder, pipe or device"):
        clean_html(HTML, rules=tmp_path)
