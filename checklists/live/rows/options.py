"""Which columns a row of somebody's is given, and what to try for each of them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checklists.live.rows.belonging import Belonging
from checklists.live.rows.candidates import Value, by_activity, by_power, candidates
from checklists.live.rows.people import ADMIN, THIRD, Persona, made_up
from checklists.live.rows.publicity import public_values
from checklists.live.rows.relations import AUTH_USERS, Attribute, Link, Relation
from checklists.sql.questions.access import clauses
from checklists.sql.schema import Schema

_ROLE = re.compile(
    r"role|user_type|account_type|is_(super_?)?admin|is_staff|is_superuser|access_level|permission"
)
_PUBLIC = re.compile(
    r"(is_)?(public|published|visible|shared|listed|discoverable|publicly_\w+)|visibility|privacy"
)
_PRIVATE = re.compile(r"private|draft|hidden|unlisted|internal")
_STATUS = re.compile(r"status|state")
_SOFT_DELETE = re.compile(r"(deleted|removed|archived)_(at|on)|is_(deleted|removed)|deleted|soft_deleted")
_OVER = re.compile(
    rf"{_SOFT_DELETE.pattern}|is_(archived|banned|blocked|disabled|suspended)"
    r"|(banned|cancell?ed|closed|disabled|dismissed|expired|rejected|revoked|suspended|withdrawn)_(at|on)"
)
_METADATA = re.compile(r"user_meta_?data\"?\s*(?:->>?|\?)\s*'(\w+)'")
_LITERALS = r"'[^']+'(?:::[a-z_. \"]+)?"
_WORD = re.compile(
    r"([a-z_]+)\"?\)?(?:::[a-z ._\"]+)*\s*(?:=|<>|!=|in|IN)\s*(?:ANY\s*)?\(*\s*(?:ARRAY\[)?\s*"
    rf"({_LITERALS}(?:\s*,\s*{_LITERALS})*)"
)

Parent = Callable[[str, Persona], Mapping[str, Value] | None]
"""The values of somebody's row in a table, made first where there is none; None where there can be none."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts that policies and functions compare columns with, by the column's name; and the keys of
    `raw_user_meta_data` that sign-up triggers ask for; and the values with which a row is public.
    """

    by_column: Mapping[str, tuple[str, ...]] = field(hash=False)
    metadata: tuple[str, ...] = ()
    public: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict, hash=False)

    @staticmethod
    def of(schema: Schema) -> "Words":
        """Read from every policy and function body."""
        texts = [text for policy in schema.policies() for _, text in clauses(policy)]
        texts += [function.body for function in schema.functions.values()]
        found: dict[str, dict[str, None]] = {}
        for text in texts:
            for column, listed in _WORD.findall(text):
                if _ROLE.search(column):
                    found.setdefault(column, {}).update(dict.fromkeys(re.findall(r"'([^']+)'", listed)))
        keys = sorted({key for text in texts for key in _METADATA.findall(text)})
        return Words(
            {column: tuple(words) for column, words in found.items()}, tuple(keys), public_values(schema)
        )


def _publicity(value: Value, public: frozenset[str]) -> int:
    if value is None or value in public:
        return 2
    return 0 if value == "false" or _PRIVATE.search(value) else 1


def soft_delete_column(relation: Relation) -> Attribute | None:
    """The column that says that a row is deleted, if there is one."""
    return next((each for each in relation.attributes if _SOFT_DELETE.fullmatch(each.name)), None)


def _going_on(found: tuple[Value, ...], attribute: Attribute) -> tuple[Value, ...]:
    """The values of a column that says that a row is over, those first that say that it is not: policies hide
    what is over, and then all of it seems closed.
    """
    first = "false" if attribute.base == "bool" else None
    return tuple(dict.fromkeys((*(() if first is None and attribute.not_null else (first,)), *found)))


def sounds_like_role(name: str) -> bool:
    """Whether what is called so sounds like what gives its user power."""
    return bool(_ROLE.search(name))


def is_role_column(attribute: Attribute) -> bool:
    """Whether it sounds like what gives its user power."""
    return sounds_like_role(attribute.name) and (
        attribute.kind == "e" or attribute.base in ("text", "varchar", "bool", "citext", "int2", "int4")
    )


def role_options(
    attribute: Attribute, relation: Relation, words: Words, persona: Persona, *, powerful: bool
) -> tuple[Value, ...]:
    """What to try for a role: power where it is wanted, else what any member has."""
    if attribute.base == "bool":
        return ("true",) if powerful else ("false",)
    found = candidates(attribute, relation.checks, persona)
    if attribute.kind != "e":
        found = (*words.by_column.get(attribute.name, ()), *found)
    bound = attribute.kind == "e" or any(attribute.name in check.columns for check in relation.checks)
    if not bound and not powerful:
        found = ("member", *found)
    return by_power(found, powerful=powerful) if bound or attribute.name in words.by_column else found


@dataclass(frozen=True, slots=True)
class Options:
    """Answers `for_row` with what to try, by column."""

    whose: Belonging
    words: Words
    parent: Parent
    needs: Mapping[str, frozenset[str]]

    def columns(self, relation: Relation, width: str) -> tuple[str, ...]:
        """The columns to give, for a width: `usual`, `few` (those it needs, and whose it is) or `all`."""
        linked = {column for link in self.whose.links[relation.name] for column in link.columns}
        owners = set(self.whose.owners[relation.name])
        chosen = []
        for each in relation.attributes:
            usual = (
                each.name in linked
                or "email" in each.name
                or (each.base == "uuid" and each.name.endswith("_id"))
                or is_role_column(each)
                or _PUBLIC.fullmatch(each.name)
                or each.name in self.words.public.get(relation.name, {})
                or (each.has_default and each.base in ("uuid", "text") and self._alone(relation, each))
                or (_STATUS.search(each.name) and relation.name in self.whose.memberships)
            )
            mine = each.required or each.name in owners
            if not each.automatic and (mine or width == "all" or (width == "usual" and usual)):
                chosen.append(each.name)
        return tuple(chosen)

    def for_row(
        self, relation: Relation, persona: Persona, width: str, variant: int
    ) -> dict[str, tuple[Value, ...]]:
        """What to try for each column that is given; columns of keys follow the parent's row."""
        if relation.name == AUTH_USERS:
            return {k: (v,) for k, v in account(persona, self.words.metadata).items()}
        columns = self.columns(relation, width)
        keyed = self._keys(relation, persona, columns)
        found: dict[str, tuple[Value, ...]] = {}
        for name in columns:
            attribute = relation.attribute(name)
            if attribute is not None:
                found[name] = keyed.get(name) or self._free(relation, attribute, persona, variant)
        return found

    def _keys(
        self, relation: Relation, persona: Persona, columns: tuple[str, ...]
    ) -> dict[str, tuple[Value, ...]]:
        found: dict[str, tuple[Value, ...]] = {}
        people, seen = 0, set[str]()
        for link in self.whose.links[relation.name]:
            if not set(link.columns) & set(columns) or set(link.columns) <= found.keys():
                continue
            if link.table == AUTH_USERS:
                continue
            values = self._parent(relation, link, persona)
            pair = people and link.table in self.whose.people
            other = self._parent(relation, link, THIRD) if pair else None
            people += link.table in self.whose.people
            for column, key in zip(link.columns, link.referenced, strict=True):
                attribute = relation.attribute(column)
                if column in found or attribute is None:
                    continue
                if values is not None:
                    again = (
                        (f"{values.get(key)}x",) if link.table in seen and attribute.base == "text" else ()
                    )
                    mine = (values.get(key), *((other.get(key),) if other else ()), *again)
                    found[column] = mine if attribute.not_null else (*mine, None)
                elif not attribute.not_null:
                    found[column] = (None,)
            seen.add(link.table)
        for number, name in enumerate(self.whose.owners[relation.name]):
            attribute = relation.attribute(name)
            whose: list[Value] = [persona.id, *([THIRD.id] if number + people else [])]
            null: list[Value] = [] if attribute is None or attribute.not_null else [None]
            found.setdefault(name, (*whose, *null))
        return found

    @staticmethod
    def _alone(relation: Relation, attribute: Attribute) -> bool:
        return (attribute.name,) in relation.uniques

    def _parent(self, relation: Relation, link: Link, persona: Persona) -> Mapping[str, Value] | None:
        """None for a row that has to wait for this one."""
        if link.table == relation.name:
            return None
        must = any((a := relation.attribute(c)) is not None and a.required for c in link.columns)
        if not must and relation.name in self.needs.get(link.table, ()):
            return None
        return self.parent(link.table, persona)

    def _free(
        self, relation: Relation, attribute: Attribute, persona: Persona, variant: int
    ) -> tuple[Value, ...]:
        member = relation.name in self.whose.memberships
        if is_role_column(attribute):
            powerful = persona is ADMIN or (
                member and persona.tenant == persona.name and not persona.anonymous
            )
            return role_options(attribute, relation, self.words, persona, powerful=powerful)
        public = self.words.public.get(relation.name, {}).get(attribute.name, frozenset())
        if (_PUBLIC.fullmatch(attribute.name) or public) and not attribute.is_array:
            found = candidates(attribute, relation.checks, persona, variant)
            return tuple(sorted(found, key=lambda value: _publicity(value, public)))
        if attribute.base == "uuid" and attribute.name.endswith("_id") and not attribute.is_array:
            of = persona.name if (attribute.name,) in relation.uniques else persona.tenant
            return (
                made_up(attribute.name, of, str(variant if (attribute.name,) in relation.uniques else 0)),
            )
        if attribute.base == "uuid" and attribute.has_default and not attribute.is_array:
            return (made_up(relation.name, attribute.name, persona.name, str(variant)),)
        found = candidates(attribute, relation.checks, persona, variant)
        if _OVER.fullmatch(attribute.name) and not attribute.is_array:
            return _going_on(found, attribute)
        return by_activity(found) if member and _STATUS.search(attribute.name) else found


def account(persona: Persona, metadata: tuple[str, ...] = ()) -> dict[str, Value]:
    """A row of auth.users, as Supabase Auth writes it; `metadata` are further keys that a form sent."""
    name, handle = f"Person {persona.name}", f"{persona.name.lower()}_user"
    meta = {key: handle.replace("_", "") for key in metadata if not _ROLE.search(key) and "id" not in key}
    meta |= {"full_name": name, "name": name, "user_name": handle, "username": handle}
    meta |= {"email": persona.email, "first_name": "Person", "last_name": persona.name}
    return {
        "id": persona.id,
        "email": None if persona.anonymous else persona.email,
        "encrypted_password": None if persona.anonymous else "$2a$06$" + "x" * 53,
        "aud": "authenticated",
        "role": "authenticated",
        "raw_user_meta_data": json.dumps({} if persona.anonymous else meta),
        "raw_app_meta_data": '{"provider": "email", "providers": ["email"]}',
        "email_confirmed_at": "2024-01-01",
        "created_at": "2024-01-01",
        "updated_at": "2024-01-01",
        "is_anonymous": "true" if persona.anonymous else "false",
    }
