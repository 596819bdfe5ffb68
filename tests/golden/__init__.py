"""What becomes of the sample in raw/: each page's article and ledger as they were when they were last looked at."""
