"""Renames reach everything that names the object, but never function bodies."""

from folding import built, constraints, function, gaps, indexes, policies, table


def test_a_renamed_table_keeps_what_hangs_on_it() -> None:
    schema = built("""
        create table a (id int primary key);
        create table t (id int references a);
        create policy p on a using (a.id = 1);
        create policy q on t using (exists (select 1 from a where a.id = t.id));
        create view v as select id from a;
        create trigger g before update on a for each row execute function f();
        alter publication supabase_realtime add table a;
        alter table a rename to b;
    """)
    assert "public.a" not in schema.tables
    moved = table(schema, "public.b")
    assert moved.policies[0].table == "public.b"
    assert moved.policies[0].using == "b.id = 1"
    assert indexes(schema, "public.b") == ["a_pkey"]
    assert moved.indexes[0].table == moved.triggers[0].table == "public.b"
    assert constraints(schema)["t_id_fkey"].references == "public.b"
    assert table(schema).policies[0].using == "EXISTS (SELECT 1 FROM b WHERE b.id = t.id)"
    assert schema.views["public.v"].relations == ("public.b",)
    assert schema.views["public.v"].query == "SELECT id FROM b"
    assert [name for name, _ in schema.publications["supabase_realtime"].tables] == ["public.b"]
    assert schema.gaps == ()


def test_an_alias_of_the_old_name_is_left_alone() -> None:
    schema = built("""
        create table a (id int);
        create table t (id int);
        create policy p on t using (exists (select 1 from a as x where x.id = t.id));
        alter table a rename to x;
    """)
    assert table(schema).policies[0].using == "EXISTS (SELECT 1 FROM x x WHERE x.id = t.id)"


def test_a_renamed_column_in_keys_indexes_policies_and_views() -> None:
    schema = built("""
        create table t (id int primary key, owner uuid references auth.users, check (owner is not null));
        create table c (t int references t (id));
        create index i on t (owner) where owner is not null;
        create policy p on t using (owner = auth.uid());
        create policy q on c using (exists (select 1 from t where t.id = c.t and owner = auth.uid()));
        create view v as select owner from t;
        alter table t rename column owner to user_id;
        alter table t rename column id to key;
    """)
    assert constraints(schema)["t_owner_fkey"].columns == ("user_id",)
    assert constraints(schema)["t_owner_check"].expression == "user_id IS NOT NULL"
    assert constraints(schema, "public.c")["c_t_fkey"].referenced_columns == ("key",)
    assert table(schema).indexes[1].columns == ("user_id",)
    assert table(schema).indexes[1].predicate == "user_id IS NOT NULL"
    assert table(schema).policies[0].using == "user_id = auth.uid()"
    assert (
        table(schema, "public.c").policies[0].using
        == "EXISTS (SELECT 1 FROM t WHERE t.key = c.t AND user_id = auth.uid())"
    )
    assert schema.views["public.v"].query == "SELECT user_id AS owner FROM t"


def test_a_column_of_another_table_with_the_same_name_is_left_alone() -> None:
    schema = built("""
        create table o (id int, owner uuid);
        create table t (id int, owner uuid);
        create policy p on t using (exists (select 1 from o where owner = auth.uid()));
        alter table t rename column owner to user_id;
    """)
    assert "WHERE owner = auth.uid()" in (table(schema).policies[0].using or "")


def test_functions_policies_triggers_and_types() -> None:
    schema = built("""
        create type s as enum ('a', 'b');
        create table t (id int, s s);
        create function is_admin() returns boolean language sql as 'select true';
        create function f() returns trigger language plpgsql as 'begin return new; end';
        create policy p on t using (is_admin());
        create trigger g before update on t for each row execute function f();
        alter function is_admin() rename to admin;
        alter function f() rename to touch;
        alter policy p on t rename to q;
        alter trigger g on t rename to h;
        alter type s rename to status;
        alter type status rename value 'a' to 'c';
    """)
    made = table(schema)
    assert policies(schema) == ["q"]
    assert made.policies[0].using == "admin()"
    assert (made.triggers[0].name, made.triggers[0].function) == ("h", "public.touch")
    assert made.columns[1].type == "public.status"
    assert schema.types["public.status"].labels == ("c", "b")


def test_set_schema_and_renamed_schema() -> None:
    schema = built("""
        create schema private;
        create table t (id int);
        create function f(x t) returns t language sql as 'select x';
        alter table t set schema private;
        alter schema private rename to hidden;
    """)
    assert "hidden.t" in schema.tables
    assert function(schema, "public.f").arguments == ("hidden.t",)
    assert "hidden" in schema.schemas
    assert "private" not in schema.schemas


def test_constraints_and_indexes() -> None:
    schema = built("""
        create table t (id int primary key, a int);
        create index i on t (a);
        alter table t rename constraint t_pkey to t_key;
        alter index i rename to j;
        alter index t_key rename to t_pk;
    """)
    assert indexes(schema) == ["t_pk", "j"]
    assert list(constraints(schema)) == ["t_pk"]


def test_a_body_keeps_the_old_name() -> None:
    schema = built("""
        create table a (id int);
        create function f() returns bigint language sql as 'select count(*) from a';
        alter table a rename to b;
    """)
    assert function(schema, "public.f").body == "select count(*) from a"
    assert gaps(schema) == []
