"""What stops a proof."""

from checklists.errors import CountersealError


class SandboxError(CountersealError):
    """The throwaway Postgres cannot be started, or ended before its time."""
