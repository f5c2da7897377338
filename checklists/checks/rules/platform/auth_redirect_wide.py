"""Auth sends its tokens to addresses that others can have."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.settings import place, setting
from checklists.model import Severity
from checklists.repo.config import table, texts

CHECK = Check(items=("auth-configured",), rule="auth-config", severity=Severity.MEDIUM)
_LOCAL = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|host\.docker\.)"
    r"|\.(?:localhost|local|test)(?::\d+)?$"
)
_URL = re.compile(r"^(?P<scheme>[\w+.-]+)://(?P<host>[^/?#]*)(?P<path>[^?#]*)")
# Whoever signs up there gets a name below these.
_SHARED = re.compile(
    r"\*+[^/]*\.(?:vercel\.app|netlify\.app|pages\.dev|herokuapp\.com|github\.io|web\.app|onrender\.com)$"
)


def find(project: Project) -> Iterator[Said]:
    """Every address of site_url and additional_redirect_urls."""
    urls = texts(table(project.config, "auth"), "additional_redirect_urls") or ()
    named = [("additional_redirect_urls", url) for url in urls]
    site = setting(project, "auth", "site_url")
    for name, url in [("site_url", site), *named] if isinstance(site, str) else named:
        parts = _URL.match(url)
        if parts is None or "env(" in url:
            continue
        yield Examined("redirect addresses")
        if told := _fault(parts["scheme"], parts["host"]):
            yield Flag(
                object=f"config:auth.{name}",
                location=place(project, "auth", name),
                message=f"{url} may receive sessions: {told}.",
                remedy=f'{name} = "https://app.example.com/auth/callback"  # the exact address',
            )


def _fault(scheme: str, host: str) -> str:
    if _LOCAL.search(host):
        return ""
    if _SHARED.search(host):
        return "anybody can have a name that fits, and collect the tokens of whoever follows a link"
    if host.startswith("*") and host.strip("*.").count(".") == 0:
        return "it fits nearly every host there is"
    return "over http the token is read on its way" if scheme == "http" else ""
