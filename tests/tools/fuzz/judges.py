"""Who says whether a text is a loss config: the published schema and the package."""

from __future__ import annotations

import importlib
import importlib.resources
import json
import math
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pydantic
from click.testing import CliRunner
from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators

from loss_compiler.meaning.ir import Schema

from .documents import Documents

DEEPEST_ARGUMENTS = 90
"""How deep keyword arguments may be nested."""


class PublishedSchema:
    """A JSON Schema as two libraries understand it, and with a word of it taken more strictly."""

    def __init__(self, schema: Any) -> None:
        self.rust = jsonschema_rs.Draft202012Validator(schema)
        schema = _with_patterns_for_python(schema)
        self.python = Draft202012Validator(schema)
        self.with_finite_numbers = _FINITE_NUMBERS(schema)
        self.with_shallow_arguments = _SHALLOW_ARGUMENTS(schema)
        self.with_ordered_steps = _ORDERED_STEPS(schema)


def _with_patterns_for_python(schema: Any) -> Any:
    """Python's `$` also matches before a final line end, which JSON Schema's does not."""
    return json.loads(json.dumps(schema).replace('comment$)"', r'comment\\Z)"'))


class Package:
    """A package, the schema that it was compiled from, and those that it publishes."""

    def __init__(self, schema: Schema, module: Any, folder: Path) -> None:
        self.name: str = module.__name__
        self.documents = Documents(schema)
        self.schema = PublishedSchema(_published(self.name, "losses.schema.json"))
        self.model_config = PublishedSchema(_published(self.name, "model_config.schema.json"))
        self.model = module.AutoencoderLossConfig
        self._module = module
        self._bottleneck = next(iter(module.BottleneckType))
        self._tables = importlib.import_module(f"{self.name}.dispatch").TABLES
        runtime = type(self._tables).__module__.removesuffix(".model.records")
        self._commands = importlib.import_module(f"{runtime}.cli.app").Group({})
        self._file = folder / f"{self.name}.json"
        self._file.touch()

    def validated(self, text: str) -> Any:
        """The model of what Python reads in a text, or None."""
        try:
            return self.model.model_validate(_read_by_python(text))
        except (_Unreadable, pydantic.ValidationError):
            return None

    def planned(self, text: str) -> Any:
        """The losses of the first bottleneck by what Python reads in a text, or None."""
        try:
            return self.plan(_read_by_python(text))
        except (_Unreadable, self._module.LossConfigError):
            return None

    def plan(self, config: object) -> Any:
        """The losses of the first bottleneck by a config."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", self._module.UnusedWeightWarning)
            return self._module.plan_losses(self._bottleneck, config)

    def resolved(self, text: str) -> str:
        """What the command `resolve` prints for a file with this text."""
        self._write(text)
        words = ["resolve", str(self._file)]
        done = CliRunner().invoke(self._commands, words, obj=self._tables)
        assert done.exit_code == 0, f"resolve fails: {done.output or repr(done.exception)}"
        return done.stdout

    def validated_text(self, text: str) -> Any:
        """The model of a text, or None."""
        try:
            return self.model.model_validate_json(text)
        except pydantic.ValidationError:
            return None

    def loaded(self, text: str) -> Any:
        """The model of a file with this text, or None."""
        self._write(text)
        try:
            return self._module.load_config(self._file)
        except self._module.LossConfigError:
            return None

    def _write(self, text: str) -> None:
        with self._file.open("r+b") as stream:  # some file systems are slow to empty a file
            stream.write(text.encode())
            stream.truncate()


class _Unreadable(Exception):
    """Python's json module refuses a text."""


def _read_by_python(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _Unreadable from error


def _published(package: str, name: str) -> Any:
    return json.loads(importlib.resources.files(package).joinpath(name).read_bytes())


def _is_finite_number(_: TypeChecker, value: object) -> bool:
    match value:
        case bool():
            return False
        case float() | int():
            try:
                return math.isfinite(float(value))
            except OverflowError:
                return False
        case _:
            return False


def _has_shallow_comments(
    validator: Any, patterns: Any, instance: object, schema: Any
) -> Iterator[ValidationError]:
    for key, value in instance.items() if isinstance(instance, dict) else ():
        if any(re.search(each, key) for each in patterns) and _depth(value) > DEEPEST_ARGUMENTS:
            yield ValidationError("nested too deeply")


def _has_shallow_arguments(
    validator: Any, additional: object, instance: object, schema: Any
) -> Iterator[ValidationError]:
    if additional is True and _depth(instance) > DEEPEST_ARGUMENTS:
        yield ValidationError("nested too deeply")
    yield from Draft202012Validator.VALIDATORS["additionalProperties"](
        validator, additional, instance, schema
    )


def _has_ordered_steps(
    validator: Any, required: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Only the definitions of schedules require an end."""
    yield from Draft202012Validator.VALIDATORS["required"](validator, required, instance, schema)
    if "end_step" in required and isinstance(instance, dict):
        start, end = instance.get("start_step", 0), instance.get("end_step")
        if all(_TYPES.is_type(each, "number") for each in (start, end)) and end < start:
            yield ValidationError("ends before it starts")


def _depth(value: object) -> int:
    match value:
        case dict():
            return 1 + max(map(_depth, value.values()), default=0)
        case list():
            return 1 + max(map(_depth, value), default=0)
        case _:
            return 0


_TYPES = Draft202012Validator.TYPE_CHECKER
_FINITE_NUMBERS = validators.extend(
    Draft202012Validator, type_checker=_TYPES.redefine("number", _is_finite_number)
)
_SHALLOW_ARGUMENTS = validators.extend(
    Draft202012Validator,
    {"additionalProperties": _has_shallow_arguments, "patternProperties": _has_shallow_comments},
)
_ORDERED_STEPS = validators.extend(Draft202012Validator, {"required": _has_ordered_steps})
