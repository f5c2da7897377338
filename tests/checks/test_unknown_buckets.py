"""Buckets that were made in the dashboard are for the reviewer: an upload to one is never "nothing here"."""

from builders import check, project

from checklists.model import Status

UPLOAD = """
import { createBrowserClient } from '@supabase/ssr'
const address = process.env.NEXT_PUBLIC_SUPABASE_URL!
const supabase = createBrowserClient(address, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!)
export async function keep(file: File) {
  const { error } = await supabase.storage.from('avatars').upload(file.name, file)
  if (error) throw error
}
export async function keepMore(file: File) {
  const { error } = await supabase.storage.from('avatars').upload(`more/${file.name}`, file)
  if (error) throw error
}
"""
LIMITED = """
insert into storage.buckets (id, name, file_size_limit, allowed_mime_types)
values ('avatars', 'avatars', 1048576, array['image/png']);
"""


def test_a_bucket_that_nothing_makes_is_undetermined_once() -> None:
    said = check("bucket_unlimited", project({"lib/keep.ts": UPLOAD}))
    assert said.status is Status.UNDETERMINED
    (gap,) = said.gaps
    assert gap.object == "bucket:avatars"
    assert "which no migration makes" in gap.because


def test_a_bucket_of_a_migration_or_of_the_configuration_is_known() -> None:
    sql = {"supabase/migrations/20240101000000_b.sql": LIMITED}
    assert check("bucket_unlimited", project({"lib/keep.ts": UPLOAD} | sql)).status is Status.CLEAR
    config = {"supabase/config.toml": '[storage.buckets.avatars]\nfile_size_limit = "1MiB"\n'}
    assert check("bucket_unlimited", project({"lib/keep.ts": UPLOAD} | config)).gaps == ()
