"""What can go wrong, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..text.wording import and_more, listed, one_line, slip_for


class ConfigProblem(NamedTuple):
    """One mistake in a loss config."""

    source: str
    """The file or the argument that holds it."""

    line: int | None
    """Its line in the file, from 1; None if it did not come from a file."""

    column: int | None
    """Its column there, in characters from 1."""

    pointer: str
    """JSON Pointer (RFC 6901) to the value; empty for the whole document.

    A key of more than 100 letters is shown without its middle.
    """

    message: str
    """What was expected, what was found, and the nearest right spelling."""

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"
        return one_line(": ".join(part for part in (place, self.pointer, self.message) if part))


class LossConfigError(ValueError):
    """A loss config can't be used. The message lists its mistakes.

    Attributes:
        problems: all of the mistakes, or the first hundred.
        more: how many more there are.
    """

    def __init__(self, problems: Iterable[ConfigProblem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        super().__init__(self.problems, more)

    def __str__(self) -> str:
        rest = [and_more(self.more)] if self.more else []
        return "\n".join([*map(str, self.problems), *rest])


class UnknownBottleneckError(TypeError):
    """It does not follow from a class, instance or name which known bottleneck it is."""


_ORIGIN_OF_BOTTLENECKS = (
    "Bottlenecks leave a value out when they don't compute it: in eval mode, when encoding "
    "without return_info, or with quantize_on_decode. Where that is meant, make the loss "
    "module with missing='skip'"
)


class MissingLossValueError(LookupError):
    """A loss finds no value in `info`.

    This is no KeyError on purpose: some trainers swallow those and lose the loss.

    Attributes:
        name: what the loss is called.
        key: the key of `info` that isn't there.
        keys: the keys that are.
        origin: where the value usually comes from.
        schema_key: what `keys=` calls the value; None for a loss that was made with its key.
    """

    def __init__(
        self,
        name: str,
        key: str,
        keys: Iterable[str],
        origin: str = _ORIGIN_OF_BOTTLENECKS,
        schema_key: str | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.keys = tuple(keys)
        self.origin = origin
        self.schema_key = schema_key
        super().__init__(name, key, self.keys, origin, schema_key)

    def __str__(self) -> str:
        found = f"it has {listed(self.keys)}" if self.keys else "it is empty"
        sentences = [
            f"loss {self.name!r} needs info[{self.key!r}], but info has no such key; {found}.",
            *self._renaming(),
            self.origin,
        ]
        return " ".join(sentences)

    def _renaming(self) -> Iterator[str]:
        """How to go on if the value is there and has another name."""
        if not self.keys:
            return
        # Keys of `info` are much alike, such as vq/codebook_loss and vq/commitment_loss.
        meant = slip_for(self.key, map(str, self.keys))
        own = "…" if meant is None else ascii(meant)
        if meant is not None and meant == self.schema_key:
            how = f"leave {meant!r} out of keys="
        elif self.schema_key is None:
            how = f"make the loss with key={own}, or the list of losses with keys="
        else:
            how = f"make the losses with keys={{{self.schema_key!r}: {own}}}"
        condition = "If one of these is it," if meant is None else f"Did you mean {own}? Then"
        yield f"{condition} {how}."


class UnusedWeightWarning(UserWarning):
    """A weight was written that the bottleneck at hand has no use for, or that is 0 in float32."""
