"""The three functions of Copydesk's front door."""

from __future__ import annotations

import os
from collections.abc import Mapping

from copydesk._arguments import checked_page, checked_text, checked_url
from copydesk._article import Article, article_of, explained
from copydesk._given import given
from copydesk._lines import Explanation
from copydesk._rules import rule_texts


def clean_html(
    html: str | bytes, *, url: str | None = None, rules: str | os.PathLike[str] | Mapping[str, str] | None = None
) -> Article:
    """The article of one web page.

    `html` is the page as it was fetched: bytes in any encoding, which is found as browsers find it, or a str. `url` is
    its http or https address where that is known: it tells the site, makes links whole and gives the article its id.
    `rules` are rules of your own (docs/writing-rules.md): a folder of files, read at each call, or a mapping of the
    files' texts by their path in such a folder, as {"sites/fenmoor.example.toml": 'drop = ["Tide tables"]'}.

    Any number of threads may call it at once. A page takes 2 to 20 milliseconds; the first call of a process
    loads rules and models, half a second. It opens no network and has no time limit of its own; the command has.

    Raises NoArticle for a page that holds none, an empty one included; BadRules for rules that cannot be used; TypeError
    and ValueError, which name the argument, for what is no page, no address or no folder.

    >>> article = clean_html("<h1>The ferry</h1><p>The ferry to Fenmoor came back on Sunday, after nine years.")
    >>> article.title
    'The ferry'
    >>> article.text
    'The ferry to Fenmoor came back on Sunday, after nine years.'
    """
    return article_of(given(checked_page(html, "html"), "html", checked_url(url), rule_texts(rules)))


def clean_text(
    text: str, *, url: str | None = None, rules: str | os.PathLike[str] | Mapping[str, str] | None = None
) -> Article:
    """The article of a page's text that another tool extracted: one paragraph a line, blank lines or not.

    There is no markup to go by, so that less is sure than with `clean_html`: if you have the HTML, use that. `url`,
    `rules`, the article and the errors are those of `clean_html`.

    >>> article = clean_text("The ferry to Fenmoor came back on Sunday, after nine years.\\nAccept all cookies")
    >>> [line.reason for line in article.removed]
    ['cookie_banner']
    """
    return article_of(given(checked_text(text), "text", checked_url(url), rule_texts(rules)))


def explain(
    page: str | bytes | Article,
    *,
    url: str | None = None,
    rules: str | os.PathLike[str] | Mapping[str, str] | None = None,
) -> Explanation:
    """Every line of a page in order: kept, removed or lifted, by which step and rule, and why.

    `page` is an article, or HTML as for `clean_html`, with `url` and `rules` as there. Where the judge decided, its
    three strongest pieces of evidence stand with the line. Print the answer, or go through its lines. It takes twice as
    long as cleaning; for one line, `article.why("part of it")` costs nothing.

    Raises the errors of `clean_html`; ValueError when `url` or `rules` come with an article, which has its own.

    >>> for line in explain("<h1>The ferry</h1><p>The ferry to Fenmoor came back on Sunday, after nine years."):
    ...     print(line.verdict, line.reason, line.text)
    lifted lifted The ferry
    kept  The ferry to Fenmoor came back on Sunday, after nine years.
    """
    if isinstance(page, Article):
        if url is not None or rules is not None:
            raise ValueError("url and rules are those that the article was made with: leave them out, or give its HTML")
        return explained(page._given)
    return explained(given(checked_page(page, "page"), "html", checked_url(url), rule_texts(rules)))
