"""What a team adds to the reviews of its repo, under `.counterseal/`, as one frozen value."""

from checklists.team.config import Config, Facts
from checklists.team.read import Team, read_team

__all__ = ["Config", "Facts", "Team", "read_team"]
