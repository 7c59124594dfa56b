"""What overlays do: the schema that comes out, and what its package does with values."""

from __future__ import annotations

import copy
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import Compiled, compile_schema
from loss_compiler.overlay.layers import read_layers
from loss_compiler.overlay.patch import applied, changes, ignored, keyed_path, overlay_problems
from loss_compiler.shared.jsontext import JsonPath
from loss_compiler.source.problems import CompileError, Problem
from loss_compiler.source.syntax import ENTRIES
from loss_compiler.target.package import package_of_overlays
from support.schemas import CANONICAL, answer, document, unpacked, written

Json = Any

PACKAGE = "studio_losses"
EXTENDS = {"x-name": "loss-factory", "x-version": document(CANONICAL)["x-version"]}
FRAME = {"x-extends": EXTENDS, "x-name": "studio", "x-version": "1.0.0"}
MAX = 3.4028234663852886e38


def overlay(folder: Path, changes: Json, name: str = "studio.json", **frame: Json) -> Path:
    """A new file with an overlay that makes `changes`."""
    file = folder / name
    file.write_text(json.dumps({**FRAME, **frame, **changes}, indent=2), encoding="utf-8")
    return file


def compiled(*overlays: Path) -> Compiled:
    """The package of overlays of the canonical schema, from the lowest to the highest."""
    return compile_schema(CANONICAL, overlays, package_of_overlays(PACKAGE, overlays))


def merged(*overlays: Path) -> Json:
    """The schema that such a package ships."""
    return json.loads(compiled(*overlays).files["losses.schema.json"])


def loss(key: str, weight: str, **more: Json) -> Json:
    """A loss as an overlay defines it; `weight` is a path from the root of the schema."""
    return {
        "description": f"What {key} does.",
        **more,
        "properties": {
            "key": {"const": key},
            "name": {"const": f"{key}_loss"},
            "weight": {"$ref": f"#/{weight}"},
        },
    }


def bottleneck(tag: str) -> Json:
    """A bottleneck as an overlay defines it."""
    return {"title": tag.upper(), "x-config-type": tag, "description": f"Ours: {tag}."}


def carried(*losses: str) -> Json:
    """The losses of a bottleneck as an overlay says them; none is what the schema says of none."""
    return {"prefixItems": [{"$ref": f"#/$defs/{each}"} for each in losses] or None}


WEIGHT = "$defs/BottleneckWeights/properties"

DISTANCES = {
    "stable-audio-tools 0.0.19": ("L1TimeLoss", "L2TimeLoss"),
    "stable-audio-tools 0.0.20": ("L1TimeLoss", "L2TimeLoss", "MMDTimeLoss"),
    "loss-factory": ("L1TimeLoss", "L2TimeLoss", "MMDTimeLoss"),
}
"""The losses of the section `time` in each objective."""

WITHOUT_DISTANCES: Json = {
    trainer: {"objective": {"generator": dict.fromkeys(names)}}
    for trainer, names in DISTANCES.items()
}
"""What an overlay says in `x-trainers` to remove them."""

# The studio's: a bottleneck with two losses that share a weight, other losses for bottlenecks that
# are there, a weight at the root, no section `time` and so none of its losses, two sections of its
# own.
STUDIO: Json = {
    "description": "The losses of a studio.",
    "x-trainers": WITHOUT_DISTANCES,
    "properties": {
        "time": None,
        "kl_weight": {
            "type": "number",
            "minimum": 0,
            "maximum": 1000,
            "default": 0.5,
            "description": "Weight of the KL divergence.",
        },
        "sisdr": {
            "anyOf": [{"$ref": "#/$defs/SISDRLossConfig"}, {"type": "null"}],
            "description": "A loss of the trainer.",
        },
        "schedule": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "Passed on.",
        },
    },
    "$defs": {
        "TimeLossConfig": None,
        "TimeWeights": None,
        "L1TimeLoss": None,
        "L2TimeLoss": None,
        "MMDTimeLoss": None,
        "SISDRLossConfig": {
            "description": "Its arguments.",
            "properties": {
                "scale": {"type": "number", "default": 1.0, "description": "Its weight."},
                "start": {"type": ["integer", "null"], "description": "The first step."},
            },
        },
        "BottleneckWeights": {
            "properties": {
                "kl": None,
                "ssl": {"default": 2, "description": "Weight of two losses."},
                "mmd": {"default": 10, "examples": [1]},
                "quantizer": {"description": "Weight of the quantizer."},
            }
        },
        "BottleneckType": {
            "oneOf": {
                "SSLBottleneck": bottleneck("ssl"),
                "TanhBottleneck": {"description": "Ours now."},
                "FSQBottleneck": None,
            }
        },
        "KLLoss": {"properties": {"weight": {"$ref": "#/properties/kl_weight"}}},
        "SSLCosineLoss": loss("cosine", f"{WEIGHT}/ssl", **{"x-scale": 0.25}),
        "SSLDistanceLoss": loss("distance", f"{WEIGHT}/ssl", **{"x-scale": 4}),
        "LossMapping": {
            "properties": {
                "SSLBottleneck": carried("SSLCosineLoss", "KLLoss", "SSLDistanceLoss"),
                "TanhBottleneck": carried("SSLDistanceLoss"),
                "L2Bottleneck": carried("MMDLoss"),
                "WassersteinBottleneck": carried(),
                "RVQVAEBottleneck": carried("QuantizerLoss", "KLLoss"),
                "FSQBottleneck": None,
            }
        },
    },
}


def studio_by_hand() -> Json:
    """The canonical schema as somebody would have edited it who wants what STUDIO says."""
    whole = document(CANONICAL)
    whole |= {"x-name": "studio", "x-version": "1.0.0", "description": "The losses of a studio."}
    sections, definitions = whole["properties"], whole["$defs"]
    del sections["time"], definitions["TimeLossConfig"], definitions["TimeWeights"]
    for trainer, names in DISTANCES.items():
        for name in names:
            del whole["x-trainers"][trainer]["objective"]["generator"][name]
    for name in DISTANCES["loss-factory"]:
        del definitions[name]
    sections["kl_weight"] = STUDIO["properties"]["kl_weight"]
    sections["sisdr"] = {**STUDIO["properties"]["sisdr"], "default": None}
    sections["schedule"] = {
        "type": ["object", "null"],
        "additionalProperties": True,
        "default": None,
        "description": "Passed on.",
    }
    start = {"type": ["integer", "null"], "default": None, "description": "The first step."}
    weights = definitions["BottleneckWeights"]["properties"]
    del weights["kl"]
    weights["mmd"] |= {"default": 10, "examples": [1]}
    weights["quantizer"]["description"] = "Weight of the quantizer."
    weights["ssl"] = {
        "$ref": "#/$defs/Weight",
        "default": 2,
        "description": "Weight of two losses.",
    }
    entries = definitions["BottleneckType"]["oneOf"]
    entries[:] = [each for each in entries if each["const"] != "FSQBottleneck"]
    [tanh] = [each for each in entries if each["const"] == "TanhBottleneck"]
    tanh["description"] = "Ours now."
    entries.append({"const": "SSLBottleneck", **bottleneck("ssl")})
    definitions["KLLoss"]["properties"]["weight"]["$ref"] = "#/properties/kl_weight"
    mapping = definitions["LossMapping"]["properties"]
    for name, losses in {
        "SSLBottleneck": ["SSLCosineLoss", "KLLoss", "SSLDistanceLoss"],
        "TanhBottleneck": ["SSLDistanceLoss"],
        "L2Bottleneck": ["MMDLoss"],
        "RVQVAEBottleneck": ["QuantizerLoss", "KLLoss"],
    }.items():
        mapping[name] = {
            "type": "array",
            "prefixItems": [{"$ref": f"#/$defs/{each}"} for each in losses],
            "items": False,
            "minItems": len(losses),
        }
    mapping["WassersteinBottleneck"] = {"type": "array", "maxItems": 0}
    del mapping["FSQBottleneck"]
    definitions["SISDRLossConfig"] = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^(//|[_$]comment$)": True},
        "description": "Its arguments.",
        "properties": {
            "scale": {"type": "number", "default": 1.0, "description": "Its weight."},
            "start": start,
        },
    }
    for name, scale in (("SSLCosineLoss", 0.25), ("SSLDistanceLoss", 4)):
        parts = STUDIO["$defs"][name]
        definitions[name] = {
            "description": parts["description"],
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "x-scale": scale,
            "properties": parts["properties"],
        }
    return whole


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The package of STUDIO."""
    return compiled(overlay(tmp_path_factory.mktemp("studio"), STUDIO))


@pytest.fixture(scope="module")
def package(studio: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source root with that package."""
    return unpacked(studio.files, tmp_path_factory.mktemp("package"), PACKAGE)


