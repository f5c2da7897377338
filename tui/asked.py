"""What only people know of a system, as it is asked: one question for each field of the context.

What is declared is a list that checks go by.
"""

from collections.abc import Mapping

ASKED: Mapping[str, str] = {
    "entities": "What the system holds, and how it hangs together.",
    "access_patterns": "Who reads and writes what, and how often.",
    "scale": "Rows, users and requests to expect.",
    "authorization": "Who may do what, and how they prove who they are.",
    "compliance": "Rules that the data falls under.",
}
DECLARED: Mapping[str, str] = {
    "public_tables": "Tables whose rows anybody may read: posts, tags",
    "sensitive_columns": "Columns that no list may return by the way: profiles.birthday",
    "expected_rows": "Rows that tables will hold at most: countries 250, currencies 180",
}
