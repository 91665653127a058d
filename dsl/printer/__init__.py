"""The printers: a document as native text, or as Sigma YAML.

Both read back to an equal document; what Sigma cannot say is for `translate` to rewrite first.
"""

from .native import print_native
from .sigma import print_sigma

__all__ = ["print_native", "print_sigma"]
