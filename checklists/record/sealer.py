"""The sealing of one project's review, as the console and the command line ask for it."""

from datetime import UTC, datetime
from pathlib import Path

from checklists.checks.project import Project
from checklists.errors import CountersealError, SigningError
from checklists.record.keys import Key, Scheme, check_key, choose_key
from checklists.record.model import Decision, Reviewer
from checklists.record.principal import check_principal
from checklists.record.roles import role_of
from checklists.record.seal import Prepared, Sealed, folder_of, newest_in, prepare, seal
from checklists.record.signature import signers_line
from checklists.record.signing import public_key_of
from checklists.record.statement import open_items
from checklists.record.target import target_of
from checklists.repo.identity import identity
from checklists.review.draft import Draft


class RepoSealer:
    """Who signs, with which key, and what the record will say; what was shown is what is signed.

    Raises:
        RecordError: git's user.email cannot name a signer, or the policy has no such role.
    """

    def __init__(
        self,
        project: Project,
        *,
        key: Path | None = None,
        out: Path | None = None,
        role: str | None = None,
        base: str | None = None,
    ) -> None:
        root = Path(project.snapshot.root)
        who = identity(root)
        self._project, self._out, self._base = project, out, base
        policy = target_of(root, project.snapshot.subject.commit, base).file("policy.toml")
        self._reviewer = Reviewer(check_principal(who.email), who.name, role_of(policy, who.email, role))
        self.reviewer: str = self._reviewer.email
        """The principal that the signature will be checked for."""
        self.missing: CountersealError | None = None
        """Why nothing can be signed yet: there is no key, or nothing that could sign with it."""
        self._key: Key | None = None
        try:
            self._key = check_key(choose_key(who, root, key))
        except SigningError as error:
            self.missing = error
        self.key: str = str(self._key or "")
        """The key, as its owner knows it; empty where there is none."""
        self._draft: Draft | None = None
        self._shown: dict[tuple[str, str], Prepared] = {}

    @property
    def signing_key(self) -> Key:
        """The key to sign with.

        Raises:
            SigningError: There is none.
        """
        if self._key is None:
            raise self.missing or SigningError("There is no key to sign with.")
        return self._key

    @property
    def already(self) -> Path | None:
        """The reviewer's newest record of this commit, where there is one."""
        return newest_in(folder_of(self._project, self._out), self.reviewer)

    @property
    def signers_line(self) -> str:
        """The reviewer's line of a signers file; empty for an OpenPGP key, or one that cannot be read."""
        public = public_key_of(self.signing_key)
        ssh = public.startswith(("ssh-", "ecdsa-", "sk-"))
        return signers_line(self.reviewer, public) if ssh else ""

    def open_items(self, draft: Draft) -> tuple[str, ...]:
        """The items that still stand in the way."""
        return open_items(draft.review, datetime.now(UTC).date())

    def sentence(self, draft: Draft, verdict: str, reason: str = "") -> str:
        """The first-person sentence that the reviewer confirms by sealing."""
        return self.prepared(draft, verdict, reason).record.statement

    def page(self, draft: Draft, verdict: str, reason: str = "") -> str:
        """The record's Markdown page as it will be."""
        return self.prepared(draft, verdict, reason).page

    def seal(self, draft: Draft, verdict: str, reason: str = "") -> tuple[Path, ...]:
        """Sign and write; the files, the record first."""
        done: Sealed = seal(self.prepared(draft, verdict, reason), self.signing_key)
        self._shown.clear()
        return done.record, done.signature, done.page, done.scope

    def prepared(self, draft: Draft, verdict: str, reason: str = "") -> Prepared:
        """The record to sign, made once for a draft, a verdict and the reason for it.

        Raises:
            RecordError: The review cannot be sealed as it stands.
        """
        asked = (verdict, reason)
        if self._draft is not draft:
            self._draft, self._shown = draft, {}
        if asked not in self._shown:
            self._shown[asked] = prepare(
                draft,
                self._project,
                self._reviewer,
                Decision(verdict),
                scheme=self._key.scheme if self._key is not None else Scheme.SSH,
                out=self._out,
                reason=asked[1],
                base=self._base,
            )
        return self._shown[asked]
