# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Spellings of softmax: scores in, weights out, and what is still to be divided by."""
import dataclasses

from masks import FILLS

LOG2E = "1.44269502"


def reduce(w, value, over, init, combine, by_op=None, dtype=None):
    """Combines a value over some of its dimensions, with or without leaving dimensions of size 1."""
    dtype = dtype or value.dtype
    kept = tuple(dim for dim in value.dims if dim not in over)
    if by_op and w.d.reduce_op:
        out = w.f.fill(kept, init, dtype)
        kind, positions = w.f.type_of(out), [value.dims.index(dim) for dim in over]
        name = w.f.op(f"linalg.reduce {{ {by_op} }} ins({value.name} : {w.f.type_of(value)}) outs({out.name} : {kind}) "
                      f"dimensions = {positions}")
        return dataclasses.replace(out, name=name)
    dims = tuple(() if dim in over else dim for dim in value.dims) if w.d.keepdim and len(over) == 1 else kept
    out = w.f.fill(dims, init, dtype)
    return w.f.generic([value], [out], list(value.dims), combine)


def row_maximum(w, scores, over):
    dtype, kind = scores.dtype, w.d.maximum
    init = FILLS[w.d.max_init][dtype]
    if kind == "argmax":
        dims = tuple(dim for dim in scores.dims if dim not in over)

        def both(b, s, most, where):
            index = b.index(over[-1], "i64")
            larger = b.op(f"arith.cmpf ogt, {s}, {most} : {dtype}")
            return (b.binary("maximumf", s, most, dtype), b.op(f"arith.select {larger}, {index}, {where} : i64"))
        outputs = [w.f.fill(dims, init, dtype), w.f.fill(dims, "0", "i64")]
        return w.f.generic([scores], outputs, list(scores.dims), both)[0]

    def combine(b, s, most):
        if kind == "compare":
            larger = b.op(f"arith.cmpf ogt, {s}, {most} : {dtype}")
            return b.op(f"arith.select {larger}, {s}, {most} : {dtype}")
        return b.binary(kind, *((s, most) if w.flip() else (most, s)), dtype)
    return reduce(w, scores, over, init, combine, None if kind == "compare" else f"arith.{kind}")


def total(w, value, over, init=None):
    def combine(b, x, sum_):
        return b.binary("addf", *((x, sum_) if w.flip() else (sum_, x)), value.dtype)
    return reduce(w, value, over, init or w.d.sum_init, combine, "arith.addf")


def exponentials(w, scores, shift, base2):
    """exp(scores - shift), in one operation or several."""
    f, dtype, function = w.f, scores.dtype, "exp2" if base2 else "exp"
    if w.d.defect == "not_exp":
        function = "absf"

    def exp(b, x):
        return b.op(f"math.{function} {x} : {dtype}")
    if shift is None:
        return f.elementwise([scores], scores.dims, dtype, exp)
    if w.d.softmax == "fused":
        return f.elementwise([scores, shift], scores.dims, dtype,
                             lambda b, s, m: exp(b, b.binary("subf", s, m, dtype)))
    shifted = f.elementwise([scores, shift], scores.dims, dtype, lambda b, s, m: b.binary("subf", s, m, dtype))
    return f.elementwise([w.noisy(shifted)], scores.dims, dtype, exp)


def named(w, scores, over):
    out = w.f.empty(scores.dims, scores.dtype)
    kind = w.f.type_of(scores)
    name = w.f.op(f"linalg.softmax dimension({scores.dims.index(over[0])}) ins({scores.name} : {kind}) "
                  f"outs({out.name} : {kind}) -> {kind}")
    return dataclasses.replace(scores, name=name)


def divide(w, value, divisor):
    """value / divisor, by a division or by a reciprocal."""
    f, dtype = w.f, value.dtype
    divisor = f.cast(divisor, dtype)
    if w.d.normalize != "reciprocal":
        return f.elementwise([value, divisor], value.dims, dtype, lambda b, x, l: b.binary("divf", x, l, dtype))
    one = f.constant("1.0", dtype)
    reciprocal = f.elementwise([divisor], divisor.dims, dtype, lambda b, l: b.binary("divf", one, l, dtype))
    return f.elementwise([value, reciprocal], value.dims, dtype,
                         lambda b, x, r: b.binary("mulf", *((x, r) if w.flip() else (r, x)), dtype))


