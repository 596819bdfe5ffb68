"""Pages with too much of one thing: elements beside and inside each other, attributes, links, tables."""

from __future__ import annotations

from html import escape

from hostile.kinds import BEFORE, Kind, flood, page

NESTED = "div span blockquote section ins del b i font em small big code ul ol dl fieldset details article nav aside center".split()
MIXED = "div section article aside span b i em strong font small ins del ul li blockquote x-box y-box".split()


def alternating(count: int) -> str:
    """Start tags of many names in turn."""
    return "".join(f"<{MIXED[i % len(MIXED)]}>" for i in range(count))


DEPTH = (
    *(flood(f"deep_{name}", f"<{name}>", 20_000, after="deep text", close=f"</{name}>") for name in NESTED),
    flood("deep_custom", "<x-box>", 20_000, after="deep text", close="</x-box>"),
    flood("deep_custom_of_many_names", "<x-#>", 20_000, after="deep text"),
    flood("deep_unknown", "<box>", 20_000, after="deep text", close="</box>"),
    flood("deep_unknown_like_br", "<brr>", 20_000, after="deep text"),
    flood("deep_custom_with_paragraphs", "<x-box><p>x", 10_000, after="deep text"),
    flood("deep_ins_with_paragraphs", "<ins><p>x", 10_000, after="deep text"),
    flood("deep_in_turn", "<div><ul><li><blockquote><section>", 4_000, after="deep text"),
    Kind("deep_of_all_names", lambda count: page(f"{alternating(count)}deep text"), 20_000),
    flood("deep_tables", "<table><tr><td>", 2_000, after="deep text", close="</table>"),
    flood("deep_tables_unclosed", "<table><tr><td>cell", 5_000),
    flood("deep_table_in_table_only", "<table>", 20_000),
    flood("deep_lists_with_text", "<ul><li>item #", 5_000, close="</li></ul>"),
    flood("deep_forms", "<form>", 20_000),
    flood("deep_buttons", "<button>x", 20_000),
    flood("deep_objects", "<object>", 20_000),
    flood("deep_marquee", "<marquee>", 20_000),
    flood("deep_ruby", "<ruby><rt>x", 10_000),
    flood("deep_svg", "<svg>", 20_000, shows=(BEFORE,)),
    flood("deep_svg_groups", "<g>", 20_000, before="<svg>", after="</svg>"),
    flood("deep_foreign_objects", "<svg><foreignObject>", 5_000),
    flood("deep_math", "<math><mi>", 10_000),
    flood("deep_templates", "<template>", 20_000, shows=(BEFORE,)),
    flood("deep_links_each_with_paragraph", "<a href=#><p>", 5_000),
    flood("deep_headings", "<h2>", 20_000),
    flood("deep_pre", "<pre>", 20_000),
    flood("deep_labels_with_rules", "<label><hr>x", 20_000),
    flood("deep_noscript", "<noscript>", 20_000),
    flood("deep_summary", "<details><summary>s #", 5_000),
    flood("deep_dialogs", "<dialog open>", 10_000),
    flood("deep_figures", "<figure><figcaption>c #", 5_000),
    flood("deep_main", "<main>", 10_000),
    flood("deep_nobr", "<nobr>x", 5_000),
    flood("deep_hgroup", "<hgroup><h1>t", 5_000),
    flood("deep_select_in_select", "<select><option>x", 10_000),
)

