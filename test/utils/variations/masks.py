# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Masks and biases: scores in, masked scores out."""

FILLS = {
    "inf": {"f32": "0xFF800000", "f16": "0xFC00", "bf16": "0xFF80"},
    "lowest": {"f32": "-3.40282347E+38", "f16": "-65504.0", "bf16": "-3.38953139E+38"},
    "large": {"f32": "-1.0e+09", "f16": "-1.0e+04", "bf16": "-1.0e+09"},
}
# The axes that each mask tells apart.
AXES = {"tokens": "bn", "rows": "mn", "full": "bhgmn", "boolean": "bn", "boolean_rows": "mn", "causal": "mn",
        "length_lt": "bn", "length_le": "bn", "length_gt": "bn", "length_ge": "bn", "window": "mn", "alibi": "hgn"}


def single(axes):
    return tuple((axis,) for axis in axes)


def apply(w, scores):
    """Masks the scores as the descriptor says, in dimensions that tell the mask's axes apart."""
    kind = w.d.mask
    if kind == "none":
        return scores
    if not all((axis,) in scores.dims for axis in AXES[kind]):
        scores = w.to(scores, single(scores.axes()))
    if kind in ("tokens", "rows", "full"):
        return add(w, scores, additive(w, kind, scores.dtype))
    if kind == "alibi":
        return add(w, scores, alibi(w, scores.dtype))
    return select(w, scores, keeps(w, kind))


def add(w, scores, bias):
    def body(b, s, m):
        m = b.cast(m, bias.dtype, scores.dtype)
        return b.binary("addf", *((s, m) if w.flip() else (m, s)), scores.dtype)
    return w.f.elementwise([scores, bias], scores.dims, scores.dtype, body)


def additive(w, kind, dtype):
    dims = {"tokens": [(("b",), (), (), ("n",)), (("b",), ("n",))], "rows": [(("m",), ("n",)), ((), (), ("m",), ("n",))],
            "full": [(("b",), ("h", "g"), ("m",), ("n",))]}[kind]
    mask = w.f.argument(w.random.choice(dims), dtype)
    # A tensor constant of dimensions of size 1 needs no view, an axis inside a product does.
    return w.f.expand(mask) if kind == "full" else mask


def alibi(w, dtype):
    slopes = w.f.expand(w.f.argument((("h", "g"),), dtype))

    def body(b, slope):
        position = b.op(f"arith.sitofp {b.index('n')} : i32 to {dtype}")
        return b.binary("mulf", slope, position, dtype)
    return w.f.elementwise([slopes], single("hgn"), dtype, body)


def keeps(w, kind):
    """A tensor that is true where a token is seen."""
    if kind in ("boolean", "boolean_rows"):
        mask = w.f.argument(single(AXES[kind]), "i1")
        if w.d.keep:
            return mask

        def invert(b, m):
            return b.op(f"arith.xori {m}, {w.true} : i1")
        # The argument says what is masked; either it is inverted, or the select is the other way round.
        return w.f.elementwise([mask], mask.dims, "i1", invert) if w.flip() else (mask,)
    if kind.startswith("length"):
        return by_length(w, kind)
    offset = w.rows_offset()

    def body(b):
        row, token = b.index("m", "index"), b.index("n", "index")
        last = b.op(f"arith.addi {row}, {offset} : index")
        keep = b.op(f"arith.cmpi sge, {last}, {token} : index")
        if kind == "window":
            first = b.op(f"arith.subi {last}, {w.window} : index")
            inside = b.op(f"arith.cmpi sgt, {token}, {first} : index")
            keep = b.op(f"arith.andi {keep}, {inside} : i1")
        return keep
    return w.f.elementwise([], single("mn"), "i1", body)


def by_length(w, kind):
    """Tokens up to a length, or to the last position that is seen: which predicate says which is easy to get wrong."""
    lengths = w.f.argument(w.random.choice([(("b",),), (("b",), ())]), "i32")

    def body(b, length):
        token = b.index("n")
        if kind == "length_lt":
            return b.op(f"arith.cmpi slt, {token}, {length} : i32")
        if kind == "length_gt":
            return b.op(f"arith.cmpi sgt, {length}, {token} : i32")
        if kind == "length_le":
            return b.op(f"arith.cmpi sle, {token}, {length} : i32")
        return b.op(f"arith.cmpi sge, {length}, {token} : i32")
    return w.f.elementwise([lengths], single("bn"), "i1", body)


def select(w, scores, keep):
    """Scores where they are kept. A mask in a tuple says what is masked instead."""
    inverted = isinstance(keep, tuple)
    mask = keep[0] if inverted else keep
    number = w.random.choice(["10.0", "0.0", "1.0"]) if w.d.defect == "fill_is_a_score" \
        else FILLS[w.d.fill][scores.dtype]
    fill = w.f.constant(number, scores.dtype)
    if w.d.defect != "fill_is_a_score" and w.d.fill != "lowest" and w.flip():
        # A bias of zero or the fill. The lowest number plus a negative score would be another number.
        zero = w.f.constant("0.0", scores.dtype)
        bias = w.f.elementwise(
            [mask], mask.dims, scores.dtype,
            lambda b, m: b.op(f"arith.select {m}, {', '.join((fill, zero) if inverted else (zero, fill))} : {scores.dtype}"))
        return add(w, scores, bias)

    def body(b, s, m):
        return b.op(f"arith.select {m}, {', '.join((fill, s) if inverted else (s, fill))} : {scores.dtype}")
    return w.f.elementwise([scores, mask], scores.dims, scores.dtype, body)
