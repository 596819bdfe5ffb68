"""The words that cleaners look for, as TOML that anyone can edit, and what reads them."""