# The schema that comes out


def test_it_is_the_schema_that_one_would_have_written_by_hand(studio: Compiled) -> None:
    assert json.loads(studio.files["losses.schema.json"]) == studio_by_hand()


def test_and_so_is_the_code(studio: Compiled, tmp_path: Path) -> None:
    """All of it but for the schema's checksum."""
    files = [Path("studio.json")]
    edited = written(tmp_path, studio_by_hand())
    by_hand = compile_schema(edited, (), package_of_overlays(PACKAGE, files)).files
    assert studio.files.keys() == by_hand.keys()
    different = {name for name, text in studio.files.items() if text != by_hand[name]}
    assert different == {"losses.schema.json", "_version.py"}


def test_what_is_new_comes_last_and_in_the_order_of_the_overlay(studio: Compiled) -> None:
    before, after = document(CANONICAL), json.loads(studio.files["losses.schema.json"])
    assert list(after) == list(before)
    assert list(after["properties"])[-3:] == ["kl_weight", "sisdr", "schedule"]
    assert list(after["$defs"])[-3:] == ["SISDRLossConfig", "SSLCosineLoss", "SSLDistanceLoss"]
    assert list(after["$defs"]["BottleneckWeights"]["properties"]) == [
        *("mmd", "quantizer", "codebook", "commitment", "softnorm", "ssl")
    ]
    classes = [each["const"] for each in after["$defs"]["BottleneckType"]["oneOf"]]
    known = [each["const"] for each in before["$defs"]["BottleneckType"]["oneOf"]]
    assert classes == [*(name for name in known if name != "FSQBottleneck"), "SSLBottleneck"]
    assert list(after["$defs"]["LossMapping"]["properties"]) == classes


def test_every_text_stays_as_it_is_but_for_what_changes(tmp_path: Path) -> None:
    """One changed default changes three lines of the schema as it is shipped."""
    change = {"$defs": {"BottleneckWeights": {"properties": {"kl": {"default": 1e-4}}}}}
    shipped = compiled(overlay(tmp_path, change)).files["losses.schema.json"].split("\n")
    canonical = CANONICAL.read_text(encoding="utf-8").split("\n")
    different = [pair for pair in zip(canonical, shipped, strict=True) if pair[0] != pair[1]]
    assert different == [
        ('  "x-name": "loss-factory",', '  "x-name": "studio",'),
        ('  "x-version": "0.1.0",', '  "x-version": "1.0.0",'),
        ('          "default": 1e-6,', '          "default": 1e-4,'),
    ]


def test_examples_of_sections_that_no_longer_fit_are_left_out(tmp_path: Path) -> None:
    """But for those that the overlay itself writes."""
    label: dict[str, Any] = {"type": "string", "enum": ["l2"], "default": "l2"}
    change = {"$defs": {"TimeLossConfig": {"properties": {"type": {**label}}}}}
    time = json.loads(compiled(overlay(tmp_path, change)).files["losses.schema.json"])
    assert "examples" not in time["properties"]["time"]
    assert "examples" not in time["$defs"]["TimeLossConfig"]["properties"]["type"]
    assert time["properties"]["spectral"]["examples"] != []
    own = [{"type": "l2", "weights": {"l2": 1}}, {"type": "l1", "weights": {}}]
    with pytest.raises(CompileError, match="/properties/time/examples/1/type: expected"):
        compiled(overlay(tmp_path, change | {"properties": {"time": {"examples": own}}}))
    label["examples"] = ["l1"]
    with pytest.raises(CompileError, match="/properties/type/examples/0: expected"):
        compiled(overlay(tmp_path, {"$defs": {"TimeLossConfig": {"properties": {"type": label}}}}))


def test_values_that_a_narrower_property_does_not_take_are_left_out(tmp_path: Path) -> None:
    """Of examples, and of what trainers fail on; what an overlay writes itself is an error."""
    reduction: dict[str, Any] = {"enum": ["mean", "sum", None]}
    sizes = {"fft_sizes": {"minItems": 1}, "reduction": reduction}
    change = {"$defs": {"SpectralArguments": {"properties": sizes}}}
    old = document(CANONICAL)["$defs"]["SpectralArguments"]
    new = merged(overlay(tmp_path, change))["$defs"]["SpectralArguments"]
    for trainer, notes in old["x-trainers"].items():
        empty = {"fft_sizes": {"is": [[]]}}
        left = [each for each in notes["fails"] if each["if"] != empty]
        assert new["x-trainers"][trainer]["fails"] == left != notes["fails"]
    assert new["properties"]["reduction"]["x-trainers"] == {
        f"stable-audio-tools {version}": {"refuses": [None]} for version in ("0.0.19", "0.0.20")
    }
    reduction["x-trainers"] = {"loss-factory": {"refuses": ["none"]}}
    with pytest.raises(CompileError, match=r"refuses/0: expected .* the string .none."):
        compiled(overlay(tmp_path, change))


def test_so_are_those_of_arrays_of_objects(tmp_path: Path) -> None:
    """Which need not stand in a section."""
    schema = document(CANONICAL)
    time = schema["$defs"]["TimeLossConfig"]
    layer = {"width": {"type": "integer", "default": 1, "description": "How wide."}}
    schema["$defs"]["Layer"] = {**time, "description": "A layer.", "properties": layer}
    listed = {"type": "array", "items": {"$ref": "#/$defs/Layer"}, "default": []}
    shown = {"examples": [[{"width": 2}], [{"width": 3}]], "description": "Layers."}
    time["properties"]["layers"] = {**listed, **shown}
    change = {"$defs": {"Layer": {"properties": {"width": {"minimum": 3, "default": 3}}}}}
    found = compile_schema(written(tmp_path, schema), [overlay(tmp_path, change)])
    properties = json.loads(found.files["losses.schema.json"])["$defs"]["TimeLossConfig"][
        "properties"
    ]
    assert properties["layers"]["examples"] == [[{"width": 3}]]


