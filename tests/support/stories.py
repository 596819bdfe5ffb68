"""Stories for tests: any number of them, of which no two share a sentence."""

from collections.abc import Sequence

THINGS = ("ferry", "lantern", "mill", "orchard", "tunnel", "quarry", "library", "harbour", "chapel", "meadow")
PLACES = ("Fenmoor", "Calder", "Arden", "Wrenfield", "Oxley", "Thornby", "Marsh End", "Halden", "Ewell", "Stroud")
HOUSE = "Our reporters read every letter that reaches the desk before noon on Fridays"  # said under many


def story(number: int) -> list[str]:
    """Five paragraphs that no other number tells."""
    thing, place, next_thing = THINGS[number % 10], PLACES[(number + number // 10) % 10], THINGS[(number + 3) % 10]
    return [
        f"The old {thing} of {place} opens again on Sunday, nine years after the flood that closed it to everyone.",
        f"Nobody in {place} had believed that the {thing} would ever be mended, least of all those who paid for it.",
        f"“We have waited for the {thing} longer than for the {next_thing},” said a baker who lives across the road.",
        f"The council of {place} has not said what the work on the {thing} cost, and who shall pay for the {next_thing}.",
        f"A choir from {place} will sing beside the {thing} at noon, and the {next_thing} stays open until the evening.",
    ]


def markup(lines: Sequence[str], title: str, *, house: Sequence[str] = (), description: str = "") -> str:
    """A page with these paragraphs, and what the house says between the second and the third."""
    told = "".join(f"<p>{line}</p>" for line in (*lines[:2], *house, *lines[2:]))
    return (
        f"<html><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta name=description content='{description}'></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{title}</h1>{told}</article></body></html>"
    )
