#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""decoder_step.py [--layers=N] [--cache=FORM] ..: writes one decode step of a Llama-like model, in the operations that
torch-mlir makes of Hugging Face's code: embedding, RMSNorm, RoPE, grouped heads repeated for their queries, a softmax
in parts, SwiGLU, logits, and the next token.

Arguments: the token and its position, the weights, and the cache, whose FORM is one of
  where    K and V of each layer at full size, select(iota == position, new, old)
  insert   K and V of each layer at full size, tensor.insert_slice at the position
  stacked  all layers in one tensor for K and one for V, insert_slice into it and extract_slice of it
  concat   K and V of each layer as long as the past, tensor.concat(past, new)
Results: the next token, the logits, and the cache with the new rows.
"""
import argparse
import sys

from tensor_ir import Function, Value

FORMS = ("where", "insert", "stacked", "concat")


def dims(text):
    """Dimensions from axes of one letter each: "b,hg,n" is batch, heads of all groups, tokens."""
    return tuple(tuple(part) for part in text.split(",")) if text else ()


class Decoder:
    """Axes: b sequence, c model channels, h kv head, g query head of its group, r half and f frequency of a head's
    channels, n cached tokens, t new tokens, l layer, i inner channels, w words."""

    def __init__(self, layers, cache, dtype, kv_heads, group, head_dim, tokens, model, inner, words):
        sizes = {"b": 1, "c": model, "h": kv_heads, "g": group, "r": 2, "f": head_dim // 2, "n": tokens, "t": 1,
                 "l": layers, "i": inner, "w": words, "y": head_dim}
        self.layers, self.cache, self.dtype = layers, cache, dtype
        self.f = Function("step", sizes, dynamic=["n"] if cache == "concat" else [])
        # Cached tokens once the new one is among them.
        self.all = "n" if cache != "concat" else "z"
        self.f.sizes["z"] = None
        if cache == "concat":
            self.f.dynamic.add("z")

    def elementwise(self, inputs, out, body, dtype=None):
        return self.f.elementwise(inputs, dims(out) if isinstance(out, str) else out, dtype or self.dtype, body)

    def matmul(self, x, weight, out):
        """x[b, in] weight[in.., out..]: a linalg.matmul, in f32, rounded."""
        f = self.f
        flat = f.reassociate(weight, (x.dims[1], weight.dims[-1]) if len(weight.dims) != 2 else weight.dims)
        init = f.fill(dims(out), "0.0", "f32")
        kind = f.type_of(init)
        name = f.op(f"linalg.matmul ins({x.name}, {flat.name} : {f.type_of(x)}, {f.type_of(flat)}) "
                    f"outs({init.name} : {kind}) -> {kind}")
        return f.cast(Value(name, init.dims, "f32"), self.dtype)

    def norm(self, x, weight):
        """RMSNorm over the channels."""
        f = self.f
        wide = f.cast(x, "f32")
        squares = f.elementwise([wide], x.dims, "f32", lambda b, v: b.binary("mulf", v, v, "f32"))
        total = f.generic([squares], [f.fill((("b",), ()), "0.0", "f32")], list(x.dims),
                          lambda b, v, sum_: b.binary("addf", sum_, v, "f32"))
        count, epsilon = f.constant(f"{f.sizes['c']}.0", "f32"), f.constant("1.0e-5", "f32")

        def inverse(b, sum_):
            mean = b.binary("divf", sum_, count, "f32")
            return b.op(f"math.rsqrt {b.binary('addf', mean, epsilon, 'f32')} : f32")
        scale = f.elementwise([total], total.dims, "f32", inverse)
        scaled = f.elementwise([wide, scale], x.dims, "f32", lambda b, v, s: b.binary("mulf", v, s, "f32"))
        return self.elementwise([f.cast(scaled, self.dtype), weight], x.dims,
                                lambda b, v, w: b.binary("mulf", w, v, self.dtype))

    def half(self, x, index):
        f = self.f
        sizes = [1 if dim == ("r",) else f.size(dim) for dim in x.dims]
        out = Value("", tuple(() if dim == ("r",) else dim for dim in x.dims), x.dtype)
        offsets = [index if dim == ("r",) else 0 for dim in x.dims]
        name = f.op(f"tensor.extract_slice {x.name}{offsets} {sizes} {[1] * len(sizes)} : {f.type_of(x)} to "
                    f"{f.type_of(out)}")
        return Value(name, out.dims, x.dtype)

    def rotate(self, x, cos, sin):
        """RoPE: (x0 cos - x1 sin, x1 cos + x0 sin), the halves put together again by concatenation."""
        f, d = self.f, self.dtype
        x0, x1 = self.half(x, 0), self.half(x, 1)
        mul = lambda a, t: f.elementwise([a, t], a.dims, d, lambda b, u, v: b.binary("mulf", u, v, d))
        first = f.elementwise([mul(x0, cos), mul(x1, sin)], x0.dims, d, lambda b, u, v: b.binary("subf", u, v, d))
        second = f.elementwise([mul(x1, cos), mul(x0, sin)], x0.dims, d, lambda b, u, v: b.binary("addf", u, v, d))
        half, whole = f.type_of(first), f.type_of(x)
        axis = x.dims.index(("r",))
        name = f.op(f"tensor.concat dim({axis}) {first.name}, {second.name} : ({half}, {half}) -> {whole}")
        return Value(name, x.dims, d)

    def update(self, past, row, layer):
        """The cache with a row at the position, and the part of it that is the layer's."""
        f, whole = self.f, f"{self.f.sizes['h']}, 1, {self.f.sizes['y']}"
        if self.cache == "concat":
            out = f"tensor<1x{f.sizes['h']}x?x{f.sizes['y']}x{self.dtype}>"
            name = f.op(f"tensor.concat dim(2) {past.name}, {row.name} : ({f.type_of(past)}, {f.type_of(row)}) -> {out}")
            new = Value(name, dims("b,h,z,y"), self.dtype)
            if "z" not in f.dim_names:
                two = f.op("arith.constant 2 : index")
                f.dim_names["z"] = f.op(f"tensor.dim {name}, {two} : {out}")
            return new, new
        if self.cache == "where":
            def choose(b, here, new, old):
                return b.op(f"arith.select {here}, {new}, {old} : {self.dtype}")
            row = f.relabel(row, (("b",), ("h",), (), ("y",)))
            new = self.elementwise([self.here, row, past], past.dims, choose)
            return new, new
        if self.cache == "insert":
            name = f.op(f"tensor.insert_slice {row.name} into {past.name}[0, 0, {self.position}, 0] [1, {whole}] "
                        f"[1, 1, 1, 1] : {f.type_of(row)} into {f.type_of(past)}")
            new = Value(name, past.dims, self.dtype)
            return new, new
        kind, part = f.type_of(past), Value("", dims("b,h,n,y"), self.dtype)
        name = f.op(f"tensor.insert_slice {row.name} into {past.name}[{layer}, 0, 0, {self.position}, 0] "
                    f"[1, 1, {whole}] [1, 1, 1, 1, 1] : {f.type_of(row)} into {kind}")
        size = f"1, 1, {f.sizes['h']}, {f.sizes['n']}, {f.sizes['y']}"
        slice_ = f.op(f"tensor.extract_slice {name}[{layer}, 0, 0, 0, 0] [{size}] [1, 1, 1, 1, 1] : {kind} to "
                      f"{f.type_of(part)}")
        return Value(name, past.dims, self.dtype), Value(slice_, part.dims, self.dtype)

    def repeat(self, x):
        """A row for each query head: torch's repeat_kv."""
        f = self.f
        wide = f.elementwise([x], (("b",), ("h",), ("g",), x.dims[2], ("y",)), self.dtype, lambda b, v: v)
        return f.reassociate(wide, (("b",), ("h", "g"), x.dims[2], ("y",)))

    def attend(self, query, key, value):
        """[b, hg, t, y] over [b, h, n, y], collapsed to three dimensions for its matmuls."""
        f, n = self.f, (self.all,)
        key, value = self.repeat(key), self.repeat(value)
        key = f.transpose(key, (("b",), ("h", "g"), ("y",), n))
        heads = ("b", "h", "g")
        q3 = f.reassociate(query, (heads, ("t",), ("y",)))
        k3, v3 = f.reassociate(key, (heads, ("y",), n)), f.reassociate(value, (heads, n, ("y",)))

        def batch_matmul(a, b, out):
            init = f.fill(out, "0.0", "f32")
            name = f.op(f"linalg.batch_matmul ins({a.name}, {b.name} : {f.type_of(a)}, {f.type_of(b)}) "
                        f"outs({init.name} : {f.type_of(init)}) -> {f.type_of(init)}")
            return Value(name, out, "f32")
        scores = f.reassociate(batch_matmul(q3, k3, (heads, ("t",), n)), (("b",), ("h", "g"), ("t",), n))
        scale = f.constant(f"{f.sizes['y'] ** -0.5}", "f32")
        scores = f.elementwise([scores], scores.dims, "f32", lambda b, s: b.binary("mulf", s, scale, "f32"))
        if self.cache != "concat":
            scores = f.elementwise([scores, self.mask], scores.dims, "f32", lambda b, s, m: b.binary("addf", s, m, "f32"))
        rows = scores.dims[:3] + ((),)
        most = f.generic([scores], [f.fill(rows, "0xFF800000", "f32")], list(scores.dims),
                         lambda b, s, m: b.binary("maximumf", s, m, "f32"))
        shifted = f.elementwise([scores, most], scores.dims, "f32", lambda b, s, m: b.binary("subf", s, m, "f32"))
        powers = f.elementwise([shifted], scores.dims, "f32", lambda b, s: b.op(f"math.exp {s} : f32"))
        sums = f.generic([powers], [f.fill(rows, "0.0", "f32")], list(scores.dims),
                         lambda b, p, s: b.binary("addf", p, s, "f32"))
        weights = f.elementwise([powers, sums], scores.dims, "f32", lambda b, p, s: b.binary("divf", p, s, "f32"))
        weights = f.cast(weights, self.dtype)
        out = batch_matmul(f.reassociate(weights, (heads, ("t",), n)), v3, (heads, ("t",), ("y",)))
        return f.cast(f.reassociate(out, (("b",), ("h", "g"), ("t",), ("y",))), self.dtype)

    def text(self):
        f, d = self.f, self.dtype
        token, position = f.argument(dims("b"), "i64"), f.argument(dims("b"), "i64")
        embedding, frequencies = f.argument(dims("w,c"), d), f.argument(dims("f"), "f32")
        layer_weights = [[f.argument(dims(text), d) for text in
                          ("c", "c,hgy", "c,hy", "c,hy", "hgy,c", "c", "c,i", "c,i", "i,c")] for _ in range(self.layers)]
        final = f.argument(dims("c"), d)
        shape = dims("l,b,h,n,y" if self.cache == "stacked" else "b,h,n,y")
        caches = [[f.argument(shape, d) for _ in "kv"] for _ in range(1 if self.cache == "stacked" else self.layers)]

        zero = f.op("arith.constant 0 : index")
        number = f.op(f"tensor.extract {position.name}[{zero}] : {f.type_of(position)}")
        self.position = f.op(f"arith.index_cast {number} : i64 to index")
        self.prepare_positions(position)
        angles = f.elementwise([frequencies, position], dims("b,f"), "f32", lambda b, w, p: b.binary(
            "mulf", b.op(f"arith.sitofp {p} : i64 to f32"), w, "f32"))
        turn = lambda op: f.cast(f.elementwise([angles], angles.dims, "f32", lambda b, a: b.op(f"math.{op} {a} : f32")), d)
        cos, sin = turn("cos"), turn("sin")  # of [b, f]

        def embed(b, word):
            row = b.op(f"arith.index_cast {word} : i64 to index")
            return b.op(f"tensor.extract {embedding.name}[{row}, {b.index('c', 'index')}] : {f.type_of(embedding)}")
        x = self.elementwise([token], "b,c", embed)
        for layer, weights in enumerate(layer_weights):
            pair = caches[0 if self.cache == "stacked" else layer]
            x = self.layer(x, weights, pair, layer, cos, sin)
        logits = self.logits(self.norm(x, final), embedding)
        return f.text([self.next_token(logits), logits, *(c for pair in caches for c in pair)])

    def prepare_positions(self, position):
        """Where the new row goes, and which rows are seen."""
        f = self.f
        if self.cache == "concat":
            return
        iota = f.elementwise([], dims("n"), "i64", lambda b: b.index("n", "i64"))
        if self.cache == "where":
            four = f.relabel(f.reassociate(iota, ((), (), ("n",), ())), (("b",), (), ("n",), ()))
            self.here = f.elementwise([four, position], four.dims, "i1",
                                      lambda b, i, p: b.op(f"arith.cmpi eq, {i}, {p} : i64"))
        low, zero = f.constant("-3.40282347E+38", "f32"), f.constant("0.0", "f32")

        def seen(b, i, p):
            keep = b.op(f"arith.cmpi sle, {i}, {p} : i64")
            return b.op(f"arith.select {keep}, {zero}, {low} : f32")
        self.mask = f.elementwise([iota, position], (("b",), (), (), ("n",)), "f32", seen)

    def layer(self, x, weights, pair, layer, cos, sin):
        f, d = self.f, self.dtype
        norm1, wq, wk, wv, wo, norm2, gate, up, down = weights
        y = self.norm(x, norm1)
        split = lambda v, heads: f.reassociate(f.relabel(v, (("b",), (*heads, "t", "y"))),
                                               (("b",), heads, ("t",), ("y",)))
        q = self.rotated(split(self.matmul(y, wq, "b,hgy"), ("h", "g")), cos, sin)
        k = self.rotated(split(self.matmul(y, wk, "b,hy"), ("h",)), cos, sin)
        v = split(self.matmul(y, wv, "b,hy"), ("h",))
        pair[0], key = self.update(pair[0], k, layer)
        pair[1], value = self.update(pair[1], v, layer)
        o = self.attend(q, key, value)
        o = f.transpose(o, (("b",), ("t",), ("h", "g"), ("y",)))
        o = f.relabel(f.reassociate(o, (("b",), ("t", "h", "g", "y"))), dims("b,hgy"))
        add = lambda a, c: f.elementwise([a, c], a.dims, d, lambda b, u, v_: b.binary("addf", u, v_, d))
        x = add(x, self.matmul(o, wo, "b,c"))
        y = self.norm(x, norm2)
        one = f.constant("1.0", d)

        def swiglu(b, g, u):
            power = b.op(f"math.exp {b.op(f'arith.negf {g} : {d}')} : {d}")
            sigmoid = b.binary("divf", one, b.binary("addf", power, one, d), d)
            return b.binary("mulf", b.binary("mulf", g, sigmoid, d), u, d)
        inner = self.elementwise([self.matmul(y, gate, "b,i"), self.matmul(y, up, "b,i")], "b,i", swiglu)
        return add(x, self.matmul(inner, down, "b,c"))

    def rotated(self, x, cos, sin):
        """RoPE of [b, heads, t, y]."""
        f, outer = self.f, x.dims[:3]
        halves = f.reassociate(f.relabel(x, (*outer, ("r", "f"))), (*outer, ("r",), ("f",)))
        turned = f.reassociate(self.rotate(halves, cos, sin), (*outer, ("r", "f")))
        return f.relabel(turned, x.dims)

    def logits(self, x, embedding):
        f = self.f
        return f.generic([x, embedding], [f.fill(dims("b,w"), "0.0", "f32")], [("b",), ("w",), ("c",)],
                         lambda b, u, v, sum_: b.binary("addf", sum_, b.binary(
                             "mulf", b.cast(u, self.dtype, "f32"), b.cast(v, self.dtype, "f32"), "f32"), "f32"))

    def next_token(self, logits):
        f = self.f

        def both(b, s, most, where):
            larger = b.op(f"arith.cmpf ogt, {s}, {most} : f32")
            return (b.binary("maximumf", s, most, "f32"),
                    b.op(f"arith.select {larger}, {b.index('w', 'i64')}, {where} : i64"))
        outputs = [f.fill(dims("b"), "0xFF800000", "f32"), f.fill(dims("b"), "0", "i64")]
        return f.generic([logits], outputs, [("b",), ("w",)], both)[1]


def add_arguments(parser):
    for name, default in (("layers", 2), ("kv-heads", 2), ("group", 2), ("head-dim", 32), ("tokens", 48), ("model", 64),
                          ("inner", 96), ("words", 64)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--cache", choices=FORMS, default="where")
    parser.add_argument("--dtype", choices=("f32", "bf16", "f16"), default="bf16")


def decoder(options):
    return Decoder(options.layers, options.cache, options.dtype, options.kv_heads, options.group, options.head_dim,
                   options.tokens, options.model, options.inner, options.words)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    sys.stdout.write(decoder(parser.parse_args()).text())
