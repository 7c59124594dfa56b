"""LOSSES.md: who carries what, and the reference of every key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.emit.reference import refer
from loss_compiler.meaning.analyse import analyse
from loss_compiler.source.syntax import RESULTS, syntax_of
from support.schemas import CANONICAL, TINY, VARIED, compiled, document, generate, tree, written

Json = Any

HEAD = "| key | type | range | default | unit | meaning |\n|---|---|---|---|---|---|\n"


def reference(schema: str, first: str) -> str:
    """What follows the line `first` of a LOSSES.md."""
    return schema[schema.index(f"\n{first}\n") + len(first) + 2 :]


def with_section(**definitions: Json) -> dict[str, Json]:
    """The tiny schema with a section of its own, which holds the first of `definitions`."""
    schema = document(TINY)
    schema["properties"]["section"] = {
        "anyOf": [{"$ref": f"#/$defs/{next(iter(definitions))}"}, {"type": "null"}],
        "default": None,
        "description": "A section. Off unless it is written.",
    }
    schema["$defs"] |= definitions
    return schema


def closed(description: str, required: tuple[str, ...] = (), **properties: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^(//|[_$]comment$)": True},
        "description": description,
        "required": list(required),
        "properties": properties,
    }


def of_section(folder: Path, schema: Json) -> str:
    """What LOSSES.md says of the section of `schema`."""
    return reference(compile_schema(written(folder, schema)).files["LOSSES.md"], "## `section`")


def rows(folder: Path, **properties: Json) -> list[str]:
    """The rows of LOSSES.md for `properties`, which need no description, in a section."""
    described = {name: {"description": "It."} | each for name, each in properties.items()}
    required = tuple(name for name, each in properties.items() if "default" not in each)
    text = of_section(folder, with_section(Section=closed("Its keys.", required, **described)))
    return [line for line in text.split("\n") if line.startswith("| `section.")]


# The page


def test_the_page_of_the_tiny_schema() -> None:
    assert compiled(TINY).files["LOSSES.md"] == """\
<!-- Generated from schema/losses.schema.json and templates/LOSSES.md.jinja. -->
<!-- Do not edit; change them and run: python -m nox -s generate -->

# Losses and their configuration

