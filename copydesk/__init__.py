"""Copydesk for programs: one scraped news page in, its article out, with every removed line and its reason.

>>> from copydesk import clean_html
>>> article = clean_html("<h1>The ferry</h1><p>The ferry to Fenmoor came back on Sunday, after nine years.")
>>> article.title
'The ferry'

docs/library.md shows it in a Scrapy pipeline, a datatrove pipeline and a notebook. What is named here is public, and
nothing else is. Importing it is cheap; the first page loads rules and models.
"""

import typing as _typing

from copydesk._article import Article, Removed
from copydesk._clean import clean_html, clean_text, explain
from copydesk._errors import BadRules, CopydeskError, NoArticle
from copydesk._lines import Explanation, Line

if _typing.TYPE_CHECKING:
    from cleaners.article import Caption

__version__ = "0.1.0"

__all__ = (
    "Article",
    "BadRules",
    "Caption",
    "CopydeskError",
    "Explanation",
    "Line",
    "NoArticle",
    "Removed",
    "__version__",
    "clean_html",
    "clean_text",
    "explain",
)

for _name in set(__all__) - {"Caption", "__version__"}:  # all that is made here
    globals()[
        _name
    ].__module__ = __name__  # where messages and pickles say that it is, and where it can be imported from

if not _typing.TYPE_CHECKING:  # so that type checkers refuse a name that is not here

    def __getattr__(name):
        """Caption, when it is asked for: the definition of an article takes longer to load than everything else here."""
        if name != "Caption":
            raise AttributeError(f"copydesk has no {name!r}; it has {', '.join(__all__)}")
        from cleaners.article import Caption

        globals()[name] = Caption
        return Caption
