"""Broadcast or Presence on a channel that everyone with the public key can join."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import named
from checklists.checks.subjects.realtime import Channel, channels
from checklists.model import Severity
from checklists.sql.schema import Facet

CHECK = Check(
    items=("realtime-authorised",),
    rule="realtime-private-channel",
    severity=Severity.MEDIUM,
    reads=(Facet.RLS,),
    sources=True,
)
_MESSAGES = "realtime.messages"
_FIXED = re.compile(r"""^(['"`])[^$]*\1$""")


def find(project: Project) -> Iterator[Said]:
    """Every channel with Broadcast or Presence on it."""
    table = project.schema.tables.get(_MESSAGES)
    authorised = table is not None and bool(table.policies)
    for channel in channels(project):
        if not channel.sends:
            continue
        yield Examined("channels with Broadcast or Presence")
        if not channel.private:
            yield _open(channel)
        elif not authorised:
            yield _closed(channel)


def _open(channel: Channel) -> Flag:
    one = "" if _FIXED.match(channel.topic) else ", and the topic can be guessed or enumerated like any id"
    return Flag(
        channel.object,
        channel.use.location,
        f"{named(channel.use.function)} uses {channel.what} on the channel {channel.topic}, which is not "
        "private: whoever "
        f"has the public key can listen there and send{one}.",
        "Open it with { config: { private: true } }, and write policies on realtime.messages that tie "
        "realtime.topic() to the caller.",
    )


def _closed(channel: Channel) -> Flag:
    return Flag(
        channel.object,
        channel.use.location,
        f"{named(channel.use.function)} joins the private channel {channel.topic}, and no migration makes a "
        "policy on "
        "realtime.messages: nobody gets in, or a policy that nobody reviews was made by hand.",
        "create policy … on realtime.messages for select to authenticated using (realtime.topic() = …);",
        severity=Severity.LOW,
    )
