"""The files of the project, as somebody who was given a copy without history finds them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Made by tools or by the running product; nobody writes or reads them.
NOT_OURS = {".git", ".venv", "instance", "__pycache__", "node_modules"}
CACHES = {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def files(*endings: str, under: str = "") -> list[Path]:
    """Every file of ours with one of these endings (all files, if none is given), sorted."""
    found = []
    for path in _walk(ROOT / under):
        if not endings or path.suffix in endings:
            found.append(path)
    return sorted(found)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in NOT_OURS | CACHES and not path.name.endswith(".egg-info"):
                yield from _walk(path)
        elif path.suffix not in (".pyc", ".mo"):
            yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of_every(paths: Iterable[Path]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of one file, ``path``, a test of all of them that names each file that fails.

    One test for each of them would be thousands: more work for the runner than for the checks.
    """
    paths = list(paths)
    assert paths

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        def run(**fixtures: object) -> None:
            failed = []
            for path in paths:
                try:
                    check(path=path, **fixtures)
                except AssertionError as why:
                    failed.append(f"{name(path)}: {why}")
            assert not failed, "\n" + "\n".join(failed)

        signature = inspect.signature(check)
        others = [one for one in signature.parameters.values() if one.name != "path"]
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        run.__name__, run.__doc__ = check.__name__, check.__doc__
        return run

    return decorate


def module(path: Path) -> str:
    """``lms/web/forms.py`` is ``lms.web.forms``; a package is named by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of everything a file imports, wherever in it.

    ``from lms import clock`` gives ``lms.clock``; what is imported from a module that is a file
    gives that module.
    """
    package = module(path) if path.name == "__init__.py" else module(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            for alias in node.names:
                yield node.lineno, _whole(base, alias.name)


def _whole(base: str, attribute: str) -> str:
    inside = ROOT / base.replace(".", "/") / attribute
    is_module = inside.with_suffix(".py").is_file() or inside.is_dir()
    return f"{base}.{attribute}" if base.startswith("lms") and is_module else base
