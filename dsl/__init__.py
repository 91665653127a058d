"""Text in, logical IR out: reading, checking and lowering rules, in pure Python.

A folder has its public functions in its own module; the modules in it are its parts.

=================  ==================================================================
``source``         texts, spans, lines and columns
``decode``         the bytes of a file become a source
``diagnostics``    what is said about a text: labels, fixes, reports; no wording
``codes/``         every diagnostic code with its title, severity and explanation
``render/``        a report as terminal text, JSON or SARIF; ``suggest`` the nearest word
``record``         frozen dataclasses that are quick to make
``values``         patterns, numbers, regular expressions, networks, plain data
``ast``            the one tree that both syntaxes are read into
``yamltext/``      YAML documents with places
``sigma/``         reader of Sigma YAML; ``condition/`` of its condition lines
``native/``        reader of the native language; ``spelling`` its words, ``format`` its layout
``printer/``       the tree back to either syntax; ``translate/`` from native to Sigma
``lint/``          style rules over the tree
``modifiers``      the modifier table; ``operands`` what values become under modifiers
``check/``         names, modifiers and types: a rule becomes a checked rule
``ir``             the logical IR
``lower``          a checked rule becomes an IR rule; ``paths`` and ``networks`` help
``passes``         IR to IR, same verdicts; ``placeholders`` fills ``expand``
``regex/``         the syntax of regular expressions; ``folding`` how case is ignored
``logsource/``     which events a log source means; ``taxonomy`` which fields they have
``schema/``        the tables of targets; ``fieldmap/`` from fields to their columns
``dump``           each stage as text
=================  ==================================================================

Nothing here opens a file or writes to a terminal. Imports ``grammar`` and ``rules`` alone.
"""
