"""Policies on the platform's own tables: objects of Storage, and messages of Realtime.

Their rows are made here, for each bucket and topic that the policies speak of, and undone with all the rest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from checklists.live.model import Action, Claim, ClaimStatus, How, Shape
from checklists.live.probe.actors import ANON, STRANGER, Actor
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.judging import claims
from checklists.live.probe.mutation import Sensitivity, weaken
from checklists.live.probe.subjects import Subject
from checklists.live.probe.trials import Trial, trials
from checklists.live.probe.trying import undone
from checklists.live.rows.candidates import Value
from checklists.live.rows.inserting import Row, insert_sql
from checklists.live.rows.people import PEOPLE, Persona
from checklists.live.rows.relations import MESSAGES, OBJECTS
from checklists.live.rows.solving import run, value_sql
from checklists.sql.questions.access import clauses
from checklists.sql.quoting import literal

_BUCKET = re.compile(r"bucket_id\s*=\s*'([^']+)'")
_MOST = 6
_NAMELESS = "counterseal"
"""A bucket that no policy names: what opens it does not look at the bucket."""
_FOLDERS = ("{id}/a.png", "{tenant}/a.png", "{id}.png")
_FOLDER = re.compile(r"foldername|split_part|path_tokens|string_to_array|starts_with|like", re.IGNORECASE)
_TOPIC = re.compile(r"'([A-Za-z_][\w-]*[:/_.-]%?)'")


@dataclass(frozen=True, slots=True)
class Part:
    """What was tried of one bucket or topic, what weakening did, and the claims."""

    results: Mapping[Actor, list[Tried]]
    sensitivity: Sensitivity
    claims: tuple[Claim, ...]


def storage(context: Context) -> Iterator[Part]:
    """The cells, sensitivity and claims of each bucket that a policy on storage.objects speaks of."""
    table = context.table(OBJECTS)
    relation = context.seeded.relations.get(OBJECTS)
    if table is None or relation is None or not table.policies:
        return
    for bucket in (*_buckets(context), _NAMELESS):
        for folder in _FOLDERS if bucket is not _NAMELESS else _FOLDERS[:1]:
            with undone(context.connection, "bucket"):
                rows = _objects(context, bucket, folder)
                if {STRANGER.name, STRANGER.victim} <= rows.keys():
                    part = _probed(context, bucket, folder, rows)
                    kept = (claim for claim in part.claims if not _by_the_path(claim))
                    yield replace(part, claims=tuple(_with_rows(claim, rows) for claim in kept))


def _with_rows(claim: Claim, rows: Mapping[str, Row]) -> Claim:
    """The claim with a script that makes the objects which are gone by now."""
    made = _bucket_sql(str(next(iter(rows.values())).values["bucket_id"]))
    script = "".join(f"{sql};\n" for sql in (made, *(_object_sql(row.values) for row in rows.values())))
    return replace(claim, sql=claim.sql.replace("begin;\n", f"begin;\n{script}", 1)) if claim.sql else claim


def _bucket_sql(bucket: str) -> str:
    name = literal(bucket)
    return f"insert into storage.buckets (id, name) values ({name}, {name}) on conflict do nothing"


def _object_sql(values: Mapping[str, Value]) -> str:
    columns = ("bucket_id", "name", "owner", "owner_id")
    listed = ", ".join(value_sql(values[column]) for column in columns)
    return f"insert into {OBJECTS} ({', '.join(columns)}) values ({listed})"


def _by_the_path(claim: Claim) -> bool:
    """Whether a policy could not read the path that was made up: other paths are tried as well."""
    return claim.status is ClaimStatus.BROKEN and "(22P02)" in claim.because


def _buckets(context: Context) -> list[str]:
    """The buckets that policies name, and those that migrations make, sorted."""
    table = context.table(OBJECTS)
    texts = [text for policy in table.policies for _, text in clauses(policy)] if table else []
    named = {bucket for text in texts for bucket in _BUCKET.findall(text)}
    made = {bucket for (bucket,) in run(context.connection, "select id from storage.buckets")}
    theirs = {
        row.values.get("id") for (name, _), row in context.seeded.mine.items() if name == "storage.buckets"
    }
    return sorted(named | (made - theirs))[:_MOST]


def _objects(context: Context, bucket: str, folder: str) -> Mapping[str, Row]:
    """An object of each person's in a bucket, in the folder that is theirs."""
    run(context.connection, f"{_bucket_sql(bucket)} returning 1")
    found: dict[str, Row] = {}
    for person in PEOPLE:
        name = _path(context, folder, person)
        values = {"bucket_id": bucket, "name": name, "owner": person.id, "owner_id": person.id}
        listed = ", ".join(f"{column}::text" for column in ("id", *values))
        stored = run(context.connection, f"{_object_sql(values)} returning {listed}")
        if stored:
            row = dict(zip(("id", *values), stored[0], strict=True))
            key = (("bucket_id", bucket), ("name", name))
            found[person.name] = Row(OBJECTS, person.name, How.TRIGGERS, key, row, tuple(values))
    return found


