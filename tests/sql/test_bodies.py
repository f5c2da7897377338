"""What function bodies do, read from their text."""

import pytest
from builders import migrations

from checklists.sql.questions.bodies import Body, body_of
from checklists.sql.questions.injection import Trust, dynamic_statements
from checklists.sql.schema import Function


def function(text: str) -> Function:
    return next(iter(f for f in migrations(text).schema.functions.values() if f.schema == "public"))


def plpgsql(body: str, arguments: str = "q text", returns: str = "void") -> Function:
    return function(
        f"create function public.f({arguments}) returns {returns} language plpgsql as $$\n{body}\n$$;"
    )


@pytest.mark.parametrize(
    ("returns", "body"),
    [
        ("void", "begin return; end"),
        ("integer", "begin return 1; end"),
        ("setof integer", "begin return query select 1; return; end"),
        ("table (a integer, b text)", "begin a := 1; b := 'x'; return next; end;"),
        ("trigger", "begin new.a := old.a; if tg_op = 'INSERT' then return new; end if; return null; end;"),
        ("trigger", "begin return new; end"),
        ("public.kind", "declare k public.kind; begin k := 'a'; return k; end"),
    ],
)
def test_every_kind_of_function_is_read(returns: str, body: str) -> None:
    found = function(
        "create type public.kind as enum ('a');"
        f"create function public.f() returns {returns} language plpgsql as $$ {body} $$;"
    )
    assert body_of(found).fault == ""


def test_lines_count_from_the_body() -> None:
    made = plpgsql("declare v text := 'a';\nbegin\n  v = v || q;\n  execute v;\nend")
    pieces = body_of(made).pieces
    assert [(p.line, p.text, p.assigns) for p in pieces if p.assigns] == [(2, "'a'", "v"), (4, "v || q", "v")]
    assert [(p.line, p.text) for p in pieces if p.dynamic] == [(5, "v")]


def test_what_cannot_be_read_says_why() -> None:
    assert body_of(plpgsql("begin if then end")).fault
    other = Function(
        "public",
        "f",
        (),
        "void",
        "plv8",
        "return 1",
        function("select 1; create function public.f() returns int language sql as 'select 1'").location,
    )
    assert body_of(other) == Body(fault="it is written in plv8")


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("'select 1'", Trust.SAFE),
        ("'select ' || quote_literal(q)", Trust.SAFE),
        ("format('select %L, %I', q, q)", Trust.SAFE),
        ("format('%2$I %1$L %%', q, q)", Trust.SAFE),
        ("format('select %s', q::integer)", Trust.SAFE),
        ("format('select %s', n)", Trust.SAFE),
        ("'table ' || tg_table_name", Trust.SAFE),
        ("'order by ' || case q when 'a' then 'a' else 'b' end", Trust.SAFE),
        ("'select ' || q", Trust.CALLER),
        ("'select ' || lower(trim(q))", Trust.CALLER),
        ("format('select %s', q)", Trust.CALLER),
        ("format('%2$s %1$I', q, q)", Trust.CALLER),
        ("q", Trust.CALLER),
        ("$1", Trust.CALLER),
        ("f.q", Trust.CALLER),
        ("concat('select ', coalesce(q, 'x'))", Trust.CALLER),
        ("'select ' || (select title from public.t limit 1)", Trust.UNKNOWN),
        ("'select ' || public.clean(q)", Trust.UNKNOWN),
        ("'select ' || r.name", Trust.UNKNOWN),
    ],
)
def test_origin_of_executed_text(text: str, trust: Trust) -> None:
    made = plpgsql(f"declare r record; begin execute {text}; end", "q text, n integer")
    [(_, origin)] = dynamic_statements(made)
    assert origin.trust is trust, origin


def test_variables_are_followed_to_what_was_put_in_them() -> None:
    looped = plpgsql("declare a text := 'x'; b text; begin b := a || 'y'; a := b; execute a; end")
    assert [o.trust for _, o in dynamic_statements(looped)] == [Trust.SAFE]
    tainted = plpgsql("declare a text := 'x'; begin a := a || q; execute a; end")
    assert [o.source for _, o in dynamic_statements(tainted)] == ["the parameter q"]


@pytest.mark.parametrize(
    ("test", "trust"),
    [
        ("if q not in ('a', 'b') then raise exception 'no'; end if;", Trust.SAFE),
        ("if q <> all (array['a', 'b']) then return; end if;", Trust.SAFE),
        ("if q not in ('a', 'b') then raise notice 'no'; end if;", Trust.CALLER),
        ("-- if q not in ('a', 'b') then raise exception 'no';", Trust.CALLER),
        ("if q not in (select a from public.t) then raise exception 'no'; end if;", Trust.CALLER),
    ],
)
def test_a_value_of_a_written_list_is_the_authors(test: str, trust: Trust) -> None:
    made = plpgsql(f"begin {test}\n execute 'select ' || q; end")
    assert [origin.trust for _, origin in dynamic_statements(made)] == [trust]


@pytest.mark.parametrize(("spec", "trust"), [("%I", Trust.SAFE), ("%s", Trust.CALLER)])
def test_a_template_in_dollars_is_read(spec: str, trust: Trust) -> None:
    made = plpgsql(f"begin execute format($s$ select {spec} from t where a = %L $s$, q, q); end")
    assert [origin.trust for _, origin in dynamic_statements(made)] == [trust]