def test_a_key_may_be_what_another_one_was_called(tmp_path: Path) -> None:
    """That name goes, and nothing is told; in the overlay that writes both, it is a mistake."""
    new = {"type": "number", "default": 1, "description": "New."}
    was = {**new, "x-also": ["new", "newer"]}
    lower = overlay(tmp_path, {"$defs": {"TimeLossConfig": {"properties": {"old": was}}}})
    frame = {"x-extends": {"x-name": "studio", "x-version": "1.0.0"}, "x-name": "upper"}
    change = {"$defs": {"TimeLossConfig": {"properties": {"new": new}}}}
    found = compiled(lower, overlay(tmp_path, change, "upper.json", **frame))
    time = json.loads(found.files["losses.schema.json"])["$defs"]["TimeLossConfig"]
    assert time["properties"]["old"]["x-also"] == ["newer"]
    assert found.changes == ()
    both = {"$defs": {"TimeLossConfig": {"properties": {"old": was, "new": new}}}}
    with pytest.raises(CompileError, match="/old/x-also/0: 'new' is a property of this object"):
        compiled(overlay(tmp_path, both))


def test_what_is_told_of_what_is_no_addition() -> None:
    """All but the schema's own name and version; a text of more than 60 letters is cut short."""
    before: Json = {
        "x-name": "below",
        "x-version": "1.0.0",
        "title": "Losses",
        "properties": {
            "gone": {},
            "kept": {"a": [1]},
            "list": [{}],
            "object": {"a": 0},
            "a/b": True,
            "long": "ä" * 58,
            "x-name": 1,
        },
        "$defs": {"BottleneckType": {"oneOf": [{"const": "A"}, {"const": "B", "title": "B"}]}},
    }
    patch: Json = {
        "x-name": "above",
        "x-version": "2.0.0",
        "properties": {
            "new": {},
            "gone": None,
            "kept": {"a": [1], "b": 2},
            "list": {"b": "é"},
            "object": [],
            "a/b": 1,
            "long": "ö" * 59,
            "x-name": 2,
        },
        "$defs": {"BottleneckType": {"oneOf": {"A": None, "B": {"title": "C"}, "D": {}}}},
    }
    assert list(changes(before, applied(before, patch))) == [
        "/properties/gone: removed",
        '/properties/list: [{}] → {"b": "é"}',
        '/properties/object: {"a": 0} → []',
        "/properties/a~1b: true → 1",
        f'/properties/long: "{"ä" * 58}" → "{"ö" * 58}…',
        "/properties/x-name: 1 → 2",
        "/$defs/BottleneckType/oneOf/A: removed",
        '/$defs/BottleneckType/oneOf/B/title: "B" → "C"',
    ]


def test_each_null_that_removes_nothing_is_told() -> None:
    """Also after one that is to be a default, in a new object, and in what is no object."""
    below = {
        "x-name": "below",
        "x-version": "1.0.0",
        "properties": {"a": {"default": 1, "type": "number"}, "b": {}, "default": {}},
        "$defs": {"BottleneckType": {"oneOf": [{"const": "ABottleneck"}]}, "number": 3},
    }
    change: Json = {
        "x-extends": {"x-name": "below", "x-version": "1.0.0"},
        "x-name": "lab",
        "x-version": "2.0.0",
        "properties": {
            "a": {"default": None, "typ": None},
            "b": None,
            "c": None,
            "d": {"default": {"e": None}},
            "default": None,
        },
        "$defs": {
            "number": {"default": None},
            "BottleneckType": {"oneOf": {"ABottlenek": None, "ABottleneck": None}},
        },
    }
    found = [(each.path, each.message) for each in overlay_problems(below, change, ("below",))]
    nothing = "null removes an entry, but there is no"
    assert found == [
        (("properties", "a", "typ"), f"{nothing} 'typ' here; did you mean 'type'?"),
        (("properties", "c"), f"{nothing} 'c' here"),
        (("properties", "d", "default", "e"), f"{nothing} 'e' here"),
        (("$defs", "number", "default"), f"{nothing} 'default' here"),
        ((*ENTRIES, "ABottlenek"), f"{nothing} 'ABottlenek' here; did you mean 'ABottleneck'?"),
    ]


def test_what_is_said_in_vain_is_told() -> None:
    """Another order of keys changes nothing, but 0 in the place of false does."""
    entry = {"title": "A", "const": "ABottleneck"}
    below: Json = {
        "x-name": "below",
        "x-version": "1.0.0",
        "type": "object",
        "properties": {"a": {"default": 1}, "b": {"default": False}, "c": {}},
        "$defs": {"BottleneckType": {"oneOf": [entry]}},
    }
    reordered = {**dict(reversed(below.items())), "x-name": "lab", "x-version": "2.0.0"}
    [problem] = ignored(below, {}, reordered)
    assert (problem.path, problem.message) == (
        (),
        "changes nothing of below 1.0.0; add or change an entry, or compile without it",
    )
    change: Json = {
        "type": None,
        "properties": {"a": {"default": None}, "b": {"default": None}, "c": None},
    }
    result: Json = {**below, "properties": {"a": {"default": None}, "b": {"default": 0}}}
    assert list(ignored(below, change, result)) == [
        Problem(("type",), "can't be removed: every schema has it", at_key=True),
        Problem(("properties", "b", "default"), "null can't be the default here"),
    ]
    result["properties"] = {**below["properties"], "b": {"default": 0}}
    assert list(ignored(below, {"properties": {"b": {"default": 0}}}, result)) == []


CHOICE = ("properties", "section", "anyOf")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ()),
        (("$defs", "BottleneckType"), ("$defs", "BottleneckType")),
        (ENTRIES, ENTRIES),
        ((*ENTRIES, 1), (*ENTRIES, "VAEBottleneck")),
        ((*ENTRIES, 1, "title"), (*ENTRIES, "VAEBottleneck", "title")),
        ((*ENTRIES, "AEBottleneck"), (*ENTRIES, "AEBottleneck")),
        (("$defs", "A", "oneOf", 1, "const"), ("$defs", "A", "oneOf", 1, "const")),
        ((*CHOICE, 0, "$ref"), (*CHOICE, "A", "$ref")),
        ((*CHOICE, 1), (*CHOICE, "null")),
        (CHOICE, CHOICE),
    ],
)
def test_an_entry_stands_under_its_name_in_an_overlay(path: JsonPath, expected: JsonPath) -> None:
    entries = [{"const": "AEBottleneck"}, {"const": "VAEBottleneck"}]
    whole = {
        "properties": {"section": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}},
        "$defs": {"BottleneckType": {"oneOf": entries}, "A": {"oneOf": entries}},
    }
    assert keyed_path(whole, path) == expected


def test_name_and_version_are_the_overlays_own(studio: Compiled) -> None:
    assert (studio.schema.name, studio.schema.version) == ("studio", "1.0.0")
    assert "x-extends" not in studio.files["losses.schema.json"]
    assert '"1.0.0"' in studio.files["_version.py"]
    assert "The losses of studio 1.0.0." in studio.files["LOSSES.md"]


