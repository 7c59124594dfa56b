"""LOSSES.md and losses.svg: the reference of every key, and the picture of who carries what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from loss_compiler.emit.picture import Column, Dot, Line, Picture, draw
from loss_compiler.source.document import owners

from loss_compiler.compile import compile_schema
from loss_compiler.emit.escaping import xml
from loss_compiler.emit.reference import refer
from loss_compiler.meaning.analyse import analyse
from loss_compiler.target.package import package_of_overlays
from support.schemas import (
    CANONICAL,
    OVERLAYS,
    TINY,
    VARIED,
    compiled,
    document,
    generate,
    tree,
    written,
)

Json = Any

SVG = "{http://www.w3.org/2000/svg}"
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

![A matrix of bottlenecks and losses, which says what the table below says](losses.svg)

## Losses by bottleneck

A loss is `weight * info[key]`; it is summed and logged in this order.

| bottleneck | config tag | info key | loss name | default weight | config path |
|---|---|---|---|---|---|
| `VAEBottleneck` | `vae` | `kl` | `kl_loss` | 1e-06 | `bottleneck.weights.kl` |

## What each loss does

| loss name | what it pulls towards, in which unit, and when its value is there |
|---|---|
| `kl_loss` | Pulls the latents together. |

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
| `more` | object or null | any keyword arguments | `null` |  | What the trainer reads. |
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
    for owner in owners(document(schema)):
        if owner.name in ("LossFactoryResult", "ValueLossConfig"):
            continue
        for name, subschema in owner.subschema["properties"].items():
            key = re.compile(rf"\| `([a-z0-9_.[\]]+\.)?{re.escape(name)}` \|")
            found = [line for line in lines if key.match(line)]
            is_section = not owner.path and name != "$schema"
            about = f"`{name}` |" if is_section else subschema["description"].removesuffix(".")
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
            "object | any keyword arguments | `{}` |  | It.",
        ),
        (
            {"type": ["object", "null"], "additionalProperties": True, "default": None},
            "object or null | any keyword arguments | `null` |  | It.",
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
    _, section = refer(analyse(schema)).sections
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
    assert found[0]["losses.svg"] == compiled(VARIED).files["losses.svg"].encode()


# The picture


def test_the_picture_of_the_tiny_schema() -> None:
    assert compiled(TINY).files["losses.svg"] == """\
<?comment Generated from schema/losses.schema.json and templates/losses.svg.jinja. ?>
<?comment Do not edit; change them and run: python -m nox -s generate ?>

<svg xmlns="http://www.w3.org/2000/svg" role="img" font-size="13" fill="#1f2328"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
  width="588" height="189" viewBox="0 0 588 189">
