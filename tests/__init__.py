"""The suite, laid out as the folders it tests.

``dsl`` ``matcher`` ``emit`` ``cli`` mirror the code; ``cases`` holds one file a case, ``laws``
the properties, ``conformance`` public corpora, ``fuzz`` untrusted input, and ``meta`` checks
the project itself: import directions, the wheel, the documents.
"""
