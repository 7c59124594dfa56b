"""Text, numbers and keywords that would do harm wherever a compiler took them for more."""

from __future__ import annotations

import keyword
from typing import Any

CANARY = "canary"
"""What hostile code calls: a builtin that watch.py puts there, and that must never run."""

_CODE = (
    "canary()",
    '__import__("builtins").canary()',
    "__import__('os').system('canary')",
    "import canary_module",
    "from canary_module import *",
    "exec('canary()')",
    "lambda: canary()",
    "*canary(),",
    "@canary",
    "x: canary() = canary()",
    "A if canary() else B",
    "[canary() for _ in (1,)]",
    "async def a(): await canary()",
    "del config",
    "raise SystemExit",
    "# type: ignore",
    "# coding: utf-7",
    "# -*- coding: rot13 -*-",
    "# fmt: off",
    "# noqa",
    ")",
    "]",
    "}",
    "(",
    ":",
    "#",
    "\\",
    "\\\\",
    "\\\\\\",
)

_ENDS_OF_LITERALS = ('"', "'", '"""', "'''", '\\"', "\\'", '\\"""', "\\'''", '"""\\', '""""', "``")

_AFTER_THEM = (
    "+canary()+",
    ");canary()#",
    "\ncanary()\n",
    "\n    canary()\n",
    "}{canary()}{",
    ",x=",
)

_CONTROLS = (
    *("\x00", "\x01", "\x07", "\x08", "\t", "\n", "\x0b", "\x0c", "\r", "\r\n", "\x1a", "\x1b[31m"),
    *("\x1c", "\x1f", "\x7f", "\x80", "\x85", "\x9b", "\xa0", "\xad"),
    *("\u2028", "\u2029", "\u3000", "\ufeff", "\ufffe", "\uffff", "\U000e0001", "\U0010ffff"),
    *("\u200b", "\u200c", "\u200d", "\u2060", "\u200e", "\u200f", "\u061c"),
    *("\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufff9"),
    *("\u0301", "\U0001f468\u200d\U0001f469", "\U0001f1e9", "\u1160", "\u3164", "\u115f"),
    *("\ud800", "\udfff", "\ud83d\ude00", "\ude00\ud83d", "a\ud800b"),
)

_TEMPLATES = (
    *("{{ canary() }}", "{{ 7 * 7 }}", "{{ schema }}", "{% raw %}", "{% endraw %}", "{% endfor %}"),
    *("{% for x in schema %}", "{% include 'x' %}", "{% extends 'x' %}", "{# x #}", "{#", "#}"),
    *("{%", "%}", "{{", "}}", "{%- set schema = 1 -%}", "{{ ''.__class__.__mro__ }}"),
    "{{ cycler.__init__.__globals__.os.system('canary') }}",
    "{{ self._TemplateReference__context.environment }}",
    *("# for x in schema", "## canary()", "% canary()", "${canary()}", "<% canary() %>"),
    *("{canary()}", "{0}", "{config}", "{!r}", "{0.__class__}", "%s", "%(x)s", "%n", "$x", "$(id)"),
    *("\\N{BULLET}", "\\x41", "\\u0041", "\\U00000041", "\\101", "\\\n", "\\0", "&#65;", "&lt;"),
)

_MARKUP = (
    *("|", "\\|", "`|`", "`", "``", "```", "`` ` ``", "a`b", "`a", "| x | y |", "|---|", "---"),
    *("# x", "## x", "\n# x\n", "\n\n# x\n\n", "===", "- x", "* x", "+ x", "1. x", "1) x", "> x"),
    *("<b>x</b>", "<script>canary()</script>", "<!-- x -->", "<!--", "-->", "--", "</table>"),
    *("<img src=x onerror=canary()>", "<?x ?>", "?>", "<![CDATA[", "]]>", "<!DOCTYPE x>", "&x;"),
    *("[x](javascript:canary())", "![x](x)", "[x]: x", "[x]", "[^1]", "<http://x>", "http://x.y"),
    *("*x*", "**x**", "_x_", "~~x~~", "~x~", "$x$", "$$x$$", "@x", "#1", ":x:", "\\*", "\\"),
    *("    x", "\tx", "x  \ny", "x\\\ny", "&amp;", "&copy;", "=x", "x\n===\n", "</text>", '"/>'),
    *("' onload='canary()", '" onload="canary()', "<text>", "</svg>", "=canary()", "<a href=x>"),
)

