"""Text in, logical IR out: reading, checking and lowering rules, in pure Python.

=================  ==================================================================
``source``         texts, spans, lines and columns
``diagnostics``    what is said about a text: labels, fixes, reports; no wording
``codes``          every diagnostic code with its title, severity and explanation
``render``         a report as terminal text, JSON or SARIF (``excerpt``, ``display``, ``sarif``)
``decode``         the bytes of a file become a source
``suggest``        the known word nearest to a misspelt one
``record``         frozen dataclasses that are quick to make
``values``         patterns, numbers, regular expressions, networks, time spans
``ast``            the one tree that both syntaxes are read into
``yamltext``       YAML documents with places (``yamltypes``, ``yamlplaces``, ``yamlaliases``)
``sigma``          reader of Sigma YAML, a module ``sigma_*`` for each kind of part
``condition``      reader of condition lines (``condition_grammar`` holds the Lark parser)
``lint``           style rules over the tree (``lint_metadata``, ``lint_items``)
``native``         reader of the native language
``printer``        the tree back to either syntax
``check``          names, modifiers and types: a rule becomes a checked rule
``ir``             the logical IR: six nodes and eleven tests
``lower``          a checked rule becomes an IR rule
``passes``         IR to IR, same verdicts
=================  ==================================================================

Nothing here opens a file or writes to a terminal. Imports ``grammar`` and ``rules`` alone.
"""
