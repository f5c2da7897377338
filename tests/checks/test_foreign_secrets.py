"""Other services' secrets are told by their prefixes. Keys are put together here; none stands in a file."""

import base64

import pytest

from checklists.checks.subjects.foreign_secrets import foreign_secrets_in

TAIL = "Qm4Zt7Rk2Wv9Xb5Np8Lc3Hd6Jf1Gs0TyUiAeOoPpQqRrSs"

HEX = "9f3c81d70ab64e25" * 4
LETTERS = "QmZtRkWvXbNpLcHdJfGsTyUi"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("sk" + "_live_" + TAIL[:24], "a Stripe secret key"),
        ("rk" + "_live_" + TAIL[:24], "a Stripe secret key"),
        ("whsec" + "_" + TAIL[:32], "a Stripe webhook secret"),
        ("v1," + "whsec" + "_" + TAIL[:32], "the secret of a webhook (an Auth hook's, as a rule)"),
        ("sk-" + "proj-" + TAIL, "an OpenAI key"),
        ("sk-" + "ant-api03-" + TAIL, "an Anthropic key"),
        ("sk-" + "or-v1-" + HEX, "an OpenRouter key"),
        ("sk-" + "svcacct-" + TAIL, "an OpenAI key"),
        ("gs" + "k_" + TAIL + "aB3dE5", "a Groq key"),
        ("pplx" + "-" + (TAIL + TAIL)[:48], "a Perplexity key"),
        ("xai" + "-" + (TAIL + TAIL)[:80], "an xAI key"),
        ("hf" + "_" + (LETTERS * 2)[:34], "a Hugging Face token"),
        ("r8" + "_" + TAIL[:37], "a Replicate token"),
        ("glpat" + "-" + TAIL[:20], "a GitLab token"),
        ("npm" + "_" + TAIL[:36], "an npm token"),
        ("shpat" + "_" + HEX[:32], "a Shopify access token"),
        ("dop" + "_v1_" + HEX, "a DigitalOcean token"),
        ("xkeysib" + "-" + HEX + "-" + TAIL[:16], "a Brevo key"),
        ("re" + "_" + TAIL[:8] + "_" + TAIL[:24], "a Resend key"),
        ("SG" + "." + TAIL[:22] + "." + TAIL[:43], "a SendGrid key"),
        ("gh" + "p_" + TAIL[:36], "a GitHub token"),
        ("xox" + "b-48215937604-" + TAIL[:24], "a Slack token"),
    ],
)
def test_each_service_s_secret_is_known_and_not_shown(text: str, what: str) -> None:
    (found,) = foreign_secrets_in(f"KEY='{text}'")
    assert found.what == what
    assert text[8:] not in found.shown


@pytest.mark.parametrize(
    "text",
    [
        "sk" + "_test_" + TAIL[:24],
        "pk" + "_live_" + TAIL[:24],
        "sk" + "_live_" + "x" * 24,
        "sk-" + "or-v1-" + "x" * 64,
        "sk-" + "or-v1-" + "0" * 64,
        "hf" + "_inference_endpoints",
        "sk" + "_live_" + "your" + TAIL[:20],
        "re" + "_render_everything",
        "v1," + "whsec" + "_" + base64.b64encode(b"This is a sentence, not drawn").decode(),
        "whsec" + "_" + "0" * 32,
    ],
)
def test_test_keys_publishable_keys_and_placeholders_are_no_secrets(text: str) -> None:
    assert not list(foreign_secrets_in(f"KEY='{text}'"))