_NAMES = (
    *keyword.kwlist,
    *keyword.softkwlist,
    *("print", "exec", "eval", "open", "id", "str", "int", "list", "dict", "set", "type", "object"),
    *("__class__", "__init__", "__dict__", "__builtins__", "__import__", "__name__", "__all__"),
    *("__getattr__", "__slots__", "__doc__", "__debug__", "_", "__", "__x", "self", "cls"),
    *("model_config", "model_fields", "model_dump", "copy", "json", "schema", "construct", "mro"),
    *(
        "Annotated",
        "Any",
        "Enum",
        "Field",
        "Final",
        "Literal",
        "Loss",
        "Mapping",
        "Number",
        "UniqueList",
        "Weight",
    ),
    *("BaseModel", "BottleneckLoss", "BottleneckType", "LossFactoryModel", "MultiLoss", "Tensor"),
    *("ValueLoss", "LossFactoryResult", "LossMapping", "AutoencoderLossConfig", "ValueLossConfig"),
    *("TYPE_CHECKING", "CLASS_NAMES", "LOSSES", "CONFIG_TYPES", "TRAINERS", "SCHEMA_VERSION"),
    *("Trainer", "Missing", "Callable", "MappingProxyType", "Arguments", "Exception", "BaseLoss"),
    *("config", "info", "losses", "total", "missing", "forward", "super", "zeros", "annotations"),
    *("training", "model", "loss_configs", "schema_uri", "name", "value", "key", "weight"),
    *("kl", "KL", "Kl", "\u212aL", "\uff4bl", "\ufb01", "\u017f", "\u0131", "\u00df", "\u1e9e"),
    *(
        "\u039f",
        "\u0430",
        "\uff21",
        "\u2460",
        "\u1d2c",
        "\u0130",
        "KLLoss",
        "KlLoss",
        "K_L",
        "K_LLoss",
    ),
    *("KLLossLoss", "Kl_Loss", "VAE", "VAEBottleneck", "VAEBottleneckLoss", "vae", "Vae", "VaE"),
    *("NUL", "CON", "..", ".", "/", "../x", "/etc/passwd", "a/b", "a~b", "~0", "~1", "a%2Fb"),
    *(
        "A",
        "a",
        "A1",
        "a1",
        "1a",
        "1",
        "-1",
        "",
        " ",
        "  ",
        "a b",
        "a-b",
        "a.b",
        "ä",
        "漢字",
        "x" * 300,
    ),
    *("ALoss", "BLoss", "AB", "A_B", "a_b", "a__b", "a_", "A_", "kl_", "kl_weight", "CLoss"),
)

_LONG = ("x" * 3000, "word " * 700, '"' * 500, "\\" * 501, "\u202e" * 400, "`" * 401, "{{" * 300)

_REFERENCES = (
    *(
        "#",
        "#/",
        "#/$defs",
        "#/$defs/",
        "#/$defs/KLLoss",
        "#/$defs/Nothing",
        "#/$defs/BottleneckType",
    ),
    *("#/$defs/BottleneckLossConfig", "#/$defs/BottleneckWeights", "#/$defs/LossMapping"),
    *(
        "#/$defs/ValueLossConfig",
        "#/$defs/LossFactoryResult",
        "#/properties/bottleneck",
        "#/x-version",
    ),
    *("#/$defs/BottleneckWeights/properties/kl", "#/$defs/BottleneckWeights/properties/nothing"),
    *("#/$defs/BottleneckLossConfig/properties/weights", "#/$defs/../KLLoss", "#/$defs//KLLoss"),
    *("#/%24defs/KLLoss", "#/$defs/KL~1Loss", "#/$defs/KL~0Loss", "#/$defs/KL~2Loss", "#/$defs/%"),
    *("#KLLoss", "#/$defs/KLLoss/", "#/$defs/KLLoss#", "#/$defs/KLLoss\n", " #/$defs/KLLoss"),
    *(
        "http://127.0.0.1:9/x.json",
        "https://localhost/x#/$defs/KLLoss",
        "//localhost/x",
        "ftp://x/y",
    ),
    *(
        "file:///etc/passwd",
        "file:/etc/passwd#",
        "/etc/passwd",
        "other.json",
        "./other.json#/$defs/A",
    ),
    *("../../x.json", "urn:x:y", "data:application/json,{}", "tiny.schema.json#/$defs/KLLoss"),
    *(
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2020-12/schema#",
    ),
    *("http://[", "http://x:y", "\\\\x\\y", "?", "a:b:c", "javascript:canary()"),
)

_DIGITS = (400, 4300, 4301, 20_000)

