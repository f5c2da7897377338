"""Which names of environment variables promise a secret, and which promise to be public."""

import re

_PUBLIC = re.compile(r"^(?:NEXT_PUBLIC|NUXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP|GATSBY|PUBLIC)_")
_ELEVATED = re.compile(r"SERVICE_?ROLE|SUPABASE_SECRET|SUPABASE_SERVICE|SERVICE_KEY")
_SECRET = re.compile(
    r"SERVICE_?ROLE|(?:^|_)(?:SECRET(?:_(?:KEY|TOKEN))?|SERVICE_KEY|PRIVATE_KEY|DATABASE_URL|DB_URL|POSTGRES_URL"
    r"|(?:DB|DATABASE|POSTGRES|ADMIN|SMTP|ROOT)_PASSWORD)$"
)


def is_public(name: str) -> bool:
    """Whether a bundler puts the variable's value into the browser's code because of its name."""
    return _PUBLIC.match(name) is not None


def is_secret(name: str) -> bool:
    """Whether the name says that its value must not be known: the whole name counts, not a word within it."""
    return _SECRET.search(name) is not None


def is_elevated(name: str) -> bool:
    """Whether the name is that of a Supabase service role or secret key."""
    return _ELEVATED.search(name) is not None
