"""The isolation probe: every table, as every actor, in every shape, and what each answer means."""

from checklists.live.probe.probing import probe

__all__ = ["probe"]
