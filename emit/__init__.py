"""Logical IR in, query text and its losses out.

``target`` holds the walk and the rules of precedence, ``text`` quoting and line breaking, and
each target language is one module named after it. Imports ``dsl``; never ``matcher``.
"""
