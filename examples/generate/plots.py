# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plots as SVG that follows the colours of its page."""

import html
import math

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 30, 44


class Plot:
    """Points and lines over a linear x axis and a logarithmic y axis."""

    def __init__(self, x_range, y_values, x_title, y_title):
        self.x_low, self.x_high = x_range
        positive = [value for value in y_values if value > 0] or [1]
        self.y_low, self.y_high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
        self.y_high = max(self.y_high, self.y_low + 1)
        self.parts = []
        for power in range(self.y_low, self.y_high + 1):
            y = self.y(10.0 ** power)
            self.parts.append(f"<line class='grid' x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.1f}' y2='{y:.1f}'/>")
            self.text(LEFT - 6, y + 4, f"1e{power}", "end")
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_title, "middle")
        self.text(LEFT, 13, y_title, "start")

    def x(self, value):
        return LEFT + (value - self.x_low) / (self.x_high - self.x_low) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        share = (math.log10(max(value, 10.0 ** self.y_low)) - self.y_low) / (self.y_high - self.y_low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP - 8)

    def text(self, x, y, text, anchor, kind=""):
        self.parts.append(f"<text class='{kind}' x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{html.escape(text)}"
                          "</text>")

    def ticks(self, values, label):
        for value in values:
            self.text(self.x(value), HEIGHT - BOTTOM + 18, label(value), "middle")

    def line(self, points, kind):
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        self.parts.append(f"<polyline class='{kind}' points='{path}'/>")

    def dot(self, x, y, kind, label, place, tip=""):
        """A point with its label "behind" it, "above" or "below"."""
        self.parts.append(f"<circle class='{kind}' cx='{self.x(x):.1f}' cy='{self.y(y):.1f}' r='4.5'>"
                          f"<title>{html.escape(tip or label)}</title></circle>")
        right, down = {"behind": (8, 4), "above": (3, -8), "below": (3, 18)}[place]
        self.text(self.x(x) + right, self.y(y) + down, label, "start", kind)

    def labels_behind(self, points):
        """Labels of lines that end at points (x, y, kind, label), moved apart where they would lie on each other."""
        last = -math.inf
        for x, y, kind, label in sorted(points, key=lambda point: -point[1]):
            last = max(self.y(y) + 4, last + 14)
            self.text(self.x(x) + 6, last, label, "start", kind)

    def svg(self, description):
        return (f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{html.escape(description, quote=True)}'>" +
                "".join(self.parts) + "</svg>")
