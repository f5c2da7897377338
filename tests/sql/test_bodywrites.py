"""Which tables function bodies write."""

from builders import migrations

from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.schema import Command


def test_a_comment_that_speaks_of_an_update_is_none() -> None:
    schema = migrations(
        """create table public.t (id uuid primary key, seen timestamptz);
create function public.f() returns void language plpgsql as $$ begin
  -- Update the count for it
  update t set seen = now();
  -- delete from t;
end $$;"""
    ).schema
    (write,) = body_writes(schema)["public.t"]
    assert write.command is Command.UPDATE
    assert "seen" in write.text
