"""This package decides what on a scraped page is article: plain functions, no Prefect, no network."""
