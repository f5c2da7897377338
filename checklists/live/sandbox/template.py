"""A data folder with a Supabase project in it, made once for a wheel and a shim, copied for every run."""

import hashlib
import os
import secrets
import shutil
from importlib import resources
from pathlib import Path

import platformdirs
import psycopg

from checklists.live.errors import SandboxError
from checklists.live.sandbox import settings
from checklists.live.sandbox.connecting import open_connection
from checklists.live.sandbox.extensions import stand_ins, write_extensions
from checklists.live.sandbox.folders import RunFolder, new_folder
from checklists.live.sandbox.kept import keep
from checklists.live.sandbox.limits import DEFAULT
from checklists.live.sandbox.service_user import ServiceUser
from checklists.live.sandbox.wheel import Wheel
from checklists.sql.statements import file_source, statements

_PASSWORD = "password"  # noqa: S105 - the name of a file
# What has to be made anew when the layout of a template changes.
_LAYOUT = 1
_PARTS = ("schemas.sql", "services.sql", "finish.sql")


def prepared(wheel: Wheel, user: ServiceUser) -> Path:
    """The template's folder: `data`, and the superuser's password in a file beside it. Made if need be.

    Raises:
        SandboxError: It cannot be made.
    """
    place = Path(platformdirs.user_cache_dir("counterseal")) / "postgres" / key(wheel)
    if (place / _PASSWORD).is_file():
        return place
    folder = new_folder(user)
    password = secrets.token_urlsafe(24)
    _make(wheel, folder, user, password)
    return place


def key(wheel: Wheel) -> str:
    """Names what a template depends on: the server, and every line that is loaded into it."""
    digest = hashlib.sha256(f"{_LAYOUT} {wheel.version} {wheel.program('postgres').stat().st_size}".encode())
    for text in (_roles(), *_shim(), *(each.control + each.sql for each in stand_ins().values())):
        digest.update(text.encode())
    return f"{wheel.version}-{digest.hexdigest()[:16]}"


def password_of(template: Path) -> str:
    """The superuser's password in a fresh copy."""
    return (template / _PASSWORD).read_text()


def _make(wheel: Wheel, folder: RunFolder, user: ServiceUser, password: str) -> None:
    """Builds it in a run's folder, and moves a copy into place in one step."""
    kept = keep(folder)
    try:
        server = wheel if user.can_run(wheel.program("postgres")) else wheel.copied(folder.path / "wheel")
        write_extensions(wheel, folder.path / "extensions")
        secret = folder.path / _PASSWORD
        secret.write_text(password)
        for path in (folder.path / "extensions", secret):
            user.owns(path)
        initdb = settings.initdb(server, folder, secret)
        kept.start(settings.postgres(server, folder), user, DEFAULT, prepare=initdb)
        _load(folder.socket, password)
        kept.stop()
        _move(folder.data, password, key(wheel))
    finally:
        kept.release()


def _load(socket: Path, password: str) -> None:
    try:
        with open_connection(socket, settings.UPKEEP, settings.OWNER, password) as upkeep:
            upkeep.execute(_roles().encode())
            upkeep.execute("alter database postgres owner to postgres")
            upkeep.execute("revoke all on database template1 from public")
        with open_connection(socket, settings.DATABASE, settings.OWNER, password) as database:
            database.execute("set role supabase_admin")
            for text in _shim():
                database.execute(text.encode())
        with open_connection(socket, settings.UPKEEP, settings.OWNER, password) as upkeep:
            upkeep.execute("alter role supabase_admin nosuperuser")
            upkeep.execute("vacuum")
    except psycopg.Error as error:
        raise SandboxError(
            f"The surrounding of a Supabase project does not load: {str(error).strip()}. Nothing was proven.",
            "This is a fault of Counterseal's own: report it.",
        ) from error


def _move(data: Path, password: str, name: str) -> None:
    """Atomic: whoever comes second finds the first one's folder in place and lets it be."""
    cache = Path(platformdirs.user_cache_dir("counterseal")) / "postgres"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = cache / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        shutil.copytree(data, half / "data", ignore=shutil.ignore_patterns("postmaster.*", "pg_hba.conf"))
        (half / "data" / "pg_hba.conf").write_text(settings.HBA)
        (half / _PASSWORD).write_text(password)
        half.chmod(0o700)
        half.rename(cache / name)
    except OSError as error:
        if not (cache / name / _PASSWORD).is_file():
            raise SandboxError(
                f"The prepared Postgres cannot be kept in {cache}: {error}. Nothing was proven.",
                "Make room there, or set XDG_CACHE_HOME to a folder that can be written.",
            ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _roles() -> str:
    return _text("roles.sql")


def _shim() -> list[str]:
    """Schemas, the platform's tables as the replay has them too, what its services bring, and owners."""
    schemas, services, finish = (_text(part) for part in _PARTS)
    platform = resources.files("checklists.sql.folding").joinpath("platform.sql").read_text("utf-8")
    each_statement = (statement.text for statement in statements(file_source("platform.sql", platform)))
    tables = ";\n".join(
        text for text in each_statement if " vault." not in text
    )  # supabase_vault brings its own
    extensions = [
        f'create extension "{each.name}" schema {each.preinstalled};'
        for each in stand_ins().values()
        if each.preinstalled
    ]
    extensions.append("create extension pg_stat_statements schema extensions;")
    return [schemas, "\n".join(extensions), tables, services, finish]


def _text(name: str) -> str:
    return (resources.files("checklists.live") / "shim" / name).read_text("utf-8")
