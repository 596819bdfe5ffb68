"""Pages whose markup is broken: never closed, closed wrongly, misnested, giants, binaries, odd documents."""

from __future__ import annotations

import random
import zlib

from hostile.kinds import AFTER, ARTICLE, BEFORE, BOTH, NO_TEXT, NOTHING_SEEN, Kind, flood, gz, page

FIRST = (BEFORE,)


def noise(count: int) -> bytes:
    """Bytes without any sense."""
    return random.Random(count).randbytes(count)


UNCLOSED = (
    flood("unclosed_comment", "x ", 500_000, before="<!-- ", shows=FIRST),
    flood("unclosed_cdata", "x ", 500_000, before="<![CDATA[ ", shows=FIRST),
    flood("unclosed_script", "x ", 500_000, before="<script>", shows=FIRST),
    flood("unclosed_style", "x ", 500_000, before="<style>", shows=FIRST),
    flood("unclosed_textarea", "x ", 100_000, before="<textarea>"),
    flood("unclosed_title_in_body", "x ", 100_000, before="<title>", shows=FIRST),
    flood("unclosed_iframe", "x ", 100_000, before="<iframe>", shows=FIRST),
    flood("unclosed_xmp", "<p>x ", 20_000, before="<xmp>"),
    flood("unclosed_plaintext", "<p>x ", 20_000, before="<plaintext>"),
    flood("unclosed_noembed", "<p>x ", 20_000, before="<noembed>", shows=FIRST),
    flood("unclosed_template", "<p>x ", 20_000, before="<template>", shows=FIRST),
    flood("unclosed_svg", "x ", 20_000, before="<svg>"),  # a paragraph ends a picture
    flood("unclosed_math", "x ", 20_000, before="<math>"),
    flood("unclosed_select", "<p>x ", 20_000, before="<select>"),
    flood("unclosed_table", "x ", 100_000, before="<table>"),
    flood("unclosed_paragraphs", "<p>some boats here ", 20_000),
    flood("unclosed_items", "<ul><li>boat", 5_000),
    flood("unclosed_bold", "<b>x<p>", 300),
    flood("unclosed_formatting_of_many", "<b id=#><p>x", 300),
    flood("unclosed_noscript", "<p>x ", 20_000, before="<noscript>"),
    flood("unclosed_object", "<p>x ", 20_000, before="<object>", shows=FIRST),
    flood("unclosed_video", "<p>x ", 20_000, before="<video>", shows=FIRST),
    flood("unclosed_canvas", "<p>x ", 20_000, before="<canvas>", shows=FIRST),
    flood("unclosed_doctype", "x ", 100_000, before="<!doctype ", shows=FIRST),
    Kind("unclosed_title", lambda n: b"<html><head><title>" + b"x " * n, 500_000, NOTHING_SEEN, ()),
    Kind("unclosed_head_script", lambda n: page("", f"<script>{'x ' * n}"), 500_000, NOTHING_SEEN, ()),
    Kind("unclosed_head_comment", lambda n: page("", f"<!-- {'x ' * n}"), 500_000, NOTHING_SEEN, ()),
    Kind("unclosed_tag_at_the_end", lambda n: page("", end=" <p class='" + "a" * n), 100_000),
)

