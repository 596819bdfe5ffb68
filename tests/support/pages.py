"""Makes pages for property tests: prose, chrome and captions in many shapes, in our own words."""

from __future__ import annotations

from hypothesis import strategies as st

from cleaners.rules.phrases import built_in

PROSE = [
    "The council voted on Tuesday to keep the swimming pool in Harrow Lane open until the spring.",
    "“We have waited nine years for this bridge,” said Odile Marsh, who runs the bakery beside it.",
    "Anyone with information is asked to call 101 and quote crime number 42/1187/26.",
    "Der Gemeinderat hat am Mittwoch beschlossen, die alte Brücke im Herbst für den Verkehr zu sperren.",
    "El ayuntamiento aprobó ayer una ordenanza que limita el ruido de las terrazas después de medianoche.",
    "Three goals in eleven minutes settled the match, and the visitors never recovered their shape.",
    "A recipe for ginger cookies that her grandmother baked for the harvest fair won the second prize.",
    "市議会は火曜日、古い橋を秋に閉鎖することを決めたと発表した。",
    "Accept that the river will rise again, the report says, and build the houses further up the hill.",
]
SHORT = [
    "Results",
    "THE FACTS: what we know",
    "2–1",
    "Rest day",
    "— Odile Marsh",
    "Chorus",
    "12 March",
    "Ingredients",
    "1.",
]
SHAPES = [
    "Fenmoor Gazette: Bells ring at the new lantern bridgeBells ring at the new lantern bridge (Image: Priory Studio)",
    "Fenmoor Gazette: Crowds wait for the first ferry of the dayCrowds wait for the first ferry of the day (Image: T. Low)",
    "We use cookies to make this site work. You can accept or reject additional cookies.",
    "Your cookie settings have been saved.",
    "By Odile Marsh",
    "Published 4 March 2026, 10:15",
    "Read more: Bridge to close for a week",
    "Sign up to our newsletter",
    "Share",
    "Copyright © 2026 Fenmoor Gazette. All rights reserved.",
    " date 2026-03-04 Lantern bridge reopens after nine years",
    "At Calder Police, we value difference and want a workforce that represents our communities.",
    "If you want to help people, then join us and visit our careers page.",
]
PHRASES = sorted({phrase for family in built_in().families.values() for phrase in family.phrases})

lines = st.one_of(
    st.sampled_from(PROSE),
    st.sampled_from(PROSE),
    st.sampled_from(SHORT),
    st.sampled_from(SHAPES),
    st.sampled_from(PHRASES),
    st.builds("{} {}".format, st.sampled_from(PHRASES), st.sampled_from(PROSE)),
    st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=40),
)
texts = st.lists(lines, max_size=25).map("\n".join)

WRAPPERS = [
    "<p>{}</p>", "<p>{}</p>", "<p>{}</p>", "<h2>{}</h2>", "<ul><li>{}</li></ul>", "<div>{}</div>", "<nav><a href=/x>{}</a></nav>",
    "<aside>{}</aside>", "<figure><img alt='{}'><figcaption>{}</figcaption></figure>", "<blockquote>{}</blockquote>",
    "<table><tr><td>{}</td><td>7</td></tr></table>", "<footer>{}</footer>", "<button>{}</button>", "<div class='cookie-consent'>{}</div>",
    "<div hidden>{}</div>", "<p>one<br>{}</p>", "<a href=/y>{}</a>", "<pre>if x:\n    {}\n</pre>", "<div class='related'><a href=/z>{}</a></div>",
    "<p><span>{}</span><span>{}</span></p>", "<time>{}</time>", "<script>{}</script>", "<article>{}", "</article>{}", "<div><div>{}</div>",
]  # fmt: skip


def _wrapped(pairs: list[tuple[str, str]]) -> str:
    escaped = [
        (wrapper, line.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")) for wrapper, line in pairs
    ]
    head = "<title>Lantern bridge reopens after nine years | Fenmoor Gazette</title>"
    return f"<html><head>{head}</head><body>{''.join(w.replace('{}', line) for w, line in escaped)}</body></html>"


documents = st.lists(st.tuples(st.sampled_from(WRAPPERS), lines), max_size=25).map(_wrapped)
