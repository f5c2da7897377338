"""Files that run beside the product, by where they lie: tests, and scripts that people start by hand."""

import re
from functools import lru_cache

_TEST = re.compile(
    r"(?:^|/)__\w*(?:tests?|mocks?|fixtures?|integration|e2e)__/"
    r"|[._-](?:test|tests|spec|e2e|mock|fixture|stories)s?\.\w+$|(?:^|/)test[_-][\w.-]+\.\w+$",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?:^|/)(?:tests?|testing|test-?(?:utils?|data|helpers?)|e2e|specs?|fixtures|mocks?|stories|cypress|playwright)/",
    re.IGNORECASE,
)
# Below these a folder is called after what the product is about: fixtures of a league, tests of a school.
_PRODUCT = re.compile(r"(?:^|/)(?:app|pages|components|features|functions|routes)/")
_SCRIPT = re.compile(
    r"(?:^|/)(?:scripts?|seeds?|seeders?|backfills?|bin)/|(?:^|/)(?:seed|backfill|migrate)[\w-]*\.\w+$"
    # what somebody once ran to look at, or to mend, one thing lies at the top of a repo
    r"|^(?:apply|check|debug|diagnose|export|fix|import|inspect|run|sync|verify)[-_][\w-]+\.[cm]?[jt]s$"
)


@lru_cache(maxsize=65536)  # every check asks of every file
def is_test(path: str) -> bool:
    """Whether the file holds tests, or what only tests use: helpers, fixtures, stand-ins."""
    if _TEST.search(path):
        return True
    folder = _FOLDER.search(path)
    return folder is not None and _PRODUCT.search(path, 0, folder.start() + 1) is None


def is_script(path: str) -> bool:
    """Whether the file is started by hand or by a job on one's own machine, and serves nobody."""
    return _SCRIPT.search(path) is not None


def serves_nobody(path: str) -> bool:
    """Whether it is a test or a script for sure: an application may have pages about scripts or seeds."""
    if is_test(path):
        return True
    found = _SCRIPT.search(path)
    return found is not None and _PRODUCT.search(path, 0, found.end()) is None
