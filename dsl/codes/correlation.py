"""Codes T5xx: correlation."""

from ..diagnostics import Severity
from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "T501",
        "unknown correlation type",
        Severity.ERROR,
        "The types are event_count, value_count, value_sum, value_avg, value_percentile, "
        "value_median, temporal and temporal_ordered.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_counts\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
    ),
    Code(
        "T502",
        "a part of the correlation is missing or has the wrong shape",
        Severity.ERROR,
        "A correlation has a `type`, `rules` and a `timespan`, and all types but the temporal "
        "ones have a `condition`.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  condition:\n"
        "    gte: 10",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
    ),
    Code(
        "T503",
        "unknown key of a correlation",
        Severity.ERROR,
        "A correlation has the keys type, rules, group-by, timespan, condition, aliases and "
        "generate; its condition has comparisons, `field` and `percentile`. Another key is most "
        "likely a slip, and to pass over it would change what the correlation means.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  groupby: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
    ),
    Code(
        "T504",
        "not a time span",
        Severity.ERROR,
        "A time span is a whole number above zero and one of the units s, m, h, d, w, M (months) "
        "and y.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5 minutes\n"
        "  condition:\n"
        "    gte: 10",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
    ),
    Code(
        "T505",
        "the condition of the correlation cannot be read",
        Severity.ERROR,
        "The condition compares with numbers, by gt, gte, lt, lte, eq and neq; two of them make a"
        " range. Temporal types may also have a condition over rule names.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: many",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
    ),
    Code(
        "T506",
        "the correlation does not say what it looks at",
        Severity.ERROR,
        "The types value_count, value_sum, value_avg, value_median and value_percentile look at a"
        " field, named by `field` in the condition; value_percentile has a rank as well, named by"
        " `percentile`.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: value_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: value_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    field: User\n"
        "    gte: 10",
    ),
    Code(
        "T507",
        "aliases have the wrong shape",
        Severity.ERROR,
        "`aliases` gives a field a common name: a map from aliases to maps from rule names to "
        "fields.",
        bad="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10\n"
        "  aliases:\n"
        "    user: SubjectUserName",
        good="title: Many failed logons\n"
        "correlation:\n"
        "  type: event_count\n"
        "  rules: failed_logon\n"
        "  group-by: [Computer]\n"
        "  timespan: 5m\n"
        "  condition:\n"
        "    gte: 10\n"
        "  aliases:\n"
        "    user:\n"
        "      failed_logon: SubjectUserName",
    ),
    Code(
        "T520",
        "the filter is incomplete",
        Severity.ERROR,
        "A filter says for which rules it is: a list of names or ids, or `any`.",
        bad="title: Admins\n"
        "logsource:\n"
        "  product: windows\n"
        "filter:\n"
        "  selection:\n"
        "    User: admin\n"
        "  condition: not selection",
        good="title: Admins\n"
        "logsource:\n"
        "  product: windows\n"
        "filter:\n"
        "  rules: any\n"
        "  selection:\n"
        "    User: admin\n"
        "  condition: not selection",
    ),
    Code(
        "T521",
        "a filter with several conditions",
        Severity.ERROR,
        "A filter narrows rules by exactly one condition.",
    ),
    Code(
        "T590",
        "correlations and filters are read, not evaluated",
        Severity.WARNING,
        "Correlation and filter documents are read and checked for their form, but a scan does "
        "not evaluate them yet. The rules that they refer to report on their own, without the "
        "filter.",
    ),
)
