"""Nothing refreshes a materialized view."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import user_views
from checklists.sql.questions.refreshes import REFRESH, refreshes_of
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, View

CHECK = Check(
    items=("read-models",),
    rule="read-model-refresh",
    severity=Severity.MEDIUM,
    reads=(Facet.VIEWS,),
    also=(Input.SOURCES,),
)


def find(project: Project) -> Iterator[Said]:
    """Every materialized view that no job, function or source file refreshes."""
    for view in user_views(project.schema):
        if not view.materialized:
            continue
        yield Examined("materialized views")
        if refreshes_of(project.schema, view) or _in_text(project, view):
            continue
        unread = project.schema.gaps_in(Facet.FUNCTIONS, Facet.CRON)
        if unread:
            because = f"what refreshes it may be in what could not be read: {unread[0].because}"
            yield Unsure(view.object, because, unread[0].location)
        else:
            yield _flag(view)


def _in_text(project: Project, view: View) -> bool:
    """Whether a source, or SQL put together at run time, refreshes this view or one it does not name."""
    texts = [f.body for f in project.schema.functions.values() if "materialized" in f.body.lower()]
    texts += [m.text for m in project.sources.modules.values() if "materialized" in m.text.lower()]
    named = [name.lower() for text in texts for _, _, name in REFRESH.findall(text)]
    loose = any("refresh materialized view" in text.lower() for text in texts) and not named
    return loose or any(name == view.name or not name.isidentifier() for name in named)


def _flag(view: View) -> Flag:
    name = relation(view.qualified)
    return Flag(
        object=view.object,
        location=view.location,
        message=f"Nothing in this repo refreshes {view.qualified}: it shows what its tables held when the "
        "migration ran.",
        remedy=f"create unique index on {name} (…);\n"
        f"select cron.schedule('refresh-{ident(view.name)}', '*/15 * * * *',\n"
        f"  'refresh materialized view concurrently {name}');",
    )
