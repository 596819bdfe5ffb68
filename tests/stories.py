"""Stories for tests: any number of them, of which no two share a sentence."""

THINGS = ("ferry", "lantern", "mill", "orchard", "tunnel", "quarry", "library", "harbour", "chapel", "meadow")
PLACES = ("Fenmoor", "Calder", "Arden", "Wrenfield", "Oxley", "Thornby", "Marsh End", "Halden", "Ewell", "Stroud")


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
