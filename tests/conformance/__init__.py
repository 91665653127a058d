"""Public rules and real events with expected matches, third-party and beside the checkout."""
