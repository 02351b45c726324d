"""``python -m benchmarks.floor``: the bare application in the product's own kind of server."""

from flask import Flask

from lms import config
from lms.serving import _Server


class Floor(_Server):
    """The product's gunicorn settings with another application in it."""

    def make(self) -> Flask:
        from benchmarks.floor.app import create_app

        return create_app(self._settings)


if __name__ == "__main__":
    Floor(config.load()).run()
