"""One page for tests of the front door: a story, a caption and a call to sign up."""

from stories import markup, story

URL = "https://fenmoor.example/ferry"
SIGN_UP = "Sign up to our newsletter"
CREDIT = "The bank on Sunday (Image: Biscuit Pryce)"
HTML = markup(story(3), "The lantern of Fenmoor").replace(
    "</article>", f"<figure><img src=a.jpg><figcaption>{CREDIT}</figcaption></figure><p>{SIGN_UP}</p></article>"
)
TEXT = "\n\n".join(story(3))