def test_the_formatting_of_an_overlay_counts_for_nothing(studio: Compiled, tmp_path: Path) -> None:
    file = tmp_path / "studio.json"
    for text in (
        json.dumps({**FRAME, **STUDIO}, separators=(",", ":")),
        json.dumps({**FRAME, **STUDIO}, indent="\t").replace("\n", "\r\n") + "\r\n\r\n",
        json.dumps({**FRAME, **STUDIO}).replace("studio", "\\u0073tudio"),
        json.dumps({**STUDIO, **dict(reversed(FRAME.items()))}, indent=1),
    ):
        file.write_bytes(text.encode())
        assert compiled(file).files == studio.files


def test_a_fully_spelled_out_overlay_is_the_same(studio: Compiled, tmp_path: Path) -> None:
    """Keywords that the dialect fixes can be left out; who writes them has the same package."""
    whole = copy.deepcopy(STUDIO)
    by_hand = studio_by_hand()
    whole["properties"]["sisdr"]["default"] = None
    whole["properties"]["schedule"] = by_hand["properties"]["schedule"]
    definitions, known = whole["$defs"], by_hand["$defs"]
    for name in ("SISDRLossConfig", "SSLCosineLoss", "SSLDistanceLoss"):
        definitions[name] = known[name]
    for name in ("ssl", "mmd", "quantizer"):
        weights = known["BottleneckWeights"]["properties"]
        definitions["BottleneckWeights"]["properties"][name] = weights[name]
    entries = {each["const"]: each for each in known["BottleneckType"]["oneOf"]}
    definitions["BottleneckType"]["oneOf"] = {**entries, "FSQBottleneck": None}
    mapping = definitions["LossMapping"]["properties"]
    for name in mapping:
        mapping[name] = known["LossMapping"]["properties"].get(name)
    mapping["WassersteinBottleneck"] |= {"prefixItems": None, "items": None, "minItems": None}
    for name in ("TanhBottleneck", "L2Bottleneck"):
        mapping[name]["maxItems"] = None
    assert json.dumps(whole) != json.dumps(STUDIO)
    assert compiled(overlay(tmp_path, whole)).files == studio.files


@pytest.mark.parametrize(
    ("said", "default"),
    [
        ({}, None),
        ({"default": None}, None),
        ({"default": 0.25}, 0.25),
        ({"default": 0.25, "minimum": 0}, 0.25),
    ],
    ids=json.dumps,
)
def test_null_is_the_default_of_what_may_be_null(said: Json, default: Json, tmp_path: Path) -> None:
    new = {"type": ["number", "null"], "description": "New.", **said}
    change = {"$defs": {"SpectralLossConfig": {"properties": {"floor": new}}}}
    result = merged(overlay(tmp_path, change))
    assert result["$defs"]["SpectralLossConfig"]["properties"]["floor"] == {
        **new,
        "default": default,
    }


def test_a_default_becomes_null_again(tmp_path: Path) -> None:
    weights = ("SpectralWeights", "mrstft")
    lower = overlay(tmp_path, at(weights, {"default": 2.0}), "lower.json")
    frame = {"x-extends": {"x-name": "studio", "x-version": "1.0.0"}, "x-name": "upper"}
    upper = overlay(tmp_path, at(weights, {"default": None}), **frame)
    expected = document(CANONICAL)["$defs"]["SpectralWeights"]
    assert merged(lower)["$defs"]["SpectralWeights"]["properties"]["mrstft"]["default"] == 2.0
    assert merged(lower, upper)["$defs"]["SpectralWeights"] == expected


def at(path: tuple[str, str], value: Json) -> Json:
    """A change of a property of an object."""
    return {"$defs": {path[0]: {"properties": {path[1]: value}}}}


def test_required_properties_get_no_default(tmp_path: Path) -> None:
    change = {
        "properties": {
            "lab": {
                "anyOf": [{"$ref": "#/$defs/LabConfig"}, {"type": "null"}],
                "description": "New.",
            }
        },
        "$defs": {
            "LabConfig": {
                "description": "New.",
                "required": ["step"],
                "properties": {
                    "step": {"type": ["integer", "null"], "description": "New."},
                    "stop": {"type": ["integer", "null"], "description": "New."},
                },
            }
        },
    }
    properties = merged(overlay(tmp_path, change))["$defs"]["LabConfig"]["properties"]
    assert "default" not in properties["step"]
    assert properties["stop"]["default"] is None


def test_an_array_is_replaced_as_a_whole(tmp_path: Path) -> None:
    change = {
        "$defs": {
            "TimeLossConfig": {"properties": {"type": {"enum": ["l1", None]}}},
            "BottleneckWeights": {"properties": {"kl": {"examples": [0.5]}}},
            "LossMapping": {"properties": {"RVQVAEBottleneck": carried("KLLoss")}},
        }
    }
    definitions = merged(overlay(tmp_path, change))["$defs"]
    assert definitions["TimeLossConfig"]["properties"]["type"]["enum"] == ["l1", None]
    assert definitions["BottleneckWeights"]["properties"]["kl"]["examples"] == [0.5]
    assert definitions["LossMapping"]["properties"]["RVQVAEBottleneck"] == {
        "type": "array",
        "prefixItems": [{"$ref": "#/$defs/KLLoss"}],
        "items": False,
        "minItems": 1,
    }


def test_from_none_to_some_losses_and_back(tmp_path: Path) -> None:
    some = {"$defs": {"LossMapping": {"properties": {"TanhBottleneck": carried("KLLoss")}}}}
    none = {"$defs": {"LossMapping": {"properties": {"TanhBottleneck": {"prefixItems": None}}}}}
    lower = overlay(tmp_path, some, "lower.json")
    frame = {"x-extends": {"x-name": "studio", "x-version": "1.0.0"}, "x-name": "upper"}
    upper = overlay(tmp_path, none, "upper.json", **frame)
    assert merged(lower)["$defs"]["LossMapping"]["properties"]["TanhBottleneck"] == {
        "type": "array",
        "prefixItems": [{"$ref": "#/$defs/KLLoss"}],
        "items": False,
        "minItems": 1,
    }
    both = merged(lower, upper)
    assert both == document(CANONICAL) | {"x-name": "upper", "x-version": "1.0.0"}
    assert list(both["$defs"]["LossMapping"]["properties"]["TanhBottleneck"]) == [
        *("type", "maxItems")
    ]


def test_a_mapping_can_describe_itself(tmp_path: Path) -> None:
    said = {"description": "Ours.", **carried("KLLoss", "MMDLoss")}
    change = {"$defs": {"LossMapping": {"properties": {"VAEBottleneck": said}}}}
    result = merged(overlay(tmp_path, change))["$defs"]["LossMapping"]["properties"]
    assert result["VAEBottleneck"]["description"] == "Ours."
    assert result["VAEBottleneck"]["minItems"] == 2