def guard_empty_rows(w, scores, weights, over):
    """Zero for rows whose scores are all -inf."""
    f, dtype = w.f, scores.dtype
    low = f.constant(FILLS["inf"][dtype], dtype)
    masked = f.elementwise([scores], scores.dims, "i1", lambda b, s: b.op(f"arith.cmpf oeq, {s}, {low} : {dtype}"))
    empty = reduce(w, masked, over, "true", lambda b, m, all_: b.op(f"arith.andi {m}, {all_} : i1"))
    zero = f.constant("0.0", weights.dtype)
    return f.elementwise([empty, weights], weights.dims, weights.dtype,
                         lambda b, e, p: b.op(f"arith.select {e}, {zero}, {p} : {weights.dtype}"))


def denominator(w, scores, shift, weights, over, base2):
    """The sum of the weights, or what a defect has in its place."""
    defect = w.d.defect
    if defect == "normalizer_unmasked":
        return total(w, exponentials(w, w.like(w.unmasked, scores), shift, base2), over)
    if defect == "other_normalizer":
        return total(w, exponentials(w, w.like(w.other_scores(), scores), shift, base2), over)
    if defect == "normalizer_unshifted":
        return total(w, exponentials(w, scores, None, base2), over)
    if defect == "mixed_bases":
        return total(w, exponentials(w, scores, shift, not base2), over)
    if defect == "numerator_shifted":
        return total(w, exponentials(w, scores, shift, base2), over)
    if defect == "normalizer_part":
        return total(w, w.first_half(weights, over[0]), [("half",)])
    return total(w, weights, over, init="1.0" if defect == "normalizer_plus_one" else None)


def sinks_of(w, scores):
    """The sinks, one for each head, in dimensions that tell those apart."""
    return w.f.expand(w.f.argument(w.random.choice([(("h",), ("g",)), (("h", "g"),)]), scores.dtype))


def with_column(w, scores, sinks):
    """Scores with one more column, of sinks."""
    f, dtype = w.f, scores.dtype
    at = scores.dims.index(("n",))
    column = f.elementwise([sinks], scores.dims[:at] + ((),) + scores.dims[at + 1:], dtype, lambda b, s: s)
    f.sizes["z"] = f.sizes["n"] + 1
    if w.d.dynamic:
        one = f.op("arith.constant 1 : index")
        f.dynamic.add("z")
        f.dim_names["z"] = f.op(f"arith.addi {f.dim_names['n']}, {one} : index")
    out = dataclasses.replace(scores, dims=scores.dims[:at] + (("z",),) + scores.dims[at + 1:])
    first = w.flip() if w.d.defect != "sink_for_a_token" else False
    w.column_first = first
    parts = [column, scores] if first else [scores, column]
    name = f.op(f"tensor.concat dim({at}) {', '.join(v.name for v in parts)} : "
                f"({', '.join(map(f.type_of, parts))}) -> {f.type_of(out)}")
    return dataclasses.replace(out, name=name)


def without_column(w, weights):
    f = w.f
    at = weights.dims.index(("z",))
    out = dataclasses.replace(weights, dims=weights.dims[:at] + (("n",),) + weights.dims[at + 1:])
    sizes = [str(f.size(dim)) if f.size(dim) is not None else f.size_name(dim) for dim in out.dims]
    offsets = [0] * len(sizes)
    # The defect keeps the sink and leaves out the first token.
    offsets[at] = 1 if w.column_first or w.d.defect == "sink_for_a_token" else 0
    name = f.op(f"tensor.extract_slice {weights.name}{offsets} [{', '.join(sizes)}] {[1] * len(sizes)} : "
                f"{f.type_of(weights)} to {f.type_of(out)}")
    return dataclasses.replace(out, name=name)