WIDTH = (
    flood("many_paragraphs_of_one_text", "<p>The same boats again.</p>", 20_000),
    flood("many_paragraphs", "<p>Boat # went out in the morning and came home in the evening, its crew said.</p>", 10_000),
    flood("many_short_paragraphs", "<p>w#</p>", 20_000),
    flood("many_divs", "<div>w#</div>", 20_000),
    flood("many_spans_in_a_line", "<span>word</span> ", 50_000, before="<p>", after="</p>"),
    flood("many_spans_without_spaces", "<span>w</span>", 50_000, before="<p>", after="</p>"),
    flood("many_em_in_a_line", "<em>word</em> text ", 30_000, before="<p>", after="</p>"),
    flood("many_links_in_a_line", "<a href=/#>boat #</a> and ", 20_000, before="<p>", after="</p>"),
    flood("many_links", "<a href=/#>boat number #</a> ", 20_000),
    flood("many_links_unclosed", "<a href=/#>boat # ", 10_000),
    flood("many_links_around_blocks", "<a href=/#><div>boat #</div></a>", 10_000),
    flood("many_breaks", "word<br>", 50_000),
    flood("many_breaks_alone", "<br>", 1_000_000),
    flood("many_breaks_past_the_cut", "word<br>", 1_000_000, shows=(BEFORE,)),
    flood("many_rules", "<hr>x", 50_000),
    flood("many_images", "<img src=/#.png alt='boat #'>", 30_000),
    flood("many_items", "<li>item # of the long list of boats</li>", 20_000, before="<ul>", after="</ul>"),
    flood("many_terms", "<dt>term #<dd>what term # means", 10_000, before="<dl>", after="</dl>"),
    flood("many_headings", "<h2>Heading number #</h2>", 10_000),
    flood("many_first_headings", "<h1>Heading number #</h1>", 10_000),
    flood("many_articles", "<article><p>Boat # is on its way home tonight.</p></article>", 10_000),
    flood("many_figures", "<figure><img src=#><figcaption>Boat # (Image: A. Crew)</figcaption></figure>", 5_000),
    flood("many_tables", "<table><tr><td>x</table>", 10_000),
    flood("many_cells", "<td>cell", 50_000, before="<table><tr>", after="</table>"),
    flood("many_rows", "<tr><td>boat #<td>home", 15_000, before="<table>", after="</table>"),
    flood("many_options", "<option value=#>boat #", 30_000, before="<select>", after="</select>"),
    flood("many_chosen_options", "<option selected>boat #", 20_000, before="<select multiple>", after="</select>"),
    flood("many_optgroups", "<optgroup label=x><option>y", 10_000, before="<select>", after="</select>"),
    flood("many_inputs", "<input value=#>", 30_000),
    flood("many_buttons", "<button>Press #</button>", 15_000),
    flood("many_labels", "<label><input type=radio>choice #</label>", 10_000),
    flood("many_scripts", "<script>var x=#;</script>", 20_000),
    flood("many_styles", "<style>p{color:red}</style>", 20_000),
    flood("many_templates", "<template><p>x</p></template>", 10_000),
    flood("many_noscripts", "<noscript><img src=#></noscript>", 10_000),
    flood("many_iframes", "<iframe src=#></iframe>", 10_000),
    flood("many_svgs", "<svg><path d='M0 0'/></svg>", 20_000),
    flood("many_paths", "<path d='M0 0h#'/>", 50_000, before="<svg>", after="</svg>"),
    flood("many_maths", "<math><mi>x</mi></math>", 20_000),
    flood("many_custom_elements", "<x-#>boat # </x-#>", 20_000),
    flood("many_customs_of_one_name", "<x-icon></x-icon>w# ", 30_000),
    flood("many_comments", "<!-- boat # -->", 50_000),
    flood("many_comments_of_readers", "<div class=comment id=comment-#><p>Reader # says that boats are fine.</p></div>", 5_000),
    flood("many_ids_of_one_name", "<div id=boat>w#</div>", 20_000),
    flood("many_classes", "<p class='boat-# row-# cell-#'>w#</p>", 15_000),
    flood("many_share_buttons", "<a class=share href=#>Share</a>", 20_000),
    flood("many_times", "<time datetime=2026-03-01>1 March 2026</time> ", 10_000),
    flood("many_dates", "<p>Published 1 March 2026, 10:#</p>", 10_000),
    flood("many_bylines", "<p>By Agnes Thorley #</p>", 10_000),
    flood("many_captions", "<p>Boats in the fog (Image: Agnes Thorley #)</p>", 10_000),
    flood("many_cookie_notices", "<div class=cookie-consent>We use cookies to make site # work. Accept all</div>", 5_000),
    flood("many_read_more", "<p>Read more: <a href=/#>Boat # is home</a></p>", 8_000),
    flood("many_quotes", "<blockquote>“Boat # is home,” she said.</blockquote>", 10_000),
    flood("many_code_lines", "boat = #\n", 50_000, before="<pre>", after="</pre>"),
    flood("many_ruby", "<ruby>漢<rt>kan</ruby>", 20_000),
    flood("many_bodies", "<body class=b#>", 20_000),
    flood("many_htmls", "<html lang=l#>", 20_000),
    flood("many_frames", "<frameset><frame src=#></frameset>", 10_000),
    flood("many_metas_in_body", "<meta name=author content='Jane Doe#'>", 20_000),
    flood("many_titles_in_body", "<title>t#</title>", 10_000),
    flood("many_bases", "<base href=http://b#.example/>", 10_000),
)  # fmt: skip


