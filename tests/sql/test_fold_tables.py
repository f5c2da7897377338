"""Tables, columns, constraints and indexes as the migrations leave them."""

from folding import built, constraints, gaps, indexes, table

from checklists.sql.schema import ConstraintKind, Facet, TableKind


def test_a_table_with_its_columns_and_made_up_names() -> None:
    schema = built("""
        create table t (
          id uuid primary key default gen_random_uuid(),
          owner uuid not null references auth.users on delete cascade,
          amount numeric(12,2) check (amount > 0),
          code varchar(20) unique,
          tags text[],
          at timestamptz default now()
        );
    """)
    made = table(schema)
    assert [(c.name, c.type, c.not_null) for c in made.columns] == [
        ("id", "uuid", True),
        ("owner", "uuid", True),
        ("amount", "numeric(12,2)", False),
        ("code", "character varying(20)", False),
        ("tags", "text[]", False),
        ("at", "timestamp with time zone", False),
    ]
    assert set(constraints(schema)) == {"t_pkey", "t_owner_fkey", "t_amount_check", "t_code_key"}
    key = constraints(schema)["t_owner_fkey"]
    assert (key.references, key.referenced_columns, key.on_delete) == ("auth.users", ("id",), "CASCADE")
    assert indexes(schema) == ["t_pkey", "t_code_key"]
    assert made.location.line == 2
    assert made.location.end_line == 9
    assert schema.gaps == ()


def test_each_column_carries_its_own_line() -> None:
    made = table(built("create table t (\n  a int,\n  b text\n);\nalter table t add column c int;"))
    assert [c.location.line for c in made.columns if c.location] == [2, 3, 5]


def test_names_are_clipped_to_63_bytes_and_numbered() -> None:
    long = "a" * 40
    schema = built(f"create table {long} ({'b' * 40} int unique, c int check (c > 0) check (c < 9));")
    made = table(schema, f"public.{long}")
    names = [each.name for each in made.constraints]
    assert names == [f"{long}_c_check", f"{long}_c_check1", f"{'a' * 29}_{'b' * 29}_key"]
    assert all(len(name.encode()) <= 63 for name in names)


def test_a_constraint_name_is_free_in_the_whole_schema() -> None:
    schema = built("""
        create table t (id int primary key, o int references t);
        alter table t rename to old;
        create table t (id int primary key, o int references t);
    """)
    assert set(constraints(schema, "public.old")) == {"t_pkey", "t_o_fkey"}
    assert set(constraints(schema)) == {"t_pkey1", "t_o_fkey1"}


def test_a_unique_over_the_primary_key_makes_no_second_index() -> None:
    assert indexes(built("create table t (id uuid unique not null primary key);")) == ["t_pkey"]


def test_a_check_over_two_columns_is_named_for_the_table() -> None:
    assert list(constraints(built("create table t (a int, b int check (b > a));"))) == ["t_check"]


def test_serial_and_identity() -> None:
    made = table(built("create table t (a serial, b bigint generated always as identity, c int);"))
    first, second, _ = made.columns
    assert (first.type, first.default, first.not_null) == (
        "integer",
        "nextval('public.t_a_seq'::regclass)",
        True,
    )
    assert (second.identity, second.not_null, second.default) == (True, True, None)


def test_default_null_is_no_default() -> None:
    made = table(
        built("create table t (a text default null, b text default 'x', c text default null::text);")
    )
    assert [c.default for c in made.columns] == [None, "'x'", None]


def test_altering_columns() -> None:
    schema = built("""
        create table t (a int, b text);
        alter table t alter a type bigint, alter a set default 4, alter b set not null, add c uuid,
          drop column if exists nothing;
        alter table t alter b drop not null;
    """)
    assert [(c.name, c.type, c.default, c.not_null) for c in table(schema).columns] == [
        ("a", "bigint", "4", False),
        ("b", "text", None, False),
        ("c", "uuid", None, False),
    ]


def test_dropping_a_column_takes_its_constraints_and_indexes_along() -> None:
    schema = built("""
        create table t (id int primary key, a int unique, b int check (b > 0));
        create index on t (a, id);
        create index partial on t (id) where b > 0;
        alter table t drop column a, drop column b;
    """)
    assert list(constraints(schema)) == ["t_pkey"]
    assert indexes(schema) == ["t_pkey"]


def test_the_index_of_a_constraint_stays_whatever_drops_it() -> None:
    schema = built("""
        create table t (id int primary key, a int, b int, unique (a, b));
        create unique index loose on t (b);
        drop index if exists t_a_b_key cascade;
        drop index loose;
    """)
    assert indexes(schema) == ["t_pkey", "t_a_b_key"]
    assert [(each.state, each.certain) for each in schema.refusals] == [("2BP01", True)]


def test_a_foreign_key_to_a_dropped_table_goes_with_cascade() -> None:
    schema = built("""
        create table p (id int primary key);
        create table t (id int primary key, p int references p);
        drop table p cascade;
    """)
    assert list(constraints(schema)) == ["t_pkey"]


def test_a_drop_that_postgres_would_refuse_leaves_the_table() -> None:
    schema = built("""
        create table p (id int primary key);
        create table t (p int references p);
        drop table p;
    """)
    assert "public.p" in schema.tables
    assert list(constraints(schema)) == ["t_p_fkey"]