def add_sinks(w, sums, shift, sinks, base2):
    """The sum of the exponentials with those of the sinks."""
    dtype = sums.dtype
    shifted = shift is not None and w.d.defect != "sink_unshifted"
    inputs = [sums, sinks, *([w.aligned(shift, sums)] if shifted else [])]

    def body(b, sum_, sink, *most):
        sink = b.binary("subf", sink, most[0], dtype) if most else sink
        power = b.op(f"math.{'exp2' if base2 else 'exp'} {sink} : {dtype}")
        return b.binary("addf", *((sum_, power) if w.flip() else (power, sum_)), dtype)
    return w.f.elementwise(inputs, sums.dims, dtype, body)


def apply(w, scores):
    """Weights of the scores, and the divisor that is left for after the values; None if there is none."""
    sinks = None
    if w.d.sinks != "none":
        scores = w.to(scores, tuple((axis,) for axis in scores.axes()))
        sinks = sinks_of(w, scores)
    if w.d.sinks != "column":
        return weigh(w, scores, sinks)
    weights, divisor = weigh(w, with_column(w, scores, sinks), None)
    return without_column(w, weights), divisor


def weigh(w, scores, sinks):
    over = [("z",) if w.d.sinks == "column" else ("n",)]
    if w.d.defect == "softmax_over_rows":
        over = [("m",)]
    if w.d.defect == "softmax_over_heads_too":
        over = [dim for dim in scores.dims if dim == ("n",) or "h" in dim]
    if w.d.softmax == "named":
        weights = named(w, scores, over)
        return (guard_empty_rows(w, scores, weights, over) if w.d.guard else weights), None
    base2 = w.d.base2
    if base2:
        log2e = w.f.constant(LOG2E, scores.dtype)
        scale = lambda value: w.f.elementwise([value], value.dims, value.dtype,
                                              lambda b, s: b.binary("mulf", s, log2e, value.dtype))
        scores = scale(scores)
        sinks = None if sinks is None else scale(sinks)
        w.unmasked = scale(w.f.cast(w.unmasked, scores.dtype))
    shift = None if w.d.maximum == "none" else w.noisy(row_maximum(w, scores, over))
    if sinks is not None and shift is not None and w.flip():
        shift = w.f.elementwise([shift, sinks], shift.dims, shift.dtype,
                                lambda b, m, s: b.binary("maximumf", m, s, shift.dtype))
    numerator = scores
    if w.d.defect == "numerator_shifted":
        numerator = w.subtract_per_token(scores)
    weights = w.noisy(exponentials(w, numerator, shift, base2))
    if w.d.defect == "no_normalizer":
        return weights, None
    sums = denominator(w, scores, shift, weights, over, base2)
    if sinks is not None:
        sums = add_sinks(w, sums, shift, sinks, base2)
    if w.d.logsumexp:
        w.logsumexp = logarithm_of(w, shift, sums, base2)
    if w.d.normalize == "logsumexp":
        # exp(s - (max + log sum)): no division at all.
        return exponentials(w, scores, logarithm_of(w, shift, sums, base2), base2), None
    divisor = None
    if w.d.normalize == "deferred" and len(over) == 1 and over != [("m",)]:
        divisor = sums
    else:
        weights = divide(w, weights, sums)
    if w.d.defect == "normalized_twice":
        weights = divide(w, weights, sums)
    if w.d.guard and divisor is None:
        weights = guard_empty_rows(w, scores, weights, over)
    return weights, divisor


def logarithm_of(w, shift, sums, base2):
    """max + log sum."""
    dtype, log = sums.dtype, "log2" if base2 else "log"
    inputs = [sums] if shift is None else [sums, w.aligned(shift, sums)]

    def body(b, l, *m):
        logarithm = b.op(f"math.{log} {l} : {dtype}")
        return b.binary("addf", m[0], logarithm, dtype) if m else logarithm
    return w.f.elementwise(inputs, sums.dims, dtype, body)
