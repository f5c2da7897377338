"""Components of Vue and Svelte: their scripts are read where they stand, their markup is not."""

import pytest
from builders import check, project

from checklists.ts.scripts import script_of

VUE = """<template>
  <p>{{ supabase.from('nothing').select('id') }}</p>
</template>

<script setup lang="ts">
import { admin } from '../lib/admin'
const { data } = await admin.from('tenders').select('id')
</script>

<style>p { color: red }</style>
"""
ADMIN = """import { createClient } from '@supabase/supabase-js'
export const admin = createClient(import.meta.env.VITE_URL, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""


@pytest.mark.parametrize("path", ["src/pages/tenders.vue", "src/routes/tenders.svelte"])
def test_a_component_is_read_at_its_lines_and_is_a_client_root(path: str) -> None:
    seen = project({path: VUE, "src/lib/admin.ts": ADMIN})
    assert [(q.table, q.location.line) for q in seen.sources.queries()] == [("tenders", 7)]
    assert path in seen.sources.reachable_from_client


def test_a_component_that_reaches_the_service_role() -> None:
    seen = project({"src/pages/tenders.vue": VUE, "src/lib/admin.ts": ADMIN})
    assert [f.location.path for f in check("service_role_reachable_from_client", seen).findings] == [
        "src/lib/admin.ts"
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<script>a</script><script lang='ts'>b</script>", "ab"),
        ('<script type="application/ld+json">{}</script>', ""),
        ('<script type="module">a</script>', "a"),
        ("<!-- <script>a</script> -->", ""),
        ("<SCRIPT\n setup>a</SCRIPT >", "a"),
        ("<script>a", ""),
    ],
)
def test_what_counts_as_script(text: str, code: str) -> None:
    found = script_of("a.vue", text)
    assert found.replace(" ", "").strip() == code
    assert (len(found), found.count("\n")) == (len(text), text.count("\n"))
