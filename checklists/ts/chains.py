"""A chain of calls on one receiver, taken apart: `supabase.from('t').select('a').eq('b', c)`."""

from dataclasses import dataclass

from checklists.ts.parse import Node, unwrap


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One link: a property that is called, with its arguments, or only read (`arguments` is None)."""

    name: str
    arguments: tuple[Node, ...] | None
    node: Node

    @property
    def called(self) -> bool:
        """Whether the property is called."""
        return self.arguments is not None


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """`root` is the receiver (an identifier, `this.client`'s `this`, a call without receiver …), `steps` the
    links from there on, `node` the whole.
    """

    root: Node
    steps: tuple[Step, ...]
    node: Node

    def find(self, name: str) -> Step | None:
        """The first call of that name."""
        return next((step for step in self.steps if step.name == name and step.called), None)

    @property
    def methods(self) -> tuple[str, ...]:
        """The names of all calls, in order."""
        return tuple(step.name for step in self.steps if step.called)


def read_chain(node: Node) -> Chain:
    """Take an expression apart, from its last call down to its receiver."""
    steps: list[Step] = []
    current = node
    while True:
        inner = unwrap(current)
        kind = inner.kind()
        if kind == "member_expression":
            below = _property(inner, None, steps)
        elif kind == "call_expression":
            function = inner.field("function")
            member = unwrap(function) if function is not None else None
            if member is None or member.kind() != "member_expression":
                return Chain(inner, tuple(reversed(steps)), node)
            below = _property(member, inner, steps)
        else:
            return Chain(inner, tuple(reversed(steps)), node)
        if below is None:
            return Chain(inner, tuple(reversed(steps)), node)
        current = below


def _property(member: Node, call: Node | None, steps: list[Step]) -> Node | None:
    name, target = member.field("property"), member.field("object")
    if name is None or target is None:
        return None
    steps.append(Step(name.text(), arguments(call) if call is not None else None, call or member))
    return target


def arguments(call: Node) -> tuple[Node, ...]:
    """The arguments of a call, comments left out; a tagged template is its own single argument."""
    listed = call.field("arguments")
    if listed is None:
        return ()
    if listed.kind() == "template_string":
        return (listed,)
    return tuple(child for child in listed.named_children() if child.kind() != "comment")


def literal(node: Node | None) -> str | None:
    """The text of a string without substitutions, None for anything else."""
    if node is None:
        return None
    kind = node.kind()
    if kind == "string" or (kind == "template_string" and "${" not in node.text()):
        return node.text()[1:-1]
    return None


def properties(node: Node) -> dict[str, Node]:
    """The properties of an object literal by name; shorthand ones stand for themselves."""
    found: dict[str, Node] = {}
    for child in node.named_children():
        if child.kind() == "shorthand_property_identifier":
            found[child.text()] = child
            continue
        key, value = child.field("key"), child.field("value")
        if key is not None and value is not None:
            found[key.text().strip("'\"")] = value
    return found
