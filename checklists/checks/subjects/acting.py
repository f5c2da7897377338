"""SQL tests that put a session in somebody's place."""

import re

from checklists.sql.comments import without_comments

# Where a statement can begin: `update profiles set role = 'admin'` writes a column of that name.
_BEGINS = r"(?:\A|[;'\"$]|\n\\[^\n]*\n|\b(?:begin|then|else|loop)\b)\s*"
# Who passes policies anyway, and the ways back to whoever runs the test.
_NOBODY = r"(?!(?:to\s+|=\s*)?['\"]?(?:postgres|service_role|supabase_\w+|none|default|session_user)\b)"
_ROLE = re.compile(
    rf"{_BEGINS}(?P<set>set)\s+(?:local\s+|session\s+)?role\s+{_NOBODY}|\bset_config\s*\(\s*'role'\s*,\s*{_NOBODY}",
    re.IGNORECASE,
)
# JWT claims, and the helpers of supabase_test_helpers.
_CLAIMS = re.compile(r"\brequest\.jwt\b|\bauthenticate_as\w*\s*\(", re.IGNORECASE)


def role_taken(text: str) -> int | None:
    """Where a test takes the role of somebody whom policies hold for; None where it does not."""
    found = _ROLE.search(text)
    return None if found is None else max(found.start(), found.start("set"))


def acts(text: str) -> bool:
    """Whether a test asks as somebody whom policies hold for."""
    bare = without_comments(text)
    return role_taken(bare) is not None or _CLAIMS.search(bare) is not None
