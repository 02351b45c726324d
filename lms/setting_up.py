"""What bin/setup leaves to Python: words and pages compiled while the folder of the code can be
written. A server that may not write there finds them ready (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from lms import config, create_app
from lms.translations.compile import compile_catalogues
from lms.web import templating


def main() -> None:
    compile_catalogues()
    # An application knows how its templates are read; this one has no people and no database.
    with TemporaryDirectory() as instance:
        config.create_secrets(Path(instance))
        templating.compile_all(create_app(config.load({"LMS_INSTANCE": instance})))


if __name__ == "__main__":
    main()
