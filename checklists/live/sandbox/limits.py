"""What one proof may use of the machine."""

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, and CPU seconds of one statement.

    `process_bytes` is the address space of one server process, `file_bytes` one file, `disk_bytes` all that
    a run adds to the data folder, `memory_bytes` what all processes use together. `patience` is how many
    times longer by the clock than by the CPU a statement may take, as it may sleep or wait for a lock.
    """

    process_bytes: int = 1024 * MB
    file_bytes: int = 256 * MB
    disk_bytes: int = 1024 * MB
    memory_bytes: int = 1536 * MB
    statement_seconds: float = 20.0
    patience: float = 4.0


DEFAULT = Limits()
