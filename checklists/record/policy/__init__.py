"""What a team asks of its records: `.counterseal/policy.toml`."""

from checklists.record.policy.model import BreakGlass, Limits, Policy, ReviewTerms, Role
from checklists.record.policy.read import NAME, parse_policy, policy_scope

__all__ = [
    "NAME", "BreakGlass", "Limits", "Policy", "ReviewTerms", "Role", "parse_policy", "policy_scope",
]  # fmt: skip
