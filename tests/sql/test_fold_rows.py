"""Rows that migrations write and rules read: storage buckets and cron jobs."""

from folding import built, gaps

from checklists.sql.schema import Facet


def test_buckets() -> None:
    schema = built(
        """
        insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
        values ('a', 'a', true, 1024, array['image/png', 'image/jpeg']),
               ('b', 'b', false, null, '{text/plain}');
        insert into storage.buckets (id, name) select 'c', 'c' where not exists
          (select 1 from storage.buckets where id = 'c');
        insert into storage.buckets (id, name, public) values ('a', 'a', false) on conflict (id) do nothing;
        insert into storage.buckets (id, name, public) values ('b', 'b', true)
          on conflict (id) do update set public = excluded.public;
        update storage.buckets set file_size_limit = 5 * 1024 where id = 'c';
        """,
        """
        insert into storage.buckets (id, name) values ('d', 'd');
        delete from storage.buckets where id = 'd';
        """,
    )
    assert list(schema.buckets) == ["a", "b", "c"]
    assert schema.buckets["a"].public
    assert schema.buckets["a"].allowed_mime_types == ("image/png", "image/jpeg")
    assert (schema.buckets["b"].public, schema.buckets["b"].allowed_mime_types) == (True, ("text/plain",))
    assert schema.buckets["c"].file_size_limit == 5120
    assert schema.gaps == ()


def test_a_bucket_from_data_is_a_gap() -> None:
    schema = built("create table t (n text); insert into storage.buckets (id, name) select n, n from t;")
    assert [facets for _, facets in gaps(schema)] == [frozenset({Facet.BUCKETS})]


def test_cron_jobs() -> None:
    schema = built("""
        create extension pg_cron;
        select cron.schedule('nightly', '0 3 * * *', $$ delete from t $$);
        select cron.schedule('gone', '0 3 * * *', 'select 1');
        select cron.schedule('nightly', '0 4 * * *', 'select 2');
        do $$ begin
          perform cron.unschedule('gone');
          perform cron.unschedule('never') where exists (select 1 from cron.job where jobname = 'never');
        exception when others then null;
        end $$;
        select cron.unschedule(jobid) from cron.job where jobname = 'other';
    """)
    assert [(job.name, job.schedule, job.command) for job in schema.cron_jobs] == [
        ("nightly", "0 4 * * *", "select 2")
    ]
    assert schema.gaps == ()
