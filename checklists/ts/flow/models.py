"""Which calls run an AI model: the methods of the providers' libraries, and of the AI SDK."""

import re

from checklists.ts.flow.body import AnyCall, Body
from checklists.ts.flow.syntax import arguments
from checklists.ts.parse import unwrap

_METHODS = re.compile(
    r"\.completions\.(?:create|stream|parse)$|\.chat\.(?:complete|stream)$|\.responses\.(?:create|stream|parse)$|"
    r"\.images\.(?:generate|edit)$|\.embeddings\.create$|\.audio\.\w+\.create$|\.sendMessageStream$|"
    r"\.(?:generate|embed|batchEmbed)Content(?:s|Stream)?$|(?:^|\.)replicate\.(?:run|predictions\.create)$|"
    r"^(?:generate|stream)(?:Text|Object|UI)$|^(?:experimental_)?generate(?:Image|Speech)$|^embed(?:Many)?$"
)
_SDK = re.compile(r"^(?:embed|generate|stream|experimental_)\w*$")  # bare names: whose they are decides
_MESSAGES = re.compile(r"\.messages\.(?:create|stream)$")
_NAMED = re.compile(r"(?:anthropic|claude)[\w()]*(?:\.beta)?\.messages\.\w+$", re.IGNORECASE)
_PROMPT = frozenset({"max_tokens", "messages"})
_CHAT = re.compile(r"\.startChat\(|\.chats\.create\(")


def runs_model(body: Body, call: AnyCall, name: str) -> bool:
    """Whether a call sends something to an AI model; `name` is what it calls, squeezed."""
    if _METHODS.search(name):
        return not _SDK.match(name) or not _is_own(body, call)
    if _MESSAGES.search(name):
        return bool(_NAMED.search(name)) or _has_prompt(call)
    return name.endswith(".sendMessage") and _is_chat(body, name)


def _is_own(body: Body, call: AnyCall) -> bool:
    """Whether it is a function of the repo, which is looked at where it stands."""
    bound = body.resolve(call)
    return bound is not None and bound.function is not None


def _has_prompt(call: AnyCall) -> bool:
    """`messages.create` sends texts to people as well; a model is given `messages` and `max_tokens`."""
    for given in arguments(call.node):
        pairs = unwrap(given).named_children() if unwrap(given).kind() == "object" else []
        keys = {(pair.field("key") or pair).text() for pair in pairs}
        if keys & _PROMPT:
            return True
    return False


def _is_chat(body: Body, name: str) -> bool:
    """A message to a chat that was started with a model, not to a person."""
    if _CHAT.search(name):
        return True
    root = name.partition(".")[0]
    return any(local.name == root and _CHAT.search(local.value.text()) for local in body.locals)
