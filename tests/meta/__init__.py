"""The project itself: import directions, the wheel, grammars, stubs, documents, house rules."""
