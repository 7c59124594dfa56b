"""The version of the distribution `loss-factory`."""

__version__ = "0.1.0"