def test_descriptions_and_examples_are_changed_and_examples_removed(tmp_path: Path) -> None:
    changes = {
        "properties": {"time": {"description": "Ours."}},
        "$defs": {
            "TimeWeights": {"description": "Ours, too."},
            "BottleneckWeights": {
                "properties": {"kl": {"examples": None}, "mmd": {"examples": [3]}}
            },
            "KLLoss": {"description": "Pulls."},
            "BottleneckType": {
                "description": "All of ours.",
                "oneOf": {"L2Bottleneck": {"description": "Ours."}},
            },
        },
    }
    expected = document(CANONICAL) | {"x-name": "studio", "x-version": "1.0.0"}
    expected["properties"]["time"]["description"] = "Ours."
    definitions = expected["$defs"]
    definitions["TimeWeights"]["description"] = "Ours, too."
    del definitions["BottleneckWeights"]["properties"]["kl"]["examples"]
    definitions["BottleneckWeights"]["properties"]["mmd"]["examples"] = [3]
    definitions["KLLoss"]["description"] = "Pulls."
    definitions["BottleneckType"]["description"] = "All of ours."
    [l2] = [
        each for each in definitions["BottleneckType"]["oneOf"] if each["const"] == "L2Bottleneck"
    ]
    l2["description"] = "Ours."
    assert merged(overlay(tmp_path, changes)) == expected


def test_a_definition_is_emptied_and_filled_anew(tmp_path: Path) -> None:
    """Null removes what stands there before the overlay, also where the overlay adds."""
    new = {"l3": {"type": ["number", "null"], "description": "New."}}
    change = {
        "x-trainers": WITHOUT_DISTANCES,
        "$defs": {
            **dict.fromkeys(DISTANCES["loss-factory"]),
            "TimeWeights": {"properties": {"l1": None, "l2": None, "mmd": None, **new}},
        },
    }
    result = merged(overlay(tmp_path, change))["$defs"]["TimeWeights"]["properties"]
    assert result == {"l3": {**new["l3"], "default": None}}


def _chain(folder: Path, *changes: Json) -> list[Path]:
    """Files with overlays, each of the one before; the last one is version 1.0.0 of `studio`."""
    files: list[Path] = []
    extends: Json = EXTENDS
    for index, change in enumerate(changes):
        name = "studio" if index == len(changes) - 1 else f"layer-{index}"
        files.append(
            overlay(folder, change, f"{name}.json", **{"x-extends": extends, "x-name": name})
        )
        extends = {"x-name": name, "x-version": "1.0.0"}
    return files


