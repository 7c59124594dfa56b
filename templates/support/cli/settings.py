"""`--set PATH=VALUE`: values that replace what a config says."""

from __future__ import annotations

from .._documents import Setting
from .._explanation import AROUND_LOSS_CONFIGS
from .._jsontext import MAX_DEPTH, Json, JsonPath, JsonSyntaxError, read_json
from .._own_part import LOSS_CONFIGS_PATH

_EXAMPLE = "bottleneck.weights.kl=1e-5"


def setting(text: str) -> Setting:
    """The path and the value that `text` says.

    A path has dots, or is a JSON Pointer, as messages show it; the value is JSON, or else a string.

    Raises:
        ValueError: it can't be a setting.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"expected UTF-8 text, not {text!a}") from None
    path, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"expected a path and a value, such as {_EXAMPLE}, not {text!a}")
    return Setting(f"--set {path}", _steps(path), _value(path, value))


def _steps(path: str) -> JsonPath:
    pointer = path.startswith("/")
    steps = tuple(path[1:].split("/") if pointer else path.split("."))
    if pointer:
        steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
    if steps[: len(LOSS_CONFIGS_PATH)] == LOSS_CONFIGS_PATH:
        steps = steps[len(LOSS_CONFIGS_PATH) :]
    if not steps or not all(steps):
        raise ValueError(f"expected a path, such as that of {_EXAMPLE}, not {path!a}")
    if steps[0] in AROUND_LOSS_CONFIGS:
        expected = f"paths lead into the loss_configs object, such as that of {_EXAMPLE}"
        raise ValueError(f"{path!a}: {expected}")
    if len(steps) > MAX_DEPTH:
        raise ValueError(f"the path is more than {MAX_DEPTH} levels deep")
    if any("[" in step for step in steps):
        raise ValueError(f"{path!a}: items of an array can't be set; write the whole array")
    return steps


def _value(path: str, text: str) -> Json:
    try:
        document = read_json(text)
    except JsonSyntaxError as error:
        if text.startswith(("{", "[", '"')):
            raise ValueError(f"{path!a}: {error.message}") from None
        return text
    for defect in document.defects:
        raise ValueError(f"{path!a}: {defect.message}")
    return document.value
