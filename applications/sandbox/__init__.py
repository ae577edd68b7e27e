"""What looks into hostile files, in a process of its own: see :mod:`applications.inspection`, which starts it.

These modules import each other, the standard library and the libraries that read files, and nothing of the project.
"""