def attributes(count: int, first: int = 0) -> str:
    """So many attributes with different names."""
    return "".join(f" a{number}=v" for number in range(first, first + count))


ATTRIBUTES = (
    Kind("attributes_of_a_paragraph", lambda n: page(f"<p{attributes(n)}>many</p>"), 100_000),
    Kind("attributes_of_a_body", lambda n: page(f"<body{attributes(n)}>many"), 50_000),
    Kind("attributes_of_two_bodies", lambda n: page(f"<body{attributes(n)}>many<body{attributes(n)}>"), 20_000),
    Kind("attributes_of_an_end_tag", lambda n: page(f"<p>many</p{attributes(n)}>"), 50_000),
    Kind("attributes_of_an_image", lambda n: page(f"<img{attributes(n)}>"), 50_000),
    Kind("attributes_in_svg", lambda n: page(f"<svg{attributes(n)}><path{attributes(n)} /></svg>"), 30_000),
    Kind("attributes_of_every_paragraph", lambda n: page(f"<p{attributes(300)}>x" * n), 500),
    Kind("attributes_of_many_names", lambda n: page("".join(f"<p{attributes(100, i)}>x" for i in range(0, n, 100))), 50_000),
    Kind("attributes_of_one_name", lambda n: page(f"<p{' class=a' * n}>many</p>"), 100_000),
    Kind("attributes_without_values", lambda n: page("<p " + " ".join(f"x{i}" for i in range(n)) + ">many</p>"), 50_000),
    Kind("attributes_of_slashes", lambda n: page(f"<p {'/ ' * n}>many</p>"), 200_000),
    Kind("attributes_of_quotes", lambda n: page("<p " + 'q" ' * n + ">many</p>"), 50_000),
    Kind("attribute_with_a_giant_value", lambda n: page(f"<p data-x='{'v ' * n}'>one</p>"), 9_000_000),
    Kind("attribute_with_a_giant_bare_value", lambda n: page(f"<p data-x={'v' * n}>one</p>"), 17_000_000),
    Kind("attribute_with_a_giant_name", lambda n: page(f"<p {'n' * n}=v>one</p>"), 2_000_000),
    Kind("attribute_of_giant_classes", lambda n: page(f"<p class='{'comment ' * n}'>one</p>"), 200_000),
    Kind("attribute_of_many_classes", lambda n: page("<p class='" + " ".join(f"c{i}" for i in range(n)) + "'>x</p>"), 100_000),
    Kind("attribute_with_an_image", lambda n: page(f"<img src='data:image/png;base64,{'A' * n}'>"), 17_000_000),
    Kind("attribute_with_giant_style", lambda n: page(f"<p style='{'color:red;' * n}'>x</p>"), 200_000),
    Kind("attribute_with_giant_alt", lambda n: page(f"<img alt='{'boats ' * n}' src=x>"), 300_000),
    Kind("attribute_with_giant_href", lambda n: page(f"<a href='http://x.example/{'a/' * n}'>x</a>"), 1_000_000),
    Kind("attribute_name_of_a_giant_tag", lambda n: page(f"<{'x' * n}>one"), 2_000_000),
    Kind("attribute_never_closed", lambda n: page('<a href="' + "x " * n), 1_000_000, shows=(BEFORE,)),
    Kind("attributes_with_entities", lambda n: page(f"<p title='{'&amp;' * n}'>x</p>"), 300_000),
)  # fmt: skip

