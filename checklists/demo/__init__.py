"""The sample repo of `counterseal demo`: a small tender portal with faults planted beside sound parts."""

from checklists.demo.planted import PLANTED, SOUND, Planted
from checklists.demo.sample import materialise

__all__ = ["PLANTED", "SOUND", "Planted", "materialise"]
