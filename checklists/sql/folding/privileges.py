"""What a GRANT or REVOKE does to a list of grants."""

from dataclasses import dataclass

from checklists.sql.schema import TABLE_PRIVILEGES, Grant

ALL = {
    "r": TABLE_PRIVILEGES,
    "S": ("USAGE", "SELECT", "UPDATE"),
    "f": ("EXECUTE",),
    "T": ("USAGE",),
    "n": ("USAGE", "CREATE"),
}
ON_COLUMNS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")


@dataclass(frozen=True, slots=True)
class Change:
    """GRANT or REVOKE of (privilege, columns) pairs; without columns it is of the whole object."""

    give: bool
    roles: tuple[str, ...]
    privileges: tuple[tuple[str, tuple[str, ...]], ...]

    def apply(self, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        """The grants afterwards, in the order in which they came about."""
        whole = {(g.role, g.privilege): g for g in grants if not g.columns}
        partial = {(g.role, g.privilege): g for g in grants if g.columns}
        for role in self.roles:
            for privilege, columns in self.privileges:
                key = (role, privilege)
                if columns:
                    _columns(partial, key, columns, give=self.give)
                elif self.give:
                    whole[key] = Grant(role, privilege)
                else:
                    # Revoking on the table revokes on its columns too (Postgres, REVOKE).
                    whole.pop(key, None)
                    partial.pop(key, None)
        return (*whole.values(), *partial.values())


def _columns(
    partial: dict[tuple[str, str], Grant], key: tuple[str, str], columns: tuple[str, ...], *, give: bool
) -> None:
    have = partial[key].columns if key in partial else ()
    if give:
        left = tuple(dict.fromkeys(have + columns))
    else:
        left = tuple(column for column in have if column not in columns)
    if left:
        partial[key] = Grant(*key, left)
    else:
        partial.pop(key, None)
