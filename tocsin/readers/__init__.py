"""Event files to events: one module a format, one protocol (`record.Reader`).

`open_events` is the way in.
"""
