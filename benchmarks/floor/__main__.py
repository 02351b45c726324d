"""``python -m benchmarks.floor``: the bare application in the product's own kind of server."""

from flask import Flask

from lms import config
from lms.serving import _Server


class Unshared:
    """The floor opens its connections in the process that uses them: there is none to forget."""

    def forget_connections(self) -> None:
        """Nothing was opened before the processes parted."""


class Floor(_Server):
    """The product's gunicorn settings with another application in it."""

    def make(self) -> Flask:
        from benchmarks.floor.app import create_app

        app = create_app(self._settings)
        app.extensions["lms.db"] = Unshared()
        return app


if __name__ == "__main__":
    Floor(config.load()).run()
