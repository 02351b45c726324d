"""Pictures in a text: ``/// figure | name.png`` with a text alternative and perhaps a caption."""

from __future__ import annotations

import html
from pathlib import Path

from lms.content.blocks import Block, split_blocks
from lms.content.context import Context, Figure
from lms.content.figures import read_figure
from lms.content.options import Options
from lms.content.problems import Report
from lms.content.reading import Piece
from lms.content.rendering import Page


def figure_html(block: Block, figure: Figure, alt: str, page: Page, context: Context) -> str:
    """A picture with its caption as safe HTML. A phone fetches it when its reader comes near."""
    image = (
        f'<figure class="block-figure"><img src="{html.escape(figure.address)}"'
        f' alt="{html.escape(alt)}"'
        f' width="{figure.width}" height="{figure.height}" loading="lazy">'
    )
    before, after = f"{image}<figcaption>", "</figcaption></figure>"
    if not block.body:
        before, after = f"{image}</figure>", ""
    render = context.renderer.block
    return render(block.body, page, context.report, before=before, after=after)


def has_blocks(piece: Piece) -> bool:
    return any(line.startswith("///") for line in piece.lines)


def pictures_in(piece: Piece) -> list[str]:
    """The names of the pictures that a text shows, in order."""
    return [b.name for b in split_blocks(piece, Report()) if isinstance(b, Block)]


def pictured(piece: Piece, folder: Path, page: Page, context: Context) -> str:
    """A text with the pictures between its paragraphs, which lie in ``folder``."""
    made = []
    for part in split_blocks(piece, context.report):
        if isinstance(part, Piece):
            made.append(context.renderer.block(part, page, context.report))
        elif part.kind != "figure":
            context.report.problem(
                part.path,
                part.line,
                f"a {part.kind} in a question",
                "a question holds words and /// figure; put the rest into a lesson",
            )
        else:
            made.append(_picture(part, folder, page, context))
    return "\n".join(made)


def _picture(block: Block, folder: Path, page: Page, context: Context) -> str:
    options = Options(block, context.report)
    alt = options.one("alt", required=True)
    options.finish()
    file = folder / Path(block.name).name
    if file.name != block.name or not file.exists():
        context.report.problem(
            block.path,
            block.line,
            f"no picture “{block.name}” beside this bank",
            "put an SVG or PNG file there",
        )
        return ""
    figure = read_figure(file, context, (block.path, block.line))
    if figure is None:
        return ""
    return figure_html(block, figure, alt.value if alt else "", page, context)