<title>Which bottleneck carries which loss</title>
<rect width="100%" height="100%" rx="6" fill="#ffffff"/>
<g transform="translate(8 111)" fill="#f6f8fa">
<path d="M0 0h217v28H0z"/>
</g>
<g transform="translate(16 115)">
<text y="14">VAEBottleneck</text>
</g>
<g transform="translate(139 115)" fill="#59636e">
<text y="14">vae</text>
</g>
<g transform="translate(200 111)" stroke="#d8dee4">
<path d="M0 -4V28"/>
</g>
<g transform="translate(204 103)">
<text transform="translate(0 0) rotate(-45)">kl_loss <tspan fill="#59636e">1e-06</tspan></text>
</g>
<g transform="translate(200 111)" fill="#0969da">
<circle cx="0" cy="14" r="10"/>
</g>
<g transform="translate(200 115)" fill="#ffffff" font-size="12" text-anchor="middle">
<text x="0" y="14">1</text>
</g>
<g transform="translate(16 165)" fill="#59636e" font-family="sans-serif">
<text>Numbers: the order in which losses are summed. Beside a name: its default weight.</text>
</g>
</svg>
"""  # fmt: skip


def test_the_places_in_the_picture_of_the_varied_schema() -> None:
    assert draw(analyse(document(VARIED))) == Picture(
        width=588,
        height=268,
        top=134,
        row=28,
        lines_width=401,
        lines_height=84,
        classes=16,
        tags=171,
        dots=264,
        columns=(
            Column(0, "kl_loss", "1e-06"),
            Column(34, "codebook_loss", "1"),
            Column(68, "commitment_loss", "1"),
            Column(102, "stft_loss", "0.5"),
            Column(136, "detail_loss", "0.25"),
        ),
        lines=(
            Line(14, "VAEBottleneck", "vae", (Dot(0, 1), Dot(102, 2), Dot(136, 3))),
            Line(42, "RVQ_VAEBottleneck", "rvq_vae", (Dot(68, 1), Dot(34, 2), Dot(0, 3))),
            Line(70, "TanhBottleneck", "tanh", ()),
        ),
    )


def test_names_have_the_room_that_they_need() -> None:
    """Those of other scripts twice as much as ASCII; and none has more than 40 letters have."""
    schema = document(TINY)
    name = schema["$defs"]["KLLoss"]["properties"]["name"]
    tops = []
    for name["const"] in ("x" * 20, "漢" * 20, "漢" * 19 + "x"):
        tops.append(draw(analyse(schema)).top)
    assert tops == [184, 297, 291]
    name["const"] = "kl_loss" * 10
    [entry] = schema["$defs"]["BottleneckType"]["oneOf"]
    schema["$defs"]["LossMapping"]["properties"] = {"B" * 41: {"maxItems": 0}}
    entry |= {"const": "B" * 41, "x-config-type": "b" * 41}
    assert draw(analyse(schema)) == Picture(
        width=1023,
        height=380,
        top=302,
        row=28,
        lines_width=722,
        lines_height=28,
        classes=16,
        tags=360,
        dots=721,
        columns=(Column(0, f"{'kl_loss' * 5}kl_l…", "1e-06"),),
        lines=(Line(14, "B" * 39 + "…", "b" * 39 + "…", ()),),
    )


@dataclass(frozen=True)
class Text:
    """A text and where it stands; `aslant` if it is turned."""

    x: int
    y: int
    text: str
    aslant: bool


def placed(root: ElementTree.Element, tag: str) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """The elements in the picture's groups, and where they stand."""
    for group in root.iter(f"{SVG}g"):
        left, top = map(int, re.findall(r"-?\d+", group.get("transform", "")))
        for each in group.iter(f"{SVG}{tag}"):
            x, y = (int(each.get(f"c{axis}", each.get(axis, "0"))) for axis in "xy")
            if turned := re.findall(r"-?\d+", each.get("transform", "")):
                x, y = int(turned[0]), int(turned[1])
            yield left + x, top + y, each


def texts(svg: str) -> list[Text]:
    return [
        Text(x, y, "".join(each.itertext()), "transform" in each.attrib)
        for x, y, each in placed(ElementTree.fromstring(svg), "text")
    ]


@dataclass(frozen=True)
class Seen:
    """What one sees: losses with weights, bottlenecks with tags, a number for each dot."""

    losses: list[str]
    bottlenecks: list[tuple[str, str]]
    numbers: dict[str, dict[str, int]]


def seen(svg: str) -> Seen:
    """By where things stand: a number at the crossing of two names belongs to both."""
    *labels, legend = texts(svg)
    assert legend.text.startswith("Numbers: ")
    losses = {each.x - 4: each.text for each in labels if each.aslant}
    rows: dict[int, list[Text]] = {}
    for each in labels:
        if not each.aslant:
            rows.setdefault(each.y, []).append(each)
    dots = {(x, y + 4) for x, y, _ in placed(ElementTree.fromstring(svg), "circle")}
    assert dots == {(each.x, y) for y, row in rows.items() for each in row[2:]}
    return Seen(
        losses=list(losses.values()),
        bottlenecks=[(name.text, tag.text) for name, tag, *_ in rows.values()],
        numbers={
            name.text: {losses[each.x].split(" ")[0]: int(each.text) for each in numbers}
            for name, _, *numbers in rows.values()
        },
    )


