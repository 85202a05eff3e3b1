"""What a model's tokens cost. Inspect ships no prices; it reads them from the file that ``INSPECT_EVAL_MODEL_COST_CONFIG`` names.

The file (YAML or JSON) maps model strings to US dollars per million tokens::

    openai/gpt-4o-mini: {input: 0.15, output: 0.60, input_cache_write: 0.15, input_cache_read: 0.075}
"""

from __future__ import annotations

import os

from inspect_ai.model import Model, ModelCost, ModelInfo, get_model_info, set_model_info

from unseen.errors import PlanError
from unseen.running._embedded import EmbeddedAPI
from unseen.running._failures import one_line
from unseen.running._spending import Prices

VARIABLE = "INSPECT_EVAL_MODEL_COST_CONFIG"


def prices_of(model: Model) -> Prices | None:
    """The prices of a model, and Inspect told of them; None when nobody said. Raises :class:`PlanError` for a bad file."""
    if isinstance(model.api, EmbeddedAPI):
        return Prices(0.0, 0.0)
    info = get_model_info(model)
    if (cost := _stated_cost(str(model))) is not None:
        set_model_info(str(model), (info or ModelInfo()).model_copy(update={"cost": cost}))
    elif info is not None:
        cost = info.cost
    return None if cost is None else Prices(cost.input / 1e6, cost.output / 1e6)


def stated_prices(model: str) -> Prices | None:
    """The prices the user's file states for a model string, without connecting to it; None when it says nothing."""
    cost = _stated_cost(model)
    return None if cost is None else Prices(cost.input / 1e6, cost.output / 1e6)


def _stated_cost(model: str) -> ModelCost | None:
    """What the user's file says of a model."""
    from inspect_ai._util.config import resolve_args

    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        stated = resolve_args(path).get(model)
        return None if stated is None else ModelCost(**stated)
    except Exception as error:
        why = getattr(error, "message", None) or error
        raise PlanError(
            f"{VARIABLE}={path}: {one_line(str(why))}; write model: {{input: …, output: …, input_cache_write: …, input_cache_read: …}}"
        ) from None
