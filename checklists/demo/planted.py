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

PLANTED = (
    # Security checklist
    Planted("rls-enabled", "rls-enabled", "table:public.tender_questions"),
    Planted("rls-enabled", "definer-view-exposed", "view:public.buyer_dashboard"),
    Planted("policies-tested", "rls-policy-tested", "tests:policies"),
    Planted("input-validated", "server-action-input-validated", f"action:{_BIDS}#submitBid"),
    Planted("input-validated", "edge-fn-input-validated", "edge:notify-bidders"),
    Planted("no-client-secrets", "public-env-secret", "env:NEXT_PUBLIC_MAILER_SECRET"),
    Planted("no-client-secrets", "secret-committed", "file:.env.staging"),
    Planted("service-role-contained", "service-role-reachable-from-client", "file:lib/supabase/admin.ts"),
    Planted("service-role-contained", "elevated-client-unscoped", "edge:notify-bidders"),
    Planted("rate-limits", "rate-limit-sensitive", "action:app/actions/sign-in.ts#requestSignInLink"),
    Planted("injection-impossible", "dynamic-sql-plpgsql", "function:public.search_suppliers(text, text)"),
    Planted(
        "injection-impossible", "postgrest-filter-injection", "route:app/api/tenders/search/route.ts#GET"
    ),
    Planted("errors-masked", "server-action-error-leak", f"action:{_TENDERS}#changeTender"),
    Planted("errors-masked", "edge-fn-error-leak", "edge:notify-bidders"),
    Planted("actions-authenticated", "server-action-auth", f"action:{_TENDERS}#withdrawTender"),
    Planted("actions-authenticated", "auth-verified-not-session", f"action:{_BIDS}#annotateBids"),
    Planted("uploads-validated", "upload-limits", "bucket:bid-documents"),
    Planted("uploads-validated", "upload-content-check", "route:app/api/documents/route.ts#POST"),
    Planted("uploads-validated", "storage-policy-scoped", "policy:storage.objects/Bid documents"),
    Planted("cors-configured", "edge-fn-cors", "edge:notify-bidders"),
    # Anti-patterns
    Planted(
        "permissive-policies",
        "policy-always-true",
        "policy:public.supplier_profiles/Suppliers keep their profile up to date",
    ),
    Planted("service-role-in-client", "service-role-reachable-from-client", "file:lib/supabase/admin.ts"),
    Planted("unvalidated-actions", "server-action-input-validated", f"action:{_BIDS}#submitBid"),
    Planted("n-plus-one", "n-plus-one", f"action:{_BIDS}#annotateBids"),
    Planted("select-star", "select-star", "route:app/api/tenders/search/route.ts#GET"),
    Planted("missing-indexes", "foreign-key-indexed", "constraint:public.bids/bids_supplier_id_fkey"),
    Planted("float-money", "money-numeric", "column:public.bids.amount"),
    Planted("naive-timestamps", "timestamptz-only", "column:public.bids.submitted_at"),
    Planted(
        "hard-coded-values",
        "hard-coded-id",
        "policy:public.supplier_profiles/The platform team verifies suppliers",
    ),
    Planted("unhandled-errors", "supabase-error-handled", f"action:{_TENDERS}#withdrawTender"),
    Planted("sql-concatenation", "dynamic-sql-plpgsql", "function:public.search_suppliers(text, text)"),
)
"""At least one for each of the 22 items."""

SOUND = (
    "table:public.organisations",
    "table:public.memberships",
    "table:public.tenders",
    "column:public.tenders.budget_min",
    "column:public.tenders.deadline",
    "policy:public.tenders/Authors edit their tenders",
    "function:private.my_organisations()",
    "view:public.published_tenders",
    "bucket:tender-documents",
    "policy:storage.objects/Buyers add tender documents",
    f"action:{_TENDERS}#draftTender",
    "edge:close-tender",
    "route:app/api/webhooks/payments/route.ts#POST",
)
"""What stands beside the faults and is right: nothing worse than a matter of taste may be said of these."""
