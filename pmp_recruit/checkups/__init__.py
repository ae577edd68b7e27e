"""What ``manage.py doctor`` looks at: one function a matter, each a line in :mod:`pmp_recruit.checkups.registry`."""
