"""The commands that verify a record without this tool, as the page prints them."""

from collections.abc import Iterator

from checklists.record.escape import shell
from checklists.record.keys import Scheme
from checklists.record.model import NAMESPACE, Record

_LONGEST = 8000


def verify_commands(record: Record, digest: str, scheme: Scheme = Scheme.SSH) -> Iterator[str]:
    """A fenced block for bash: run in the page's folder, it stops at the first thing that does not hold."""
    stem = record.record_id.rpartition("/")[2]
    lines = ["set -eo pipefail", *_signature(record, stem, scheme)]
    lines.append(f"echo {shell(f'{digest}  {stem}.toml')} | sha256sum --check")
    lines += _scope(record)
    fence = "`" * 3
    yield "In the folder of this page, within a clone of the repo (or with `REPO` set to one), and with"
    yield "`SIGNERS` set to an allowed signers file that you trust:"
    yield ""
    yield f"{fence}bash"
    yield from lines
    yield fence


def _signature(record: Record, stem: str, scheme: Scheme) -> Iterator[str]:
    if scheme is Scheme.OPENPGP:
        yield f"gpg --verify {shell(stem + '.toml.sig')} {shell(stem + '.toml')}"
        return
    yield 'SIGNERS="${SIGNERS:-$(git config --global --path gpg.ssh.allowedSignersFile)}"'
    yield (
        f'ssh-keygen -Y verify -f "$SIGNERS" -I {shell(record.reviewer)} -n {NAMESPACE} '
        f"-s {shell(stem + '.toml.sig')} < {shell(stem + '.toml')}"
    )


def _scope(record: Record) -> Iterator[str]:
    subject = record.subject
    paths = " ".join(shell(path) for path in subject.scope)
    if len(paths) > _LONGEST:
        yield "# the scope is too long to print; `counterseal verify` reads it from the record"
        return
    options = "--literal-pathspecs " if any(path.startswith(":") for path in subject.scope) else ""
    for commit, comment in (
        (subject.commit, "the commit"),
        ("HEAD", "and what is checked out has the same files"),
    ):
        listing = (
            f'git -C "${{REPO:-.}}" --no-replace-objects {options}ls-tree -rz --full-tree {commit} -- {paths}'
        )
        yield f'test "$({listing} | sha256sum)" = "{subject.scope_sha256}  -"  # {comment}'
