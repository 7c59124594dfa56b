# Generated from templates/runtime/config/yaml_scalars.py.
# Do not edit; change it and run: python -m nox -s generate

"""What plain scalars of YAML mean, as OmegaConf and Hydra read them, and where PyYAML differs."""

from __future__ import annotations

import re
import sys
from typing import Final, TypeAlias

Scalar: TypeAlias = "str | int | float | bool | None"

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = re.compile("yes|Yes|YES|true|True|TRUE|on|On|ON")
_FALSE: Final = re.compile("no|No|NO|false|False|FALSE|off|Off|OFF")
_INTEGER: Final = re.compile(
    "[-+]?(?:(?P<binary>0b[01_]+)|(?P<octal>0[0-7_]+)|(?P<decimal>0|[1-9][0-9_]*)"
    "|(?P<hexadecimal>0x[0-9a-fA-F_]+)|(?P<sexagesimal>[1-9][0-9_]*(?::[0-5]?[0-9])+))"
)
_FLOAT_OF_BOTH: Final = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
)
_FLOAT_OF_OMEGACONF: Final = re.compile(r"([-+]?[0-9][0-9_]*)(\.[0-9_]*)?(?:[eE]([-+]?)([0-9]+))")
_SEXAGESIMAL_FLOAT: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*")
_INFINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN: Final = re.compile(r"\.(?:nan|NaN|NAN)")
_BASES: Final = {"binary": 2, "octal": 8, "decimal": 10, "hexadecimal": 16}
_SURPRISING: Final = ("octal", "sexagesimal")
_BASE_OF_TIMES: Final = 60
_LARGE: Final = 1e6  # more zeros are hard to count


def meaning(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises:
        ValueError: it is an integer of more digits than Python reads.
    """
    if text in _NULLS:
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if integer := _INTEGER.fullmatch(text):
        return _integer(text, str(integer.lastgroup))
    if _FLOAT_OF_BOTH.fullmatch(text) or _FLOAT_OF_OMEGACONF.fullmatch(text):
        return float(text.replace("_", ""))
    if _SEXAGESIMAL_FLOAT.fullmatch(text):
        return _sexagesimal(text)
    if _INFINITE.fullmatch(text) or _NAN.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def for_pyyaml(text: str) -> str | None:
    """How to write a number that PyYAML reads as text; None if `text` is no such number."""
    found = _FLOAT_OF_OMEGACONF.fullmatch(text)
    if found is None or _FLOAT_OF_BOTH.fullmatch(text):
        return None
    value = float(text.replace("_", ""))
    if value.is_integer() and abs(value) < _LARGE:
        return str(int(value))  # as any number can be written, and a size has to be
    whole, fraction, sign, exponent = found.groups()
    digits = "0" if fraction in (None, ".") else ""
    return f"{whole}{fraction or '.'}{digits}e{sign or '+'}{exponent}"


def is_surprising(text: str) -> bool:
    """Whether it is a number that hardly anybody means: 010 is 8, and 1:30 is 90."""
    integer = _INTEGER.fullmatch(text)
    is_so = integer is not None and integer.lastgroup in _SURPRISING
    return is_so or _SEXAGESIMAL_FLOAT.fullmatch(text) is not None


def _integer(text: str, kind: str) -> int:
    if kind == "sexagesimal":
        if len(text) > sys.get_int_max_str_digits():
            raise ValueError
        value = 0
        for part in text.lstrip("+-").replace("_", "").split(":"):
            value = value * _BASE_OF_TIMES + int(part)
        return -value if text.startswith("-") else value
    digits = text.replace("_", "").lower().replace("0b", "").replace("0x", "")
    return int(digits or "0", _BASES[kind])


def _sexagesimal(text: str) -> float:
    sign = -1 if text.startswith("-") else 1
    value = 0.0
    for part in text.lstrip("+-").replace("_", "").split(":"):
        value = value * _BASE_OF_TIMES + float(part)
    return sign * value
