# Generated from templates/runtime/config/yaml_text.py.
# Do not edit; change it and run: python -m nox -s generate

"""Read YAML as the plain data that JSON can say, and remember where every key and value stands.

ruamel.yaml says what stands where in the text; what it means is decided here. So no tag makes an
object, whatever is too deep or too much is refused before it is made, and the same text means the
same with each of its releases.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, NoReturn, TypeAlias

from ..text.jsontext import (
    DUPLICATE,
    MAX_DEPTH,
    TO_THE_ROOT,
    Defect,
    Json,
    JsonDocument,
    JsonPath,
    JsonSyntaxError,
    Lines,
    Members,
)
from ..text.ways import Step, Way
from ..text.wording import shortened, shown
from .yaml_scalars import for_pyyaml, is_surprising, meaning

LONGEST_YAML: Final = 200_000
"""The most characters that should be read: YAML takes far longer to read than JSON."""

NO_KEY: Final = "expected a string for a key"
"""How messages about a key begin that is a number, say."""

_MOST_VALUES: Final = 100_000
_LONGEST_SCALAR: Final = 24  # characters that messages show
_MERGE: Final = "<<"
_STANDARD_TAG: Final = "tag:yaml.org,2002:"
_KINDS: Final[Mapping[str, Any]] = {
    "bool": bool,
    "float": (int, float),
    "int": int,
    "null": type(None),
}
_END: Final = re.compile("but (?:got|found) '<stream end>'")
_NO_CHARACTER: Final = re.compile(r"\\U(?!00(?:0|10))[0-9a-fA-F]{8}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class _Scalar:
    text: str
    is_plain: bool
    tag: str | None
    offset: int


@dataclass(frozen=True)
class _Sequence:
    items: list[_Node]
    tag: str | None
    offset: int


@dataclass(frozen=True)
class _Mapping:
    pairs: list[tuple[_Node, _Node]]
    tag: str | None
    offset: int


_Node: TypeAlias = "_Scalar | _Sequence | _Mapping"


@dataclass(frozen=True)
class YamlDocument(JsonDocument):
    """A document, and what other readers of YAML, or people, take for something else in it."""

    remarks: tuple[Defect, ...]
    _plain: Mapping[int, str]

    def remark_on(self, path: JsonPath, value: object, takes_text: bool) -> str:
        """What messages add about the `value` at `path`, if it is none that its text looks like."""
        text = self._plain.get(self.offset_of_value(path)) if self.holds(path) else None
        if type(value) is not bool or text is None or text in ("true", "false"):
            return ""
        quotes = ", unless it stands in quotes" if takes_text else ""
        return f"; YAML reads {text} as {shown(value)}{quotes}"


def can_read_yaml() -> bool:
    """Whether the library is installed."""
    return find_spec("ruamel") is not None and find_spec("ruamel.yaml") is not None


def read_yaml(text: str) -> YamlDocument:
    """Read one YAML document.

    Raises:
        JsonSyntaxError: `text` is no such document, nested more than MAX_DEPTH levels deep, or too
            much once its aliases are replaced.
    """
    lines = Lines(text)
    if text.startswith("\ufeff"):
        message = "the text begins with a byte order mark; save it as UTF-8 without one"
        raise JsonSyntaxError(message, lines.position(0))
    return _Reader(lines).read(_Composer(text, lines).document())


class _Composer:
    """Makes nodes of what stands in the text; an alias is the node of its anchor once more."""

    def __init__(self, text: str, lines: Lines) -> None:
        self.text = text
        self.lines = lines
        self.events = self._parsed()
        self.anchors: dict[str, _Node] = {}
        self.unfinished: set[str] = set()

    def document(self) -> _Node:
        """The one document."""
        next(self.events)  # the start of the text
        if self._kind(next(self.events)) != "DocumentStart":
            raise JsonSyntaxError("the text is empty; expected a mapping", self.lines.position(0))
        node = self._node(next(self.events), 0)
        next(self.events)  # the end of the document
        following = next(self.events)
        if self._kind(following) == "DocumentStart":
            self._refuse(following, "a second document begins here; expected only one")
        return node

    def _parsed(self) -> Iterator[Any]:
        from ruamel.yaml import YAML  # which only YAML needs
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            reader: Any = YAML(typ="safe", pure=True)  # its types say little
            yield from reader.parse(self.text)
        except MarkedYAMLError as error:
            raise self._scanned_wrong(error) from None
        except YAMLError as error:
            offset = getattr(error, "position", 0)
            message = f"YAML has no character {self.text[offset : offset + 1]!a}"
            raise JsonSyntaxError(message, self.lines.position(offset)) from None
        except (ValueError, OverflowError):  # nothing else makes Python fail
            escape = _NO_CHARACTER.search(self.text)
            position = self.lines.position(0 if escape is None else escape.start())
            raise JsonSyntaxError("this escape is no character", position) from None

    def _scanned_wrong(self, error: Any) -> JsonSyntaxError:
        mark = error.problem_mark or error.context_mark
        offset = 0 if mark is None else min(mark.index, len(self.text))
        problem = " ".join(str(error.problem).split())
        found = self.text[offset : offset + 1]
        if found == "\t":
            message = "a tab can't indent a line of YAML; write spaces"
        elif "cannot start any token" in problem:
            message = f"a value can't begin with {found!r} unless it stands in quotes"
        elif "mapping values are not allowed" in problem:
            message = (
                "a ':' can't stand here; put a text that holds one into quotes, or mend the "
                "indentation"
            )
        elif "could not find expected ':'" in problem:
            message = "expected ':' after the key before this"
        else:
            message = _END.sub("but the text ends here", problem)
            message = message.replace("unexpected end of stream", "the end of the text")
            message = message.replace("the node content", "a value")
        around = error.context_mark
        if around is not None and mark is not None and around.line != mark.line:
            message += f"; what isn't complete begins in line {around.line + 1}"
        return JsonSyntaxError(message, self.lines.position(offset))

    def _node(self, event: Any, depth: int) -> _Node:
        kind, offset = self._kind(event), event.start_mark.index
        if kind == "Alias":
            return self._alias(event)
        if kind == "Scalar":
            node: _Node = _Scalar(event.value, event.style is None, event.tag, offset)
            return self._anchored(event, node)
        if depth >= MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} levels deep")
        if event.anchor is not None:
            self.unfinished.add(event.anchor)
        if kind == "SequenceStart":
            node = _Sequence(list(self._items(depth + 1)), event.tag, offset)
        else:
            items = list(self._items(depth + 1))
            pairs = list(zip(items[::2], items[1::2], strict=True))
            node = _Mapping(pairs, event.tag, offset)
        self.unfinished.discard(event.anchor)
        return self._anchored(event, node)

    def _items(self, depth: int) -> Iterator[_Node]:
        for event in self.events:
            if self._kind(event) in ("SequenceEnd", "MappingEnd"):
                return
            yield self._node(event, depth)

    def _anchored(self, event: Any, node: _Node) -> _Node:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> _Node:
        if event.anchor in self.unfinished:
            self._refuse(event, f"*{event.anchor} stands in what it refers to")
        if event.anchor not in self.anchors:
            self._refuse(event, f"there is no anchor &{event.anchor} before this")
        return self.anchors[event.anchor]

    def _kind(self, event: Any) -> str:
        return type(event).__name__.removesuffix("Event")

    def _refuse(self, event: Any, message: str) -> NoReturn:
        raise JsonSyntaxError(message, self.lines.position(event.start_mark.index))


class _Reader:
    """Makes values of nodes, at each place where they are needed."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.defects: list[Defect] = []
        self.remarks: list[Defect] = []
        self.plain: dict[int, str] = {}
        self.values = 0

    def read(self, node: _Node) -> YamlDocument:
        """The document whose root is `node`."""
        root = Members()
        value = self._value(node, root, TO_THE_ROOT, None, 0)
        defects, remarks = tuple(self.defects), tuple(self.remarks)
        return YamlDocument(value, defects, root, self.lines, remarks, self.plain)

    def _value(self, node: _Node, around: Members, step: Step, way: Way, depth: int) -> Json:
        """The value of a node, which is the member `step` of what is `around` it."""
        self._count(node, depth)
        around.values[step] = node.offset
        around.inner.pop(step, None)  # of an equal key before it
        if isinstance(node, _Scalar):
            return self._scalar(node, way)
        members = around.inner[step] = Members()
        if isinstance(node, _Sequence):
            self._check_tag(node, "seq", way)
            return [
                self._value(item, members, index, (way, index), depth + 1)
                for index, item in enumerate(node.items)
            ]
        self._check_tag(node, "map", way)
        result: dict[str, Json] = {}
        self._add_members(node, result, members, way, depth + 1)
        return result

    def _count(self, node: _Node, depth: int) -> None:
        self.values += 1
        if self.values > _MOST_VALUES:
            message = f"holds more than {_MOST_VALUES:,} values, each alias being what it refers to"
            raise self._error(node, message)
        if depth > MAX_DEPTH:
            raise self._error(node, f"nested more than {MAX_DEPTH} levels deep")

    def _add_members(
        self, node: _Mapping, result: dict[str, Json], members: Members, way: Way, depth: int
    ) -> None:
        """Write what a mapping holds into `result`; what another one wrote there before stays."""
        own: dict[str, int] = {}
        merges: list[_Node] = []
        for key, value in node.pairs:
            if isinstance(key, _Scalar) and key.is_plain and key.text == _MERGE:
                if merges:
                    self._defect((way, _MERGE), key, f"{DUPLICATE}; list what to merge after one")
                merges.append(value)
                continue
            name = self._key(key, way)
            child = (way, name)
            if name in own:
                line = self.lines.position(own[name]).line
                self._defect(child, key, f"{DUPLICATE}; the first one stands in line {line}")
            elif name in result:
                self._count(key, depth)
                continue
            else:
                own[name] = members.keys[name] = key.offset
            result[name] = self._value(value, members, name, child, depth)
        for each in merges:
            for source in each.items if isinstance(each, _Sequence) else [each]:
                self._count(source, depth)
                if not isinstance(source, _Mapping):
                    message = f"expected a mapping, or a list of mappings, to merge after {_MERGE}"
                    raise self._error(source, message)
                self._add_members(source, result, members, way, depth + 1)

    def _key(self, node: _Node, way: Way) -> str:
        if not isinstance(node, _Scalar):
            found = "a sequence" if isinstance(node, _Sequence) else "a mapping"
            raise self._error(node, f"expected a string for a key, not {found}")
        if node.is_plain and node.tag is None:
            value = self._meaning(node, (way, node.text))
            if not isinstance(value, str):
                self._defect((way, node.text), node, _no_key(node.text, value))
        self._check_surrogates(node, (way, node.text))
        return node.text

    def _scalar(self, node: _Scalar, way: Way) -> Json:
        self._check_surrogates(node, way)
        kind = "" if node.tag is None else node.tag.removeprefix(_STANDARD_TAG)
        if node.tag is not None and (kind == node.tag or kind not in (*_KINDS, "str")):
            self._refuse_tag(node, way)
        if kind == "str" or (not node.is_plain and kind not in _KINDS):
            return node.text
        value = self._meaning(node, way)
        if kind in _KINDS:
            if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "bool"):
                self._defect(way, node, f"{_short(node.text)} is no {kind}, which its tag says")
            return float(value) if kind == "float" and isinstance(value, int) else value
        self._remark(node, value, way)
        return value

    def _meaning(self, node: _Scalar, way: Way) -> Json:
        try:
            value = meaning(node.text)
        except ValueError:  # the interpreter's limit on digits
            message = f"the number {_short(node.text)} has too many digits"
            self._defect(way, node, message)
            return 0
        if isinstance(value, float) and not math.isfinite(value):
            is_said = "." in node.text and not any(map(str.isdigit, node.text))
            message = f"the number {_short(node.text)} is too large"
            if is_said:
                message = f"expected a finite number, not {node.text}"
            self._defect(way, node, message)
        return value

    def _remark(self, node: _Scalar, value: Json, way: Way) -> None:
        if isinstance(value, bool):
            self.plain[node.offset] = node.text
            return
        written = for_pyyaml(node.text)
        if written is not None:
            message = f"PyYAML reads {_short(node.text)} as text; write {_short(written)}"
        elif is_surprising(node.text):
            message = f"YAML reads {_short(node.text)} as {shown(value)}; write that, or use quotes"
        else:
            return
        self.remarks.append(Defect(message, way, node.offset, self.lines))

    def _check_tag(self, node: _Node, kind: str, way: Way) -> None:
        if node.tag is not None and node.tag != f"{_STANDARD_TAG}{kind}":
            self._refuse_tag(node, way)

    def _refuse_tag(self, node: _Node, way: Way) -> None:
        tag = str(node.tag)
        written = tag.replace(_STANDARD_TAG, "!!", 1)
        self._defect(way, node, f"YAML tags are not read; leave out {_short(written)}")

    def _check_surrogates(self, node: _Scalar, way: Way) -> None:
        if _SURROGATE.search(node.text):
            self._defect(way, node, "a string holds half of a surrogate pair")

    def _defect(self, way: Way, node: _Node, message: str) -> None:
        self.defects.append(Defect(message, way, node.offset, self.lines))

    def _error(self, node: _Node, message: str) -> JsonSyntaxError:
        return JsonSyntaxError(message, self.lines.position(node.offset))


def _no_key(text: str, value: Json) -> str:
    said = f"; YAML reads {text} as that" if isinstance(value, bool) else ""
    return f"{NO_KEY}, not {shown(value)}{said}; put it into quotes"


def _short(text: str) -> str:
    return shortened(text, _LONGEST_SCALAR)