SIGNS = (
    flood("signs_lt", "<", 200_000),
    flood("signs_lt_letter", "<a", 200_000, shows=FIRST),
    flood("signs_lt_space", "< ", 200_000),
    flood("signs_lt_in_values", "<p/a=", 100_000, shows=FIRST),
    flood("signs_gt", ">", 200_000),
    flood("signs_amp", "&", 200_000),
    flood("signs_amp_hash", "&#", 200_000),
    flood("signs_amp_x", "&#x", 200_000),
    flood("signs_semicolons", ";", 200_000),
    flood("signs_quotes", "\"'", 200_000),
    flood("signs_close_paragraph", "</p>", 50_000),
    flood("signs_close_break", "</br>", 50_000),
    flood("signs_close_body", "</body>", 100_000),
    flood("signs_close_unknown", "</x-#>", 50_000),
    flood("signs_comment_open", "<!--", 100_000, shows=FIRST),
    flood("signs_comment_dashes", "-", 300_000, before="<!--", after="-->"),
    flood("signs_comment_open_close", "<!-->", 100_000),
    flood("signs_bang", "<!", 100_000),
    flood("signs_php", "<?php echo 1 ?>", 50_000),
    flood("signs_question", "<?", 100_000),
    flood("signs_cdata", "<![CDATA[x]]>", 50_000),
    flood("signs_cdata_in_svg", "<![CDATA[x]]>", 50_000, before="<svg>", after="</svg>"),
    flood("signs_end_of_cdata", "]]>", 100_000),
    flood("signs_slash_gt", "/>", 100_000),
    flood("signs_script_escapes", "<!--<script>", 50_000, before="<script>", shows=FIRST),
    flood("signs_empty_tags", "<></>", 100_000),
    flood("signs_doctypes", "<!doctype html>", 50_000),
    flood("signs_conditional", "<!--[if IE]>x<![endif]-->", 30_000),
    flood("signs_entities", "&amp;&lt;&eacute;&#169;&#x1F600;", 30_000, before="<p>", after="</p>"),
    flood("signs_entities_of_entities", "&amp;amp;amp;amp;", 30_000, before="<p>", after="</p>"),
    flood("signs_entities_unknown", "&nosuchthing;", 50_000),
    flood("signs_entities_without_end", "&notit;&ampx", 50_000),
    flood("signs_entity_of_zeros", "0", 500_000, before="<p>&#", after="65; </p>"),
    flood("signs_entity_too_large", "9", 100_000, before="<p>&#", after="; </p>"),
    flood("signs_entities_of_nothing", "&#0;&#xD800;&#x110000;", 30_000),
    flood("signs_entities_expanding", "&NotEqualTilde;&fjlig;", 50_000),
)

MISNESTED = (
    flood("misnested_bold_paragraphs", "<b><p>text here </b></p>", 3_000),
    flood("misnested_links", "<font color=red><b><a href=/#>w# ", 500, close="</font></b></a>"),
    flood("misnested_formatting", "<a><b><i><u><em><strong><nobr>x", 300, close="</a>"),
    flood("misnested_bold_in_div", "<b><div>x</b>", 3_000),
    flood("misnested_closing_first", "</div></p></span><div>", 20_000),
    flood("misnested_crossing", "<i><b>x</i>y</b>", 10_000),
    flood("misnested_tables", "<table><b>x<tr><i>y<td></table>", 3_000),
    flood("misnested_forms", "<form><div></form>x", 5_000),
    flood("misnested_headings", "<h1>a<h2>b</h1>c</h2>", 5_000),
    flood("misnested_items", "<li><p></li><ul></p>x", 3_000),
    flood("misnested_options", "<option><p><select></option>x", 3_000),
    flood("misnested_svg", "<svg><p>x</svg>", 5_000),
    flood("misnested_svg_html", "<svg><desc><div>x</svg>y", 3_000, shows=FIRST),
    flood("misnested_frames", "<frameset><p>x</frameset>", 5_000),
    flood("misnested_buttons", "<button><a><button>x</a>", 3_000),
    flood("misnested_adoption_in_tables", "<a><table><a>x</table>", 1_000),
)


def document(text: str) -> bytes:
    """A page with nothing around the text."""
    return f"<html><body><p>{text}</p></body></html>".encode()


