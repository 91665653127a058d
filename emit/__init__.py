"""Logical IR in, query text and its losses out.

``target`` holds the walk from a bound rule to a tree and what comes of it, ``tree`` the tree,
``text`` its layout. ``kql`` is the target: tests, literals, expressions and computed columns are
made in the modules that begin with ``kql_``, and ``kql_rewrites`` lists the rewrites. ``forms``
puts queries into documents, ``dead`` finds rules that can never fire, ``convert`` does it all for
a rule set. Imports ``dsl``; never ``matcher``.
"""
