"""One scraped page in, one article out: plain functions, no Prefect, no network."""
