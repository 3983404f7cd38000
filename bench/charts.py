"""Charts as SVG, written out: bars of ratios, and lines."""

from collections.abc import Sequence
from html import escape

from bench.figures import Chart, Figure, Target

WIDTH = 720
BAR, GAP, LABEL, RIGHT = 22, 8, 230, 90
HEIGHT, LEFT, BOTTOM, TOP = 320, 60, 44, 34
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf")
FONT = 'font-family="sans-serif" font-size="12" fill="#222"'


def bars(title: str, figures: Sequence[Figure], targets: Sequence[Target] = ()) -> str:
    """A bar for each figure's median, with a mark where its target is."""
    bounds = {target.figure: target.bound for target in targets}
    most = max([figure.median for figure in figures] + list(bounds.values()), default=1.0) or 1.0
    scale = (WIDTH - LABEL - RIGHT) / most
    parts = [f'<text x="0" y="16" font-weight="bold" {FONT}>{escape(title)}</text>']
    for row, figure in enumerate(figures):
        y = TOP + row * (BAR + GAP)
        width = max(1.0, figure.median * scale)
        met = all(target.holds for target in targets if target.figure == figure)
        parts += [
            f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end" {FONT}>{escape(figure.subject)}</text>',
            f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{COLOURS[0] if met else COLOURS[3]}"/>',
            f'<text x="{LABEL + width + 6:.1f}" y="{y + 15}" {FONT}>{figure.median:.2f}x</text>',
        ]
        if figure in bounds:
            x = LABEL + bounds[figure] * scale
            parts.append(f'<path d="M{x:.1f} {y - 3}V{y + BAR + 3}" stroke="#222" stroke-width="2"/>')
    return _svg(parts, TOP + len(figures) * (BAR + GAP))


def lines(chart: Chart) -> str:
    """The chart's lines over one scale that begins at zero, with the limit as a broken line."""
    points = [point for line in chart.lines for point in line.points]
    most_x = max([x for x, _ in points], default=1.0) or 1.0
    most_y = max([y for _, y in points] + ([chart.limit] if chart.limit else []), default=1.0) * 1.05 or 1.0

    def place(x: float, y: float) -> str:
        across = LEFT + x / most_x * (WIDTH - LEFT - RIGHT)
        return f"{across:.1f} {HEIGHT - BOTTOM - y / most_y * (HEIGHT - BOTTOM - TOP):.1f}"

    parts = [
        f'<text x="0" y="16" font-weight="bold" {FONT}>{escape(chart.title)}</text>',
        f'<path d="M{place(0, most_y)}L{place(0, 0)}L{place(most_x, 0)}" stroke="#222" fill="none"/>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 10}" text-anchor="end" {FONT}>{escape(chart.x)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 26}" text-anchor="middle" {FONT}>0</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 26}" text-anchor="middle" {FONT}>{most_x:,.0f}</text>',
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end" {FONT}>{most_y:,.0f} {escape(chart.y)}</text>',
    ]
    if chart.limit:
        path = f"M{place(0, chart.limit)}L{place(most_x, chart.limit)}"
        parts.append(f'<path d="{path}" stroke="#d62728" stroke-dasharray="6 4" fill="none"/>')
    for number, line in enumerate(chart.lines):
        colour = COLOURS[number % len(COLOURS)]
        path = "L".join(place(x, y) for x, y in line.points)
        parts.append(f'<path d="M{path}" stroke="{colour}" stroke-width="1.5" fill="none"/>' if path else "")
        y = TOP + 14 + number * 16
        parts.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{y}" {FONT.replace("#222", colour)}>{escape(line.subject)}</text>'
        )
    return _svg(parts, HEIGHT)


def _svg(parts: Sequence[str], height: int) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(parts)}</svg>'
