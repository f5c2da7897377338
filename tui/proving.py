"""The proof behind the review: asked for once, told as it goes, its claims laid under the answers."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from checklists.counting import named
from checklists.model import Suggestion
from tui import messages
from tui.drafting import Drafting
from tui.glyphs import Glyphs
from tui.ports import Ports
from tui.proof_state import ProofState

if TYPE_CHECKING:
    from checklists.checks.project import Project


class Proving(Drafting):
    """A draft whose suggestions a proof may change; the answers stay."""

    def __init__(self, ports: Ports, glyphs: Glyphs | None = None) -> None:
        super().__init__(ports, glyphs)
        self._read: Project | None = None
        self._proof = ProofState()

    @on(messages.ProofReached)
    def _proof_reached(self, event: messages.ProofReached) -> None:
        self._show_proof(self._proof.at(event.stage, event.done, event.total))

    @on(messages.Claimed)
    def _claimed(self, event: messages.Claimed) -> None:
        self._show_proof(self._proof.claiming(event.claim))

    @on(messages.Upgraded)
    def _upgraded(self, event: messages.Upgraded) -> None:
        changed = {**self.review.suggestions, **event.suggestions}
        if self._proof.running and changed != self.review.suggestions:
            self._lay_on(changed)

    def _lay_on(self, suggestions: Mapping[str, Suggestion]) -> None:
        """The answers stay, on other suggestions."""
        if self._store is None or self._draft is None:
            return
        self._save_place()
        here, before = self.review.current, self.review.answers
        draft = self._store.open(suggestions, self._draft.subject)
        self._take(replace(draft, review=replace(draft.review, current=here), messages=()))
        gone = [item for item in before if item not in self.review.answers]
        if gone:
            self._say(f"The proof changed what is suggested, so your answer is open again: {named(gone)}.")

    @on(messages.ProofEnded)
    def _proof_ended(self, event: messages.ProofEnded) -> None:
        self._project = event.project
        proof = event.project.proof
        self._show_proof(self._proof.ended(proof.claims if proof else ()))
        self._lay_on(event.suggestions)
        self._say(f"Proof: {self._proof.state}; m shows who can do what.")

    @on(messages.ProofFailed)
    def _proof_failed(self, event: messages.ProofFailed) -> None:
        self._show_proof(self._proof.failed(event.message))
        self._say(f"{event.message} {event.hint}", severity="error")

    def action_matrix(self) -> None:
        """Who can do what to which table, and how that is known; the proof runs first, after asking once."""
        from tui.screens.matrix import MatrixScreen  # noqa: PLC0415 - not on the path to the first screen

        if self._proof.claims or self._proof.running:
            self.push_screen(MatrixScreen(self._proof.claims, self._proof.state, self.glyphs))
        elif self._draft is None or self._project is None or self.ports.prove is None:
            self._say(self._not_yet if self._draft is None else "Nothing can be proven here.")
        elif (why := self.ports.unable()) is not None:
            self._say(f"{why.message} {why.hint}", severity="error")
        elif self.ports.consent is None or self.ports.consent.given(self._project):
            self._prove()
            self._say("The proof runs behind the review; m shows it.")
        else:
            from tui.screens.consent import ConsentDialog  # noqa: PLC0415 - as above

            self.push_screen(ConsentDialog(), self._after_consent)

    def _after_consent(self, yes: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
        if yes and self._project is not None and self.ports.consent is not None:
            self.ports.consent.give(self._project)
            self._prove()

    def _prove(self) -> None:
        from tui import proof  # noqa: PLC0415 - as above

        if self._read is not None and self._store is not None and not self._proof.running:
            self._show_proof(ProofState(running=True, state="starting"))
            run = partial(proof.prove, self.ports, self._read, self._store, self.post_message)
            self.run_worker(run, thread=True)

    def _show_proof(self, state: ProofState) -> None:
        from tui.screens.matrix import MatrixScreen  # noqa: PLC0415 - as above

        self._proof = state
        if isinstance(self.screen, MatrixScreen):
            self.screen.show(state.claims, state.state)
