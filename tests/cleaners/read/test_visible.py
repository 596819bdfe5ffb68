"""Nothing a reader sees is lost: every word that a browser without scripts shows is in a block, by an independent reading."""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.lost_words import Lost, lost_of, main, per_ten_thousand
from benchmarks.pages import write_set
from benchmarks.visible import lost_words, visible_lines, words_of
from cleaners.article import Cleaned
from cleaners.pipeline import clean_raw
from cleaners.read import html
from cleaners.read.html import parse_tree, walk
from cleaners.read.nesting import DEEPEST
from cleaners.read.pages import html_page
from cleaners.read.selectors import selected
from cleaners.read.visible import DEEPEST_DRAWING, DEEPEST_FRAME
from cleaners.zones import Zone

MANY = settings(max_examples=250, deadline=None, derandomize=True)


def lines(markup: str) -> list[str]:
    return [block.text for block in html_page("words", markup).blocks]


IN_FRAME = escape('a<iframe srcdoc="<p>b">')
# Why, a page, the words a browser shows, and words that it does not.
SHOWN = [
    ("a shadow root", "<p>One</p><x-card><template shadowrootmode=open><p>two</template></x-card><p>three", "One two three", ""),
    ("of the older name", "<div><template shadowroot=closed><p>in</template></div>", "in", ""),
    ("in a shadow root", f"<div><template shadowrootmode=open>a{'<section><template shadowrootmode=OPEN>b'}</template></section></template></div>", "a b", ""),
    ("its styles and scripts", "<div><template shadowrootmode=open><style>p{}</style><script>x</script><p>in</template></div>", "in", "p x"),
    ("a template is none", "<div><template><p>no</p></template><p>yes</p></div>", "yes", "no"),
    ("nor is one of another mode", "<div><template shadowrootmode=ajar>no</template><p>yes</p></div>", "yes", "no"),
    ("nor one where none may be", "<ul><template shadowrootmode=open><li>no</li></template><li>yes</ul>", "yes", "no"),
    ("nor the second of a host", "<div><template shadowrootmode=open>yes</template><template shadowrootmode=open>no</template></div>", "yes", "no"),
    ("what is slotted in place of what is not", "<x-y><template shadowrootmode=open>a <slot>none</slot> c</template>b</x-y>", "a b c", "none"),
    ("by name", "<x-y><template shadowrootmode=open><slot name=t>none</slot> b <slot>x</slot></template> c <b slot=t>a</b></x-y>", "a b c", "none x"),
    ("a slot that nothing fills", "<x-y><template shadowrootmode=open>a <slot name=t>b</slot></template></x-y>", "a b", ""),
    ("a formula in a sentence", "<p>exactly <math><mn>17</mn></math> piers</p>", "exactly 17 piers", ""),
    ("what is noted beside it", "<p>a <math><semantics><mrow><mi>q</mi></mrow><annotation encoding=TeX>x</annotation></semantics></math></p>", "a q", "x"),
    ("a fraction", "<p>add <math><mfrac><mn>3</mn><mn>4</mn></mfrac></math> cup</p>", "add 3 4 cup", ""),
    ("a matrix", "<p>of <math><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr></mtable></math></p>", "of 1 0", ""),
    ("words of a drawing", "<svg><g><text>Mill <tspan>race</tspan></text></g></svg><p>below", "Mill race below", ""),
    ("what draws nothing", "<svg><title>no</title><desc>nor</desc><metadata>that</metadata><defs><text>or</text></defs><text>yes</text></svg>", "yes", "no nor that or"),
    ("HTML in a drawing", "<svg><foreignObject><p>a <b>b</b></p><svg><text>c</text></svg></foreignObject></svg>", "a b c", ""),
    ("what stands in for an object", "<object data=x.swf><param name=a value=b><p>Get the player</object>", "Get the player", "a b"),
    ("an object never closed", "<p>One<object data=x.swf><p>two<p>three", "One two three", ""),
    ("a frame's document", f"<iframe srcdoc='{escape('<title>no</title><p>a &amp; <b>b</b></p><script>x</script>')}'>none</iframe>", "a b", "no x none"),
    ("in a frame's document", f"<iframe srcdoc='{IN_FRAME}'></iframe>", "a b", ""),
    ("a map", "<map name=m><p>One<area href=/1 alt=no><p>two", "One two", "no"),
    ("without scripts", "<noscript><p>One <img src=x alt=no></p></noscript>", "One", "no"),
    ("the chosen option", "<select><option>a<option selected>b</select>", "b", ""),
    ("the first where none is chosen", "<select><option disabled>no<option>a<option>b</select>", "a", ""),
    ("labels of groups and options", "<select><optgroup label='Up river'><option label=Weir>w</select>", "Up river Weir", ""),
    ("buttons", "<input type=submit value='Send it'><input type=RESET value=Clear><button>Go</button>", "Send it Clear Go", ""),
    ("what is no button", "<input type=hidden value=no><input type=checkbox value=nor><input type=submit><p>yes", "yes", "no nor"),
    ("parts of forms", "<fieldset><legend>a</legend><label>b<textarea>c</textarea></label><output>d</output></fieldset>", "a b c d", ""),
    ("details", "<details><summary>a</summary>b</details><dialog>c</dialog><div hidden>d</div><p style='display:none'>e", "a b c d e", ""),
    ("older elements", "<marquee>a</marquee><center>b</center><applet>c</applet><listing>d</listing><nobr>e</nobr><tt>f", "a b c d e f", ""),
    ("tags that are text", "<xmp>a <b>c</b></xmp><p>d<plaintext>e<i>", "a b c b d e i", ""),
    ("players", "<video controls>no</video><audio>nor</audio><canvas>that</canvas><p>yes", "yes", "no nor that"),
    ("frames of old", "<noembed>no</noembed><noframes>nor</noframes><datalist><option>that</datalist><p>yes", "yes", "no nor that"),
    ("ruby, rules and breaks", "<ruby>a<rp>(</rp><rt>b</rt></ruby><hr>c<br>d<wbr>e", "a b c de", ""),
    ("rows and lists", "<table><caption>a<tr><th>b<td>c</table><dl><dt>d<dd>e</dl><ol><li>f</ol><menu><li>g</menu>", "a b c d e f g", ""),
]  # fmt: skip


