"""The slow evaluator that defines what a rule means, for tests against it."""

from tocsin.matcher.explain import Explanation, explain
from tocsin.matcher.reference import match

__all__ = ["Explanation", "explain", "match"]
