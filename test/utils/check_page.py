#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_page.py: the page that aligned-eval wrote of page.test's results, as a browser has drawn it (standard input)."""
import re
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.plots, self.headings, self.tag, self.text = [], [], "", ""
        self.rows = 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tag = tag
        if tag == "svg" and attributes.get("role") == "img":
            self.plots.append([attributes["aria-label"], 0])
        elif tag in ("path", "rect", "circle") and self.plots:
            self.plots[-1][1] += 1
            for name in ("d", "x", "y", "cx", "cy", "width"):
                assert not re.search("NaN|Infinity|undefined", attributes.get(name, "")), (self.plots[-1], attributes)
        elif tag == "tr":
            self.rows += 1

    def handle_data(self, data):
        if self.tag == "h2":
            self.headings.append(data)
        if self.tag == "p":
            self.text += data


page = Page()
page.feed(sys.stdin.read())
assert page.headings == [
    "Error against the share of the cache that is read",
    "How errors are distributed",
    "Where along the sequence bits are read",
    "Error, bytes and time against the context",
    "Time of a decode against the context",
    "All figures",
], page.headings
names = [name for name, _ in page.plots]
assert names == [
    "relative error against share of K's and V's planes read",
    "share of heads below against relative error",
    "bits of k read, by layer and position",
    "bits of v read, by layer and position",
    *["mean relative error against tokens of context", "share of planes read against tokens of context",
      "time of a decode of one layer, median against tokens of context"] * 2,
    "time of a decode against tokens of context",
], names
assert all(marks > 1 for _, marks in page.plots), page.plots
assert page.rows == 1 + 2 * 3 * 2, page.rows  # a head; precisions, lengths, flat and peaked
assert "</script><b>" in page.text, "the file's name is not shown as it is"
