"""Secrets of other services in text, by the prefixes that these services give their keys."""

import base64
import re
from collections.abc import Iterator

from checklists.checks.subjects.secret_values import Secret, is_issued, shown
from checklists.repo.sieve import Mark

# Test keys (`sk_test_…`) and publishable ones (`pk_live_…`) are left out: they open nothing. A text is
# searched for a kind only where it holds one of the kind's marks: to look for those takes next to no time,
# and less still where the pattern begins with the mark: what stands before it is asked behind it.
_KINDS = (
    ("a Stripe secret key", ("k_live_",), re.compile(r"\b[sr]k_live_[0-9A-Za-z]{20,}\b")),
    # `v1,whsec_…` is the format of Standard Webhooks: the Auth server's hooks have it, Stripe has not.
    ("a Stripe webhook secret", ("whsec_",), re.compile(r"whsec_(?<![\w,]whsec_)[0-9A-Za-z+/]{24,}={0,2}")),
    (
        "the secret of a webhook (an Auth hook's, as a rule)",
        ("whsec_",),
        re.compile(r"v1[a-z]?,whsec_[0-9A-Za-z+/]{24,}={0,2}"),
    ),
    ("an OpenAI key", ("sk-proj-",), re.compile(r"sk-proj-(?<!\wsk-proj-)[\w-]{40,}")),
    ("an OpenAI key", ("sk-svcacct-",), re.compile(r"sk-svcacct-(?<!\wsk-svcacct-)[\w-]{40,}")),
    ("an OpenRouter key", ("sk-or-v1-",), re.compile(r"sk-or-v1-(?<!\wsk-or-v1-)[0-9a-f]{64}\b")),
    ("an xAI key", ("xai-",), re.compile(r"xai-(?<!\wxai-)[0-9A-Za-z]{80}\b")),
    ("a Perplexity key", ("pplx-",), re.compile(r"pplx-(?<!\wpplx-)[0-9A-Za-z]{48}\b")),
    ("a Hugging Face token", ("hf_",), re.compile(r"hf_(?<!\whf_)[A-Za-z]{34}\b")),
    ("a Replicate token", ("r8_",), re.compile(r"r8_(?<!\wr8_)[0-9A-Za-z]{37}\b")),
    ("a GitLab token", ("glpat-",), re.compile(r"glpat-(?<!\wglpat-)[\w-]{20,}")),
    ("an npm token", ("npm_",), re.compile(r"npm_(?<!\wnpm_)[0-9A-Za-z]{36}\b")),
    ("a Shopify access token", ("shpat_",), re.compile(r"shpat_(?<!\wshpat_)[0-9a-fA-F]{32}\b")),
    ("a DigitalOcean token", ("dop_v1_",), re.compile(r"dop_v1_(?<!\wdop_v1_)[0-9a-f]{64}\b")),
    ("a Brevo key", ("xkeysib-",), re.compile(r"xkeysib-(?<!\wxkeysib-)[0-9a-f]{64}-[0-9A-Za-z]{16}\b")),
    ("a Groq key", ("gsk_",), re.compile(r"gsk_(?<!\wgsk_)[0-9A-Za-z]{48,}\b")),
    ("an Anthropic key", ("sk-ant-",), re.compile(r"sk-ant-(?<!\wsk-ant-)(?:api|admin)\d\d-[\w-]{40,}")),
    ("a Resend key", ("re_",), re.compile(r"re_(?<!\wre_)[0-9A-Za-z]{8}_[0-9A-Za-z]{20,}\b")),
    ("a SendGrid key", ("SG.",), re.compile(r"SG\.(?<!\wSG\.)[\w-]{20,24}\.[\w-]{40,45}\b")),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,})\b"),
    ),
    ("a Slack token", ("xoxb-", "xoxp-"), re.compile(r"\bxox[bp]-\d{8,}-[\w-]{20,}")),
)
_FOLLOWED = {
    "re_": "[0-9A-Za-z]{8}_[0-9A-Za-z]{20}",
    "SG.": "[0-9A-Za-z_-]{20}",
    "hf_": "[A-Za-z]{34}",
    "r8_": "[0-9A-Za-z]{37}",
    "npm_": "[0-9A-Za-z]{36}",
}
MARKS = tuple(
    Mark(word, _FOLLOWED.get(word, "")) for word in dict.fromkeys(w for _, ws, _ in _KINDS for w in ws)
)
"""A text that bears none of them holds no such secret."""
_PLACEHOLDER = re.compile(
    r"x{4}|your|example|placeholder|dummy|fake|\.\.\.|\*\*\*|0{6}|1234567", re.IGNORECASE
)
_HEX = re.compile(r"[-_][0-9a-f]{64}(?:-|$)")  # hexadecimal keys have letters of one case only
_DISTINCT = 12  # characters; words and rows of one letter have fewer


def foreign_secrets_in(text: str) -> Iterator[Secret]:
    """Every secret of another service in the text; placeholders are left out."""
    for what, marks, pattern in _KINDS:
        for found in pattern.finditer(text) if any(mark in text for mark in marks) else ():
            if len(set(found[0])) >= _DISTINCT and not (
                _PLACEHOLDER.search(found[0]) or _is_written(found[0])
            ):
                issued = is_issued(found[0]) or _HEX.search(found[0]) is not None
                yield Secret(what, found.start(), shown(found[0]), certain=issued, issued=issued)


def _is_written(text: str) -> bool:
    """Whether a webhook secret is the base64 of a sentence: drawn bytes are hardly ever all printable."""
    _, webhook, encoded = text.partition("whsec_")
    try:
        return bool(webhook) and base64.b64decode(encoded, validate=True).decode("ascii").isprintable()
    except ValueError:
        return False
