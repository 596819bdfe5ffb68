"""Puts words that browsers show, but that an HTML tree keeps elsewhere, into the tree as ordinary elements and text.

These are the content of declarative shadow roots and of `srcdoc` frames, the labels of buttons, groups and options,
which are attributes, the text of drawings, and formulas that are drawn a second time. What is no part of the text around
it becomes an `object`, the element whose zone says so; it stands behind the sentence it was in, which stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaners.read.nesting import DEEPEST
from cleaners.read.zone_words import READ

MOST_FRAMES = 1_000  # documents of a page that are parsed, some 0.1 ms each; further ones stay as they are written
DEEPEST_FRAME = 3  # of a document in a document; each escapes the one inside, and by hand nobody writes more
DEEPEST_DRAWING = 3  # of a drawing in the HTML of a drawing, of which only the text is read; to move it costs its depth
LOOKED_FOR = (
    "input optgroup option xmp plaintext math mfrac mtd annotation text foreignobject template iframe svg".split()
)
FORMULA = (
    "math maction merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace "
    "msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics none".split()
)  # stands in the line
APART = "object"

_MODES = frozenset(("open", "closed"))
_HOSTS = frozenset("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split())
_BUTTONS = frozenset(("submit", "button", "reset"))
_LABELLED = "input[value], optgroup[label], option[label]"
_UNDRAWN = frozenset(
    "clipPath defs desc linearGradient marker mask metadata pattern radialGradient script style symbol title".split()
)
_UNREAD = ["title", "desc", "style", "script", "metadata"]  # in the text of a drawing
_ROOM = "foreignObject"  # of a drawing, for HTML
_SENTENCE = frozenset(
    "a abbr b big button caption cite code dd del dfn dt em figcaption font h1 h2 h3 h4 h5 h6 i ins kbd label legend "
    "li mark nobr p q s samp small span strike strong sub summary sup time tt u var".split()
)  # what an object may not stand in, because it would part a line
_ROW = _SENTENCE.union("table tbody td tfoot th thead tr".split())  # or, for the few words of a drawing, a row
_MOST_AROUND = 30  # such elements that are looked through; deeper ones are parted

Read = Callable[[str], LexborHTMLParser | None]


def show_shadow_roots(tree: LexborHTMLParser) -> None:
    """Move what declarative shadow roots hold to where browsers show it, and what is slotted into its slot.

    A tree takes linear time: each template's content is searched once, for the templates and slots in it.
    """
    hosts: set[int] = set()
    waiting = [(content, 0) for content in tree.template_fragments()[::-1]]
    while waiting:
        content, level = waiting.pop()
        template = content.parent
        host = None if template is None else template.parent
        if template is None or host is None or not _is_shadow_root(template, host):
            continue
        if host.mem_id in hosts and level < DEEPEST:  # deeper, the boxes that were its hosts were taken out
            continue
        hosts.add(host.mem_id)
        waiting += [(inner, level + 1) for inner in content.template_fragments()[::-1]]
        _fill_slots(content.css("slot"), host)
        for node in _children(content):
            template.insert_before(node, move=True)


def show_words(tree: LexborHTMLParser, there: Collection[str], read: Read) -> None:
    """Put all other text that browsers show into the tree; `there` are the names of LOOKED_FOR whose tags the source has.

    `read` makes a tree of a frame's document in which this was done, or None where no further one is read.
    """
    if "input" in there or "optgroup" in there or "option" in there:
        _show_labels(tree)
    if "xmp" in there or "plaintext" in there:
        for node in tree.css("xmp, plaintext"):  # serialised as written, their text would be read as tags
            _replace(tree, node, "pre", node.text())
    if "math" in there:
        _show_formulas(tree, there)
    if "svg" in there and ("text" in there or "foreignobject" in there):
        _show_drawings(tree)
    if "iframe" in there:
        _show_frames(tree, read)


def _is_shadow_root(template: LexborNode, host: LexborNode) -> bool:
    attributes = template.attributes
    mode = attributes.get("shadowrootmode") or attributes.get("shadowroot") or ""
    tag = host.tag or ""
    return mode.lower() in _MODES and (tag in _HOSTS or "-" in tag)


def _fill_slots(slots: list[LexborNode], host: LexborNode) -> None:
    """Put the children of the host into the slots that show them, in place of their fallback content."""
    if not slots:
        return
    named: dict[str, list[LexborNode]] = {}
    for node in _children(host):
        if node.is_text_node:
            named.setdefault("", []).append(node)
        elif node.is_element_node and node.tag != "template":
            named.setdefault(node.attributes.get("slot") or "", []).append(node)
    for slot in slots:
        nodes = named.pop(slot.attributes.get("name") or "", [])
        if any(not node.is_text_node or node.text().strip() for node in nodes):
            for rest in _children(slot):
                rest.decompose()
            for node in nodes:
                slot.insert_child(node, move=True)


def _show_labels(tree: LexborHTMLParser) -> None:
    for node in tree.css(_LABELLED):
        attributes = node.attributes
        if node.tag == "input":
            value = attributes.get("value") or ""
            if value.strip() and (attributes.get("type") or "").lower() in _BUTTONS:
                _replace(tree, node, "button", value, attributes)
        else:
            label = attributes.get("label") or ""
            first = node.first_child
            if first is None:
                node.insert_child(label)
            elif node.tag == "optgroup" or label != node.text().strip():
                first.insert_before(f"{label} ")


def _show_formulas(tree: LexborHTMLParser, there: Collection[str]) -> None:
    if "annotation" in there:
        for node in tree.css("annotation, annotation-xml"):
            if node.parent is not None and node.parent.tag == "semantics":
                node.decompose()
    if "mfrac" in there:
        for node in tree.css("mfrac"):
            parts = [part for part in node.iter() if part.is_element_node]
            if len(parts) > 1:
                parts[1].insert_before("/")
            node.unwrap()
    if "mtd" in there:
        for node in tree.css("mtd"):
            node.insert_before(" ")
    for node in tree.css("math"):
        if node.parent is not None:
            for drawn in (node.prev, node.next, node.parent.prev, node.parent.next):
                if drawn is not None and drawn.is_element_node and drawn.attributes.get("aria-hidden") == "true":
                    apart = _apart(tree, drawn, _ROW)  # the same formula a second time, letter by letter
                    apart.insert_child(drawn, move=True)
                    break


def _show_drawings(tree: LexborHTMLParser) -> None:
    """Put the text of a drawing, and the HTML in it, behind the sentence it stands in."""
    places = _Places()
    shown: dict[int, tuple[LexborNode, list[LexborNode]]] = {}
    for node in tree.css(f"text, {_ROOM}"):
        around = node.parent and places.of(node.parent)
        if around and around.drawing is not None and around.is_drawn and around.level <= DEEPEST_DRAWING:
            shown.setdefault(around.drawing.mem_id, (around.drawing, []))[1].append(node)
    for drawing, nodes in reversed(shown.values()):  # a drawing in another one's HTML comes first
        apart = _apart(tree, drawing, _ROW)
        for node in nodes:
            if node.tag == _ROOM and places.of(node).level < DEEPEST_DRAWING:
                for part in _children(node):
                    apart.insert_child(part, move=True)
            else:
                only = node.first_child
                if only is not None and (only.next is not None or not only.is_text_node):
                    node.strip_tags(_UNREAD)
                apart.insert_child(f" {node.text(separator=' ' if node.tag == _ROOM else '')} ")


class _Place:
    """What stands around a node: the outermost drawing that no HTML parts from it, whether its text is drawn, and in
    how many drawings it stands.
    """

    def __init__(self, drawing: LexborNode | None, is_drawn: bool, level: int) -> None:
        self.drawing, self.is_drawn, self.level = drawing, is_drawn, level


class _Places:
    """The places of nodes, each looked for once."""

    def __init__(self) -> None:
        self.known: dict[int, _Place] = {}

    def of(self, node: LexborNode) -> _Place:
        """The place of what stands right inside this node."""
        path: list[LexborNode] = []
        above: LexborNode | None = node
        place: _Place | None = None
        while above is not None and (place := self.known.get(above.mem_id)) is None:
            path.append(above)
            above = above.parent
        place = place or _Place(None, True, 0)
        for inner in reversed(path):
            tag = inner.tag or ""
            if tag == _ROOM:
                place = _Place(None, place.is_drawn, place.level)
            elif place.drawing is None:
                place = _Place(inner, place.is_drawn, place.level + 1) if tag == "svg" else place
            elif tag in _UNDRAWN or tag == "text":
                place = _Place(place.drawing, False, place.level)
            self.known[inner.mem_id] = place
        return place


def _show_frames(tree: LexborHTMLParser, read: Read) -> None:
    for node in tree.css("iframe[srcdoc]"):
        source = node.attributes.get("srcdoc") or ""
        if not source.strip():
            continue
        apart = _apart(tree, node, _SENTENCE)
        document = read(source)
        if document is None:
            apart.insert_child(source)
        elif document.body is not None:
            for part in _children(document.body):
                apart.insert_child(part)
        node.decompose()


def _apart(tree: LexborHTMLParser, node: LexborNode, whole: frozenset[str]) -> LexborNode:
    """A new element, with the node's attributes, for what is shown in its place: behind the sentence or row it may not part."""
    place = node
    for _ in range(_MOST_AROUND):
        around = place.parent
        if around is None or around.tag not in whole:
            break
        place = around
    else:
        place = node
    apart = _element(tree, APART, node.attributes, READ)
    if place is node:
        place.insert_before(apart, move=True)
    else:
        place.insert_after(apart, move=True)
    return apart


def _replace(
    tree: LexborHTMLParser, node: LexborNode, tag: str, text: str, said: dict[str, str | None] | None = None
) -> None:
    attributes = node.attributes if said is None else said
    element = _element(tree, tag, attributes, attributes)
    element.insert_child(text)
    node.replace_with(element, move=True)


def _element(tree: LexborHTMLParser, tag: str, said: dict[str, str | None], names: Iterable[str]) -> LexborNode:
    element = tree.create_node(tag)
    for name in names:
        if name in said:
            element.attrs[name] = said[name] or ""
    return element


def _children(node: LexborNode) -> list[LexborNode]:
    """All nodes right inside one, taken down before any of them is moved."""
    found = []
    child = node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found
