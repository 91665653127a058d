"""The language as text: Lark grammars, the language reference and the normative meaning.

``boolean.lark`` says how operators bind, ``condition.lark`` is Sigma's condition line and
``native.lark`` the native rule language;
``LANGUAGE.md`` describes the latter to its users and ``MEANING.md`` says what a rule means.
"""
