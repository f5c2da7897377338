"""The names that a parameter or a destructuring pattern binds, and what each of them takes."""

from collections.abc import Iterator

from checklists.ts.parse import Node

REST = "*"  # the path of `...rest`: everything that is not taken by name


def bound(pattern: Node, path: str = "") -> Iterator[tuple[str, str, int]]:
    """Each name with the property path that it takes (`data.user`, `0`, empty for all) and its offset."""
    kind = pattern.kind()
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        name = pattern.text()
        whole = path if kind == "identifier" else _step(path, name)
        yield name, whole, pattern.range().start.index
    elif kind == "object_pattern":
        for child in pattern.named_children():
            yield from _property(child, path)
    elif kind == "array_pattern":
        yield from _elements(pattern, path)
    elif kind in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.field("left")
        if left is not None:
            yield from bound(left, path)
    elif kind == "rest_pattern":
        for child in pattern.named_children():
            yield from bound(child, _step(path, REST))


def _property(child: Node, path: str) -> Iterator[tuple[str, str, int]]:
    if child.kind() != "pair_pattern":
        yield from bound(child, path)
        return
    key, value = child.field("key"), child.field("value")
    if key is not None and value is not None:
        yield from bound(value, _step(path, key.text().strip("'\"")))


def _elements(pattern: Node, path: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    for child in pattern.children():
        if child.kind() == ",":
            position += 1
        elif child.is_named():
            yield from bound(child, _step(path, str(position)))


def _step(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
