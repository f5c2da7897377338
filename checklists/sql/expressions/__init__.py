"""Questions about SQL expressions (policies, index predicates, defaults), answered without a database.

An expression that cannot be read gives None where the answer is yes or no, and nothing where it is a
collection; `readable` tells the two apart.
"""

from checklists.sql.expressions.binding import (
    Reach,
    always_asks_caller,
    always_tied,
    held_columns,
    own_or_none,
    own_ways,
    owner_columns,
    reach,
    tied_columns,
)
from checklists.sql.expressions.calls import (
    SESSION_CALLS,
    Call,
    bare_calls,
    calls,
    mentions,
    never_alone,
)
from checklists.sql.expressions.filters import (
    Condition,
    Filter,
    always_reads,
    conditions,
    demands_unmarked,
    is_exactly,
    literals,
    own_filters,
    text_literals,
)
from checklists.sql.expressions.parse import readable
from checklists.sql.expressions.rows import (
    constant_calls,
    grouped_by,
    indexable_columns,
    row_calls,
    row_searches,
    shown_besides_counts,
    sought_columns,
    sums_up,
)
from checklists.sql.expressions.scope import (
    Names,
    has_select,
    own_columns,
    relations,
    searches,
)
from checklists.sql.expressions.session import session_values
from checklists.sql.expressions.truth import Caller, always_true, holds_for, never_true

__all__ = [
    "SESSION_CALLS",
    "Call",
    "Caller",
    "Condition",
    "Filter",
    "Names",
    "Reach",
    "always_asks_caller",
    "always_reads",
    "always_tied",
    "always_true",
    "bare_calls",
    "calls",
    "conditions",
    "constant_calls",
    "demands_unmarked",
    "grouped_by",
    "has_select",
    "held_columns",
    "holds_for",
    "indexable_columns",
    "is_exactly",
    "literals",
    "mentions",
    "never_alone",
    "never_true",
    "own_columns",
    "own_filters",
    "own_or_none",
    "own_ways",
    "owner_columns",
    "reach",
    "readable",
    "relations",
    "row_calls",
    "row_searches",
    "searches",
    "session_values",
    "shown_besides_counts",
    "sought_columns",
    "sums_up",
    "text_literals",
    "tied_columns",
]
