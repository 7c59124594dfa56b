# Generated from templates/support/_version.py.
# Do not edit; change it and run: python -m nox -s generate

"""The version of the distribution `loss-factory`."""

__version__ = "0.1.0"
