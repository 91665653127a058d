"""Proof of the KQL target: Microsoft's binder, two oracles, and rows made for each rule."""
