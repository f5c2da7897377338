"""What tables and columns are for, read off their names and keys: the conventions that most schemas share."""

from checklists.sql.schema import Column, ConstraintKind, Table

_CREATED = frozenset(
    {
        "createdat", "insertedat", "created", "createdon", "createddate", "datecreated",
        "createtime", "addedat",
    }
)  # fmt: skip
_UPDATED = frozenset(
    {
        "updatedat", "updated", "updatedon", "updateddate", "dateupdated", "modifiedat", "modified",
        "modifiedon", "lastmodified", "lastmodifiedat", "lastupdated", "lastupdatedat",
        "updatetime",
    }
)  # fmt: skip
_DELETED = frozenset(
    {
        "deletedat", "deletedon", "deleted", "isdeleted", "softdeletedat", "deleteddate",
        "trashedat",
    }
)  # fmt: skip
_ARCHIVED = frozenset({"archivedat", "archived", "isarchived", "archivedon", "removedat", "discardedat"})
# Tables that are only ever added to, and tables whose rows nobody wants back.
_LOGS = frozenset(
    {
        "log", "logs", "event", "events", "audit", "audits", "history", "histories", "ledger",
        "activity", "activities", "metric", "metrics", "stat", "stats", "snapshot", "snapshots",
        "view", "views", "visit", "visits", "click", "clicks", "tombstones", "webhook", "webhooks",
        "telemetry", "analytics",
    }
)  # fmt: skip
_PASSING = frozenset(
    {
        "session", "sessions", "token", "tokens", "otp", "otps", "cache", "lock", "locks", "limit",
        "limits", "nonce", "nonces", "job", "jobs", "queue", "queues", "outbox", "verification",
        "verifications", "code", "codes", "draft", "drafts", "invite", "invites", "invitation",
        "invitations", "notification", "notifications", "presence", "temp", "tmp", "staging",
        "import", "imports", "cart", "carts", "like", "likes", "favorite", "favorites", "favourite",
        "favourites", "follow", "follows", "follower", "followers", "reaction", "reactions", "vote",
        "votes", "bookmark", "bookmarks", "subscription", "subscriptions", "settings",
        "preferences", "key", "keys", "checkpoint", "checkpoints",
    }
)  # fmt: skip


def created_column(table: Table) -> Column | None:
    """The column that says when a row was made."""
    return _called(table, _CREATED)


def updated_column(table: Table) -> Column | None:
    """The column that says when a row was last changed."""
    return _called(table, _UPDATED)


def deleted_column(table: Table) -> Column | None:
    """The column that marks a row as deleted while it is kept."""
    return _called(table, _DELETED)


def archived_column(table: Table) -> Column | None:
    """The column that takes a row out of use, which mostly leaves it to be seen."""
    return _called(table, _ARCHIVED)


def _called(table: Table, names: frozenset[str]) -> Column | None:
    return next((each for each in table.columns if each.name.replace("_", "").lower() in names), None)


def words(name: str) -> frozenset[str]:
    """The parts of a snake_case name."""
    return frozenset(name.lower().split("_"))


def is_log(table: Table) -> bool:
    """Whether rows are only ever added to it, to go by its name."""
    return bool(words(table.name) & _LOGS)


def is_passing(table: Table) -> bool:
    """Whether its rows are of use for a while only, to go by its name."""
    return bool(words(table.name) & _PASSING)


def key_of(table: Table) -> tuple[str, ...]:
    """The columns of the primary key, empty where there is none."""
    return next((key.columns for key in table.of_kind(ConstraintKind.PRIMARY_KEY)), ())


def is_join(table: Table) -> bool:
    """Whether it only ties rows of other tables together: foreign keys, a key and times."""
    foreign = {name for key in table.of_kind(ConstraintKind.FOREIGN_KEY) for name in key.columns}
    known = foreign | {*key_of(table)}
    rest = (column for column in table.columns if column.name not in known)
    return len(foreign) > 1 and all(column.type.startswith("timestamp") for column in rest)
