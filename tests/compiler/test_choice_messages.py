"""What the package says of mistakes in a section that is one of several, told apart by a tag."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.schemas import VARIED, answer, compiled, unpacked

MESSAGE = """
from loss_factory import LossConfigError, load_config
try:
    answer = repr(load_config(question))
except LossConfigError as error:
    answer = str(error).replace(question + ":", "")
"""
ENCODEC = '"type": "encodec", "filters": 1, "scale": 1'


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(compiled(VARIED).files, tmp_path_factory.mktemp("varied"))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "{" + ENCODEC + ', "depth": 1.5}',
            "1:74: /discriminator/depth: expected an integer, not 1.5",
        ),
        (
            "{" + ENCODEC + ', "dept": 1}',
            "1:65: /discriminator/dept: unknown key 'dept'; did you mean 'depth'?",
        ),
        (
            "{" + ENCODEC + ', "rates": []}',
            "1:65: /discriminator/rates: unknown key 'rates'; it belongs to type 'oobleck'",
        ),
        (
            "{" + ENCODEC + ', "xyzzy": []}',
            "1:65: /discriminator/xyzzy: unknown key 'xyzzy'; "
            "expected 'causal', 'depth', 'filters', 'groups', 'normalized', 'scale', 'type', "
            "'weights'",
        ),
        (
            '{"type": "Encodec", "filters": 1, "scale": 1}',
            "1:28: /discriminator/type: expected 'encodec' or 'oobleck', "
            "not the string \"Encodec\"; did you mean 'encodec'?",
        ),
        (
            '{"filters": 0, "type": "Encodec", "scale": 1}',
            "1:31: /discriminator/filters: expected a number of at least 1, not 0\n"
            "1:42: /discriminator/type: expected 'encodec' or 'oobleck', "
            "not the string \"Encodec\"; did you mean 'encodec'?",
        ),
        ('{"filters": 1}', "1:19: /discriminator/type: missing; expected 'encodec' or 'oobleck'"),
        ('{"xyzzy": 1}', "1:19: /discriminator/type: missing; expected 'encodec' or 'oobleck'"),
        ("3", "1:19: /discriminator: expected an object or null, not 3"),
    ],
)
def test_a_mistake_is_told_where_it_is(
    section: str, message: str, varied: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config.json"
    file.write_text(f'{{"discriminator": {section}}}', encoding="utf-8")
    assert answer(varied, MESSAGE, str(file)) == message