def _path(context: Context, folder: str, person: Persona) -> str:
    """Somebody's path: a folder of the user's, or of its organisation's."""
    tenants = sorted(context.seeded.whose.tenants)
    row = next((r for t in tenants if (r := context.seeded.of(t, person.name)) is not None), None)
    tenant = row.key[0][1] if row is not None else f"tenant-{person.tenant}"
    return folder.format(id=person.id, tenant=tenant)


def _probed(context: Context, bucket: str, folder: str, rows: Mapping[str, Row]) -> Part:
    relation = context.seeded.relations[OBJECTS]
    asked = {}
    for actor in (ANON, STRANGER):
        own = rows.get(actor.persona.name) if actor.persona else None
        writable = context.reachable.columns(OBJECTS, actor.role)
        subject = Subject(
            relation=relation,
            actor=actor,
            own=own,
            other=rows[actor.victim],
            deleted=None,
            people=("owner", "owner_id"),
            parents=(),
            personal=True,
            writable=writable,
        )
        kept = [each for each in trials(subject, {}) if _is_asked(each)]
        asked[actor] = [*kept, *_into_their_folder(context, folder, own, rows[actor.victim])]
    return _parts(context, OBJECTS, asked, f"bucket {bucket}")


def _is_asked(trial: Trial) -> bool:
    """Not whose an object is: the Storage API writes the owner itself."""
    if trial.shape in (Shape.GIVE, Shape.TAKE) or trial.command is Action.UPSERT:
        return False
    return not (trial.command is Action.INSERT and trial.breach)


def _into_their_folder(context: Context, folder: str, own: Row | None, theirs: Row) -> Iterator[Trial]:
    """An upload into a folder that is somebody else's, where policies say that folders are somebody's."""
    policies = context.permissive(OBJECTS, Action.INSERT, STRANGER.role)
    texts = [text for policy in policies for _, text in clauses(policy)]
    mine = [t for t in texts if not _BUCKET.search(t) or theirs.values["bucket_id"] in _BUCKET.findall(t)]
    if "/" not in folder or not any(_FOLDER.search(text) for text in mine):
        return
    place = str(theirs.values["name"]).partition("/")[0]
    values = {c: own.values.get(c) if own else None for c in ("bucket_id", "owner", "owner_id")}
    values |= {"bucket_id": theirs.values["bucket_id"], "name": f"{place}/fresh.png"}
    sql = insert_sql(context.seeded.relations[OBJECTS], values)
    yield Trial(Action.INSERT, Shape.OTHERS, sql, breach=True)


def _parts(context: Context, table: str, asked: Mapping[Actor, list[Trial]], what: str) -> Part:
    bench = Bench(context.connection, table)
    results = {actor: bench.run(actor, each) for actor, each in asked.items()}
    sensitivity = weaken(context, bench, results)
    made = [
        replace(claim, because=f"{what}: {claim.because}")
        for actor, tried in results.items()
        for claim in claims(context, bench, actor, tried, sensitivity)
    ]
    return Part(results, sensitivity, tuple(made))


def realtime(context: Context) -> Iterator[Part]:
    """The same for messages of Realtime, for each kind of topic that the policies speak of."""
    table = context.table(MESSAGES)
    if table is None or not table.policies or MESSAGES not in context.seeded.relations:
        return
    for template in _topics(context):
        asked = {actor: _messages(context, actor, template) for actor in (ANON, STRANGER)}
        yield _parts(context, MESSAGES, asked, f"topic {template.format(id='…')}")


def _topics(context: Context) -> list[str]:
    """`room:` and `%` of the policies, with a place for an id."""
    table = context.table(MESSAGES)
    texts = [text for policy in table.policies for _, text in clauses(policy)] if table else []
    found = {word.rstrip("%") for text in texts for word in _TOPIC.findall(text)}
    return [f"{word}{{id}}" for word in sorted(found | {""})][:_MOST]


def _messages(context: Context, actor: Actor, template: str) -> list[Trial]:
    found = []
    people = {person.name: person for person in PEOPLE}
    for name, shape in ((actor.name, Shape.OWN), (actor.victim, Shape.OTHERS)):
        for identity in _identities(context, people[name]) if name in people else ():
            topic = literal(template.format(id=identity))
            listen = f"select set_config('realtime.topic', {topic}, true)"
            values = f"{topic}, 'broadcast', true"
            insert = f"insert into realtime.messages (topic, extension, private) values ({values})"
            read = f"{listen}; select 1 from realtime.messages where topic = {topic}"
            breach = shape is Shape.OTHERS
            send = f"{listen}; {insert}"
            found.append(Trial(Action.SELECT, shape, read, breach=breach))
            found.append(Trial(Action.INSERT, shape, send, breach=breach))
            run(context.connection, f"{insert} returning 1")
    return found


def _identities(context: Context, person: Persona) -> list[str]:
    """What a topic of somebody's may be named after: the user, and the organisations it belongs to."""
    tenants = sorted(context.seeded.whose.tenants)
    rows = (context.seeded.of(table, person.name) for table in tenants)
    return [person.id, *(row.key[0][1] for row in rows if row is not None)][:3]
