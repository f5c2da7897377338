"""The commands that verify a record without this tool, as the page prints them."""

from collections.abc import Iterator

from checklists.record.escape import one_line, shell
from checklists.record.keys import Scheme
from checklists.record.model import NAMESPACE, Record

_LONGEST = 8000
# Tells the outcome of a fact and what its command printed; the commands go on to the next fact.
_FACT = (
    "fact() {",
    "  name=$1; shift",
    '  if said=$("$@" 2>&1); then echo "ok      $name"; else bad=1; echo "FAILED  $name"; fi',
    "  test -z \"$said\" || printf '%s\\n' \"$said\" | sed 's/^/        /'",
    "}",
    'same() { test "$1" = "$2"; }',
    "digest() { sha256sum | cut -c 1-64; }",
)
# A migration as committed, and as it lies in the work tree where there is one (git may rewrite line ends).
_MIGRATION = (
    'lies() { if test "$(repo config core.autocrlf)" = true; then tr -d \'\\r\'; else cat; fi < "$top/$1"; }',
    'kept() { same "$(repo cat-file blob "HEAD:$2" | digest)" "$1" || return 1',
    '  test -z "$top" || same "$(lies "$2" | digest)" "$1"; }',
    'migration() { fact "migration ${3:-$2}" kept "$1" "$2"; }',
    "top=$(repo rev-parse --show-toplevel 2>/dev/null)",
)


def verify_commands(record: Record, digest: str, scheme: Scheme = Scheme.SSH) -> Iterator[str]:
    """A fenced block for bash, run in the page's folder: each fact is named, the status is 1 where one fails.

    All of it is one subshell, so that a terminal into which it is pasted stays open.
    """
    stem = record.record_id.rpartition("/")[2]
    fence = "`" * 3
    yield "In the folder of this page, within a clone of the repo (or with `REPO` set to one), and with"
    yield "`SIGNERS` set to an allowed signers file that you trust:"
    yield ""
    yield f"{fence}bash"
    yield "("
    yield from _FACT
    yield from _signature(record, stem, scheme)
    yield f'fact "record" same "$(digest < {shell(stem + ".toml")})" {digest}'
    yield from _page(stem)
    yield from _repo(record)
    yield 'test -z "$bad"'
    yield ")"
    yield fence


def _signature(record: Record, stem: str, scheme: Scheme) -> Iterator[str]:
    toml, signature = shell(f"{stem}.toml"), shell(f"{stem}.toml.sig")
    if scheme is Scheme.OPENPGP:
        yield f'fact "signature" gpg --verify {signature} {toml}'
        return
    yield 'SIGNERS="${SIGNERS:-$(git config --global --path gpg.ssh.allowedSignersFile)}"'
    yield (
        f'signed() {{ ssh-keygen -Y verify -f "$SIGNERS" -I {shell(record.reviewer)} -n {NAMESPACE} '
        f"-s {signature} < {toml}; }}"
    )
    yield 'fact "signature" signed'


def _page(stem: str) -> Iterator[str]:
    """The page names the record's digest, the record that of the page up to its Verify section."""
    body = f"sed '/^## Verify$/,$d' {shell(stem + '.md')}"
    line = f'"page_sha256 = \\"$({body} | digest)\\""'
    yield f'fact "page" grep -qxF {line} {shell(stem + ".toml")}'


def _repo(record: Record) -> Iterator[str]:
    subject = record.subject
    paths = " ".join(shell(path) for path in subject.scope)
    if len(paths) > _LONGEST:
        yield 'echo "not checked: scope and migrations, too long to print: use counterseal verify"'
        return
    literal = " --literal-pathspecs" if any(path.startswith(":") for path in subject.scope) else ""
    yield f'repo() {{ git -C "${{REPO:-.}}" --no-replace-objects{literal} "$@"; }}'
    yield f'listed() {{ repo ls-tree -rz --full-tree "$1" -- {paths} | digest; }}'
    yield f'scope() {{ same "$(listed "$1")" {subject.scope_sha256}; }}'
    yield f"if repo cat-file -e {subject.commit} 2>/dev/null"
    yield f'then fact "scope of the commit" scope {subject.commit}'
    yield 'else echo "not checked: the commit is not in this clone"; fi'
    yield 'fact "scope of what is checked out" scope HEAD'
    rows = [_migration(each.sha256, each.path) for each in record.migration]
    if sum(map(len, rows)) > _LONGEST:
        yield f'echo "not checked one by one: {len(rows)} migrations, which the scope covers as committed"'
        return
    yield from _MIGRATION
    yield from rows


def _migration(sha256: str, path: str) -> str:
    shown = "" if path.isprintable() else f" {shell(one_line(path))}"
    return f"migration {sha256} {shell(path)}{shown}"