def test_overlays_of_overlays_are_one_bigger_overlay(studio: Compiled, tmp_path: Path) -> None:
    weights = {"ssl": {"default": 1, "description": "Weight of two losses."}, "kl": {"default": 1}}
    definitions = STUDIO["$defs"]
    lowest = {
        "properties": STUDIO["properties"],
        "$defs": {
            "SISDRLossConfig": definitions["SISDRLossConfig"],
            "BottleneckWeights": {"properties": weights},
            "BottleneckType": {"oneOf": {"SSLBottleneck": bottleneck("other")}},
            "SSLCosineLoss": loss("cosine", f"{WEIGHT}/ssl"),
            "LossMapping": {"properties": {"SSLBottleneck": carried("SSLCosineLoss")}},
        },
    }
    between = {
        "x-trainers": STUDIO["x-trainers"],
        "properties": {"time": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/SISDRLossConfig"}]}},
        "$defs": {
            **dict.fromkeys(DISTANCES["loss-factory"]),
            "BottleneckType": {"oneOf": {"SSLBottleneck": {"x-config-type": "ssl"}}},
            "LossMapping": {"properties": {"RVQVAEBottleneck": carried("KLLoss")}},
        },
    }
    lowest["properties"] = {key: each for key, each in lowest["properties"].items() if each}
    highest = copy.deepcopy(STUDIO)
    highest["$defs"]["BottleneckWeights"]["properties"]["ssl"] = {"default": 2}
    del highest["x-trainers"]
    for name in ("TimeLossConfig", "TimeWeights", *DISTANCES["loss-factory"]):
        del highest["$defs"][name]  # gone with `between`
    files = _chain(tmp_path, lowest, between, highest)
    assert json.loads(compiled(*files).files["losses.schema.json"]) == studio_by_hand()
    assert (
        compiled(*files).files["modules.py"].split("\n", 2)[2]
        == (studio.files["modules.py"].split("\n", 2)[2])
    )


def test_an_overlay_removes_what_another_one_added(tmp_path: Path) -> None:
    undone = {"properties": {"sisdr": None, "schedule": None}, "$defs": {"SISDRLossConfig": None}}
    added = {
        "properties": {name: STUDIO["properties"][name] for name in undone["properties"]},
        "$defs": {"SISDRLossConfig": STUDIO["$defs"]["SISDRLossConfig"]},
    }
    expected = document(CANONICAL) | {"x-name": "studio", "x-version": "1.0.0"}
    assert merged(*_chain(tmp_path, added, undone)) == expected


def test_an_overlay_adds_again_what_another_one_removed(tmp_path: Path) -> None:
    gone: Json = {"$defs": {"BottleneckType": {"oneOf": {"TanhBottleneck": None}}}}
    gone["$defs"]["LossMapping"] = {"properties": {"TanhBottleneck": None}}
    again: Json = {"$defs": {"BottleneckType": {"oneOf": {"TanhBottleneck": bottleneck("tanh")}}}}
    again["$defs"]["LossMapping"] = {"properties": {"TanhBottleneck": {}}}
    result = merged(*_chain(tmp_path, gone, again))["$defs"]
    entry = {"const": "TanhBottleneck", **bottleneck("tanh")}
    assert result["BottleneckType"]["oneOf"][-1] == entry
    assert list(result["LossMapping"]["properties"].items())[-1] == (
        "TanhBottleneck",
        {"type": "array", "maxItems": 0},
    )


# Objectives

SAT = "stable-audio-tools 0.0.19"
LAB_OBJECTIVES: Json = {
    "properties": {
        "sisdr": {
            "anyOf": [{"$ref": "#/$defs/SISDRLossConfig"}, {"type": "null"}],
            "description": "Signal-to-distortion ratio. Off unless it is written.",
        }
    },
    "x-trainers": {
        SAT: {
            "objective": {
                "generator": {
                    "SISDRLoss": {"before": "STFTLoss"},
                    "LatentLoss": {},
                    "L2TimeLoss": None,
                    "HubertLoss": {"off_at_zero": None},
                    "LossMapping": {"before": "L1TimeLoss"},
                }
            }
        },
        "our trainer": {
            "description": "A trainer of the lab.",
            "assumed": False,
            "objective": {
                "generator": {
                    "L1TimeLoss": {},
                    "SISDRLoss": {"channels": 1},
                    "LossMapping": {"before": "L1TimeLoss"},
                }
            },
        },
    },
    "$defs": {
        "SISDRLossConfig": {
            "description": "What it weighs.",
            "properties": {"weight": {"$ref": "#/$defs/Weight", "description": "Its weight."}},
        },
        "SISDRLoss": {
            "description": "How far the reconstruction is from the input; the trainer computes it.",
            "properties": {
                "key": {"const": "sisdr"},
                "name": {"const": "sisdr_loss"},
                "weight": {"$ref": "#/$defs/SISDRLossConfig/properties/weight"},
            },
        },
        "LatentLoss": {
            "description": "Mean absolute difference between the latents and the teacher's.",
            "x-term": {"kind": "l1", "reads": ["teacher_latents", "latents"]},
            "x-scale": 2,
            "properties": {
                "name": {"const": "latent_loss"},
                "weight": {"$ref": "#/$defs/SISDRLossConfig/properties/weight"},
            },
        },
    },
}
"""A loss before another one, one at the end, one less, a condition less, another place for those of
the bottleneck; and an objective for a trainer that only the lab has."""

PLANNED = """
import warnings
from PACKAGE import plan_objective

def planned(trainer, config, **arguments):
    plan = plan_objective("vae", config, trainer=trainer, **arguments)
    return [[each.name, each.path, each.weight, list(each.reads)] for each in plan.losses]

warnings.simplefilter("ignore")
answer = [planned(trainer, config, **arguments) for trainer, config, arguments in question]
""".replace("PACKAGE", PACKAGE)


def test_a_lab_changes_what_a_trainer_sums_and_adds_its_own(tmp_path: Path) -> None:
    files = compiled(overlay(tmp_path, LAB_OBJECTIVES)).files
    config = {
        "sisdr": {"weight": 0.5},
        "spectral": {"type": "mrstft", "weights": {"mrstft": 1.0}, "config": {}},
        "time": {"weights": {"l1": 0.25}},
        "hubert": {"weights": {"hubert": 0.0}},
    }
    stereo = {"channels": 2}
    mono = {"channels": 1}
    mapped = ["kl_loss", "bottleneck.weights.kl", 1e-6, ["kl"]]
    l1 = ["l1_time_loss", "time.weights.l1", 0.25, ["reals", "decoded"]]
    sisdr = ["sisdr_loss", "sisdr.weight", 0.5, ["sisdr"]]
    hubert = ["hubert_loss", "hubert.weights.hubert", 0.0, ["hubert_loss"]]
    latent = ["latent_loss", "sisdr.weight", 1.0, ["teacher_latents", "latents"]]
    stft = ["mrstft_loss", "spectral.weights.mrstft", 1.0, ["reals", "decoded"]]
    questions = [
        (SAT, config, mono),
        ("our trainer", config, stereo),
        ("our trainer", config, mono),
    ]
    assert answer(unpacked(files, tmp_path / "out", PACKAGE), PLANNED, questions) == [
        [sisdr, stft, hubert, mapped, l1, latent],
        [mapped, l1],
        [mapped, l1, sisdr],
    ]


def test_an_objective_of_an_overlay_says_what_one_would_have_written_by_hand(
    tmp_path: Path,
) -> None:
    generator = merged(overlay(tmp_path, LAB_OBJECTIVES))["x-trainers"][SAT]["objective"][
        "generator"
    ]
    expected = document(CANONICAL)["x-trainers"][SAT]["objective"]["generator"]
    del expected["L2TimeLoss"]
    expected |= {"HubertLoss": {}, "LossMapping": {"before": "L1TimeLoss"}}
    expected |= {"SISDRLoss": {"before": "STFTLoss"}, "LatentLoss": {}}
    assert list(generator.items()) == list(expected.items())


def test_a_discriminator_whose_reward_has_a_fixed_weight(tmp_path: Path) -> None:
    """No section says that there is one; the caller does."""
    generator = {"FixedLoss": {"discriminator": True}, "LossMapping": {}}
    sums = {"generator": generator, "discriminator": {"DiscriminatorLoss": {"discriminator": True}}}
    fixed = {
        "description": "Rewards the generator.",
        "properties": {
            "key": {"const": "reward"},
            "name": {"const": "reward"},
            "weight": {"const": 2},
        },
    }
    change = {
        "x-trainers": {"ours": {"description": "Ours.", "assumed": False, "objective": sums}},
        "$defs": {"FixedLoss": fixed},
    }
    root = unpacked(compiled(overlay(tmp_path, change)).files, tmp_path / "out", PACKAGE)
    questions = [("ours", {}, {"discriminator": there}) for there in (True, False)]
    carried = ["kl_loss", "bottleneck.weights.kl", 1e-6, ["kl"]]
    assert answer(root, PLANNED, questions) == [
        [
            ["reward", None, 2.0, ["reward"]],
            carried,
            ["discriminator_loss", None, 1.0, ["loss_dis"]],
        ],
        [carried],
    ]


def test_what_the_lab_s_own_trainer_does_not_read_is_told(tmp_path: Path) -> None:
    text = compiled(overlay(tmp_path, LAB_OBJECTIVES)).files["trainers.py"]
    start = text.index('name="our trainer"')
    ignored = re.findall(r'"(\w+\.\w+)"', text[start : text.index("refuses=", start)])
    assert {"AutoencoderLossConfig.spectral", "TimeWeights.l2", "TimeWeights.mmd"} <= {*ignored}
    assert not {*ignored} & {"AutoencoderLossConfig.sisdr", "TimeWeights.l1"}
    assert "AutoencoderLossConfig.bottleneck" not in ignored


# Merging, against the pseudo-code of RFC 7396


def merge_patch(target: Json, patch: Json) -> Json:
    """MergePatch(Target, Patch) of RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def by_class_name(schema: Json) -> Json:
    """`schema` with an object in place of the array of bottlenecks."""
    result = copy.deepcopy(schema)
    entries = result["$defs"]["BottleneckType"]["oneOf"]
    result["$defs"]["BottleneckType"]["oneOf"] = {each["const"]: each for each in entries}
    return result


def random_patch(rng: random.Random, target: Json, depth: int = 0) -> Json:
    """A few changes of `target`: of what is there, and of what isn't."""
    patch: Json = {}
    names = list(target) if isinstance(target, dict) else []
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(names) if names and rng.random() < 0.8 else rng.choice("abc")
        inner = target.get(name) if isinstance(target, dict) else None
        deeper = 0.8 if isinstance(inner, dict) else 0.5 if depth < 2 else 0
        if rng.random() < deeper:
            patch[name] = random_patch(rng, inner, depth + 1)
        else:
            values: list[Json] = [None, None, 1, "x", False, [None, {"a": None}], {"b": None}]
            patch[name] = rng.choice(values)
    return patch


def without_choices(patch: Json) -> Json:
    """`patch` without what it makes of choices of objects."""
    if not isinstance(patch, dict):
        return patch
    return {key: without_choices(each) for key, each in patch.items() if key != "anyOf"}


def test_merging_is_that_of_the_rfc() -> None:
    """But for BottleneckType, LossMapping and choices of objects, which have rules of their own."""
    canonical = document(CANONICAL)
    whole = by_class_name(canonical)
    seen_removals = 0
    for seed in range(200):
        patch = random_patch(random.Random(seed), whole)
        definitions = patch.get("$defs")
        if isinstance(definitions, dict):
            definitions.pop("LossMapping", None)
            definitions.pop("BottleneckType", None)
        patch = without_choices(patch)
        seen_removals += ": null" in json.dumps(patch)
        expected = merge_patch(whole, patch)
        before = json.dumps([canonical, patch])
        result = applied(canonical, {"x-extends": {}, **patch})
        assert json.dumps([canonical, patch]) == before
        if isinstance(expected.get("$defs"), dict) and "BottleneckType" in expected["$defs"]:
            result = by_class_name(result)
        assert json.dumps(result) == json.dumps(expected), f"seed {seed}: {json.dumps(patch)}"
    assert seen_removals > 50


def test_merging_bottlenecks_is_that_of_the_rfc() -> None:
    """Entries are objects or null."""
    canonical = document(CANONICAL)
    whole = by_class_name(canonical)
    losses = ["KLLoss", "MMDLoss", "QuantizerLoss", "CodebookLoss"]
    for seed in range(200):
        rng = random.Random(seed)
        entries = whole["$defs"]["BottleneckType"]["oneOf"]
        names = rng.sample([*entries, "NewBottleneck", "OtherBottleneck"], 4)
        patch: Json = {
            "$defs": {
                "BottleneckType": {
                    "oneOf": {name: rng.choice([None, {}, {"title": "X"}]) for name in names}
                },
                "LossMapping": {
                    "properties": {
                        name: rng.choice(
                            [None, {}, carried(*rng.sample(losses, rng.randint(0, 3)))]
                        )
                        for name in names
                    }
                },
            }
        }
        expected = merge_patch(whole, patch)
        for name, entry in expected["$defs"]["BottleneckType"]["oneOf"].items():
            entry["const"] = name
        assert by_class_name(applied(canonical, patch)) == expected, f"seed {seed}"


# Long names


def test_names_that_are_longer_than_a_line(tmp_path: Path) -> None:
    weight, name = "w" * 120, f"{'L' * 120}Loss"
    patch = {
        "BottleneckWeights": {"properties": {weight: {"default": 1, "description": "Long."}}},
        "BottleneckType": {"oneOf": {"B" * 120: bottleneck("long")}},
        name: loss("long", f"{WEIGHT}/{weight}", **{"x-scale": 0.5}),
        "LossMapping": {"properties": {"B" * 120: carried(name)}},
    }
    files = compiled(*_chain(tmp_path, {"$defs": patch})).files
    assert f"bottleneck.weights.{weight}" in files["modules.py"]


# Scales


def test_scales_in_the_code(studio: Compiled) -> None:
    text = studio.files["dispatch.py"]
    start = text.index("SSL_COSINE_LOSS: ")
    assert text[start : text.index('"""', start)] == """\
SSL_COSINE_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="SSLCosineLoss",
    key="cosine",
    name="cosine_loss",
    argument="ssl_cosine_weight",
    weight=Weight("bottleneck.weights.ssl", 2.0, lambda config: config.bottleneck.weights.ssl),
    scale=0.25,
)
"""  # fmt: skip
    assert text.count("scale=") == 2
    assert "    scale=4.0,\n" in text


def test_scales_in_the_modules(studio: Compiled) -> None:
    text = studio.files["modules.py"]
    start = text.index("class SSLBottleneckLoss")
    assert text[start : text.index("    def add_to", start)] == '''\
class SSLBottleneckLoss(BottleneckLoss):
    """The losses of SSLBottleneck."""

    bottleneck_type = BottleneckType.SSL

    def __init__(
        self,
        *,
        ssl_cosine_weight: WeightArgument,
        kl_weight: WeightArgument,
        ssl_distance_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.ssl_cosine_weight = self._weight("ssl_cosine_weight", ssl_cosine_weight)
        """0.25 × bottleneck.weights.ssl"""

        self.kl_weight = self._weight("kl_weight", kl_weight)
        self.ssl_distance_weight = self._weight("ssl_distance_weight", ssl_distance_weight)
        """4.0 × bottleneck.weights.ssl"""

        self.ssl_cosine_key: Final = self._key("cosine")
        self.kl_key: Final = self._key("kl")
        self.ssl_distance_key: Final = self._key("distance")

'''  # fmt: skip


def test_scales_in_the_tables(studio: Compiled) -> None:
    lines = studio.files["LOSSES.md"].split("\n")
    table = [line for line in lines if line.startswith(("| `SSLBottleneck` | `", "| `Tanh"))]
    assert table == [
        "| `TanhBottleneck` | | | | | | | | ● |",
        "| `TanhBottleneck` | `tanh` | `distance` | `distance_loss` | 8.0 "
        "| 4.0 × `bottleneck.weights.ssl` |",
        *(
            f"| `SSLBottleneck` | `ssl` | `{key}` | `{key}_loss` | {default} | {path} |"
            for key, default, path in (
                ("cosine", 0.5, "0.25 × `bottleneck.weights.ssl`"),
                ("kl", 0.5, "`kl_weight`"),
                ("distance", 8.0, "4.0 × `bottleneck.weights.ssl`"),
            )
        ),
        "| `TanhBottleneck` | Ours now. |",
    ]
    limits = "weight or null | ≥ 0, ≤ max float32"
    row = f"| `bottleneck.weights.ssl` | {limits} | `2.0` |  | Weight of two losses. |"
    assert row in lines
    assert (
        "| `kl_weight` | number | ≥ 0, ≤ 1000 | `0.5` |  | Weight of the KL divergence. |" in lines
    )


def test_a_scale_of_one_is_no_scale(tmp_path: Path) -> None:
    change = {"$defs": {"KLLoss": {"x-scale": 1, "description": "Pulls."}}}
    files = compiled(overlay(tmp_path, change)).files
    del change["$defs"]["KLLoss"]["x-scale"]
    without = compiled(overlay(tmp_path, change)).files
    different = {name for name, text in files.items() if text != without[name]}
    assert different == {"losses.schema.json", "_version.py"}  # which has the schema's checksum


def test_a_scale_is_changed_and_removed(tmp_path: Path) -> None:
    scales = [{"$defs": {"KLLoss": {"x-scale": scale}}} for scale in (2, 3, None)]
    files = _chain(tmp_path, *scales)
    assert [
        read_layers(CANONICAL, files[: count + 1]).document["$defs"]["KLLoss"].get("x-scale")
        for count in range(3)
    ] == [2, 3, None]


PLANS = f"""
import warnings
from {PACKAGE} import LossConfigError, plan_losses

def plan(bottleneck, config):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            losses = [[loss.name, loss.weight] for loss in plan_losses(bottleneck, config).losses]
        except LossConfigError as error:
            return str(error)
    return losses, [str(each.message) for each in caught]

answer = [plan(*each) for each in question]
"""


def plans(package: Path, *questions: tuple[str, Json]) -> list[Json]:
    """The names and weights that a config comes to, and the warnings; or the error."""
    result: list[Json] = answer(package, PLANS, questions)
    return result


def ssl(weight: Json) -> Json:
    """A config that sets the weight of two losses."""
    return {"bottleneck": {"weights": {"ssl": weight}}}


def test_a_plan_has_the_products(package: Path) -> None:
    def losses(cosine: float, kl: float, distance: float) -> Json:
        return [["cosine_loss", cosine], ["kl_loss", kl], ["distance_loss", distance]]

    assert plans(
        package,
        ("ssl", None),
        ("ssl", ssl(None)),
        ("ssl", ssl(3) | {"kl_weight": 7}),
        ("ssl", ssl(0)),
        ("tanh", ssl(0.5)),
        ("vae", {"kl_weight": 0}),
        ("wasserstein", {}),
    ) == [
        [losses(0.5, 0.5, 8), []],
        [losses(0.5, 0.5, 8), []],
        [losses(0.75, 7, 12), []],
        [losses(0, 0.5, 0), []],
        [[["distance_loss", 2]], []],
        [[["kl_loss", 0]], []],
        [[], []],
    ]


def test_a_weight_without_use_draws_a_warning_whatever_its_scale(package: Path) -> None:
    assert plans(
        package,
        ("vae", ssl(3)),
        ("vae", ssl(2)),
        ("l2_norm", {"kl_weight": 2}),
        ("l2_norm", {"kl_weight": 0.5}),
        ("wasserstein", ssl(8) | {"kl_weight": 2}),
    ) == [
        [
            [["kl_loss", 0.5]],
            [
                "bottleneck.weights.ssl is 3.0, but VAEBottleneck has no use for this weight; "
                "it uses 'kl_weight'"
            ],
        ],
        [[["kl_loss", 0.5]], []],
        [
            [["mmd_loss", 10]],
            [
                "kl_weight is 2.0, but L2Bottleneck has no use for this weight; "
                "it uses 'bottleneck.weights.mmd'"
            ],
        ],
        [[["mmd_loss", 10]], []],
        [
            [],
            [
                f"{path}, but WassersteinBottleneck has no use for this weight; it has no losses"
                for path in ("kl_weight is 2.0", "bottleneck.weights.ssl is 8.0")
            ],
        ],
    ]


def test_a_product_that_is_too_large_is_a_mistake_in_the_config(package: Path) -> None:
    code = f"""
from {PACKAGE} import LossConfigError, create_bottleneck_loss
try:
    create_bottleneck_loss("ssl", question)
except LossConfigError as error:
    answer = str(error)
"""
    message = (
        "loss_config: /bottleneck/weights/ssl: expected at most 8.5070586659632215e+37 for "
        "'distance_loss', not 1e+38"
    )
    assert answer(package, code, ssl(1e38)) == message
    enough, *refused = plans(
        package, ("tanh", ssl(MAX / 4)), ("tanh", ssl(1e38)), ("ssl", ssl(MAX))
    )
    assert enough == [[["distance_loss", MAX]], []]
    assert refused[0] == message
    assert refused[1] == message.replace("1e+38", "3.4028234663852886e+38")


def test_a_module_multiplies_by_the_products(package: Path) -> None:
    code = f"""
import torch
from {PACKAGE} import create_bottleneck_loss
info = {{"cosine": torch.tensor(1.0), "kl": torch.tensor(10.0), "distance": torch.tensor(100.0)}}
total, losses = create_bottleneck_loss("SSLBottleneck", question)(info)
answer = [total.item(), {{name: each.item() for name, each in losses.items()}}]
"""
    assert answer(package, code, ssl(2) | {"kl_weight": 3}) == [
        830.5,
        {"cosine_loss": 0.5, "kl_loss": 30, "distance_loss": 800},
    ]


# A weight at the root of a config


def test_a_weight_at_the_root_in_the_code(studio: Compiled) -> None:
    text = studio.files["dispatch.py"]
    assert ' weight=Weight("kl_weight", 0.5, lambda config: config.kl_weight),\n' in text


def test_mistakes_in_a_weight_at_the_root(package: Path) -> None:
    assert plans(
        package,
        ("vae", {"kl_weight": -1}),
        ("vae", {"kl_weight": 1001}),
        ("vae", {"kl_weight": None}),
        ("vae", {"kl_wieght": 1}),
        ("vae", {"bottleneck": {"kl_weight": 1}}),
        ("vae", {"bottleneck": {"weights": {"kl_weight": 1}}}),
        ("vae", {"bottleneck": {"weights": {"kl": 1}}}),
        ("vae", {"time": {}}),
    ) == [
        "loss_config: /kl_weight: expected a number of at least 0, not -1",
        "loss_config: /kl_weight: expected a number of at most 1000, not 1001",
        "loss_config: /kl_weight: expected a number, not null",
        "loss_config: /kl_wieght: unknown section 'kl_wieght'; did you mean 'kl_weight'? Or pass "
        "foreign_sections=['kl_wieght'] if the trainer reads it itself",
        "loss_config: /bottleneck/kl_weight: unknown key 'kl_weight'; it belongs at /kl_weight",
        "loss_config: /bottleneck/weights/kl_weight: unknown key 'kl_weight'; "
        "it belongs at /kl_weight",
        "loss_config: /bottleneck/weights/kl: unknown key 'kl'; expected 'codebook', "
        "'commitment', 'mmd', 'quantizer', 'softnorm', 'ssl'",
        "loss_config: /time: unknown section 'time'; expected 'adversarial', 'bottleneck', "
        "'clap', 'contrastive', 'discriminator', 'generative', 'hubert', 'jepa', 'kl_weight', "
        "'latent_distillation', 'mrmel', 'reconstruction', 'schedule', 'semantic_regressors', "
        "'sisdr', 'spectral'; or pass foreign_sections=['time'] if the trainer reads it itself",
    ]


def test_a_weight_at_the_root_is_loaded_from_a_file(package: Path, tmp_path: Path) -> None:
    code = f"""
from {PACKAGE} import LossConfigError, load_config, plan_losses
answer = []
for file in question:
    try:
        config = load_config(file)
        answer.append([config.kl_weight, plan_losses("vae", config).losses[0].weight])
    except LossConfigError as error:
        answer.append(str(error).removeprefix(file))
"""
    files: list[Path] = []
    for index, text in enumerate(['{"kl_weight": 3}', "{}", '{\n  "kl_weight": "3"}']):
        files.append(tmp_path / f"{index}.json")
        files[-1].write_text(text, encoding="utf-8")
    assert answer(package, code, [str(file) for file in files]) == [
        [3, 3],
        [0.5, 0.5],
        ':2:16: /kl_weight: expected a number, not the string "3"',
    ]


def test_a_weight_at_the_root_is_no_foreign_section(package: Path) -> None:
    code = f"""
from {PACKAGE} import plan_losses
answer = []
for name in question:
    try:
        plan_losses("vae", {{name: 5}}, foreign_sections=[name])
        answer.append(None)
    except ValueError as error:
        answer.append(str(error))
"""
    message = "holds the weights of bottleneck losses and can't be skipped"
    assert answer(package, code, ["kl_weight", "bottleneck", "schedule", "mine"]) == [
        f"foreign_sections: 'kl_weight' {message}",
        f"foreign_sections: 'bottleneck' {message}",
        None,
        None,
    ]


def test_sections_of_ones_own(package: Path) -> None:
    """Closed ones are checked, free ones passed on; a removed one is unknown."""
    code = f"""
from {PACKAGE} import AutoencoderLossConfig
config = AutoencoderLossConfig.model_validate(question)
answer = [config.sisdr.scale, config.sisdr.start, config.schedule, config.model_dump()]
"""
    config = {"sisdr": {"start": 5}, "schedule": {"any": [1, None]}}
    scale, start, schedule, dumped = answer(package, code, config)
    assert (scale, start, schedule) == (1, 5, {"any": [1, None]})
    assert dumped["sisdr"] == {"scale": 1, "start": 5}
    assert dumped["kl_weight"] == 0.5
