"""model_config.schema.json takes the loss configs that losses.schema.json takes."""

from __future__ import annotations

import importlib.resources
import json
import random

from package.documents import CONFIG, mutated, valid_config
from under_test import PACKAGE

MODEL_CONFIG = type(CONFIG)(
    json.loads(importlib.resources.files(PACKAGE).joinpath("model_config.schema.json").read_bytes())
)


def test_it_takes_the_same_loss_configs() -> None:
    rng = random.Random(0)
    answers = {True: 0, False: 0}
    for _ in range(600):
        config = valid_config(rng)
        for each in (config, mutated(rng, config)):
            valid = CONFIG.is_valid(each)
            whole = {"training": {"loss_configs": each}}
            assert MODEL_CONFIG.is_valid(whole) == (valid or each is None), each
            answers[valid] += 1
    assert min(answers.values()) > 200
