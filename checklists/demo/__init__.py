"""The sample repo of `counterseal demo`: a small tender portal with faults planted beside sound parts."""

from checklists.demo.planted import PLANTED, SILENT, SOUND, UNDECIDED, Planted
from checklists.demo.sample import materialise

__all__ = ["PLANTED", "SILENT", "SOUND", "UNDECIDED", "Planted", "materialise"]
