"""This package turns bytes into a Page: decoding, then one evidence-rich Block per visible line."""
