"""This package runs more than one page: it finds, reads, hands out, writes and reports; it decides nothing about text."""
