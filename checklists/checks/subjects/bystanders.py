"""Files that run beside the product, by where they lie: tests, and scripts that people start by hand."""

import re

_TEST = re.compile(
    r"(?:^|/)(?:__\w*(?:tests?|mocks?|fixtures?|integration|e2e)__|tests?|testing|test-?(?:utils?|data|helpers?)"
    r"|e2e|specs?|fixtures|mocks?|cypress|playwright)/"
    r"|[._-](?:test|tests|spec|e2e|mock|fixture)s?\.\w+$|(?:^|/)test[_-][\w.-]+\.\w+$",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?:^|/)(?:scripts?|seeds?|seeders?|backfills?|tools|tooling|bin|archive)/"
    r"|(?:^|/)(?:seed|backfill|migrate)\w*\.\w+$"
)


def is_test(path: str) -> bool:
    """Whether the file holds tests, or what only tests use: helpers, fixtures, stand-ins."""
    return _TEST.search(path) is not None


def is_script(path: str) -> bool:
    """Whether the file is started by hand or by a job on one's own machine, and serves nobody."""
    return _SCRIPT.search(path) is not None
