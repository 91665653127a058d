"""The emitters: trees, layout, KQL and its rewrites, forms."""