GIANTS = (
    Kind("giant_script", lambda n: page(f"<script>{'x=1;' * n}</script>"), 5_000_000),
    Kind("giant_style", lambda n: page(f"<style>{'p{}' * n}</style>"), 6_000_000),
    Kind("giant_comment", lambda n: page(f"<!--{'x ' * n}-->"), 9_000_000),
    Kind("giant_svg_path", lambda n: page(f"<svg><path d='{'M0 0' * n}'/></svg>"), 4_500_000),
    Kind("giant_json", lambda n: page(f"<script type=application/json>[{'1,' * n}1]</script>"), 9_000_000),
    Kind("giant_head_script", lambda n: page("", f"<script>{'x=1;' * n}</script>"), 5_000_000),
    Kind("giant_noscript", lambda n: page(f"<noscript>{'x ' * n}</noscript>"), 500_000),
    Kind("giant_textarea", lambda n: page(f"<textarea>{'x ' * n}</textarea>"), 500_000),
    Kind("giant_space", lambda n: page(" " * n), 17_000_000),
    Kind("giant_newlines", lambda n: page("\n" * n), 2_000_000),
    Kind("giant_word", lambda n: page(f"<p>{'a' * n}</p>"), 9_000_000),
    Kind("giant_word_past_the_cut", lambda n: page(f"<p>{'a' * n}</p>"), 17_000_000, shows=FIRST),
    Kind("giant_word_of_accents", lambda n: page(f"<p>{'é' * n}</p>"), 2_000_000),
    Kind("giant_line", lambda n: page(f"<p>{'The boats went out. ' * n}</p>"), 400_000),
    Kind("giant_line_past_the_cut", lambda n: page(f"<p>{'The boats went out. ' * n}</p>"), 850_000, shows=FIRST),
    Kind("giant_line_in_a_link", lambda n: page(f"<a href=/x>{'boats went out ' * n}</a>"), 100_000),
    Kind("giant_line_of_mojibake", lambda n: page(f"<p>{'Ã©tÃ© Ã  la mer. ' * n}</p>"), 100_000),
    Kind("giant_line_of_names", lambda n: page(f"<p>By {'Agnes Thorley and ' * n}</p>"), 100_000),
    Kind("giant_line_of_hanzi", lambda n: page(f"<p>{'船出海了' * n}</p>"), 300_000),
    Kind("giant_line_of_dates", lambda n: page(f"<p>Published {'1 March 2026 ' * n}</p>"), 100_000),
    Kind("giant_heading", lambda n: page(f"<h1>{'Boats in the fog ' * n}</h1>"), 100_000),
    Kind("giant_caption", lambda n: page(f"<figure><figcaption>{'Boats (Image: A) ' * n}</figcaption></figure>"), 50_000),
    Kind("giant_title", lambda n: page("").replace(b"Boats in the fog", b"Boats in the fog " * n), 200_000),
    Kind("giant_zalgo", lambda n: page("<p>" + ("e" + "\u0301\u0323" * 500 + " ") * n + "</p>"), 500),
    Kind("giant_run_of_marks", lambda n: page("<p>e" + "\u0301\u0323" * n + "</p>"), 500_000),
    Kind("giant_run_of_joiners", lambda n: page("<p>x" + "\u200d\u200b" * n + "</p>"), 500_000),
    Kind("giant_run_of_bidi", lambda n: page("<p>" + "\u202e\u2067x" * n + "</p>"), 300_000),
    Kind("giant_run_of_emoji", lambda n: page("<p>" + "👩\u200d🚒" * n + "</p>"), 200_000),
    Kind("giant_run_of_private_use", lambda n: page("<p>" + "\ue000\uf8ff" * n + "</p>"), 200_000),
    Kind("giant_run_of_dots", lambda n: page(f"<p>{'.' * n}</p>"), 2_000_000),
    Kind("giant_run_of_digits", lambda n: page(f"<p>{'7' * n}</p>"), 2_000_000),
    Kind("giant_run_of_spaces_in_line", lambda n: page(f"<p>a{' ' * n}b</p>"), 2_000_000),
    Kind("giant_run_of_no_break_spaces", lambda n: page(f"<p>a{chr(160) * n}b</p>"), 2_000_000),
    Kind("giant_run_of_quotes", lambda n: page(f"<p>{'“' * n}</p>"), 500_000),
    Kind("giant_run_of_brackets", lambda n: page(f"<p>{'(' * n}</p>"), 500_000),
)  # fmt: skip

