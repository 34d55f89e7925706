# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Outcomes of experiments as Markdown."""


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def name(method):
    return f"`{method}`"


def format_text(outcome):
    rows = []
    for r in outcome["results"]:
        estimate = f"{r['estimate_mean']:.1e}" if "estimate_mean" in r else ""
        rows.append([name(r["method"]), f"{r['fraction'] * 100:.1f} %", f"{r['perplexity']:.4f}", f"{r['kl_mean']:.2e}",
                     f"{r['kl_p99']:.2e}", f"{r['kl_max']:.2e}", f"{r['agreement'] * 100:.2f} %", estimate])
    spread = [[name(r["method"])] + [f"{part['kl_mean']:.1e}" for part in r["kl_by_position"]]
              for r in outcome["results"] if r["method"] != "float32"]
    certified = [f"{name(r['method'])} meets its bound for {r['certified_share'] * 100:.2f} % of kv heads and tokens, and "
                 "reads everything for the others" for r in outcome["results"] if "certified_share" in r]
    starts = [str(part["from"]) for part in outcome["results"][0]["kl_by_position"]]
    return (f"{outcome['model']}, {outcome['text']}, {outcome['tokens']} tokens in one context; Aligned over "
            f"{outcome['cache_type']} rows\n\n" +
            table(["cache", "bits read of 16", "perplexity", "KL mean", "KL p99", "KL max", "top-1 agreement",
                   "estimate of a head's error"], rows) +
            "".join(f"\n\n{line}" for line in certified) +
            "\n\nMean KL of 1024 positions from:\n\n" + table(["cache"] + starts, spread))


def format_greedy(outcome, tokenizer):
    count, rows, details = outcome["generated_tokens"], [], []
    for method in dict.fromkeys(r["method"] for r in outcome["results"]):
        results = [r for r in outcome["results"] if r["method"] == method]
        first = [r["differences"][0]["step"] if r["differences"] else None for r in results]
        differing = sum(len(r["differences"]) for r in results)
        gaps = [d["gap"] for r in results for d in r["differences"]]
        rows.append([name(method)] + ["-" if step is None else str(step) for step in first] +
                    [f"{100 - 100 * differing / (count * len(results)):.2f} %", f"{max(gaps):.1e}" if gaps else "-",
                     f"{max(r['furthest_logit'] for r in results):.1e}"])
        for r in results:
            for d in r["differences"][:1]:
                details.append(f"* {name(method)}, prompt {r['prompt'] + 1}, token {d['step']}: "
                               f"{tokenizer.decode([d['got']])!r} for {tokenizer.decode([d['expected']])!r}; the two "
                               f"best float32 logits are {d['best']:.4f} and {d['second']:.4f} ({d['gap']:.1e} apart)")
    prompts = [f"prompt {i + 1}" for i in range(len(outcome["prompts"]))]
    return (f"{outcome['model']}, {count} tokens after each prompt; first token that differs from float32's\n\n" +
            table(["cache"] + prompts + ["agreement, fed float32's tokens", "widest gap overturned",
                                         "furthest logit"], rows) + "\n\n" + "\n".join(details))


def format_layers(outcome, limit=1e-3):
    methods = list(dict.fromkeys(r["method"] for r in outcome["results"]))
    layers = sorted({r["layer"] for r in outcome["results"]})
    found = {(r["layer"], r["method"]): r for r in outcome["results"]}
    rows = [[str(layer)] + [f"{found[layer, method]['kl_mean']:.1e}" for method in methods] for layer in layers]
    rows.append(["bits read"] + [
        f"{sum(found[layer, method]['fraction'] for layer in layers) / len(layers) * 100:.0f} %" for method in methods])
    rows.append([f"layers above {limit:.0e}"] + [
        str(sum(found[layer, method]["kl_mean"] > limit for layer in layers)) for method in methods])
    return (f"{outcome['model']}, {outcome['text']}, {outcome['tokens']} tokens, every {outcome['stride']}th counts; "
            "mean KL when one layer's cache is kept that way and all others in float32\n\n" +
            table(["layer"] + [name(method) for method in methods], rows))


def format_outcome(outcome, tokenizer):
    if outcome["experiment"] == "text":
        return format_text(outcome)
    if outcome["experiment"] == "greedy":
        return format_greedy(outcome, tokenizer)
    return format_layers(outcome)