TABLES = (
    Kind("table_spanning_columns", lambda n: page(f"<table>{'<tr><td colspan=1000>cell' * n}</table>"), 1_000),
    Kind("table_spanning_rows", lambda n: page(f"<table>{'<tr><td rowspan=65534>cell' * n}</table>"), 3_000),
    Kind("table_spanning_absurdly", lambda n: page(f"<table><tr><td colspan={'9' * n} rowspan=-1>x</table>"), 1_000),
    Kind("table_with_text_between", lambda n: page(f"<table>{'text<tr>text<td>x' * n}</table>"), 10_000),
    Kind("table_of_captions", lambda n: page(f"<table>{'<caption>c' * n}</table>"), 20_000),
    Kind("list_with_absurd_numbers", lambda n: page(f"<ol start={'9' * n}><li value=-{'9' * n}>x</ol>"), 1_000),
)

SHADOW = "<template shadowrootmode=open>"

SHOWN = (
    flood("deep_shadow_roots", f"<div>{SHADOW}x", 10_000),
    flood("deep_shadow_roots_that_end", f"<x-y>{SHADOW}x", 5_000, close="</template></x-y>"),
    flood("many_shadow_roots", f"<section>{SHADOW}boat #<slot>none</slot></template>in</section>", 10_000),
    flood("many_shadow_roots_of_one_host", f"{SHADOW}boat #</template>", 10_000, before="<div>", after="</div>"),
    flood("many_slots", "<slot name=s#></slot>", 10_000, before=f"<div>{SHADOW}", after="</template></div>"),
    flood("many_documents_in_frames", "<iframe srcdoc='<p>boat #'></iframe>", 10_000),
    Kind("deep_documents_in_frames", lambda n: page(framed("<p>boat", n)), 12),
    flood("many_drawn_words", "<text>boat #</text>", 20_000, before="<svg>", after="</svg>"),
    flood("many_drawings_in_a_line", "word <svg><text>boat #</text></svg>", 10_000, before="<p>", after="</p>"),
    flood("many_drawings_in_a_row", "<td><svg><text>#</text></svg>", 10_000, before="<table><tr>", after="</table>"),
    flood("deep_drawings_in_drawings", "<svg><text>x</text><foreignObject>boat", 5_000),
    flood("deep_groups_with_words", "<g><text>boat #</text>", 10_000, before="<svg>", after="</svg>"),
    flood("many_input_buttons", "<input type=submit value='Press #'>", 15_000),
    flood("many_labelled_options", "<optgroup label=l#><option label=o#>x", 10_000, before="<select>", after="</select>"),
    flood("many_fractions", "<mfrac><mn>#</mn><mn>2</mn></mfrac>", 10_000, before="<math>", after="</math>"),
    flood("many_formulas_drawn_again", "<math><mi>x</mi></math><b aria-hidden=true>x</b>", 10_000, before="<p>"),
    flood("deep_annotations", "<semantics><annotation>", 10_000, before="<math>", after="</math>"),
    flood("many_maps_unclosed", "<map name=m#>", 10_000),
    flood("many_pages_of_tags", "<xmp><b>boat #</b></xmp>", 10_000),
)  # fmt: skip


def framed(markup: str, times: int) -> str:
    """A document in a frame of a document, so many times; each escapes the one before."""
    for _ in range(times):
        markup = f'<p>frame<iframe srcdoc="{escape(markup)}"></iframe>'
    return markup


KINDS = (*DEPTH, *WIDTH, *ATTRIBUTES, *TABLES, *SHOWN)
