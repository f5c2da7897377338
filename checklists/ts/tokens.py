"""Supabase keys in text: which role a token carries, read from its payload, never from its look."""

import base64
import binascii
import json

_PARTS = 3


def payload(token: str) -> dict[str, object]:
    """The claims of a JSON Web Token, unverified; empty where it is not one."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        body = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(body)
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def supabase_role(token: str) -> str:
    """`service_role` or `anon` for a Supabase key of either kind, else empty."""
    if token.startswith("sb_secret_"):
        return "service_role"
    if token.startswith("sb_publishable_"):
        return "anon"
    role = payload(token).get("role")
    return role if role in ("anon", "service_role") else ""