The losses of schema 0.1.0. This page says [which bottleneck carries
which](#losses-by-bottleneck), [what each loss does](#what-each-loss-does), [what each bottleneck
is](#the-bottlenecks), and what [every key of the config](#the-config) takes and means.

## Losses by bottleneck

| bottleneck | `kl_loss` |
|---|:-:|
| `VAEBottleneck` | ● |

A loss is `weight * info[key]`; losses are summed and logged in this order.

| bottleneck | config tag | info key | loss name | default weight | config path |
|---|---|---|---|---|---|
| `VAEBottleneck` | `vae` | `kl` | `kl_loss` | 1e-06 | `bottleneck.weights.kl` |

## What each loss does

Overlays name a loss as it is called in the schema.

| loss name | in the schema | what it pulls towards, in which unit, and when its value is there |
|---|---|---|
| `kl_loss` | `KLLoss` | Pulls the latents together. |

## The bottlenecks

| class | meaning |
|---|---|
| `VAEBottleneck` | Samples the latents. |

## The config

The smallest losses schema.

Keys are written as paths: `a.b` is the key `b` of the object `a`, and `a[].b` that of each object
in the array `a`; a required key has to be written where `a` is. No other keys are legal, except in
objects that take any keyword arguments. No number is infinite or NaN; `max float32` is
3.4028234663852886e+38.

- [`bottleneck`](#bottleneck)

## `bottleneck`

What the bottleneck adds.

| key | type | range | default | unit | meaning |
|---|---|---|---|---|---|
| `bottleneck` | object |  | `{}` |  | What the bottleneck adds. |
| `bottleneck.weights` | object |  | `{}` |  | Its weights. Weights of the bottleneck's losses. |
| `bottleneck.weights.kl` | number or null | ≥ 0, ≤ max float32 | `1e-06` |  | \
Weight of the KL divergence. |
"""  # fmt: skip


def test_keys_of_the_root_that_are_no_sections(tmp_path: Path) -> None:
    schema = document(TINY)
    schema["properties"] |= {
        "$schema": {"type": ["string", "null"], "default": None, "description": "For editors."},
        "warmup": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "x-unit": "steps",
            "description": "Its start.",
        },
        "more": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "default": None,
            "description": "What the trainer reads.",
        },
    }
    text = compile_schema(written(tmp_path, schema)).files["LOSSES.md"]
    text = reference(text, "- [`bottleneck`](#bottleneck)")
    assert text[: text.index("\n## ")] == f"""
{HEAD}\
| `$schema` | string or null |  | `null` |  | For editors. |
| `warmup` | integer | ≥ 0 | `0` | steps | Its start. |
| `more` | open object or null | any keyword arguments | `null` |  | What the trainer reads. |
"""  # fmt: skip


def test_sections_stand_in_the_order_of_the_schema() -> None:
    text = compiled(CANONICAL).files["LOSSES.md"]
    sections = [key for key in document(CANONICAL)["properties"] if key != "$schema"]
    text = reference(text, "## The config")
    assert re.findall("^- \\[`(.*)`\\]\\(#\\1\\)$", text, re.MULTILINE) == sections
    assert re.findall("^## `(.*)`$", text, re.MULTILINE) == sections


@pytest.mark.parametrize("schema", [CANONICAL, VARIED])
def test_each_key_can_be_found(schema: Path) -> None:
    """Every property of every class that a config can hold, by its name and what is said of it."""
    config = reference(compiled(schema).files["LOSSES.md"], "## The config")
    lines = [line.replace("\\", "") for line in config.split("\n") if line.startswith("| `")]
    for owner in syntax_of(document(schema)).objects.values():
        if owner.name in RESULTS:
            continue
        for name, held in owner.properties.items():
            key = re.compile(rf"\| `([a-z0-9_.[\]]+\.)?{re.escape(name)}` \|")
            found = [line for line in lines if key.match(line)]
            is_section = not owner.path and name != "$schema"
            about = f"`{name}` |" if is_section else held.description.removesuffix(".")
            assert any(about in line for line in found), (owner.name, name)


# Its rows


@pytest.mark.parametrize(
    ("subschema", "row"),
    [
        ({"type": "number", "default": 1}, "number |  | `1.0` |  | It."),
        ({"type": "number"}, "number |  | required |  | It."),
        ({"type": ["number", "null"]}, "number or null |  | required |  | It."),
        (
            {"type": "number", "minimum": -0.5, "maximum": 1, "default": 0, "x-unit": "octaves"},
            "number | ≥ -0.5, ≤ 1 | `0.0` | octaves | It.",
        ),
        (
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 3.4028234663852886e38},
            "number | > 0, < max float32 | required |  | It.",
        ),
        (
            {"type": "number", "minimum": -1e20, "maximum": 1e15},
            "number | ≥ -1e+20, ≤ 1000000000000000.0 | required |  | It.",
        ),
        (
            {"type": "integer", "minimum": 1, "maximum": 9007199254740991, "x-unit": "samples"},
            "integer | ≥ 1, ≤ 9007199254740991 | required | samples | It.",
        ),
        ({"type": ["integer", "null"], "default": None}, "integer or null |  | `null` |  | It."),
        ({"type": "boolean", "default": False}, "boolean |  | `false` |  | It."),
        ({"type": "string", "default": 'a"é'}, 'string |  | `"a\\"é"` |  | It.'),
        ({"type": "string", "minLength": 1}, "string | not empty | required |  | It."),
        ({"type": "string", "maxLength": 8}, "string | ≤ 8 characters | required |  | It."),
        (
            {"type": "string", "minLength": 2, "maxLength": 8, "default": "no"},
            'string | ≥ 2, ≤ 8 characters | `"no"` |  | It.',
        ),
        (
            {"type": "string", "enum": ["l1", "l2"], "default": "l2"},
            'string | `"l1"`, `"l2"` | `"l2"` |  | It.',
        ),
        (
            {"type": ["string", "null"], "enum": [None, "l1"], "default": None},
            'string or null | `"l1"` | `null` |  | It.',
        ),
        ({"type": "array", "items": {"type": "string"}}, "array of strings |  | required |  | It."),
        (
            {"type": ["array", "null"], "items": {"type": "integer"}, "default": None},
            "array of integers or null |  | `null` |  | It.",
        ),
        (
            {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}},
                "x-unit": "Hz",
            },
            "array of arrays of numbers |  | required | Hz | It.",
        ),
        (
            {"type": "object", "additionalProperties": True, "default": {}},
            "open object | any keyword arguments | `{}` |  | It.",
        ),
        (
            {"type": ["object", "null"], "additionalProperties": True, "default": None},
            "open object or null | any keyword arguments | `null` |  | It.",
        ),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else "",
)
def test_the_row_of_a_key(subschema: Json, row: str, tmp_path: Path) -> None:
    assert rows(tmp_path, key=subschema) == [f"| `section.key` | {row} |"]


def test_objects_in_objects_and_arrays(tmp_path: Path) -> None:
    """A row for the object, and a row for each of its keys; what is said twice is written once."""
    number = {"type": "number", "default": 2, "description": "A number."}
    inner = {"$ref": "#/$defs/Inner", "description": "An inner object."}
    schema = with_section(
        Section=closed(
            "Its keys.",
            ("needed",),
            needed=inner | {"description": "An inner"},
            optional=inner | {"default": {}, "description": "It."},
            some={
                "type": ["array", "null"],
                "items": {"$ref": "#/$defs/Inner"},
                "default": None,
                "description": "Some.",
            },
        ),
        Inner=closed("An inner object.", number=number),
    )
    assert of_section(tmp_path, schema) == f"""
A section. Off unless it is written.

{HEAD}\
| `section` | object or null |  | `null` |  | Its keys. |
| `section.needed` | object |  | required |  | An inner object. |
| `section.needed.number` | number |  | `2.0` |  | A number. |
| `section.optional` | object |  | `{{}}` |  | It. An inner object. |
| `section.optional.number` | number |  | `2.0` |  | A number. |
| `section.some` | array of objects or null |  | `null` |  | Some. An inner object. |
| `section.some[].number` | number |  | `2.0` |  | A number. |
"""  # fmt: skip


def test_a_section_that_is_an_array(tmp_path: Path) -> None:
    schema = document(TINY)
    schema["$defs"]["Item"] = closed(
        "An item.", on={"type": "boolean", "default": True, "description": "On."}
    )
    schema["properties"]["section"] = {
        "type": ["array", "null"],
        "items": {"$ref": "#/$defs/Item"},
        "default": None,
        "description": "A section of many.",
    }
    assert of_section(tmp_path, schema) == f"""
A section of many.

{HEAD}\
| `section` | array of objects or null |  | `null` |  | An item. |
| `section[].on` | boolean |  | `true` |  | On. |
"""  # fmt: skip


# Its unions


def tagged(name: str, value: str, about: str, **properties: Json) -> Json:
    tag = {"type": "string", "enum": [value], "description": about}
    return closed(f"The {value} object.", (name,), **{name: tag}, **properties)


def one_of(name: str, *classes: str) -> Json:
    return {
        "anyOf": [*({"$ref": f"#/$defs/{each}"} for each in classes), {"type": "null"}],
        "discriminator": {"propertyName": name},
        "default": None,
        "description": "A choice.",
    }


NUMBER = {"type": "number", "default": 2, "description": "A number."}


def test_one_of_several_objects(tmp_path: Path) -> None:
    """What all have stands once; a key that only looks alike doesn't, and one has no other keys."""
    other = NUMBER | {"default": 3}
    schema = document(TINY)
    schema["properties"]["section"] = one_of("type", "Alpha", "Beta", "Gamma")
    schema["$defs"] |= {
        "Alpha": tagged("type", "a", "Which.", shared=NUMBER, default=NUMBER, own=NUMBER),
        "Beta": tagged("type", "b", "Which.", default=other, shared=NUMBER),
        "Gamma": tagged("type", "c|`c`", "Which.", shared=NUMBER, default=NUMBER),
    }
    assert of_section(tmp_path, schema) == f"""
A choice.

{HEAD}\
| `section` | object or null |  | `null` |  | One of the objects below; its `type` says which. |
| `section.type` | string | `"a"`, `"b"`, `"c\\|'c'"` | required |  | Which. |
| `section.shared` | number |  | `2.0` |  | A number. |

### `section.type`: `"a"`

The a object.

{HEAD}\
| `section.default` | number |  | `2.0` |  | A number. |
| `section.own` | number |  | `2.0` |  | A number. |

### `section.type`: `"b"`

The b object.

{HEAD}\
| `section.default` | number |  | `3.0` |  | A number. |

### `section.type`: `"c|'c'"`

The c\\|`c` object.

{HEAD}\
| `section.default` | number |  | `2.0` |  | A number. |
"""  # fmt: skip


def test_a_variant_without_keys_of_its_own(tmp_path: Path) -> None:
    """And with a tag whose meaning is its own."""
    schema = document(TINY)
    schema["properties"]["section"] = one_of("type", "Alpha", "Beta")
    schema["$defs"] |= {
        "Alpha": tagged("type", "a", "Alpha's.", shared=NUMBER),
        "Beta": tagged("type", "b", "Beta's.", shared=NUMBER),
    }
    text = of_section(tmp_path, schema)
    assert text[text.index("| `section.shared") :] == f"""\
| `section.shared` | number |  | `2.0` |  | A number. |

### `section.type`: `"a"`

The a object.

{HEAD}\
| `section.type` | string | `"a"` | required |  | Alpha's. |

### `section.type`: `"b"`

The b object.

{HEAD}\
| `section.type` | string | `"b"` | required |  | Beta's. |
"""  # fmt: skip
    for each in ("Alpha", "Beta"):
        schema["$defs"][each]["properties"]["type"]["description"] = "Which."
    text = of_section(tmp_path, schema)
    assert text[text.index("| `section.shared") :] == """\
| `section.shared` | number |  | `2.0` |  | A number. |

### `section.type`: `"a"`

The a object.

### `section.type`: `"b"`

The b object.
"""  # fmt: skip


def test_unions_in_unions(tmp_path: Path) -> None:
    schema = document(TINY)
    schema["properties"]["section"] = one_of("type", "Alpha", "Beta")
    schema["$defs"] |= {
        "Alpha": tagged("type", "a", "Which.", inner=one_of("kind", "Left", "Right")),
        "Beta": tagged("type", "b", "Which."),
        "Left": tagged("kind", "l", "Which one.", left=one_of("form", "Round", "Square")),
        "Right": tagged("kind", "r", "Which one."),
        "Round": tagged("form", "round", "Which form."),
        "Square": tagged("form", "square", "Which form.", edge=NUMBER),
    }
    text = of_section(tmp_path, schema)
    assert text[text.index("\n### ") :] == f"""
### `section.type`: `"a"`

The a object.

{HEAD}\
| `section.inner` | object or null |  | `null` |  | \
A choice. One of the objects below; its `kind` says which. |
| `section.inner.kind` | string | `"l"`, `"r"` | required |  | Which one. |

### `section.type`: `"a"`, `section.inner.kind`: `"l"`

The l object.

{HEAD}\
| `section.inner.left` | object or null |  | `null` |  | \
A choice. One of the objects below; its `form` says which. |
| `section.inner.left.form` | string | `"round"`, `"square"` | required |  | Which form. |

### `section.type`: `"a"`, `section.inner.kind`: `"l"`, `section.inner.left.form`: `"round"`

The round object.

### `section.type`: `"a"`, `section.inner.kind`: `"l"`, `section.inner.left.form`: `"square"`

The square object.

{HEAD}\
| `section.inner.left.edge` | number |  | `2.0` |  | A number. |

### `section.type`: `"a"`, `section.inner.kind`: `"r"`

The r object.

### `section.type`: `"b"`

The b object.
"""  # fmt: skip


def test_a_union_of_one(tmp_path: Path) -> None:
    schema = document(TINY)
    schema["properties"]["section"] = one_of("type", "Alpha")
    schema["$defs"]["Alpha"] = tagged("type", "a", "Which.")
    assert of_section(tmp_path, schema) == f"""
A choice.

{HEAD}\
| `section` | object or null |  | `null` |  | The a object. |
| `section.type` | string | `"a"` | required |  | Which. |
"""  # fmt: skip


def test_a_union_in_objects_in_an_array_of_a_union() -> None:
    schema = document(TINY)
    shared = {"$ref": "#/$defs/Shared", "default": {}, "description": "It."}
    boxes = {"type": "array", "items": {"$ref": "#/$defs/Box"}, "description": "They."}
    schema["properties"]["section"] = one_of("type", "Alpha", "Beta")
    schema["$defs"] |= {
        "Alpha": tagged("type", "a", "Which.", shared=shared, boxes=boxes),
        "Beta": tagged("type", "b", "Which.", shared=shared),
        "Shared": closed("It is shared.", deep=one_of("kind", "Left", "Right")),
        "Box": closed("A box.", inner=one_of("kind", "Left", "Right")),
        "Left": tagged("kind", "l", "Which one."),
        "Right": tagged("kind", "r", "Which one.", number=NUMBER),
    }
    _, section = refer(analyse(syntax_of(schema))).sections
    variants = [
        ([(each.key, each.value) for each in variant.conditions], [row.key for row in variant.rows])
        for variant in section.variants
    ]
    alpha = ("section.type", '"a"')
    deep, inner = "section.shared.deep", "section.boxes[].inner"
    assert variants == [
        ([(f"{deep}.kind", '"l"')], []),
        ([(f"{deep}.kind", '"r"')], [f"{deep}.number"]),
        ([alpha], ["section.boxes", inner, f"{inner}.kind"]),
        ([alpha, (f"{inner}.kind", '"l"')], []),
        ([alpha, (f"{inner}.kind", '"r"')], [f"{inner}.number"]),
        ([("section.type", '"b"')], []),
    ]
    assert [(row.key, row.meaning) for row in section.rows[2:]] == [
        ("section.shared", "It is shared."),
        (deep, "A choice. One of the objects below; its `kind` says which."),
        (f"{deep}.kind", "Which one."),
    ]


# Its text


def test_a_description_outside_of_tables(tmp_path: Path) -> None:
    schema = with_section(Section=closed("Its keys.", key=NUMBER))
    schema["properties"]["section"]["description"] = "# No <br>\n `a|b`"
    assert of_section(tmp_path, schema).split("\n")[1] == "\\# No \\<br\\> `a|b`"


def test_descriptions_in_tables(tmp_path: Path) -> None:
    description = "a|b ~~c~~ $d$ &lt;e&gt; <f>, `g|h ~~i~~ $j$ &lt;k&gt;`"
    schema = with_section(Section=closed("Its keys.", key={**NUMBER, "description": description}))
    row = of_section(tmp_path, schema).splitlines()[-1]
    assert row.removeprefix("| `section.key` | number |  | `2.0` |  | ") == (
        "a\\|b \\~\\~c\\~\\~ \\$d\\$ &amp;lt;e&amp;gt; \\<f\\>, `g\\|h ~~i~~ $j$ &lt;k&gt;` |"
    )


def test_a_small_edit_is_a_small_diff(tmp_path: Path) -> None:
    """One more key: one more row in the file, at its place."""
    schema = document(CANONICAL)
    time = schema["$defs"]["TimeWeights"]["properties"]
    time["log"] = {**time["l1"], "description": "Weight of a logarithm."}
    old = compiled(CANONICAL).files["LOSSES.md"].split("\n")
    new = compile_schema(written(tmp_path, schema)).files["LOSSES.md"].split("\n")
    place = next(index for index, line in enumerate(new) if "`time.weights.log`" in line)
    assert new[:place] + new[place + 1 :] == old


def test_the_same_schema_gives_the_same_files(tmp_path: Path) -> None:
    """Whatever the hash seed, in processes of their own."""
    found = []
    for seed in ("1", "2"):
        done = generate(
            *("--schema", VARIED, "--out", seed), cwd=tmp_path, environment={"PYTHONHASHSEED": seed}
        )
        assert (done.returncode, done.stderr) == (0, "")
        found.append(tree(tmp_path / seed / "loss_factory"))
    assert found[0] == found[1]
    assert found[0]["LOSSES.md"] == compiled(VARIED).files["LOSSES.md"].encode()


def test_a_description_that_the_class_repeats_is_written_once(tmp_path: Path) -> None:
    """Also where it doesn't end in a letter."""
    schema = with_section(
        Section=closed("Keys (all).", a={"type": "integer", "default": 1, "description": "A."})
    )
    schema["$defs"]["Section"]["properties"]["b"] = {
        "$ref": "#/$defs/Other",
        "default": {},
        "description": "Others (all)",
    }
    schema["$defs"]["Other"] = closed(
        "Others (all) here.", c={"type": "integer", "default": 1, "description": "C."}
    )
    text = of_section(tmp_path, schema)
    assert "| Others (all) here. |" in text
