"""A setting of Auth is weaker than production needs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.settings import is_pushed, place, setting
from checklists.model import Confidence, Severity
from checklists.repo.config import table

CHECK = Check(
    items=("auth-configured",),
    rule="auth-config",
    severity=Severity.MEDIUM,
    peers=("supabase:auth_leaked_password_protection", "supabase:auth_otp_long_expiry"),
)
_HOUR, _DAY = 3600, 86400
_AUTH = re.compile(r"\bauth\s*\.\s*(?:uid|jwt|role|email|users)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Weak:
    """A setting, when it is weak, what follows, and what to write; `local` for the CLI's own value."""

    name: tuple[str, ...]
    is_weak: Callable[[Any], bool]
    follows: str
    better: str
    local: bool = False


def _above(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value > most


_EMAIL = ("auth", "email")
_SETTINGS = (
    _Weak(
        (*_EMAIL, "enable_confirmations"),
        lambda value: value is False,
        "whoever signs up with somebody else's address gets a session under it",
        "enable_confirmations = true",
        local=True,
    ),
    _Weak(
        ("auth", "minimum_password_length"),
        lambda value: isinstance(value, int) and value < 8,
        "passwords of six or seven characters are guessed",
        "minimum_password_length = 8",
        local=True,
    ),
    _Weak(
        (*_EMAIL, "otp_expiry"),
        _above(_HOUR),
        "a code or a magic link in an old mail still signs in",
        "otp_expiry = 3600",
    ),
    _Weak(
        ("auth", "jwt_expiry"),
        _above(_DAY),
        "a stolen token, and a right that was taken away, last as long",
        "jwt_expiry = 3600",
    ),
    _Weak(
        ("auth", "enable_refresh_token_rotation"),
        lambda value: value is False,
        "a stolen refresh token works for ever, and its use is not noticed",
        "enable_refresh_token_rotation = true",
    ),
    _Weak(
        (*_EMAIL, "double_confirm_changes"),
        lambda value: value is False,
        "whoever holds a session for a minute can move the account to another address",
        "double_confirm_changes = true",
    ),
    _Weak(
        ("auth", "sms", "test_otp"),
        bool,
        "those numbers sign in with a code that is in git",
        "Remove the table from what is pushed.",
    ),
)


def find(project: Project) -> Iterator[Said]:
    """Every setting that the file sets, and sets weakly."""
    if not _uses_auth(project):
        return
    pushed = is_pushed(project)
    for weak in _SETTINGS:
        value = setting(project, *weak.name)
        if value is None or (weak.name[1] == "email" and not _signs_up_by_mail(project)):
            continue
        yield Examined("settings of Auth")
        if weak.is_weak(value):
            yield (_local if weak.local and not pushed else _flag)(project, weak, value, pushed)


def _uses_auth(project: Project) -> bool:
    """Whether people sign in by Supabase Auth: the code calls it, or SQL asks it who the caller is.

    A repo without any query may belong to an app that lies elsewhere.
    """
    queries = tuple(project.sources.queries())
    if any(query.api == "auth" for query in queries) or not queries:
        return True
    files = (project.snapshot.text(path) or "" for path in project.layout.migrations)
    return any(_AUTH.search(text) for text in files)


def _local(project: Project, weak: _Weak, value: object, _pushed: bool) -> Unsure:  # noqa: FBT001
    name = ".".join(weak.name)
    because = (
        f"{name} is {str(value).lower()}, as the CLI writes it for a laptop; with that in the hosted project "
        f"{weak.follows}, and what is set there is not in the repo"
    )
    return Unsure(f"config:{name}", because, place(project, *weak.name))


def _signs_up_by_mail(project: Project) -> bool:
    settings = (table(project.config, "auth"), table(project.config, *_EMAIL))
    return all(each.get("enable_signup") is not False for each in settings)


def _flag(project: Project, weak: _Weak, value: object, pushed: bool) -> Flag:  # noqa: FBT001
    name = ".".join(weak.name)
    shown = "set" if isinstance(value, dict) else str(value).lower()
    hosted = "" if pushed else " The file speaks for the local stack: look at the hosted project's setting."
    return Flag(
        object=f"config:{name}",
        location=place(project, *weak.name),
        message=f"{name} is {shown}: {weak.follows}.{hosted}",
        remedy=weak.better,
        confidence=None if pushed else Confidence.MEDIUM,
    )
