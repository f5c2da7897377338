"""What row security costs: plans as a signed-in user on some thousand rows, and what a rewrite would save."""

from checklists.live.plans.measuring import measure

__all__ = ["measure"]
