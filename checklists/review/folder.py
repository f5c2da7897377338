"""Where drafts lie, and how a file is written so that it is whole or not there."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from platformdirs import user_state_path

from checklists.codec import from_plain, to_plain
from checklists.errors import DraftError
from checklists.repo.repository import private_folder

try:
    import fcntl
except ImportError:  # Windows: saves stay atomic, two consoles are told apart by their stamps alone
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which backend of a repo is under review, where the repo has several or none by name."""

    supabase_dir: str | None = None
    migrations: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where a repo's drafts are kept; `other` is where they may have been kept when that was not possible.

    `because` says why they are not kept under git's own directory.
    """

    folder: Path
    other: Path | None = None
    because: str = ""


def drafts_home(root: Path) -> Home:
    """Under git's own directory; the user's state folder where that is missing or cannot be written.

    Nothing is made: a folder appears with the first answer that is saved in it.
    """
    key = sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    state = user_state_path("counterseal", appauthor=False) / key
    private = private_folder(root)
    if private is None:
        return Home(state)
    if private.is_symlink():
        return Home(state, None, f"{private} is a symbolic link")
    written = private if private.exists() else private.parent
    if os.access(written, os.W_OK | os.X_OK):
        return Home(private, state)
    return Home(state, private, f"{written} cannot be written")


def drafts_folder(root: Path) -> Path:
    """The folder of `drafts_home`."""
    return drafts_home(root).folder


def remembered_choice(folder: Path) -> Choice:
    """Which backend was reviewed last; none where nothing readable says so."""
    try:
        return from_plain(Choice, json.loads((folder / "choice.json").read_bytes()))
    except (OSError, ValueError):
        return Choice()


def last_choice(home: Home) -> Choice:
    """`remembered_choice` of the home, or of where drafts were kept otherwise."""
    choice = remembered_choice(home.folder)
    return remembered_choice(home.other) if choice == Choice() and home.other is not None else choice


def remember_choice(folder: Path, choice: Choice) -> None:
    """For the next time; not worth an error where the disk does not take it."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(folder / "choice.json", json.dumps(to_plain(choice)).encode() + b"\n")


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Whole or not at all, also after a power cut; readable by its owner only, unless `mode` says more."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(mode)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every file system lets a folder be synced
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a draft; others wait. The folder is made where it is missing.

    Raises:
        DraftError: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DraftError(
            f"The folder of drafts {path.parent} cannot be written: {error.strerror}.",
            "Give yourself the right to write there.",
        ) from error
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def file_name(choice: Choice) -> str:
    """One draft for each backend of a repo; the usual one has the plain name."""
    chosen = "\0".join(filter(None, (choice.supabase_dir, choice.migrations)))
    if chosen in ("", "supabase"):
        return "draft.json"
    readable = re.sub(r"[^A-Za-z0-9]+", "-", chosen).strip("-")[:40]
    return f"draft-{readable}-{sha256(chosen.encode()).hexdigest()[:8]}.json"
