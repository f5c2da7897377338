"""Whatever a tree holds, reading it ends in a value or in a RepositoryError."""

from hypothesis import given
from hypothesis import strategies as st

from checklists.errors import RepositoryError
from checklists.repo import Snapshot, Subject
from checklists.repo.config import read_config
from checklists.repo.layout import find_layout
from checklists.repo.source_file import readable_path, source_file

PARTS = st.sampled_from(
    ["supabase", "migrations", "functions", "app", "tests", "a", "_shared", "index.ts", "1_a.sql", "10_b.sql",
     "x.sql", "seed.sql", "config.toml", "node_modules", "examples", "é", "[x]", "..", " ", "\n"]
)  # fmt: skip
PATHS = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
CONFIGS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "db = 1",
            "[db]\nseed = []",
            '[db.seed]\nsql_paths = ["[", "**", "../../x", 3]',
            "[functions.a]\nentrypoint = 1",
        ]
    ),
)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_fault(data: bytes) -> None:
    file = source_file("a.sql", "", data)
    assert file.data == data
    if file.fault:
        assert file.text == ""
    else:
        assert file.text.encode() == data.removeprefix(b"\xef\xbb\xbf")
        assert "\0" not in file.text


@given(st.binary(max_size=50))
def test_any_name_can_be_shown_and_stored(name: bytes) -> None:
    path, decodable = readable_path(name)
    assert path.encode().decode() == path
    assert decodable == (path.encode() == name)


@given(
    st.frozensets(PATHS, max_size=12), CONFIGS, st.sampled_from(["", "a", "supabase/migrations", "nowhere"])
)
def test_any_tree_has_a_layout_or_a_reason(paths: frozenset[str], config: str, inside: str) -> None:
    files = {path: source_file(path, "", config.encode()) for path in paths}
    seen = Snapshot("/repo", Subject("c", "t"), files, paths, inside=inside)
    try:
        layout = find_layout(seen)
    except RepositoryError:
        return
    assert layout.migrations
    assert {*layout.migrations, *layout.sources, *layout.seeds} <= paths
    assert len(set(layout.migrations)) == len(layout.migrations)
    assert isinstance(read_config(seen, layout.config).exposed_schemas, tuple)
