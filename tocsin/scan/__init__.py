"""Scanning: event files in, matches out, in input order, with an account of everything skipped.

`Scan` goes through files; what it could not use is counted in `totals` and said in `problems`.
JSON lines go to the compiled matcher as blocks of bytes (`lines`), those of all files in one
sequence, in threads where there are several (`pool`); events of other formats one by one
(`records`), files of columns batch by batch (`columns`), in threads, too.
Memory is bounded by the blocks under way, whatever the files hold.
"""

from tocsin.scan.files import find_event_files
from tocsin.scan.found import Found, Totals
from tocsin.scan.run import Scan

__all__ = ["Found", "Scan", "Totals", "find_event_files"]
