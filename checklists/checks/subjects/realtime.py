"""Channels of Realtime, with what each of them listens to and sends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.ts.index import Use
from checklists.ts.objects import literal_at

_PRIVATE = re.compile(r"\bprivate\s*:\s*(?!false\b)")
_LISTENS = re.compile(
    r"""\.on(?:<[^()]*?>)?\(\s*['"`](broadcast|presence|postgres_changes)['"`]\s*(?:as\s+\w+\s*)?,\s*(?=\{)"""
)
_SENDS = re.compile(r"""\.send\(\s*\{\s*(?:[^{}]*?)type\s*:\s*['"`]broadcast|\.track\(|\.httpSend\(""")
_TABLE = re.compile(r"""\btable\s*:\s*['"`](\w+)['"`]""")
_SCHEMA = re.compile(r"""\bschema\s*:\s*['"`](\w+)['"`]""")


@dataclass(frozen=True, slots=True)
class Channel:
    """`topic` is as in the source; `tables` are those whose changes it listens to, by qualified name."""

    use: Use
    topic: str
    private: bool
    kinds: frozenset[str]
    tables: tuple[str, ...]
    tracks: bool

    @property
    def object(self) -> str:
        """The finding name."""
        return f"call:{self.use.function}/channel"

    @property
    def sends(self) -> bool:
        """Whether messages or presences of callers go over it."""
        return self.tracks or bool(self.kinds & {"broadcast", "presence"})

    @property
    def what(self) -> str:
        """The part of Realtime that it uses, in words."""
        return "Presence" if "presence" in self.kinds else "Broadcast"


def channels(project: Project) -> Iterator[Channel]:
    """Every channel that a Supabase client opens."""
    for use in project.sources.uses:
        if use.name == "channel" and use.arguments:
            yield _channel(project, use)


def _channel(project: Project, use: Use) -> Channel:
    text = use.text + _later(project, use)
    listens = [(each[1], literal_at(text, each.end())) for each in _LISTENS.finditer(text)]
    return Channel(
        use=use,
        topic=use.arguments[0],
        private=len(use.arguments) > 1
        and bool(_PRIVATE.search(use.arguments[1]) or use.arguments[1].isidentifier()),
        kinds=frozenset(kind for kind, _ in listens),
        tables=tuple(
            dict.fromkeys(
                f"{schema[1] if (schema := _SCHEMA.search(options)) else 'public'}.{table[1]}"
                for kind, options in listens
                if kind == "postgres_changes" and (table := _TABLE.search(options))
            )
        ),
        tracks=_SENDS.search(text) is not None,
    )


def _later(project: Project, use: Use) -> str:
    """What is called on the variable that holds the channel, in the function that opens it."""
    function = project.sources.functions.get(use.function)
    module = project.sources.modules.get(use.location.path)
    around = function.text if function is not None else module.text if module is not None else ""
    name = re.escape(use.held.rpartition(".")[2])
    return "".join(re.findall(rf"\b{name}\b\s*(?:\.current)?[?!]?(\.[^;]*)", around)) if name else ""
