# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One page, without a network, from the results of evaluations."""

import argparse
import html
import json
import math

from plots import Plot

STYLE = """
:root { color-scheme: light dark; --text: #1c1c1e; --soft: #6b6b70; --grid: #e3e3e6; --back: #fff; --a: #0a62c4; --b: #c2410c; }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececee; --soft: #a0a0a6; --grid: #37373b; --back: #161618; --a: #6db1ff; --b: #ff9c63; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 46rem;
  margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
p, figcaption { color: var(--soft); } figure { margin: 1rem 0; }
svg { width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: var(--soft); }
svg .grid { stroke: var(--grid); } svg polyline { fill: none; stroke-width: 2; }
svg polyline.a { stroke: var(--a); } svg polyline.b { stroke: var(--b); stroke-dasharray: 5 4; }
svg circle.a { fill: var(--a); } svg circle.b { fill: var(--b); }
svg text.a { fill: var(--a); } svg text.b { fill: var(--b); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
td.heat { color: #fff; border-color: var(--back); }
@media (max-width: 30rem) { svg { min-width: 34rem; } }
"""


def is_budget(method):
    return method == "full" or method.startswith("budget")


def through_planes(method):
    return is_budget(method) or method == "paper" or method.startswith("certified")


def kind_of(method):
    return "a" if through_planes(method) else "b"


def short(method):
    return method.replace("budget<", "").rstrip(">") if method.startswith("budget") else method


def make_table(header, rows):
    head = "".join(f"<th>{html.escape(cell)}" for cell in header)
    body = "".join("<tr>" + "".join(cell if cell.startswith("<td") else f"<td>{html.escape(cell)}" for cell in row)
                   for row in rows)
    return f"<div class=wide><table><tr>{head}{body}</table></div>"


def figure(plot, caption):
    return f"<figure><div class=wide>{plot.svg(caption)}</div><figcaption>{html.escape(caption)}</figcaption></figure>"


def plot_trade_off(results):
    # The rounds of certified<E> may read more than everything once.
    most = max(r["fraction"] for r in results)
    plot = Plot((0, 1.2 * max(1, most)), [r["kl_mean"] for r in results], "bits read, of a 16-bit cache",
                "mean KL, nats")
    step = .25 if most <= 1.2 else .5
    plot.ticks([step * i for i in range(int(max(1, most) / step) + 1)], lambda share: f"{share * 100:.0f} %")
    ours = sorted((r["fraction"], r["kl_mean"]) for r in results if is_budget(r["method"]))
    plot.line(ours, "a")
    for r in results:
        plot.dot(r["fraction"], r["kl_mean"], kind_of(r["method"]), short(r["method"]),
                 "above" if is_budget(r["method"]) else "below" if through_planes(r["method"]) else "behind",
                 f"{r['method']}: {r['fraction'] * 100:.1f} %, KL {r['kl_mean']:.2e}")
    return figure(plot, "Divergence of the next-token distribution from float32, against what was read. Blue: Aligned, "
                        "numbers are budgets; orange: caches that read every row alike.")


def plot_positions(results):
    last = max(part["from"] for r in results for part in r["kl_by_position"])
    plot = Plot((0, last * 1.25), [part["kl_mean"] for r in results for part in r["kl_by_position"]],
                "position in the text", "mean KL of 1024 positions, nats")
    plot.ticks([part["from"] for part in results[0]["kl_by_position"]], str)
    ends = []
    for r in results:
        points = [(part["from"], part["kl_mean"]) for part in r["kl_by_position"]]
        plot.line(points, kind_of(r["method"]))
        ends.append((*points[-1], kind_of(r["method"]), short(r["method"])))
    plot.labels_behind(ends)
    return figure(plot, "Divergence along the text: whether errors grow with the context.")


def format_text(outcome):
    results = [r for r in outcome["results"] if r["method"] != "float32"]
    shown = [r for r in results if r["method"] in ("full", "budget<6>", "budget<8>", "budget<10>", "budget<12>", "f16", "fp8",
                                                   "truncate<12>", "truncate<8>")]
    rows = [[r["method"], f"{r['fraction'] * 100:.1f} %", f"{r['perplexity']:.4f}", f"{r['kl_mean']:.1e}",
             f"{r['kl_p99']:.1e}", f"{r['agreement'] * 100:.2f} %"] for r in outcome["results"]]
    longest = len(results[0]["kl_by_position"]) > 1
    return (f"<h2>A text of {outcome['tokens']} tokens</h2><p>{html.escape(outcome['text'])}, one context.</p>" +
            plot_trade_off(results) + (plot_positions(shown) if shown and longest else "") +
            make_table(["cache", "bits read", "perplexity", "KL mean", "KL p99", "top-1 agreement"], rows))


def format_greedy(outcome):
    methods = list(dict.fromkeys(r["method"] for r in outcome["results"]))
    rows = []
    for method in methods:
        results = [r for r in outcome["results"] if r["method"] == method]
        first = [str(r["differences"][0]["step"]) if r["differences"] else "none" for r in results]
        differing = sum(len(r["differences"]) for r in results)
        rows.append([method] + first + [f"{100 - 100 * differing / len(results) / outcome['generated_tokens']:.1f} %"])
    prompts = [f"prompt {i + 1}" for i in range(len(outcome["prompts"]))]
    return (f"<h2>Greedy text, {outcome['generated_tokens']} tokens after each prompt</h2><p>First token that is not "
            "float32's, and the share of tokens that are, fed float32's.</p>" +
            make_table(["cache"] + prompts + ["agreement"], rows))


def heat(value, low, high):
    """A cell that is darker the larger the value, on a logarithmic scale."""
    share = (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low) or 1)
    return f"<td class=heat style='background:hsl(215 75% {62 - 40 * share:.0f}%)'>{value:.0e}"


def format_layers(outcome):
    methods = list(dict.fromkeys(r["method"] for r in outcome["results"]))
    found = {(r["layer"], r["method"]): r["kl_mean"] for r in outcome["results"]}
    values = [value for value in found.values() if value > 0]
    rows = [[str(layer)] + [heat(found[layer, method], min(values), max(values)) for method in methods]
            for layer in sorted({layer for layer, _ in found})]
    return (f"<h2>Layer by layer</h2><p>Mean KL when one layer's cache is kept that way and all others in float32; "
            f"{outcome['tokens']} tokens.</p>" + make_table(["layer"] + methods, rows))


FORMATS = {"text": format_text, "greedy": format_greedy, "layers": format_layers}


def format_page(outcomes):
    first = outcomes[0]
    return ("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>What the cache's precision does to a model</title><style>{STYLE}</style>"
            f"<h1>What the cache's precision does to a model</h1><p>{html.escape(first['model'])}; Aligned over "
            f"{first['cache_type']} rows, everything else in float32.</p>" +
            "".join(FORMATS[outcome["experiment"]](outcome) for outcome in outcomes) + "</html>\n")


def main():
    parser = argparse.ArgumentParser(prog="examples/generate/report", description=__doc__)
    parser.add_argument("results", nargs="+", help="files that evaluate --json wrote")
    parser.add_argument("-o", "--output", required=True, help="the HTML file")
    options = parser.parse_args()
    outcomes = []
    for path in options.results:
        try:
            with open(path, encoding="utf-8") as stream:
                outcomes.append(json.load(stream))
            if outcomes[-1]["experiment"] not in FORMATS:
                raise KeyError("experiment")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"report: {path}: not the results of an evaluation: {error}") from error
    with open(options.output, "w", encoding="utf-8") as stream:
        stream.write(format_page(outcomes))


if __name__ == "__main__":
    main()
