# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same descriptor as TOSA: rank-3 products, sizes of 1 broadcast, softmax in parts. What TOSA cannot say, or does
otherwise, has a neighbour here that it can."""
import dataclasses

from masks import FILLS
from tensor_ir import Function, Value

B, M, N, D, E = ("b", "h", "g"), ("m",), ("n",), ("d",), ("e",)


class TosaWriter:
    """Values are [batch of all heads, rows, tokens or channels]; () is a dimension of size 1, which broadcasts."""

    def __init__(self, name, descriptor, random):
        self.d, self.random = descriptor, random
        self.f = Function(name, dict(descriptor.sizes))
        self.results = []

    def flip(self):
        return self.random.random() < 0.5

    # One operation each

    def result(self, text, dims, dtype):
        return Value(self.f.op(f"{text} -> {self.f.type(dims, dtype)}"), tuple(dims), dtype)

    def constant(self, dims, number, dtype):
        kind = self.f.type(dims, dtype)
        name = self.f.op(f'"tosa.const"() <{{values = dense<{number}> : {kind}}}> : () -> {kind}')
        return Value(name, tuple(dims), dtype)

    def unary(self, op, x, dtype=None):
        return self.result(f"tosa.{op} {x.name} : ({self.f.type_of(x)})", x.dims, dtype or x.dtype)

    def binary(self, op, x, y, dtype=None):
        dims = tuple(a or b for a, b in zip(x.dims, y.dims))
        if op in ("mul", "add") and self.flip():
            x, y = y, x
        names, types = f"{x.name}, {y.name}", f"{self.f.type_of(x)}, {self.f.type_of(y)}"
        if op == "mul":
            shift = self.constant(((),), "0", "i8")
            names, types = f"{names}, {shift.name}", f"{types}, {self.f.type_of(shift)}"
        return self.result(f"tosa.{op} {names} : ({types})", dims, dtype or x.dtype)

    def select(self, test, x, y):
        dims = tuple(a or b or c for a, b, c in zip(test.dims, x.dims, y.dims))
        kinds = ", ".join(map(self.f.type_of, (test, x, y)))
        return self.result(f"tosa.select {test.name}, {x.name}, {y.name} : ({kinds})", dims, x.dtype)

    def cast(self, x, dtype):
        return x if x.dtype == dtype else self.unary("cast", x, dtype)

    def reduce(self, op, x, axis):
        dims = tuple(() if i == axis else dim for i, dim in enumerate(x.dims))
        return self.result(f"tosa.reduce_{op} {x.name} {{axis = {axis} : i32}} : ({self.f.type_of(x)})", dims, x.dtype)

    def transpose(self, x, dims):
        if tuple(dims) == x.dims:
            return x
        order = [x.dims.index(dim) for dim in dims]
        return self.result(f"tosa.transpose {x.name} {{perms = array<i32: {', '.join(map(str, order))}>}} : "
                           f"({self.f.type_of(x)})", dims, x.dtype)

    def shape(self, sizes):
        return self.f.op(f"tosa.const_shape {{values = dense<[{', '.join(map(str, sizes))}]> : tensor<{len(sizes)}xindex>}} "
                         f": () -> !tosa.shape<{len(sizes)}>")

    def reshape(self, x, dims):
        dims = tuple(dims)
        if dims == x.dims:
            return x
        shape = self.shape([self.f.size(dim) for dim in dims])
        return self.result(f"tosa.reshape {x.name}, {shape} : ({self.f.type_of(x)}, !tosa.shape<{len(dims)}>)", dims,
                           x.dtype)

    def matmul(self, x, y, dims):
        """In f32, as bf16 has it, or in f16."""
        acc = self.d.accumulate if x.dtype != "bf16" else "f32"
        zeros = [self.constant(((),), "0.0", v.dtype) for v in (x, y)]
        values = [x, y, *zeros]
        return self.result(f"tosa.matmul {', '.join(v.name for v in values)} : "
                           f"({', '.join(map(self.f.type_of, values))})", dims, acc)

    # What changes nothing

    def noisy(self, x):
        if self.random.random() >= self.d.noise:
            return x
        kind = self.random.choice(["identity", "zero", "one", "flat", "transpose", "slice", "tile"])
        if kind == "identity":
            return self.unary("identity", x)
        if kind in ("zero", "one"):
            number = self.constant(((),) * len(x.dims), "0.0" if kind == "zero" else "1.0", x.dtype)
            return self.binary("add" if kind == "zero" else "mul", x, number)
        if kind == "flat":
            return self.reshape(self.reshape(x, (tuple(axis for dim in x.dims for axis in dim),)), x.dims)
        if kind == "transpose" and len(set(x.dims)) == len(x.dims):
            other = list(x.dims)
            self.random.shuffle(other)
            return self.transpose(self.transpose(x, other), x.dims)
        sizes = [self.f.size(dim) for dim in x.dims]
        first, second = ([0] * len(sizes), sizes) if kind == "slice" else ([1] * len(sizes), None)
        names = [self.shape(list_) for list_ in (first, second) if list_]
        kinds = ", ".join([f"!tosa.shape<{len(sizes)}>"] * len(names))
        return self.result(f"tosa.{'slice' if kind == 'slice' else 'tile'} {x.name}, {', '.join(names)} : "
                           f"({self.f.type_of(x)}, {kinds})", x.dims, x.dtype)

    # The parts of an attention

    def operand(self, value, inner):
        """K or V as [heads of all queries, tokens, channels]: repeated by tosa.tile, + 0 or * 1."""
        value = self.noisy(self.transpose(value, (("b",), ("h",), N, inner)))
        unit = self.reshape(value, (("b", "h"), (), N, inner))
        wide = (("b", "h"), ("g",), N, inner)
        if self.d.expand == "copy":
            times = self.shape([1, self.f.sizes["g"], 1, 1])
            value = self.result(f"tosa.tile {unit.name}, {times} : ({self.f.type_of(unit)}, !tosa.shape<4>)", wide,
                                unit.dtype)
        else:
            op, number = ("add", "0.0") if self.d.expand == "add_zero" else ("mul", "1.0")
            value = self.binary(op, unit, self.constant(((), ("g",), N, inner), number, unit.dtype))
            value = dataclasses.replace(value, dims=wide)
        return self.reshape(value, (B, N, inner))

    def number(self, value, dtype):
        return self.constant(((), (), ()), repr(value), dtype)

    def scale(self, scores):
        kind, root = self.d.scale, self.f.sizes["d"] ** 0.5
        if self.d.defect == "scaled_by_tensor":
            scores = self.binary("mul", scores, self.f.argument(scores.dims, scores.dtype))
        if kind in ("mul", "splat"):
            return self.binary("mul", scores, self.number(1 / root, scores.dtype))
        if kind == "div":
            return self.binary("mul", scores, self.unary("reciprocal", self.number(root, scores.dtype)))
        if kind == "argument":
            return self.binary("mul", scores, self.f.argument(((), (), ()), scores.dtype))
        return scores

    def iota(self, axis):
        size = self.f.sizes[axis]
        dims = ((), (axis,), ()) if axis == "m" else ((), (), (axis,))
        values = list(range(size))
        text = [[[v] for v in values]] if axis == "m" else [[values]]
        return self.constant(dims, str(text), "i32")

    def keeps(self):
        """True where a token is seen, [.., rows, tokens]."""
        kind = self.d.mask
        if kind in ("boolean", "boolean_rows"):
            keep = self.f.argument(((), () if kind == "boolean" else M, N), "i1")
            return keep if self.d.keep else self.unary("logical_not", keep)
        token = self.iota("n")
        if kind.startswith("length"):
            length = self.f.argument(((), (), ()), "i32")
            x, y, op = {"length_lt": (length, token, "greater"), "length_le": (length, token, "greater_equal"),
                        "length_gt": (length, token, "greater"), "length_ge": (length, token, "greater_equal")}[kind]
            return self.binary(op, x, y, "i1")
        offset = self.constant(((), (), ()), self.f.sizes["n"] - self.f.sizes["m"], "i32")
        last = self.binary("add", self.iota("m"), offset)
        keep = self.binary("greater_equal", last, token, "i1")
        if kind == "window":
            first = self.binary("sub", last, self.constant(((), (), ()), self.random.choice([3, 5]), "i32"))
            keep = self.binary("logical_and", keep, self.binary("greater", token, first, "i1"))
        return keep

    def mask(self, scores):
        kind, dtype = self.d.mask, scores.dtype
        if kind == "none":
            return scores
        if kind in ("tokens", "rows", "full", "alibi"):
            dims = {"tokens": ((), (), N), "rows": ((), M, N), "full": (B, M, N), "alibi": (B, (), N)}[kind]
            return self.binary("add", scores, self.f.argument(dims, dtype))
        number = self.random.choice(["10.0", "1.0"]) if self.d.defect == "fill_is_a_score" else FILLS[self.d.fill][dtype]
        fill = self.constant(((), (), ()), number, dtype)
        keep = self.keeps()
        if self.d.defect != "fill_is_a_score" and self.d.fill != "lowest" and self.flip():
            bias = self.select(keep, self.number(0.0, dtype), fill)
            return self.binary("add", scores, bias)
        return self.select(keep, scores, fill)

    def distort(self, scores):
        dtype = scores.dtype
        if self.d.defect == "relu_scores":
            return self.binary("maximum", scores, self.number(0.0, dtype))
        if self.d.defect == "squared_scores":
            return self.binary("mul", scores, scores)
        if self.d.defect == "mask_from_scores":
            large = self.binary("greater", scores, self.number(0.125, dtype), "i1")
            return self.select(large, scores, self.constant(((), (), ()), FILLS["inf"][dtype], dtype))
        return scores

    def exponentials(self, scores, shift):
        shifted = scores if shift is None else self.noisy(self.binary("sub", scores, shift))
        return self.unary("abs" if self.d.defect == "not_exp" else "exp", shifted)

    def softmax(self, scores, unmasked):
        """Weights, and what is still to be divided by."""
        d, axis = self.d, 1 if self.d.defect == "softmax_over_rows" else 2
        shift = None if d.maximum == "none" else self.reduce("max", scores, axis)
        numerator = scores
        if d.defect == "numerator_shifted":
            numerator = self.binary("sub", scores, self.f.argument(((), (), N), scores.dtype))
        weights = self.noisy(self.exponentials(numerator, shift))
        if d.defect == "no_normalizer":
            return weights, None
        summed = weights
        if d.defect == "normalizer_unmasked":
            summed = self.exponentials(self.cast(unmasked, scores.dtype), shift)
        if d.defect == "other_normalizer":
            summed = self.exponentials(self.binary("add", scores, self.f.argument(scores.dims, scores.dtype)), shift)
        if d.defect in ("normalizer_unshifted", "numerator_shifted"):
            summed = self.exponentials(scores, None if d.defect == "normalizer_unshifted" else shift)
        total = self.reduce("sum", summed, axis)
        if d.defect == "normalizer_plus_one":
            total = self.binary("add", total, self.number(1.0, total.dtype))
        total = self.with_sinks(total, shift, scores.dtype)
        if d.normalize == "logsumexp" and not d.defect:
            logarithm = self.unary("log", total)
            return self.exponentials(scores, logarithm if shift is None else self.binary("add", shift, logarithm)), None
        inverse = self.noisy(self.unary("reciprocal", total))
        if d.normalize == "deferred" and axis == 2 and not d.defect:
            return weights, inverse
        weights = self.binary("mul", weights, inverse)
        return (self.binary("mul", weights, inverse) if d.defect == "normalized_twice" else weights), None

    def with_sinks(self, total, shift, dtype):
        if self.d.sinks == "none":
            return total
        sinks = self.f.argument((("h", "g"),), dtype)
        sinks = self.reshape(sinks, ((), ("h", "g"), (), ()))
        times = self.shape([self.f.sizes["b"], 1, 1, 1])
        sinks = self.result(f"tosa.tile {sinks.name}, {times} : ({self.f.type_of(sinks)}, !tosa.shape<4>)",
                            (("b",), ("h", "g"), (), ()), dtype)
        sinks = self.reshape(sinks, (B, (), ()))
        return self.binary("add", total, self.exponentials(sinks, shift))

    def write(self):
        d, f = self.d, self.f
        query, key, value = (f.argument(dims, d.dtype) for dims in (d.query_dims, d.key_dims, d.value_dims))
        query = self.noisy(self.reshape(self.transpose(query, (("b",), ("h",), ("g",), M, D)), (B, M, D)))
        root = f.sizes["d"] ** 0.5
        if d.scale in ("query", "both"):
            query = self.binary("mul", query, self.number(1 / root if d.scale == "query" else root ** -0.5, d.dtype))
        key = self.operand(key, D)
        if d.scale in ("key", "both"):
            key = self.binary("mul", key, self.number(1 / root if d.scale == "key" else root ** -0.5, d.dtype))
        scores = self.matmul(query, self.noisy(self.transpose(key, (B, D, N))), (B, M, N))
        scores = self.distort(self.scale(self.noisy(scores)))
        if d.softcap:
            capped = self.unary("tanh", self.binary("mul", scores, self.number(1 / d.softcap, scores.dtype)))
            scores = self.binary("mul", capped, self.number(d.softcap, scores.dtype))
        masked = self.mask(scores)
        if self.flip() or d.weights == "f32":
            masked = self.cast(masked, "f32")
        weights, inverse = self.softmax(self.noisy(masked), scores)
        if d.defect == "gated_weights":
            weights = self.binary("mul", weights, f.argument(weights.dims, weights.dtype))
        if d.defect == "masked_weights":
            weights = self.select(f.argument(weights.dims, "i1"), weights, self.number(0.0, weights.dtype))
        value = self.operand(value, E)
        # Both operands of a product have one type.
        out = self.matmul(self.noisy(self.cast(weights, d.dtype)), value, (B, M, E))
        if inverse is not None:
            out = self.binary("mul", out, self.cast(inverse, out.dtype))
        out = self.cast(self.noisy(out), d.dtype)
        out = self.transpose(self.reshape(out, (("b",), ("h",), ("g",), M, E)), d.output_dims)
        self.results = [out]
        return f.text(self.results)
