"""Rewrites an expression so that what it asks of the session is asked once a statement."""

import re

_UNWRAPPED = re.compile(
    r"(?<!select )(auth\.(?:uid|jwt|role|email)\(\)|current_setting\([^()]*\))", re.IGNORECASE
)


def asked_once(text: str) -> str:
    """`auth.uid() = owner_id` as `(select auth.uid()) = owner_id`; what is wrapped already stays as it is."""
    return _UNWRAPPED.sub(r"(select \1)", text)
