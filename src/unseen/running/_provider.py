"""Makes the model provider ``unseen`` known to Inspect."""

from __future__ import annotations

from inspect_ai.model import ModelAPI, modelapi


@modelapi("unseen")
def unseen() -> type[ModelAPI]:
    """The provider of models that Unseen serves itself."""
    from unseen.running._embedded import EmbeddedAPI

    return EmbeddedAPI
