"""What kind of application a file belongs to."""

from builders import project

from checklists.checks.subjects.apps import runs_in_browser

ROOT = '{ "dependencies": { "@angular/core": "^21", "@supabase/supabase-js": "^2" } }'


def test_a_package_that_names_none_takes_the_workspaces() -> None:
    files = {
        "package.json": ROOT,
        "apps/mobile/package.json": '{ "name": "mobile" }',
        "apps/mobile/src/a.ts": "",
    }
    assert runs_in_browser(project(files), "apps/mobile/src/a.ts")
    api = files | {"apps/mobile/package.json": '{ "dependencies": { "fastify": "^5" } }'}
    assert not runs_in_browser(project(api), "apps/mobile/src/a.ts")
