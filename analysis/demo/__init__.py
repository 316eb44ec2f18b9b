"""The demonstration clinic: phantom patients whose photographs take the same way as anybody's.

Everything in it is synthetic and says so. It is made by `manage.py demo`, which goes on where it stopped.
"""
