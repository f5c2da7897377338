"""Secrets of other services in text, by the prefixes that these services give their keys."""

import re
from collections.abc import Iterator

from checklists.checks.secret_values import Secret, shown

# Test keys (`sk_test_…`) and publishable ones (`pk_live_…`) are left out: they open nothing.
_KINDS = (
    ("a Stripe secret key", re.compile(r"\b[sr]k_live_[0-9A-Za-z]{20,}\b")),
    ("a Stripe webhook secret", re.compile(r"\bwhsec_[0-9A-Za-z+/]{24,}={0,2}")),
    ("an OpenAI key", re.compile(r"\bsk-proj-[\w-]{40,}")),
    ("an Anthropic key", re.compile(r"\bsk-ant-(?:api|admin)\d\d-[\w-]{40,}")),
    ("a Resend key", re.compile(r"\bre_[0-9A-Za-z]{8}_[0-9A-Za-z]{20,}\b")),
    ("a SendGrid key", re.compile(r"\bSG\.[\w-]{20,24}\.[\w-]{40,45}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,})\b")),
    ("a Slack token", re.compile(r"\bxox[bp]-\d{8,}-[\w-]{20,}")),
)
_PLACEHOLDER = re.compile(
    r"x{4}|your|example|placeholder|dummy|fake|\.\.\.|\*\*\*|0{6}|1234567", re.IGNORECASE
)
_DISTINCT = 12  # characters; words and rows of one letter have fewer


def foreign_secrets_in(text: str) -> Iterator[Secret]:
    """Every secret of another service in the text; placeholders are left out."""
    for what, pattern in _KINDS:
        for found in pattern.finditer(text):
            if len(set(found[0])) >= _DISTINCT and not _PLACEHOLDER.search(found[0]):
                yield Secret(what, found.start(), shown(found[0]))
