"""A function counts as unused only where nothing can name it."""

import pytest
from builders import project

from checklists.ts.unused import unused

LIB = "export async function remove(id: string) { return id }\n"
ID = "lib/db.ts#remove"


@pytest.mark.parametrize(
    ("files", "is_unused"),
    [
        ({}, True),
        ({"app/a.ts": "import { remove } from '../lib/db'\nexport const go = [remove]"}, False),
        ({"app/a.ts": "import { remove as go } from '../lib/db'\ngo('1')"}, False),
        ({"app/a.ts": "import * as db from '../lib/db'\nconst all = [db]"}, False),
        ({"app/a.ts": "const db = await import('../lib/db')"}, False),
        ({"lib/index.ts": "export * from './db'"}, True),
        ({"lib/index.ts": "export * from './db'", "app/a.ts": "import { remove } from '../lib'"}, False),
        ({"lib/db.ts": f"{LIB}export const handlers = {{ remove }}"}, False),
        ({"lib/db.ts": LIB.replace("export ", "")}, False),
        ({"lib/db.ts": "export default async function remove() {}"}, False),
        ({"lib/db.ts": "export class Db { async remove() {} }"}, False),
    ],
)
def test_what_names_a_function(files: dict[str, str], is_unused: bool) -> None:
    assert (ID in unused(project({"lib/db.ts": LIB, **files}).sources)) is is_unused