def test_not_valid_then_validated() -> None:
    one = built("create table t (a int); alter table t add constraint c check (a > 0) not valid;")
    assert constraints(one)["c"].validated is False
    two = built(
        "create table t (a int); alter table t add constraint c check (a > 0) not valid;",
        "alter table t validate constraint c;",
    )
    assert constraints(two)["c"].validated is True


def test_index_names_that_postgres_makes_up() -> None:
    schema = built("""
        create table t (a text, b int, deleted_at timestamptz);
        create index on t (a);
        create index on t (a);
        create index on t (lower(a), b) where deleted_at is null;
        create unique index on t ((b + 1));
        create index if not exists t_a_idx on t (b);
    """)
    assert indexes(schema) == ["t_a_idx", "t_a_idx1", "t_lower_b_idx", "t_expr_idx"]
    lower = table(schema).indexes[2]
    assert (lower.columns, lower.predicate) == (("lower(a)", "b"), "deleted_at IS NULL")


def test_index_method_classes_and_included_columns() -> None:
    schema = built(
        "create table t (a text, b int); create index i on t using gin (a gin_trgm_ops) include (b);"
    )
    (index,) = table(schema).indexes
    assert (index.method, index.operator_classes, index.included) == ("gin", ("gin_trgm_ops",), ("b",))


def test_a_constraint_takes_over_an_index() -> None:
    schema = built("""
        create table t (a int);
        create unique index i on t (a);
        alter table t add constraint t_pk primary key using index i;
    """)
    assert indexes(schema) == ["t_pk"]
    assert table(schema).columns[0].not_null
    assert table(schema).of_kind(ConstraintKind.PRIMARY_KEY)[0].columns == ("a",)


def test_partitions_have_the_parents_columns_keys_and_indexes() -> None:
    schema = built("""
        create table t (id int, at date, primary key (id, at)) partition by range (at);
        create index on t (at);
        create table t26 partition of t for values from ('2026-01-01') to ('2027-01-01');
        create table t27 (id int not null, at date not null);
        alter table t attach partition t27 for values from ('2027-01-01') to ('2028-01-01');
    """)
    assert table(schema).kind is TableKind.PARTITIONED
    child = table(schema, "public.t26")
    assert child.partition_of == "public.t"
    assert [c.name for c in child.columns] == ["id", "at"]
    assert indexes(schema, "public.t26") == ["t26_pkey", "t26_at_idx"]
    assert table(schema, "public.t27").partition_of == "public.t"


def test_inherits_copies_columns_and_checks_but_no_key() -> None:
    schema = built("create table p (id int primary key check (id > 0)); create table t (a int) inherits (p);")
    assert [c.name for c in table(schema).columns] == ["id", "a"]
    assert list(constraints(schema)) == ["p_id_check"]


def test_like_copies_what_is_included_and_never_row_security() -> None:
    schema = built("""
        create table p (id int primary key default 7, a text unique);
        alter table p enable row level security;
        create table t (like p);
        create table u (like p including all);
    """)
    assert [c.default for c in table(schema).columns] == [None, None]
    assert constraints(schema) == {}
    assert set(constraints(schema, "public.u")) == {"u_pkey", "u_a_key"}
    assert not table(schema).rls_enabled
    assert not table(schema, "public.u").rls_enabled


def test_create_table_as_and_select_into() -> None:
    schema = built("""
        create table p (id int, a text);
        create table t as select id, a as b, 1::bigint as n from p;
        select * into u from p;
    """)
    assert [(c.name, c.type) for c in table(schema).columns] == [
        ("id", "integer"),
        ("b", "text"),
        ("n", "bigint"),
    ]
    assert [c.name for c in table(schema, "public.u").columns] == ["id", "a"]


def test_temporary_tables_are_no_part_of_the_schema() -> None:
    schema = built("create temp table x (a int); create index on x (a); insert into x values (1);")
    assert not any(name.endswith(".x") for name in schema.tables)
    assert schema.gaps == ()


def test_a_table_that_no_migration_makes_is_a_gap_of_its_facets() -> None:
    assert gaps(built("alter table profiles enable row level security;")) == [
        ("table:public.profiles", frozenset({Facet.RLS, Facet.TABLES}))
    ]


def test_creating_twice_keeps_the_first_and_leaves_a_doubt_where_they_differ() -> None:
    schema = built(
        "create table t (a int, b int);", "create table if not exists t (c int); create table t (a int);"
    )
    assert [c.name for c in table(schema).columns] == ["a", "b"]
    assert schema.gaps == ()
    assert [of for of, _ in gaps(built("create table t (a int); create table t (b int);"))] == [
        "table:public.t"
    ]


def test_row_security_with_its_place() -> None:
    schema = built(
        "create table t (a int);\nalter table t enable row level security, force row level security;"
    )
    made = table(schema)
    assert (made.rls_enabled, made.rls_forced) == (True, True)
    assert made.rls_location is not None
    assert made.rls_location.line == 2
    assert made.location.line == 1


def test_row_security_switched_off_again() -> None:
    made = table(
        built(
            "create table t (a int); alter table t enable row level security;",
            "alter table t disable row level security;",
        )
    )
    assert not made.rls_enabled
    assert made.rls_location is not None
    assert made.rls_location.path.endswith("1_file.sql")


def test_comments_unlogged_and_owner() -> None:
    schema = built("""
        create unlogged table t (a int);
        comment on table t is 'what it is';
        alter table t owner to supabase_admin;
    """)
    made = table(schema)
    assert (made.unlogged, made.comment, made.owner) == (True, "what it is", "supabase_admin")