@pytest.mark.parametrize(("why", "markup", "shown", "unshown"), SHOWN, ids=[row[0] for row in SHOWN])
def test_words_that_are_shown_are_in_blocks(why: str, markup: str, shown: str, unshown: str) -> None:
    markup = f"<!doctype html><title>t</title><body>{markup}"
    read = visible_lines(markup)
    if "slot" not in markup and "</template><template" not in markup:  # which the other reading does not know
        assert not lost_words(shown.split(), read) and not lost_words(read, shown.split()), why
    found = lines(markup)
    assert not lost_words(shown.split(), found), found
    assert words_of(found).keys().isdisjoint(set(unshown.split()) - set(shown.split())), found


@pytest.mark.parametrize("row", SHOWN, ids=[row[0] for row in SHOWN])
def test_they_stay_in_text_or_ledger(row: tuple[str, str, str, str]) -> None:
    prose = "The ferry left late again on Friday, and nobody on the bank was surprised by it."
    markup = f"<body><article><h1>Ferry late</h1><p>{prose}</p>{row[1]}"
    got = clean_raw(markup.encode(), source="a.html", record=None, media="html")
    assert isinstance(got, Cleaned)
    article = got.article
    told = [article.text, article.title or "", *article.authors, *(row.text for row in got.ledger)]
    told += [part for caption in article.captions for part in (caption.text, caption.credit or "")]
    assert not lost_words([*row[2].split(), *prose.split()], told)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>exactly <math><mn>17</mn></math> piers</p>", ["exactly 17 piers"]),
        ("<p>is <math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>.</p>", ["is x=1/2."]),
        ("<p>a <svg><text>F1</text></svg> b</p><p>c</p>", ["a b", "F1", "c"]),
        ("<table><tr><td>a<td><svg><text>5</text></svg><td>b</table>", ["a | | b", "5"]),
        ("<p>a <b>b <iframe srcdoc='<p>c'></iframe></b> d</p>", ["a b d", "c"]),
        (  # a formula that is drawn for the eye is read once
            "<p>is <span><math><mi>y</mi></math></span><span aria-hidden=true><b>y</b></span> here</p>",
            ["is y here", "y"],
        ),
        ("<p>x <math><mi>y</mi></math> <i>z</i></p>", ["x y z"]),
        ("<form>a<input type=submit value='Send it'>b</form>", ["a", "Send it", "b"]),
        ("<pre>a</pre><xmp>if a <b>:</xmp>", ["a", "if a <b>:"]),
    ],
)
def test_what_is_shown_parts_no_sentence(markup: str, expected: list[str]) -> None:
    assert lines(markup) == expected


