"""The types of expressions and the columns of queries, and the first thing in them that Postgres refuses."""

from dataclasses import dataclass, field
from typing import Any

from checklists.sql.analysis.families import differ
from checklists.sql.analysis.ranges import Range, Scope, of_relation, resolve
from checklists.sql.analysis.results import called, session_value
from checklists.sql.folding.indexes import figure
from checklists.sql.folding.names import display, find_relation, named, strings
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.typenames import type_text
from checklists.sql.parse import pb
from checklists.sql.schema import PLATFORM_SCHEMAS

UNKNOWN = "unknown"  # a literal's type, until what it is compared with decides
_COMPARING = frozenset({"=", "<>", "!=", "<", ">", "<=", ">="})
_TO_TEXT = frozenset({"->>", "#>>"})
_TO_JSON = frozenset({"->", "#>"})
# Tables that extensions bring.
_BROUGHT = frozenset({"spatial_ref_sys", "geometry_columns", "geography_columns", "pg_stat_statements"})
_MOST_LEVELS = 60

Scopes = tuple[Scope, ...]
Columns = list[tuple[str, str | None]]


@dataclass(slots=True)
class Analysis:
    """Reads expressions under the database as it stands, and gathers what Postgres would refuse of them."""

    db: Database
    found: list[Refused] = field(default_factory=list)
    depth: int = 0

    def kind(self, node: pb.Node, scopes: Scopes) -> str | None:
        """The type of an expression; None where it cannot be told."""
        which = node.WhichOneof("node")
        read = getattr(self, f"_{which}", None)
        if read is None or self.depth > _MOST_LEVELS:
            return None
        self.depth += 1
        try:
            found: str | None = read(getattr(node, which), scopes)
        finally:
            self.depth -= 1
        return found

    def _column_ref(self, node: Any, scopes: Scopes) -> str | None:
        names = strings(node.fields)
        if len(names) != len(node.fields) or not 0 < len(names) < 3:
            return None
        column, qualifier = names[-1], names[0] if len(names) > 1 else ""
        meant = resolve(scopes, qualifier, column)
        if meant.lacks is not None and not (qualifier and self._is_called(column)):
            message = f"{meant.lacks} has no column {column}"
            name = f"{meant.lacks}.{column}"
            made_elsewhere = name not in self.db.lost  # by hand, it may have been
            self.found.append(Refused("42703", message, f"column:{name}", uncertain=made_elsewhere))
        return meant.type

    def _is_called(self, column: str) -> bool:
        """`row.f` calls f."""
        return any(f.name == column for f in self.db.functions.values())

    def _a_const(self, node: Any, _scopes: Scopes) -> str:
        which = node.WhichOneof("val")
        return {"ival": "integer", "fval": "numeric", "boolval": "boolean"}.get(which, UNKNOWN)

    def _type_cast(self, node: Any, scopes: Scopes) -> str:
        kind = type_text(self.db, node.type_name, modifiers=False)
        if node.arg.WhichOneof("node") == "a_const":
            self._label(kind, node.arg)
        else:
            self.kind(node.arg, scopes)
        return kind

    def _label(self, kind: str | None, node: pb.Node) -> None:
        """Notes a literal that is none of the words of the enum it stands for."""
        enum = self.db.types.get(kind or "")
        if enum is None or enum.kind != "enum" or node.WhichOneof("node") != "a_const":
            return
        word = node.a_const.sval.sval
        if node.a_const.WhichOneof("val") == "sval" and word not in enum.labels:
            message = f"{enum.qualified} has no value {word!r}"
            self.found.append(Refused("22P02", message, f"type:{enum.qualified}"))

    def _collate_clause(self, node: Any, scopes: Scopes) -> str | None:
        return self.kind(node.arg, scopes)

    def _bool_expr(self, node: Any, scopes: Scopes) -> str:
        for each in node.args:
            self.kind(each, scopes)
        return "boolean"

    def _null_test(self, node: Any, scopes: Scopes) -> str:
        self.kind(node.arg, scopes)
        return "boolean"

    _boolean_test = _null_test

    def _sqlvalue_function(self, node: Any, _scopes: Scopes) -> str | None:
        return session_value(node)

    def _common(self, nodes: Any, scopes: Scopes) -> str | None:
        """The type of values that must become one: known where those that have a type agree; literals alone
        are text.
        """
        kinds = {self.kind(each, scopes) for each in nodes} - {UNKNOWN}
        if len(kinds) > 1:
            return None
        return kinds.pop() if kinds else "text"

    def _coalesce_expr(self, node: Any, scopes: Scopes) -> str | None:
        return self._common(node.args, scopes)

    _min_max_expr = _coalesce_expr

    def _case_expr(self, node: Any, scopes: Scopes) -> str | None:
        whens = [each.case_when for each in node.args]
        for each in () if node.HasField("arg") else whens:
            self.kind(each.expr, scopes)
        last = [node.defresult] if node.HasField("defresult") else []
        return self._common([*(each.result for each in whens), *last], scopes)

    def _a_array_expr(self, node: Any, scopes: Scopes) -> str | None:
        inner = self._common(node.elements, scopes)
        return None if inner is None or inner.endswith("[]") else f"{inner}[]"

    def _a_indirection(self, node: Any, scopes: Scopes) -> str | None:
        kind = self.kind(node.arg, scopes)
        one = len(node.indirection) == 1 and node.indirection[0].WhichOneof("node") == "a_indices"
        if not one or node.indirection[0].a_indices.is_slice or not (kind or "").endswith("[]"):
            return None
        return (kind or "")[:-2]

    def _func_call(self, node: Any, scopes: Scopes) -> str | None:
        kinds = [self.kind(each, scopes) for each in node.args]
        kind, function, (schema, name) = called(self.db, node)
        if function is not None:
            pairs = zip(kinds, function.arguments, strict=False)
            wrong = next((pair for pair in pairs if _is_no_variadic(*pair) and differ(self.db, *pair)), None)
            if wrong is not None:
                message = f"{function.signature} takes no {wrong[0]} for its {wrong[1]}"
                self.found.append(Refused("42883", message, function.object, uncertain=False))
        elif kind is None and schema not in PLATFORM_SCHEMAS and not self._overloaded(schema, name):
            of = display(self.db, schema, name)
            self.found.append(Refused("42883", f"there is no function {of} yet", f"function:{of}"))
        return kind

    def _overloaded(self, schema: str, name: str) -> bool:
        places = (schema,) if schema else self.db.search_path
        return any(self.db.functions.overloads(f"{place}.{name}") for place in places)

    def _a_expr(self, node: Any, scopes: Scopes) -> str | None:
        operator = strings(node.name)[-1]
        if node.kind == pb.AEXPR_NULLIF:
            return self._common([node.lexpr, node.rexpr], scopes)
        left = self.kind(node.lexpr, scopes) if node.HasField("lexpr") else None
        if node.kind == pb.AEXPR_IN:
            for each in node.rexpr.list.items:
                self._compare(left, operator, self.kind(each, scopes))
                self._label(left, each)
            return "boolean"
        right = self.kind(node.rexpr, scopes)
        if node.kind in (pb.AEXPR_OP_ANY, pb.AEXPR_OP_ALL):
            self._compare(left, operator, right[:-2] if right and right.endswith("[]") else None)
            return "boolean"
        if node.kind in (pb.AEXPR_OP, pb.AEXPR_DISTINCT, pb.AEXPR_NOT_DISTINCT) and operator in _COMPARING:
            self._compare(left, operator, right)
            self._label(left, node.rexpr)
            self._label(right, node.lexpr)
            return "boolean"
        return _result(operator, left, right) if node.kind == pb.AEXPR_OP else "boolean"

    def _compare(self, left: str | None, operator: str, right: str | None) -> None:
        if UNKNOWN not in (left, right) and operator in _COMPARING and differ(self.db, left, right):
            message = f"there is no operator {left} {operator} {right}"
            self.found.append(Refused("42883", message, f"operator:{operator}", uncertain=False))

    def _sub_link(self, node: Any, scopes: Scopes) -> str | None:
        columns = self.query(node.subselect.select_stmt, scopes)
        one = columns[0][1] if len(columns) == 1 else None
        if node.sub_link_type == pb.EXPR_SUBLINK:
            return "text" if one == UNKNOWN else one
        if node.sub_link_type == pb.ARRAY_SUBLINK:
            return f"{one}[]" if one and not one.endswith("[]") and one != UNKNOWN else None
        if node.HasField("testexpr") and len(columns) == 1:
            operator = strings(node.oper_name)[-1] if node.oper_name else "="
            left = self.kind(node.testexpr, scopes)
            self._compare(left, operator, "text" if one == UNKNOWN else one)
        return "boolean"

    def query(self, node: Any, scopes: Scopes) -> Columns:
        """The columns that a SELECT gives, as far as they are known; none where that is not at all."""
        if node.op not in (pb.SETOP_NONE, pb.SET_OPERATION_UNDEFINED):
            with_names = self._with(node, scopes)
            left, right = self.query(node.larg, with_names), self.query(node.rarg, with_names)
            return left if [kind for _, kind in left] == [kind for _, kind in right] else []
        if node.values_lists:
            return []
        inner = self._with(node, scopes)
        ranges: list[Range] = []
        for each in node.from_clause:
            ranges += self._ranges(each, inner, ranges)
        inner = (*inner, tuple(ranges))
        for each in node.from_clause:
            self._conditions(each, inner)
        if node.HasField("where_clause"):
            self.kind(node.where_clause, inner)
        if node.HasField("having_clause"):
            self.kind(node.having_clause, inner)
        targets = [each.res_target for each in node.target_list]
        kinds = [self.kind(each.val, inner) for each in targets]
        if any(_is_star(each.val) for each in targets):
            return []
        names = (each.name or figure(each.val) for each in targets)
        return list(zip(names, kinds, strict=True))

    def _with(self, node: Any, scopes: Scopes) -> Scopes:
        """The scopes with the names of WITH, which shadow tables: as ranges that no column reaches."""
        for each in node.with_clause.ctes if node.HasField("with_clause") else ():
            cte = each.common_table_expr
            scopes = (*scopes, (Range(f"with {cte.ctename}", {}, all=True),))
            if cte.ctequery.WhichOneof("node") == "select_stmt":
                self.query(cte.ctequery.select_stmt, scopes)
        return scopes

    def _ranges(self, node: Any, scopes: Scopes, beside: list[Range]) -> list[Range]:
        match node.WhichOneof("node"):
            case "range_var":
                return [self._relation(node.range_var, scopes)]
            case "join_expr":
                join = node.join_expr
                left = self._ranges(join.larg, scopes, beside)
                both = left + self._ranges(join.rarg, scopes, beside + left)
                return [Range(join.alias.aliasname, {})] if join.alias.aliasname else both
            case "range_subselect":
                sub = node.range_subselect
                around = (*scopes, tuple(beside)) if sub.lateral else scopes
                columns = self.query(sub.subquery.select_stmt, around)
                renamed = bool(sub.alias.colnames)
                given = {} if renamed else {n: "text" if k == UNKNOWN else k for n, k in columns}
                return [Range(sub.alias.aliasname, given, all=bool(given))]
            case "range_function":
                alias = node.range_function.alias.aliasname
                return [Range(alias, {})]
        return [Range("", {})]

    def _relation(self, node: Any, scopes: Scopes) -> Range:
        alias = node.alias.aliasname or node.relname
        local = f"with {node.relname}"
        if not node.schemaname and any(each.alias == local for scope in scopes for each in scope):
            return Range(alias, {})
        found = find_relation(self.db, *named(node))
        if found is not None:
            known = of_relation(self.db, found, alias)
            return Range(alias, {}) if node.alias.colnames else known
        of = display(self.db, *named(node))
        foreign = of.partition(".")[0] in PLATFORM_SCHEMAS or node.relname.startswith("pg_")
        if not foreign and node.relname not in _BROUGHT:
            self.found.append(Refused("42P01", f"no migration creates the table {of}", f"table:{of}"))
        return Range(alias, {})

    def _conditions(self, node: Any, scopes: Scopes) -> None:
        if node.WhichOneof("node") == "join_expr":
            join = node.join_expr
            self._conditions(join.larg, scopes)
            self._conditions(join.rarg, scopes)
            if join.HasField("quals"):
                self.kind(join.quals, scopes)


def _is_no_variadic(given: str | None, wanted: str) -> bool:
    return (given or "").endswith("[]") == wanted.endswith("[]")


def _is_star(value: Any) -> bool:
    if value.WhichOneof("node") != "column_ref":
        return False
    last: str | None = value.column_ref.fields[-1].WhichOneof("node")
    return last == "a_star"


def _result(operator: str, left: str | None, right: str | None) -> str | None:
    if operator in _TO_TEXT:
        return "text"
    if operator in _TO_JSON:
        return left if left in ("json", "jsonb") else None
    if operator == "||":
        plain = {left, right} <= {"text", UNKNOWN}
        return "text" if plain else None
    return (
        "boolean"
        if operator in ("~~", "!~~", "~~*", "!~~*", "~", "~*", "@>", "<@", "&&", "?", "?|")
        else None
    )
