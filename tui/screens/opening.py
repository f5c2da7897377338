"""What stands while the repo is read: stages, what was found, or what went wrong and what to do."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from tui.glyphs import Glyphs
from tui.text import one_line, visible

if TYPE_CHECKING:
    from checklists.checks.project import Project

STAGES: Mapping[str, str] = {
    "files": "read from git",
    "migrations": "folded into one schema",
    "sources": "TypeScript files read",
    "checks": "run while you review",
}
"""Each stage, and what it does with what it counts."""
_PROMISE = "Nothing in the repo is run. Every answer is saved as it is given."
Reached = tuple[tuple[str, int, int], ...]


class OpeningScreen(Screen[None]):
    """Follows the stages that the worker reports."""

    HELP_TITLE = "Opening"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "app.leave", "Quit", id="opening.quit")]

    reached: reactive[Reached] = reactive(())
    fault: reactive[tuple[str, str] | None] = reactive(None)

    def __init__(
        self, where: str, revision: str, glyphs: Glyphs, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__()
        self._where, self._revision, self._glyphs, self._clock = where, revision, glyphs, clock
        self._since = clock()

    def compose(self) -> ComposeResult:
        with Vertical(id="card"):
            yield Static(self._title(), id="opening-title")
            yield Static(id="stages")
            yield Static(id="fault")
            yield Static(Content.styled(_PROMISE, "$quiet"), id="promise")
        yield Footer(show_command_palette=False)

    def report(self, stage: str, done: int, total: int) -> None:
        """A stage has come this far."""
        others = tuple(each for each in self.reached if each[0] != stage)
        if len(others) == len(self.reached):
            self._since = self._clock()
        self.reached = (*others, (stage, done, total))

    def watch_reached(self) -> None:
        if self.is_running:
            self.query_one("#stages", Static).update(
                Content("\n").join(self._stage(stage) for stage in STAGES)
            )

    def watch_fault(self) -> None:
        if self.is_running and self.fault is not None:
            message, hint = (visible(text, ascii_only=self._glyphs.plain) for text in self.fault)
            parts = [Content.assemble((f"{self._glyphs.failed} ", "bold $text-error"), message)]
            if hint:
                parts.append(Content.assemble((f"{self._glyphs.arrow} ", "$accent"), hint))
            self.query_one("#fault", Static).update(Content("\n\n").join(parts))
            self.query_one("#fault").display = True
            self.query_one("#promise").display = False
            self.add_class("-fault")

    def on_mount(self) -> None:
        self.query_one("#fault").display = False
        self.set_interval(1, self.watch_reached)
        self.watch_reached()
        self.watch_fault()

    def _title(self) -> Content:
        where = one_line(self._where, ascii_only=self._glyphs.plain)
        revision = one_line(self._revision, ascii_only=self._glyphs.plain)
        return Content.assemble(
            (f"{self._glyphs.logo} counterseal", "bold $accent"),
            "\n\n",
            (where, "bold"),
            (f" @ {revision}", "$quiet"),
        )

    def _stage(self, name: str) -> Content:
        at = next((each for each in self.reached if each[0] == name), None)
        if at is None:
            return Content.styled(f"{self._glyphs.open} {name:<12}{'':>6}   {STAGES[name]}", "$quiet")
        _, done, total = at
        if done >= total:
            return Content.assemble(
                (f"{self._glyphs.passed} ", "$accent"),
                f"{name:<12}{total:>6}",
                (f"   {STAGES[name]}", "$quiet"),
            )
        count = f"{done} of {total}" if done else str(total) if total > 1 else ""
        seconds = int(self._clock() - self._since)
        taken = f"{self._glyphs.ellipsis} {seconds} s" if seconds else self._glyphs.ellipsis
        mark = (f"{self._glyphs.pending} ", "$accent")
        return Content.assemble(mark, (f"{name:<12}{count:>6}", "bold"), (f"   {taken}", "$quiet"))


def found(project: "Project", glyphs: Glyphs) -> str:
    """What the repo holds, in one line of counts."""
    schema, endpoints = project.schema, project.sources.endpoints
    counts = [
        (sum(1 for _ in schema.user_tables()), "table"),
        (sum(1 for _ in schema.policies()), "policy"),
        *((sum(e.kind.value == kind for e in endpoints), word) for kind, word in _ENDPOINTS),
    ]
    space = " " if glyphs.plain else _NO_BREAK
    told = (f"{count} {_plural(word, count)}".replace(" ", space) for count, word in counts if count)
    return f" {glyphs.dot} ".join(told)


_NO_BREAK = "\N{NO-BREAK SPACE}"
_ENDPOINTS = (("action", "server action"), ("route", "route"), ("edge", "edge function"))


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
