"""What is wrong with the sample repo on purpose, and which rule should say so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: the catalogue item that it fails, the rule that finds it, and the object it is found at."""

    item: str
    rule: str
    object: str


_BIDS = "app/actions/bids.ts"
_TENDERS = "app/actions/tenders.ts"
_SEARCH = "route:app/api/tenders/search/route.ts#GET"

PLANTED = (
    # Security checklist
    Planted("rls-enabled", "rls-enabled", "table:public.tender_questions"),
    Planted("rls-enabled", "definer-view-exposed", "view:public.buyer_dashboard"),
    Planted("input-validated", "server-action-input-validated", f"action:{_BIDS}#submitBid"),
    Planted("input-validated", "mass-assignment", f"action:{_BIDS}#submitBid"),
    Planted("service-role-contained", "service-role-reachable-from-client", "file:lib/supabase/admin.ts"),
    Planted("service-role-contained", "elevated-client-unscoped", "edge:notify-bidders"),
    Planted("service-role-contained", "elevated-client-unscoped", f"action:{_TENDERS}#withdrawTender"),
    Planted("injection-impossible", "postgrest-filter-injection", _SEARCH),
    Planted("errors-masked", "server-action-error-leak", f"action:{_TENDERS}#changeTender"),
    Planted("errors-masked", "edge-fn-error-leak", "edge:notify-bidders"),
    Planted("actions-authenticated", "server-action-auth", f"action:{_TENDERS}#withdrawTender"),
    # Anti-patterns
    Planted(
        "permissive-policies",
        "policy-always-true",
        "policy:public.supplier_profiles/Suppliers keep their profile up to date",
    ),
    Planted(
        "permissive-policies",
        "permissive-or-widening",
        "policy:public.tenders/Authors withdraw their tenders",
    ),
    Planted("service-role-in-client", "service-role-reachable-from-client", "file:lib/supabase/admin.ts"),
    Planted("unvalidated-actions", "server-action-input-validated", f"action:{_BIDS}#submitBid"),
    Planted("unvalidated-actions", "server-action-input-validated", f"action:{_TENDERS}#withdrawTender"),
    Planted("n-plus-one", "n-plus-one", "action:app/actions/questions.ts#askQuestions"),
    Planted("n-plus-one", "n-plus-one", "call:app/tenders/page.tsx#TendersPage/tender_questions.select"),
    Planted("missing-indexes", "foreign-key-indexed", "constraint:public.bids/bids_supplier_id_fkey"),
    Planted("unhandled-errors", "supabase-error-handled", f"action:{_TENDERS}#withdrawTender"),
    Planted("sql-concatenation", "postgrest-filter-injection", _SEARCH),
)
"""Every fault that is worse than low, at the items that they fail."""

UNDECIDED = ("policies-tested", "no-client-secrets", "rate-limits", "uploads-validated")
"""The items at which nothing is wrong as far as a machine can tell, and a person has to say the rest."""

SILENT = ("cors-configured", "float-money", "naive-timestamps", "select-star", "hard-coded-values")
"""The items at which everything that they ask about is right."""

SOUND = (
    "table:public.organisations",
    "table:public.memberships",
    "table:public.tenders",
    "column:public.tenders.budget_min",
    "column:public.tenders.deadline",
    "column:public.bids.amount",
    "policy:public.tenders/Authors edit their tenders",
    "function:private.my_organisations()",
    "function:public.search_suppliers(text)",
    "view:public.published_tenders",
    "bucket:tender-documents",
    "bucket:bid-documents",
    "policy:storage.objects/Suppliers add bid documents",
    f"action:{_TENDERS}#draftTender",
    "action:app/actions/sign-in.ts#requestSignInLink",
    "edge:close-tender",
    "route:app/api/documents/route.ts#POST",
    "route:app/api/webhooks/payments/route.ts#POST",
)
"""What stands beside the faults and is right: nothing worse than a matter of taste may be said of these."""
