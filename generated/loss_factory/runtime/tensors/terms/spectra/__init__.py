# Generated from templates/runtime/tensors/terms/spectra/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""What terms look at in place of signals: filters, spectra, and distances between those.

It knows no configs: arguments are numbers here. Needs torch. Imports nothing else.
"""
