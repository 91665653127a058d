"""Logical IR in, query text and its losses out.

``target`` holds the walk from a bound rule to a tree and what comes of it, ``tree`` the tree,
``text`` its layout. ``kql/`` is the target: its tests, literals, expressions, computed columns
and rewrites. ``forms/`` puts queries into documents, ``dead`` finds rules that can never fire,
``convert`` does it all for a rule set. Imports ``dsl``; never ``matcher``.
"""
