# Generated from templates/runtime/config/settings.py.
# Do not edit; change it and run: python -m nox -s generate

"""Values that replace what a config says, as `--set PATH=VALUE` has them."""

from __future__ import annotations

from typing import NamedTuple

from ..model.errors import ConfigProblem, LossConfigError
from ..text.jsontext import MAX_DEPTH, Json, JsonDocument, JsonPath, JsonSyntaxError, read_json
from ..text.wording import shown, shown_pointer
from .model_config import AROUND_LOSS_CONFIGS, LOSS_CONFIGS_PATH

_EXAMPLE = "bottleneck.weights.kl=1e-5"


class Setting(NamedTuple):
    """A value that replaces what a document says, and what messages call it.

    The path begins in the `loss_configs` object.
    """

    source: str
    path: JsonPath
    value: Json

    def below(self, base: JsonPath) -> Setting:
        """The same, if the path begins where messages begin theirs: at the root of the document."""
        is_whole = base != () and self.path[: len(base)] == base
        return self._replace(path=self.path[len(base) :]) if is_whole else self


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


def with_setting(members: dict[str, Json], each: Setting, depth: int = 0) -> dict[str, Json]:
    """`members` with the value of a setting in its place, and objects around it.

    Raises:
        LossConfigError: it leads into a number, string or array.
    """
    key = str(each.path[depth])
    changed: dict[str, Json] = dict(members)
    if depth + 1 == len(each.path):
        changed[key] = each.value
        return changed
    inner = members.get(key)
    if inner is not None and not isinstance(inner, dict):
        pointer = shown_pointer(each.path[: depth + 1])
        message = f"expected an object to set a key of, not {shown(inner)}"
        raise LossConfigError([ConfigProblem(each.source, None, None, pointer, message)])
    changed[key] = with_setting(inner or {}, each, depth + 1)
    return changed


def setting_at(
    path: JsonPath, base: JsonPath, settings: tuple[Setting, ...], document: JsonDocument
) -> Setting | None:
    """The setting that says what stands at `path`, or that made the object there.

    Args:
        path: the path from the root of the document.
        base: the path to the `loss_configs` object.
        settings: those that were put in; the last one wins.
        document: what was there before.
    """
    if path[: len(base)] != base[: len(path)]:
        return None
    inner = path[len(base) :]
    for each in reversed(settings):
        if inner[: len(each.path)] == each.path:
            return each
        if inner == each.path[: len(inner)] and not document.holds(path):
            return each
    return None
