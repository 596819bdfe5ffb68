"""One step a file, named after what it removes.

`_caption_lines.py` is a part of the step `captions`; `_edge_notices.py` and `_organisation.py` are parts of `site_chrome`.
`notices.py` is no step: it is asked about a page on which all steps have decided.
"""
