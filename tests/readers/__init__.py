"""Event files: every format, and how they are opened."""