def test_zones_say_what_is_no_part_of_the_text_around_it() -> None:
    markup = (
        "<p>text</p><svg class=chart><text>drawn</text></svg><svg hidden><text>hidden</text></svg><object>stand-in</object>"
        "<iframe srcdoc=framed></iframe><form><input type=button value=Go class=x></form><div hidden><math><mi>y</mi></math></div>"
    )
    zones = {block.text: block.zone for block in html_page("words", markup).blocks}
    assert zones == {
        "text": 0, "drawn": Zone.EMBED, "hidden": Zone.EMBED | Zone.HIDDEN, "stand-in": Zone.EMBED, "framed": Zone.EMBED,
        "Go": Zone.FORM | Zone.BUTTON, "y": Zone.HIDDEN,
    }  # fmt: skip


def test_what_is_beyond_the_limits_stays_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    framed = "word"
    for _ in range(DEEPEST_FRAME + 1):
        framed = f'<p>level<iframe srcdoc="{escape(framed)}"></iframe>'
    assert words_of(lines(framed))["level"] == DEEPEST_FRAME + 1
    assert words_of(lines(framed))["word"] == 1
    drawn = "<svg><text>word</text><foreignObject><p>level" * (DEEPEST_DRAWING + 2)
    assert not lost_words(["word level"] * (DEEPEST_DRAWING + 2), lines(drawn))
    monkeypatch.setattr(html, "MOST_FRAMES", 2)
    assert lines("<iframe srcdoc='<p>a'></iframe>" * 3) == ["a", "a", "<p>a"]


def test_walking_twice_shows_nothing_twice() -> None:
    for _, markup, _, _ in SHOWN:
        tree = parse_tree(markup)
        assert walk(tree).blocks == walk(tree).blocks


def test_a_selector_finds_the_same_lines_beside_all_of_them() -> None:
    markup = "".join(f"<div>{row[1]}</div>" for row in SHOWN if "plaintext" not in row[1] and "closed" not in row[0])
    markup = (
        f"<div><template shadowrootmode=open><p class=inside>In it</p></template></div>{markup}<p class=end>The end</p>"
    )
    blocks = html_page("words", markup).blocks
    found = selected(markup, [".inside", ".end"])
    assert {name: [blocks[at].text for at in places] for name, places in found.items()} == {
        ".inside": ["In it"], ".end": ["The end"],
    }  # fmt: skip


def test_the_head_reads_shadow_roots_and_no_frames() -> None:
    markup = (
        "<body><x-y><template shadowrootmode=open><h1>Ferry late again</h1></template></x-y>"
        "<iframe srcdoc='<h1>Win a boat</h1>'></iframe>"
    )
    assert html_page("words", markup).head.titles == ("Ferry late again",)