DOCUMENTS = (
    Kind("nothing", lambda _: b"", allowed=NOTHING_SEEN, shows=()),
    Kind("only_spaces", lambda n: b" \n\t" * n, 300_000, NOTHING_SEEN, ()),
    Kind("only_a_byte_order_mark", lambda _: b"\xef\xbb\xbf", allowed=NOTHING_SEEN, shows=()),
    Kind("only_a_semicolon", lambda _: b";", allowed=NOTHING_SEEN, shows=()),
    Kind("only_lt", lambda _: b"<", allowed=NOTHING_SEEN, shows=()),
    Kind("only_nuls", lambda n: bytes(n), 1_000_000, NO_TEXT, ()),
    Kind("only_a_head", lambda _: b"<html><head><title>x</title></head></html>", allowed=NOTHING_SEEN, shows=()),
    Kind("only_comments", lambda n: b"<!-- x -->" * n, 50_000, NOTHING_SEEN, ()),
    Kind("only_a_frameset", lambda _: b"<frameset><frame src=javascript:x><noframes>x</noframes>", 1, NOTHING_SEEN, ()),
    Kind("only_noframes_text", lambda _: b"<html><noframes>" + BEFORE.encode(), 1, NOTHING_SEEN, ()),
    Kind("two_documents", lambda _: page("") + page("")),
    Kind("a_thousand_documents", lambda n: page("") * n, 1_000),
    Kind("text_named_html", lambda _: f"{BEFORE}\n\n{AFTER}".encode()),
    Kind("markdown_named_html", lambda _: f"# Boats\n\n{BEFORE}\n\n* {AFTER}".encode()),
    Kind("xml_with_entities", lambda _: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>'
         + document(f"{BEFORE} &b; {AFTER}")),
    Kind("xml_that_reads_files", lambda _: b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
         + document(f"{BEFORE} &f; {AFTER}")),
    Kind("xml_billion_laughs", lambda n: b"<!DOCTYPE x [" + b"".join(
        b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, n)) + b"]>" + page(""), 30),
    Kind("xml_includes", lambda _: page('<xi:include href="file:///etc/passwd" parse="text"/>')),
    Kind("rss_feed", lambda n: (b'<?xml version="1.0"?><rss><channel>' + f"<item><title>Boat</title><description>{BEFORE}"
         f"</description></item><item><description>{AFTER}</description></item>".encode() * n + b"</channel></rss>"), 500),
    Kind("script_base", lambda _: page("<base href='javascript:alert(1)//'><a href='//[bad'>x</a>")),
    Kind("refreshing", lambda _: page("<meta http-equiv=refresh content='0;url=file:///etc/passwd'>")),
)  # fmt: skip

BINARIES = (
    Kind("binary_pdf", lambda n: b"%PDF-1.4\n" + noise(n), 100_000, NO_TEXT, ()),
    Kind("binary_png", lambda n: b"\x89PNG\r\n\x1a\n" + noise(n), 100_000, NO_TEXT, ()),
    Kind("binary_jpeg", lambda n: b"\xff\xd8\xff\xe0\x00\x10JFIF" + noise(n), 100_000, NO_TEXT, ()),
    Kind("binary_program", lambda n: b"\x7fELF" + noise(n), 100_000, NO_TEXT, ()),
    Kind("binary_zip", lambda n: b"PK\x03\x04" + noise(n), 100_000, NO_TEXT, ()),
    Kind("binary_gzip", lambda n: gz(page("x" * n)), 1_000, NO_TEXT, ()),
    Kind("binary_gzip_bomb", lambda n: gz(bytes(n)), 50_000_000, NO_TEXT, ()),
    Kind("binary_zlib", lambda n: zlib.compress(noise(n)), 100_000, NO_TEXT | ARTICLE, ()),
    Kind("binary_noise", noise, 1_000_000, NO_TEXT, ()),
    Kind("binary_short_noise", noise, 90, NO_TEXT | ARTICLE | NOTHING_SEEN, ()),
    Kind("binary_after_a_page", lambda n: page("") + noise(n), 200_000, ARTICLE, BOTH),
    Kind("binary_inside_a_page", lambda n: page("<p>#</p>").replace(b"#", noise(n).replace(b"<", b"")), 100_000),
    Kind("binary_film", lambda n: b"\x00\x00\x00\x18ftypmp42" + noise(n), 100_000, NO_TEXT, ()),
)

KINDS = (*UNCLOSED, *SIGNS, *MISNESTED, *GIANTS, *DOCUMENTS, *BINARIES)
