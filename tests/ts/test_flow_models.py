"""Which calls run an AI model."""

import pytest
from builders import project

HEAD = """
import OpenAI from 'openai'
import { embed, generateText, streamText } from 'ai'
import { streamObject } from '@/lib/ai'
import { twilio, bot, gemini, client, openai, mistral, anthropic } from '@/lib/clients'
function generateObject(a) { return a }
"""


def kinds(body: str) -> list[str]:
    text = (
        f"{HEAD}\nexport async function POST(request) {{\n  const input = await request.json()\n{body}\n}}\n"
    )
    index = project({"app/api/x/route.ts": text}).sources
    return [effect.kind for effect in index.callers["route:app/api/x/route.ts#POST"].effects]


@pytest.mark.parametrize(
    "body",
    [
        "const chat = gemini.startChat({ history: [] })\nawait chat.sendMessageStream(input.text)",
        "const chat = gemini.startChat({ history: [] })\nawait chat.sendMessage(input.text)",
        "await gemini.startChat().sendMessage(input.text)",
        "await gemini.getGenerativeModel({ model: 'm' }).generateContent(input.text)",
        "await gemini.models.generateContentStream({ contents: input.text })",
        "await gemini.embedContent(input.text)",
        "await generateText({ prompt: input.text })",
        "streamText({ prompt: input.text })",
        "streamObject({ prompt: input.text })",
        "await embed({ value: input.text })",
        "await openai.chat.completions.create({ messages: [] })",
        "await openai.beta.chat.completions.parse({ messages: [] })",
        "await new OpenAI().responses.create({ input: input.text })",
        "await openai.embeddings.create({ input: input.text })",
        "await mistral.chat.stream({ messages: [] })",
        "await anthropic.messages.create(input)",
        "await client.messages.create({ model: 'm', max_tokens: 9, messages: [] })",
    ],
)
def test_a_model_is_run(body: str) -> None:
    assert kinds(body) == ["AI"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await twilio.messages.create({ body: 'x', to: input.to })", ["message"]),
        ("await bot.sendMessage(input.chat, 'x')", []),
        ("generateObject(input)", []),
        ("const chat = bot.open()\nawait chat.sendMessage('x')", []),
    ],
)
def test_a_message_to_a_person_or_a_function_of_the_repo_is_not(body: str, expected: list[str]) -> None:
    assert kinds(body) == expected
