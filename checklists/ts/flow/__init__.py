"""Who calls, what they send, where it goes, what they get back: for each endpoint and its helpers.

guards.py      tests of the caller: in the function, in helpers, in wrappers (claims, tested, gates, secrets)
validation.py  schema parses, and the schemas' keys (shapes)
taint.py       the caller's values, from sources to sinks (values, carry); flows.py enters helpers
replies.py     what is sent back, and internal text in it (leaks)
callers.py     what an endpoint does before it knows who is calling (effects, verdict)
sqltext.py     SQL that is put together from text
"""

from checklists.ts.flow.enrich import enrich

__all__ = ["enrich"]
