# Generated from templates/runtime/tensors/terms/spectra/constants.py.
# Do not edit; change it and run: python -m nox -s generate

"""Tables that a term multiplies with: windows and filters."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import TypeVar

from torch import Tensor, nn

_Self = TypeVar("_Self", bound="HasConstants")


class HasConstants(nn.Module):
    """A module with constants: buffers that follow its device, and nothing else.

    They are in no state_dict and keep their dtype (`.half()` would round a filter that is applied
    to float32). Whatever happens to a module's buffers (`.to()`, `.half()`, `.to_empty()`), they
    are made again on the device where it left them; so a module that was made or moved under
    `torch.device("meta")` is whole once it is on a device that holds data.
    """

    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[str, Callable[[], Tensor]] = {}

    def keep_constant(self, name: str, make: Callable[[], Tensor]) -> None:
        """Keep what `make` returns, on the CPU, as the attribute `name`.

        Args:
            make: returns the same each time; to be pickled with the module, so no lambda.
        """
        self._makers[name] = make
        self.register_buffer(name, make(), persistent=False)

    def _apply(self: _Self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> _Self:
        methodcaller("_apply", fn, recurse)(super())  # torch leaves out its types
        for name, make in self._makers.items():
            setattr(self, name, make().to(self.get_buffer(name).device))
        return self
