"""Detection as code: rules read once, matched fast, and converted to queries without surprises."""
