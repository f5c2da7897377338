"""The line at the top: what is under review, and how far it stands."""

from collections.abc import Iterator, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from checklists.review.state import Review
from tui.glyphs import Glyphs
from tui.ports import Checking, Reopened
from tui.standing import Standing, standing
from tui.text import one_line

_BAR = 12
_ROOMY = 100


class Burndown(Horizontal):
    """Follows the review."""

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    checking: reactive[Checking] = reactive((0, 0), init=False)
    sealed: reactive[Review | None] = reactive(None, init=False)

    def __init__(self, where: str, revision: str, glyphs: Glyphs, among: tuple[str, ...]) -> None:
        super().__init__(id="burndown")
        self._where, self._revision, self._glyphs, self._among = where, revision, glyphs, among

    def compose(self) -> ComposeResult:
        name = one_line(self._where, ascii_only=self._glyphs.plain)
        revision = one_line(self._revision, ascii_only=self._glyphs.plain)
        title = Content.assemble(
            (f"{self._glyphs.logo} ", "$accent"), (name, "bold"), (f" @ {revision}", "$quiet")
        )
        yield Static(title, id="identity")
        yield Static(id="standing")

    def watch_review(self) -> None:
        self._show()

    def watch_reopened(self) -> None:
        self._show()

    def watch_checking(self) -> None:
        self._show()

    def watch_sealed(self) -> None:
        self._show()

    @property
    def _is_sealed(self) -> bool:
        """Whether the review was sealed with just these answers."""
        was = self.sealed
        return was is not None and (was.answers, was.judged) == (self.review.answers, self.review.judged)

    def _show(self) -> None:
        if self.is_mounted:
            now = standing(self.review, self._among)
            open_again = sum(i not in self.review.answers for i in self.reopened if i in self._among)
            show = short_line if self.size.width < _ROOMY else line
            self.query_one("#standing", Static).update(
                show(now, open_again, self._glyphs, checking=self.checking, sealed=self._is_sealed)
            )

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()


def line(
    now: Standing, open_again: int, glyphs: Glyphs, *, checking: Checking = None, sealed: bool = False
) -> Content:
    """`14 of 22 decided ━━━━━─── 3 failing · 2 need you`; while the checks report, `checking 41 of 60 …`."""
    if checking == (0, 0):
        return _not_counted_yet(glyphs)
    done, total = checking or (now.decided, now.total)
    filled = round(_BAR * done / total) if total else 0
    how_far = (
        Content.assemble((str(done), "bold"), (f" of {total} decided", "$quiet"))
        if checking is None
        else Content.assemble(("checking ", "$quiet"), (str(done), "bold"), (f" of {total}", "$quiet"))
    )
    parts = [
        how_far,
        Content.assemble((glyphs.done * filled, "$accent"), (glyphs.rest * (_BAR - filled), "$faint")),
        Content.styled(f" {glyphs.dot} ", "$quiet").join(_counts(now, open_again, sealed=sealed)),
    ]
    return Content("  ").join(parts)


def short_line(
    now: Standing, open_again: int, glyphs: Glyphs, *, checking: Checking = None, sealed: bool = False
) -> Content:
    """`14/22 decided  ✗ 3  ? 2`, where there is little room."""
    if checking == (0, 0):
        return _not_counted_yet(glyphs)
    done, total = checking or (now.decided, now.total)
    marks = (
        (now.failing, glyphs.failed, "bold $text-error"),
        (now.undetermined, glyphs.undetermined, "bold $text-warning"),
        (open_again, glyphs.changed, "bold $text-warning"),
    )
    what = "sealed" if sealed else "decided" if checking is None else "checked"
    decided = Content.assemble((str(done), "bold"), (f"/{total} {what}", "$quiet"))
    return Content("  ").join(
        [decided, *(Content.styled(f"{mark} {count}", style) for count, mark, style in marks if count)]
    )


def _not_counted_yet(glyphs: Glyphs) -> Content:
    """How many checks there are to run is known once the first has reported."""
    return Content.styled(f"checking{glyphs.ellipsis}", "$quiet")


def _counts(now: Standing, open_again: int, *, sealed: bool) -> Iterator[Content]:
    if sealed:
        yield Content.styled("sealed", "bold $accent")
    elif now.decided == now.total:
        yield Content.styled("ready to seal", "$accent")
    for count, word, style in (
        (now.failing, "failing", "bold $text-error"),
        (now.undetermined, "need you", "bold $text-warning"),
        (open_again, "reopened", "bold $text-warning"),
    ):
        if count:
            yield Content.assemble((str(count), style), (f" {word}", "$quiet"))