# Elements of HTML, today's and yesterday's, that may hold others; what is in foreign ones is drawn from FOREIGN.
NAMES = (
    "a abbr address applet area article aside audio b bdi bgsound big blockquote body br button canvas caption center "
    "cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure "
    "font footer form frame frameset h1 h2 head header hgroup hr html i iframe img input ins kbd keygen label legend li "
    "link listing main map mark marquee menu menuitem meta meter nav nobr noembed noframes noscript object ol output p "
    "param picture plaintext pre progress q rb rp rt rtc ruby s samp script search section small source spacer span "
    "strike strong style sub summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul "
    "var video wbr x-own xmp"
).split()
ATTRIBUTES = ["", "", "", " hidden", " class=nav", " style='display:none'", " shadowrootmode=open", " aria-hidden=true"]
WHOLE = [
    " @ ", " @ ", " @ ", "<math><mi>@</mi><mfrac><mn>@</mn><mn>@</mn></mfrac></math>", "<math><mtext>@ <b>@</b></mtext></math>",
    "<math><semantics><mi>@</mi><annotation>@</annotation></semantics></math>", "<input type=submit value='@ @'>",
    "<svg><text>@</text></svg>", "<svg class=x><g><text>@<title>@</title></text></g><defs><text>@</text></defs></svg>",
    "<svg><foreignObject><p>@</p>@</foreignObject></svg>", "<select><option>@<option selected>@</select>",
    "<select><optgroup label=@><option label=@>@</optgroup></select>", "<select multiple><option>@<option>@</select>",
    "<iframe srcdoc='<p>@ &lt;b&gt;@'>@</iframe>", "<iframe srcdoc='@<svg><text>@</text></svg>'></iframe>", "<!-- @ -->",
]  # fmt: skip
pieces = st.lists(
    st.one_of(
        st.sampled_from(WHOLE),
        st.tuples(st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)).map(lambda tag: f"<{tag[0]}{tag[1]}>"),
        st.sampled_from(NAMES).map(lambda name: f"</{name}>"),
    ),
    max_size=25,
)


def numbered(parts: list[str]) -> str:
    """A page of these pieces, each word in it another one."""
    first, *rest = "".join(parts).split("@")
    return "<!doctype html><body>" + first + "".join(f"w{number}q{part}" for number, part in enumerate(rest))


@MANY
@given(pieces.map(numbered))
def test_no_visible_word_of_any_page_is_lost(markup: str) -> None:
    assert not lost_words(visible_lines(markup), lines(markup))


@pytest.mark.parametrize(
    ("shown", "found", "lost"),
    [
        (["the end"], ["the end"], {}),
        (["theend"], ["the", "end"], {}),  # glued by one reading only
        (["the", "end"], ["theend"], {}),
        (["the end the"], ["the end"], {"the": 1}),
        (["the end"], ["end of it", "there"], {}),  # "the" is the beginning of another word, as far as can be told
        (["a lost word"], ["a word"], {"lost": 1}),
    ],
)
def test_words_are_missed_where_no_run_of_letters_has_them(
    shown: list[str], found: list[str], lost: dict[str, int]
) -> None:
    assert lost_words(shown, found) == lost


def test_the_benchmark_counts_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    markup = "<body><p>One two <input type=submit value=three></p>"
    page = {"id": "a", "set": "own", "site": "a.example", "url": None, "html": markup}
    write_set(tmp_path, "own", [page, {"id": "b", "site": None, "text": "no markup"}])
    found = lost_of(page)
    assert found is not None and (found.words, found.lost.total()) == (3, 0)
    assert lost_of({"id": "b", "text": "no markup"}) is None
    assert per_ten_thousand([found, Lost("c", 997, Counter({"gone": 1}))]) == 10
    main([str(tmp_path), "own"])
    assert "1 pages         3 words       0 lost    0.00 in 10,000" in capsys.readouterr().out


def test_shadow_roots_below_more_boxes_than_are_read_are_shown() -> None:
    markup = f"<p>One</p>{'<div><template shadowrootmode=open>x ' * 2 * DEEPEST}<p>end"
    assert html_page("deep", markup).blocks[-1].text == "end"
