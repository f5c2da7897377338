"""Edge functions that use CORS headers which are defined nowhere."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.cors import code, line_of
from checklists.model import Severity
from checklists.ts.index import EndpointKind, Module

CHECK = Check(
    items=("cors-configured",), rule="edge-fn-cors", severity=Severity.HIGH, sources=True, edge=True
)
_USE = re.compile(
    r"(?:\.\.\.\s*|\bheaders\s*:\s*)([A-Za-z_$][\w$]*[cC][oO][rR][sS]\w*|[cC][oO][rR][sS]\w*)\b(?!\s*[.(])"
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function whose replies use a variable with CORS headers."""
    for endpoint in project.sources.of_kind(EndpointKind.EDGE):
        module = project.sources.modules.get(endpoint.location.path)
        if module is None:
            continue
        text = code(module.text)
        uses = list(_USE.finditer(text))
        if not uses:
            continue
        yield Examined("edge functions with CORS headers")
        missing = next((use for use in uses if not _is_defined(module, text, use[1])), None)
        if missing is not None:
            yield Flag(
                endpoint.object,
                line_of(module, missing.start(1)),
                f"`{missing[1]}` is neither imported nor defined in this file: the first request that "
                "gets here ends in a "
                "ReferenceError.",
                "Import it from a shared module, or from `@supabase/supabase-js/cors` (2.95 and later).",
                within=(endpoint.object,),
            )


def _is_defined(module: Module, text: str, name: str) -> bool:
    if any(local == name for each in module.imports for local, _ in each.names):
        return True
    word = re.escape(name)
    declared = (
        rf"\b(?:const|let|var|function|class)\s+{word}\b|\b(?:const|let|"
        rf"var)\s*[{{\[][^=;]*\b{word}\b[^=;]*[}}\]]\s*="
    )
    parameter = rf"\([^()]*\b{word}\b[^()]*\)\s*(?::[^=>{{]*)?(?:=>|\{{)"
    return bool(re.search(declared, text) or re.search(parameter, text))
