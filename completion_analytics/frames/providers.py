"""Who served a completion, told from what the record shows."""

from __future__ import annotations

from functools import lru_cache

# Prefixes of `orig_module` that are true. Other clients write the constant
# `openai.api_resources.chat_completion` whatever they call, which tells nothing.
_MODULES = {
    "openai.resources.": "openai",
    "anthropic.": "anthropic",
    "mistralai.": "mistral",
    "google.generativeai.": "google",
    "vertexai.": "google",
    "together.": "together",
    "lamini.": "lamini",
}
_MODEL_PREFIXES = {
    "gpt-": "openai",
    "chatgpt-": "openai",
    "text-davinci": "openai",
    "text-curie": "openai",
    "text-babbage": "openai",
    "text-ada": "openai",
    "text-embedding": "openai",
    "davinci": "openai",
    "curie": "openai",
    "babbage": "openai",
    "ada": "openai",
    "code-": "openai",
    "cushman": "openai",
    "ft:gpt": "openai",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
    "claude": "anthropic",
    "gemini": "google",
    "palm": "google",
    "chat-bison": "google",
    "text-bison": "google",
    "mistral": "mistral",
    "open-mistral": "mistral",
    "open-mixtral": "mistral",
    "ministral": "mistral",
    "codestral": "mistral",
    "pixtral": "mistral",
    "command": "cohere",
    "deepseek": "deepseek",
    "grok": "xai",
    "sonar": "perplexity",
    "jamba": "ai21",
    "palmyra": "writer",
    "anthropic.": "bedrock",
    "amazon.": "bedrock",
    "meta.": "bedrock",
    "cohere.": "bedrock",
}
_ROUTED = frozenset(
    (
        "openai",
        "anthropic",
        "google",
        "gemini",
        "mistral",
        "cohere",
        "deepseek",
        "groq",
        "azure",
        "bedrock",
        "vertex_ai",
        "xai",
        "perplexity",
        "together_ai",
        "fireworks_ai",
        "openrouter",
        "ollama",
    )
)


@lru_cache(maxsize=4096)
def provider_of(orig_module: str | None, model: str | None) -> str | None:
    """The provider by the calling module, else by the model's name; None when neither tells.

    >>> provider_of("openai.api_resources.chat_completion", "anthropic/claude-3-opus")
    'anthropic'
    >>> provider_of(None, "gpt-4o-2024-08-06")
    'openai'
    """
    return _by_prefix(_MODULES, orig_module) or _by_model(model)


def _by_model(model: str | None) -> str | None:
    if not model:
        return None
    owner, slash, _ = model.lower().partition("/")
    if slash and owner in _ROUTED:
        return owner
    return _by_prefix(_MODEL_PREFIXES, model.lower())


def _by_prefix(table: dict[str, str], text: str | None) -> str | None:
    if not text:
        return None
    return next((provider for prefix, provider in table.items() if text.startswith(prefix)), None)
