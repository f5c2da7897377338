"""Reads the tables of a rehearsed database, with all that decides whether a row goes in."""

from collections.abc import Mapping
from typing import Any

from checklists.live.rows.relations import Attribute, Check, Link, Relation
from checklists.sql.schema import PLATFORM_SCHEMAS

# Tables of the platform that rows of people are kept in, or that policies of a repo stand on.
PLATFORM_TABLES = ("auth.users", "storage.buckets", "storage.objects", "realtime.messages")

_TYPES = """
with recursive base(oid, root, depth) as (
  select oid, case when typtype = 'd' then typbasetype else oid end, 0 from pg_type
  union all
  select base.oid, t.typbasetype, depth + 1 from base join pg_type t on t.oid = base.root
  where t.typtype = 'd' and depth < 20
), roots as (select distinct on (oid) oid, root from base order by oid, depth desc)
"""

_RELATIONS = (
    _TYPES
    + """
select format('%%s.%%s', n.nspname, c.relname), c.relispartition,
  (select json_agg(json_build_object(
     'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
     'base', coalesce(e.typname, t.typname), 'kind', coalesce(e.typtype, t.typtype),
     'not_null', a.attnotnull or d.typnotnull, 'has_default', a.atthasdef or a.attidentity <> ''
        or d.typdefault is not null,
     'automatic', a.attgenerated <> '' or a.attidentity = 'a', 'is_array', e.oid is not null,
     'length', case when t.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4
        when t.typname in ('vector', 'halfvec', 'bit', 'varbit') and a.atttypmod > 0 then a.atttypmod end,
     'labels', (select json_agg(enumlabel order by enumsortorder) from pg_enum
        where enumtypid = coalesce(e.oid, t.oid)),
     'fields', (select json_agg(ft.typname order by f.attnum) from pg_attribute f join pg_type ft
        on ft.oid = f.atttypid where f.attrelid = coalesce(e.typrelid, t.typrelid) and f.attnum > 0
        and not f.attisdropped and coalesce(e.typrelid, t.typrelid) <> 0)) order by a.attnum)
   from pg_attribute a join pg_type d on d.oid = a.atttypid join roots r on r.oid = a.atttypid
   join pg_type t on t.oid = r.root left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  (select json_agg(json_build_object('name', k.conname, 'columns', (
      select json_agg(a.attname order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attnum = any (k.conkey)),
      'expression', pg_get_expr(k.conbin, k.conrelid)) order by k.conname)
   from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'),
  (select json_agg(json_build_object('name', k.conname, 'columns', json_build_array(a.attname),
      'expression', pg_get_constraintdef(k.oid)) order by a.attnum, k.conname)
   from pg_attribute a join pg_constraint k on k.contypid in (
      select d.oid from base d where d.oid = a.atttypid) and k.contype = 'c'
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  (select json_agg(json_build_object('columns', (select json_agg(a.attname order by u.ord)
        from unnest(k.conkey) with ordinality u(n, ord) join pg_attribute a
        on a.attrelid = k.conrelid and a.attnum = u.n), 'table', format('%%s.%%s', rn.nspname, rc.relname),
      'referenced', (select json_agg(a.attname order by u.ord)
        from unnest(k.confkey) with ordinality u(n, ord) join pg_attribute a
        on a.attrelid = k.confrelid and a.attnum = u.n)) order by k.conname)
   from pg_constraint k join pg_class rc on rc.oid = k.confrelid join pg_namespace rn
   on rn.oid = rc.relnamespace where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0),
  (select json_agg(json_build_object('primary', i.indisprimary, 'columns', (
      select json_agg(coalesce(a.attname, '') order by u.ord) from unnest(i.indkey::int2[])
      with ordinality u(n, ord) left join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n
      where u.ord <= i.indnkeyatts)) order by not i.indisprimary, i.indexrelid::regclass::text)
   from pg_index i where i.indrelid = c.oid and i.indisunique)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
    and d.deptype = 'e')
  and ((n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s))
    or format('%%s.%%s', n.nspname, c.relname) = any (%(tables)s))
order by 1
"""
)


def read_relations(connection: Any) -> Mapping[str, Relation]:
    """The repo's tables by qualified name, with the few of the platform that rows are put into."""
    parameters = {"platform": sorted(PLATFORM_SCHEMAS), "tables": list(PLATFORM_TABLES)}
    rows = connection.execute(_RELATIONS, parameters).fetchall()
    return {name: _relation(name, *rest) for name, *rest in rows}


def _relation(name: str, partition: bool, *parts: Any) -> Relation:  # noqa: FBT001 - a column of a row
    columns, checks, domains, links, indexes = (part or () for part in parts)
    uniques = sorted((tuple(each["columns"]) for each in indexes if each["columns"]), key=len)
    return Relation(
        name=name,
        attributes=tuple(
            Attribute(**{**each, **{k: tuple(each[k] or ()) for k in ("labels", "fields")}})
            for each in columns
        ),
        checks=(
            *(Check(each["name"], tuple(each["columns"] or ()), each["expression"]) for each in checks),
            *(Check(each["name"], tuple(each["columns"]), _of_domain(each)) for each in domains),
        ),
        links=tuple(Link(tuple(e["columns"]), e["table"], tuple(e["referenced"])) for e in links),
        primary=next((tuple(each["columns"]) for each in indexes if each["primary"]), ()),
        uniques=tuple(uniques),
        partition=partition,
    )


def _of_domain(check: Mapping[str, Any]) -> str:
    """`CHECK ((VALUE > 0))` about its column."""
    inner = str(check["expression"]).removeprefix("CHECK ").removesuffix(" NOT VALID")
    column = '"' + check["columns"][0].replace('"', '""') + '"'
    return f"(select {inner} from (select {column} as VALUE) domain_value)"