NUMBERS: tuple[str, ...] = (
    *("0", "-0", "-0.0", "0.0", "1", "-1", "1.0", "0.1", "1e0", "1E5", "1e-7", "2", "3", "1e2"),
    *("1e308", "-1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "1e999"),
    *("-1e999", "5e-324", "2e-324", "1e-999", "1e-400", "3.4028234663852886e38", "3.4028235e38"),
    *("1.1754943508222875e-38", "1e-39", "9007199254740992", "9007199254740993", "4294967296"),
    *("1e99999999999999999999", "-1e-99999999999999999", "9" * 30, "0." + "3" * 400, "1" * 1000),
    *(f"1{'0' * digits}" for digits in _DIGITS),
    *("NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "1_000", "1e", "nan", "inf"),
)
"""JSON texts of numbers, and what some take for such."""

STRUCTURES: tuple[Any, ...] = (
    *(None, True, False, [], {}, [None], [[]], [{}], {"": None}, {"a": {}}, [1, "a"], ["a", "a"]),
    *({"type": "null"}, {"type": "string"}, {"type": []}, {"type": ["string", "null", "null"]}),
    *({"const": "a"}, {"$ref": "#"}, {"$ref": None}, {"$ref": []}, [{"$ref": "#/$defs/KLLoss"}]),
    *({"type": "object"}, {"allOf": [{}]}, {"if": {}}, {"not": {}}, {"properties": []}, ["null"]),
    *({"oneOf": {}}, {"prefixItems": {}}, {"enum": {}}, {"description": None}),
)

EXTENSIONS: tuple[tuple[str, Any], ...] = (
    *(("x-python-type", text) for text in ("os.system", "Path", "canary_module.X", "canary()")),
    ("x-python-import", {"module": "canary_module", "name": "X"}),
    ("x-python-import", {"module": "os", "name": "system as Field"}),
    *(("x-python-union-branch", each) for each in (True, "canary()")),
    ("x-python-unserializable", True),
    *(("customTypePath", text) for text in ("os.system", "canary_module.X", "x;canary()", "")),
    *(("customBasePath", text) for text in ("os.PathLike", "canary_module.X", "a.b(canary())")),
    *(("x-enum-varnames", each) for each in (["canary()"], ["A", "A"], "A")),
    *((key, ["canary()"]) for key in ("x-enumNames", "x-enum-descriptions")),
    *((key, True) for key in ("x-is-base-class", "x-is-classvar", "x-xsd-abstract")),
    *((key, "canary()") for key in ("x-avro-name", "x-avro-fullname", "x-avro-namespace")),
    *((key, ["canary()"]) for key in ("x-avro-aliases", "x-xsd-occurs-array")),
    *((key, "decimal") for key in ("x-avro-logicalType", "x-enum-field-as-literal")),
    ("x-propertyNames", {"type": "string"}),
    ("x-datamodel-code-generator-field-name", "canary()"),
    ("x-datamodel-code-generator-read-as-const", True),
    ("x-config-type", "canary"),
    ("title", "canary()"),
    ("$comment", '"""+canary()+"""'),
    *(("$id", text) for text in ("http://127.0.0.1:9/x", "#a", "a#b", "other", "file:///x", "")),
    *((key, "a") for key in ("$anchor", "$dynamicAnchor", "id", "$schema")),
    *((key, "#a") for key in ("$dynamicRef", "$recursiveRef", "$ref")),
    *(
        (key, True)
        for key in ("$recursiveAnchor", "deprecated", "readOnly", "nullable", "x-nullable")
    ),
    ("$vocabulary", {"http://127.0.0.1:9/x": True}),
    *((key, {"A": {"customTypePath": "os.system"}}) for key in ("definitions", "$defs")),
    *(("pattern", text) for text in ("(a+)+$", "(", "canary()", "\\Z", "(?P<x>a)(?P=x)")),
    *(("format", text) for text in ("uri", "date-time", "path", "canary", "json")),
    *((key, {}) for key in ("not", "if", "then", "contains", "propertyNames", "items")),
    *((key, [{}]) for key in ("allOf", "oneOf", "anyOf", "prefixItems")),
    *((key, {"a": {}}) for key in ("patternProperties", "dependentSchemas")),
    *((key, 2) for key in ("multipleOf", "minLength", "maxItems", "minProperties", "x-scale")),
    *((key, False) for key in ("additionalProperties", "unevaluatedProperties", "items")),
    *(
        ("discriminator", each)
        for each in ({"propertyName": "type"}, {"mapping": {"a": "file:///x"}})
    ),
    *((key, "canary()") for key in ("const", "default", "examples", "enum", "contentMediaType")),
    *(
        (key, "canary()")
        for key in ("x-name", "x-unit", "x-extends", "x-version", "x-", "X-Python")
    ),
    *(("x-trainers", each) for each in ({}, {"canary()": {"needs": True}}, {"a\nb": {}}, [])),
    ("x-trainers", {'"""': {"description": '"""', "assumed": True}}),
)
"""Keywords: of datamodel-code-generator's own, and of JSON Schema beyond the dialect."""

TEXTS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *_CODE,
            *_ENDS_OF_LITERALS,
            *(end + after + end for end in _ENDS_OF_LITERALS for after in _AFTER_THEM),
            *_CONTROLS,
            *(f"a{control}b" for control in _CONTROLS),
            *_TEMPLATES,
            *_MARKUP,
            *_NAMES,
            *_LONG,
        )
    )
)
"""Hostile strings, some of which are legal names."""

NAMES, REFERENCES = _NAMES, _REFERENCES

FRAGMENTS: tuple[str, ...] = (
    *_CODE, *_ENDS_OF_LITERALS, *_AFTER_THEM, *_CONTROLS, *_TEMPLATES, *_MARKUP, "a", " ", "Word",
)  # fmt: skip
"""What longer hostile strings are made of."""