def test_what_the_picture_of_the_varied_schema_shows() -> None:
    assert seen(compiled(VARIED).files["losses.svg"]) == Seen(
        losses=[
            *("kl_loss 1e-06", "codebook_loss 1", "commitment_loss 1", "stft_loss 0.5"),
            "detail_loss 0.25",
        ],
        bottlenecks=[
            ("VAEBottleneck", "vae"),
            ("RVQ_VAEBottleneck", "rvq_vae"),
            ("TanhBottleneck", "tanh"),
        ],
        numbers={
            "VAEBottleneck": {"kl_loss": 1, "stft_loss": 2, "detail_loss": 3},
            "RVQ_VAEBottleneck": {"commitment_loss": 1, "codebook_loss": 2, "kl_loss": 3},
            "TanhBottleneck": {},
        },
    )


@pytest.mark.parametrize("overlays", [(), ("vq_scale",), ("grouped_vae", "grouped_vae_lab")])
def test_the_picture_shows_what_the_mapping_says(overlays: tuple[str, ...]) -> None:
    files = [OVERLAYS / f"{name}.overlay.json" for name in overlays]
    done = compile_schema(CANONICAL, files, package_of_overlays("lab", files))
    found = seen(done.files["losses.svg"])
    assert found.bottlenecks == [
        (each.class_name, each.config_type) for each in done.schema.bottlenecks
    ]
    assert found.numbers == {
        each.class_name: {loss.name: place for place, loss in enumerate(each.losses, start=1)}
        for each in done.schema.bottlenecks
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>&amp;\"'", "<script>&amp;\"'"),
        ("]]><!-- --> <?x?>", "]]><!-- --> <?x?>"),
        ("{{ name }}", "{{ name }}"),
        ("a\nb\x00\u202ec\ufffe", "a\\nb\\x00\\u202ec\\ufffe"),
        ("漢字é", "漢字é"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("\x00" * 11, "\\x00" * 9 + "\\x0…"),
    ],
)
def test_any_name_of_a_loss_is_text(name: str, shown: str, tmp_path: Path) -> None:
    schema = document(TINY)
    schema["$defs"]["KLLoss"]["properties"]["name"]["const"] = name
    svg = compile_schema(written(tmp_path, schema)).files["losses.svg"]
    assert seen(svg).losses == [f"{shown} 1e-06"]
    assert tags(svg) == tags(compiled(TINY).files["losses.svg"])


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<a b=\"c\" d='e'>&lt;", "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;lt;"),
        ("]]>", "]]&gt;"),
        ("\x00\x1b\r\n\u2028\u202e\ufffe", "\\x00\\x1b\\r\\n\\u2028\\u202e\\ufffe"),
        ("é漢\U0001f600", "é漢\U0001f600"),
    ],
)
def test_text_in_xml(text: str, escaped: str) -> None:
    """As content and in attributes; what XML can't hold is written as in Python."""
    assert xml(text) == escaped


def tags(svg: str) -> list[str]:
    return [each.tag for each in ElementTree.fromstring(svg).iter()]


def test_names_have_room(tmp_path: Path) -> None:
    """However long they are: beside each other, and within the picture."""
    schema = document(TINY)
    entry = schema["$defs"]["BottleneckType"]["oneOf"][0]
    entry |= {"const": "B" * 60, "x-config-type": "t" * 60}
    mapping = schema["$defs"]["LossMapping"]["properties"]
    mapping[entry["const"]] = mapping.pop("VAEBottleneck")
    schema["$defs"]["KLLoss"]["properties"]["name"]["const"] = "漢" * 60
    svg = compile_schema(written(tmp_path, schema)).files["losses.svg"]
    class_name, tag, loss, number, _ = texts(svg)
    assert (class_name.text, tag.text) == ("B" * 39 + "…", "t" * 39 + "…")
    assert loss.text == "漢" * 39 + "… 1e-06"
    letter = 13 * 0.602
    assert class_name.x + 40 * letter < tag.x
    assert tag.x + 40 * letter < number.x - 10
    length = (39 * 2 + len("… 1e-06")) * letter / 2**0.5
    assert loss.x + length < int(ElementTree.fromstring(svg).get("width", ""))
    assert loss.y - length > 0


def test_losses_stand_beside_each_other() -> None:
    """Farther apart than a line is high, for any number of them."""
    aslant = [each for each in texts(compiled(CANONICAL).files["losses.svg"]) if each.aslant]
    assert len(aslant) > 2
    for left, right in pairwise(aslant):
        assert left.y == right.y
        assert (right.x - left.x) / 2**0.5 > 13 * 1.2


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
