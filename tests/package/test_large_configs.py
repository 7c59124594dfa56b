"""Configs with very many mistakes, with very long keys, and without an end."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, RootModel, ValidationError

from support.under_test import AutoencoderLossConfig, LossConfigError, load_config, plan_losses

pytestmark = pytest.mark.long


def members(value: str, times: int) -> str:
    return ", ".join(f'"k{number}": {value}' for number in range(times))


def refusal(folder: Path, text: str) -> LossConfigError:
    """What `load_config` says of a file with `text`."""
    file = folder / "c.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LossConfigError) as caught:
        load_config(file)
    return caught.value


EQUAL = ", ".join(['"type": null'] * 251)
MANY: dict[str, tuple[str, int, str]] = {
    "unknown sections": (f"{{{members('1', 250)}}}", 250, "/k99"),
    "unknown keys": (
        f'{{"bottleneck": {{"weights": {{{members("1", 250)}}}}}}}',
        250,
        "/bottleneck/weights/k99",
    ),
    "equal keys": (f'{{"bottleneck": {{{EQUAL}}}}}', 250, "/bottleneck/type"),
    "no JSON": (f'{{"bottleneck": {{"x": {{{members("NaN", 250)}}}}}}}', 251, "/bottleneck/x/k98"),
    "no JSON, and unknown sections": (
        f'{{"bottleneck": {{"x": {{{members("NaN", 60)}}}}}, {members("1", 250)}}}',
        311,
        "/k38",
    ),
    "a wrong value of each": (
        f'{{"bottleneck": {{"weights": {{{members("1e999", 250)}}}}}}}',
        500,
        "/bottleneck/weights/k49",
    ),
}


@pytest.mark.parametrize(("text", "count", "last"), MANY.values(), ids=MANY)
def test_of_many_mistakes_the_first_hundred_are_told(
    text: str, count: int, last: str, tmp_path: Path
) -> None:
    error = refusal(tmp_path, text)
    assert len(error.problems) == 100
    assert error.more == count - 100
    assert error.problems[-1].pointer == last
    columns = [problem.column for problem in error.problems]
    assert columns == sorted(columns)  # type: ignore[type-var]
    *lines, more = str(error).splitlines()
    assert lines == [*map(str, error.problems)]
    assert more == f"and {count - 100} more"


@pytest.mark.skipif("config.getoption('--package') != 'loss_factory'")
def test_unknown_keys_beside_a_wrong_tag_are_counted(tmp_path: Path) -> None:
    """Each is unknown whatever the tag is meant to be."""
    text = f'{{"discriminator": {{"type": "x", {members("1", 250)}}}}}'
    error = refusal(tmp_path, text)
    assert (len(error.problems), error.more) == (100, 151)
    assert error.problems[0].pointer == "/discriminator/type"
    assert error.problems[-1].pointer == "/discriminator/k98"


def test_a_hundred_mistakes_are_all(tmp_path: Path) -> None:
    error = refusal(tmp_path, f"{{{members('1', 100)}}}")
    assert (len(error.problems), error.more) == (100, 0)
    assert len(str(error).splitlines()) == 100


def test_what_trainers_hold_is_told_alike() -> None:
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", {f"k{number}": 1 for number in range(1_250)})
    error = caught.value
    assert (len(error.problems), error.more) == (100, 1_150)
    assert str(error).splitlines()[-1] == "and 1,150 more"
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.problems, copy.more, str(copy)) == (error.problems, error.more, str(error))


def test_a_long_key_is_shown_without_its_middle(tmp_path: Path) -> None:
    [first, *_] = refusal(tmp_path, f'{{"{"a" * 60}{"b" * 60}": NaN}}').problems
    assert first.pointer == f"/{'a' * 50} … {'b' * 50}"


def test_no_spelling_is_suggested_for_what_is_no_word(tmp_path: Path) -> None:
    weights = '{"bottleneck": {"weights": {"%s": 1}}}'
    assert "did you mean 'codebook'" in str(refusal(tmp_path, weights % "codebooks"))
    assert "did you mean" not in str(refusal(tmp_path, weights % f"codebook{' ' * 80}"))


# What Python can hold and no file


def shared(levels: int) -> dict[str, Any]:
    """A dict that holds another one twice, which does so too."""
    held: dict[str, Any] = {}
    for _ in range(levels):
        held = {"a": held, "b": held}
    return held


class Endless(Sequence[Any]):
    """Has an item for every index."""

    def __len__(self) -> int:
        return 2**60

    def __getitem__(self, index: Any) -> Any:
        return 0


class EndlessKeys(Mapping[Any, Any]):
    """Has a key after every key."""

    def __init__(self, key: int | str) -> None:
        self.key = key

    def __len__(self) -> int:
        return 2**60

    def __iter__(self) -> Iterator[Any]:
        number = 0
        while True:
            yield self.key if isinstance(self.key, str) else self.key * number
            number += 1

    def __getitem__(self, key: Any) -> Any:
        return 0


class Foreign(BaseModel):
    """A model of somebody else."""

    part: Any


class ForeignRoot(RootModel[Any]):
    """One that stands for a single value."""


ENDLESS = {
    "shared": shared(60),
    "a mapping": EndlessKeys(1),
    "in one another": [[Endless()]],
    "in a model": Foreign(part=shared(24)),
    "in a root": ForeignRoot(Foreign(part=[shared(24)])),
}


@pytest.mark.parametrize("value", ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_refused(value: object) -> None:
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", {"bottleneck": {"x": value}})
    assert str(caught.value) == "loss_config: holds more than 1,000,000 values"


def test_a_config_without_an_end_is_refused() -> None:
    with pytest.raises(LossConfigError, match="holds more than 1,000,000 values"):
        plan_losses("vae", EndlessKeys(1))
    with pytest.raises(LossConfigError, match="holds more than 1,000,000 values"):
        plan_losses("vae", EndlessKeys("x"), foreign_sections=("x",))


def test_foreign_sections_without_an_end_are_refused() -> None:
    with pytest.raises(ValueError, match="expected at most 10,000 names"):
        plan_losses("vae", {}, foreign_sections=repeat("x"))
    with pytest.raises(TypeError, match="expected names of sections, not 0"):
        plan_losses("vae", {}, foreign_sections=iter(int, 1))  # type: ignore[arg-type]


class ForeignWeights(BaseModel, extra="allow"):
    """The same, with fields that a config has, and whatever else is given."""

    kl: float = Field(default=0.25, alias="KL")
    hook: Any = Field(default=object, exclude=True)


@pytest.mark.parametrize(
    "weights", [ForeignWeights(), ForeignRoot(ForeignWeights()), ForeignWeights(mse=0.5)]
)
def test_models_of_others_are_what_their_fields_hold(weights: BaseModel) -> None:
    """By their names, as in a dump, and without what a dump leaves out."""
    config = {"bottleneck": {"weights": weights}}
    if "mse" in weights.model_dump():
        with pytest.raises(LossConfigError, match="/bottleneck/weights/mse: "):
            plan_losses("vae", config)
    else:
        assert plan_losses("vae", config).losses[0].weight == 0.25


def test_a_model_that_stands_for_itself_is_refused() -> None:
    root = ForeignRoot(None)
    root.root = root
    with pytest.raises(LossConfigError, match="nested more than 100 levels deep"):
        plan_losses("vae", {"bottleneck": root})


@pytest.mark.skipif("config.getoption('--package') != 'loss_factory'")
def test_so_are_keyword_arguments() -> None:
    value = shared(60)
    with pytest.raises(ValidationError) as caught:
        AutoencoderLossConfig.model_validate({"time": {"type": "l1", "config": {"x": value}}})
    [error] = caught.value.errors(include_input=False)
    assert error["msg"] == "Value error, holds more than 1,000,000 values"


def test_a_dict_that_is_there_twice_is_no_mistake() -> None:
    weights = {"kl": 1.0}
    config = {"bottleneck": {"weights": weights}, "other": [weights, weights]}
    assert plan_losses("vae", config, foreign_sections=["other"]).losses
