"""Many pages: finding, reading, handing out, writing and reporting; nothing here decides about text."""
