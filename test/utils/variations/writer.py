# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a descriptor to a function: operands, contractions, and what is put between them."""
import masks
import softmax
from descriptor import FORMS
from tensor_ir import Function, Value


def flat(dims):
    return tuple(axis for dim in dims for axis in dim)


class Writer:
    def __init__(self, name, descriptor, random):
        self.d, self.random = descriptor, random
        self.f = Function(name, dict(descriptor.sizes), ["n"] if descriptor.dynamic else [])
        self.unmasked, self.logsumexp, self.results = None, None, []

    def flip(self):
        return self.random.random() < 0.5

    # What masks and softmax ask for

    @property
    def true(self):
        return self.f.constant("true", "i1")

    @property
    def window(self):
        return self.f.op(f"arith.constant {self.random.choice([3, 5])} : index")

    def rows_offset(self):
        """Tokens before the first query row: the rows are the last ones."""
        m = self.d.sizes["m"]
        if not self.d.dynamic:
            return self.f.op(f"arith.constant {self.d.sizes['n'] - m} : index")
        rows = self.f.op(f"arith.constant {m} : index")
        return self.f.op(f"arith.subi {self.f.size_name(('n',))}, {rows} : index")

    def aligned(self, value, like):
        """`value` with or without dimensions of size 1, as `like` has them."""
        return value if len(value.dims) == len(like.dims) else self.f.reassociate(value, like.dims)

    def like(self, value, other):
        """`value` in the dimensions and the type of another."""
        return self.f.cast(self.to(value, other.dims), other.dtype)

    def other_scores(self):
        """Scores of another key."""
        key = self.f.argument(self.d.key_dims, self.d.dtype)
        return self.scores(self.query, self.operand(key, expanded=FORMS[self.d.form][2]))

    def subtract_per_token(self, scores):
        shift = self.f.argument((("n",),), scores.dtype)
        return self.f.elementwise([scores, shift], scores.dims, scores.dtype,
                                  lambda b, s, t: b.binary("subf", s, t, scores.dtype))

    def first_half(self, value, dim):
        """The first half of a dimension, which is ("half",) then."""
        half = self.f.sizes["half"] = self.f.sizes[dim[0]] // 2
        out = Value("", tuple(("half",) if d == dim else d for d in value.dims), value.dtype)
        sizes = [half if d == dim else self.f.size(d) for d in value.dims]
        name = self.f.op(f"tensor.extract_slice {value.name}{[0] * len(sizes)} {sizes} {[1] * len(sizes)} : "
                         f"{self.f.type_of(value)} to {self.f.type_of(out)}")
        return Value(name, out.dims, value.dtype)

    # Views, and what changes nothing

    def to(self, value, dims):
        """The value in other dimensions: expanded to axes, transposed, collapsed."""
        dims = tuple(dims)
        value = self.noisy(value)
        if value.dims == dims:
            return value
        value = self.f.expand(value)
        value = self.f.transpose(value, tuple((axis,) for axis in flat(dims)), by_generic=self.flip())
        return value if value.dims == dims else self.f.reassociate(value, dims)

    def noisy(self, value):
        """Sometimes does something to a value that leaves it as it is."""
        if self.random.random() >= self.d.noise or not value.dims:
            return value
        kinds = ["unit", "copy", "transpose", "flat", "cast", "zero", "one", "slice"]
        if ("z",) in value.dims:
            kinds.remove("flat")  # nobody flattens what a column was put beside
        return getattr(self, "noise_" + self.random.choice(kinds))(value)

    def noise_unit(self, value):
        """Another dimension of size 1, and away with it again."""
        at = self.random.randrange(len(value.dims))
        wide = value.dims[:at] + ((),) + value.dims[at:]
        groups = [[i] for i in range(at)] + [[at, at + 1]] + [[i + 1] for i in range(at + 1, len(value.dims))]
        return self.f.reshape(self.f.reshape(value, wide, groups), value.dims, groups)

    def noise_copy(self, value):
        out = self.f.empty(value.dims, value.dtype)
        if all(value.dims) and self.flip():
            kind = self.f.type_of(out)
            name = self.f.op(f"linalg.copy ins({value.name} : {kind}) outs({out.name} : {kind}) -> {kind}")
            return Value(name, value.dims, value.dtype)
        return self.f.elementwise([value], value.dims, value.dtype, lambda b, x: x)

    def noise_transpose(self, value):
        if len(set(value.dims)) < len(value.dims):
            return value
        other = list(value.dims)
        self.random.shuffle(other)
        return self.f.transpose(self.f.transpose(value, other, self.flip()), value.dims, self.flip())

    def noise_flat(self, value):
        """All dimensions collapsed into one, as producers do for a reshape that they do not understand."""
        if self.d.dynamic and "n" in value.axes() or len(value.dims) < 2:
            return value
        groups = [list(range(len(value.dims)))]
        return self.f.reshape(self.f.reshape(value, (flat(value.dims),), groups), value.dims, groups)

    def noise_cast(self, value):
        """A cast to a type that knows less, and back."""
        if self.d.dynamic:
            return value
        loose = "tensor<" + "?x" * len(value.dims) + value.dtype + ">"
        kind = self.f.type_of(value)
        name = self.f.op(f"tensor.cast {value.name} : {kind} to {loose}")
        return Value(self.f.op(f"tensor.cast {name} : {loose} to {kind}"), value.dims, value.dtype)

    def neutral(self, value, op, number):
        constant = self.f.splat(value.dims, number, value.dtype)
        return self.f.elementwise([value, constant], value.dims, value.dtype,
                                  lambda b, x, c: b.binary(op, x, c, value.dtype))

    def noise_zero(self, value):
        return self.neutral(value, "addf", "0.0") if value.dtype.endswith(("f16", "f32")) else value

    def noise_one(self, value):
        return self.neutral(value, "mulf", "1.0") if value.dtype.endswith(("f16", "f32")) else value

    def noise_slice(self, value):
        """A slice of everything."""
        if self.d.dynamic:
            return value
        kind, sizes = self.f.type_of(value), [self.f.size(dim) for dim in value.dims]
        name = self.f.op(f"tensor.extract_slice {value.name}{[0] * len(sizes)} {sizes} {[1] * len(sizes)} : {kind} to "
                         f"{kind}")
        return Value(name, value.dims, value.dtype)

    # Operands

    def scaled(self, value, number):
        dtype = value.dtype
        factor = self.f.constant(repr(number), dtype)
        return self.f.elementwise([value], value.dims, dtype, lambda b, x: b.binary("mulf", x, factor, dtype))

    def operand(self, value, expanded):
        """K or V, with a head for each query head if the form has them."""
        value = self.noisy(value)
        if self.d.extend == "before":
            value = self.f.cast(value, "f32")
        if not expanded:
            return value
        value = self.f.expand(value)
        position = value.dims.index(("h",)) + 1
        wide = value.dims[:position] + (("g",),) + value.dims[position:]
        if self.d.expand == "copy":
            return self.f.elementwise([value], wide, value.dtype, lambda b, x: x)
        groups = [[i] for i in range(position - 1)] + [[position - 1, position]] + [
            [i + 1] for i in range(position, len(value.dims))]
        unit = self.f.reshape(value, value.dims[:position] + ((),) + value.dims[position:], groups)
        op, number = ("addf", "0.0") if self.d.expand == "add_zero" else ("mulf", "1.0")
        neutral = self.f.splat(wide, number, value.dtype)
        return self.f.elementwise([unit, neutral], wide, value.dtype,
                                  lambda b, x, c: b.binary(op, x, c, value.dtype))

    # Contractions

    def contract(self, left, right, batch, rows, columns, over, first_is_right, defect=""):
        """sum over `over` of left[batch, rows, over] right[batch, columns, over], as [batch, rows, columns]; `right`
        may lack batch dimensions. With `first_is_right` it is the first operand."""
        kind = self.d.contraction
        lacks = [dim for dim in batch if not set(dim) <= set(right.axes())]
        if defect or (lacks and kind == "named"):
            kind = "generic"
        right_batch = tuple(dim for dim in batch if dim not in lacks)
        if kind == "named":
            return self.named_contraction(left, right, batch, rows, columns, over, first_is_right)
        left = self.to(left, self.any_order(batch + rows + over))
        right = self.to(right, self.any_order(right_batch + columns + over))
        out = batch + ((columns + rows) if first_is_right and self.flip() else (rows + columns))
        operands = [right, left] if first_is_right else [left, right]
        make = self.linalg_contract if kind == "contract" and not defect else self.generic_contraction
        return self.to(make(operands, out, over, defect), batch + rows + columns)

    def any_order(self, dims):
        dims = list(dims)
        if self.flip():
            self.random.shuffle(dims)
        return tuple(dims)

    def initial(self, dims, dtype, defect):
        number = {"starts_at_one": "1.0", "largest_value": masks.FILLS["lowest"].get(dtype)}.get(defect, "0.0")
        if number == "0.0" and self.flip():
            return self.f.splat(dims, number, dtype)
        return self.f.fill(dims, number, dtype)

    def generic_contraction(self, operands, out, over, defect):
        acc = self.d.accumulate
        loops = list(self.any_order(out + over))

        def body(b, x, y, sum_):
            x, y = b.cast(x, operands[0].dtype, acc), b.cast(y, operands[1].dtype, acc)
            if defect == "l1_scores":
                product = b.op(f"math.absf {b.binary('subf', x, y, acc)} : {acc}")
            else:
                product = b.binary("mulf", *((x, y) if self.flip() else (y, x)), acc)
            op = "maximumf" if defect == "largest_value" else "addf"
            return b.binary(op, *((sum_, product) if self.flip() else (product, sum_)), acc)
        return self.f.generic(operands, [self.initial(out, acc, defect)], loops, body)

    def linalg_contract(self, operands, out, over, defect):
        init = self.initial(out, self.d.accumulate, defect)
        loops = list(self.any_order(out + over))
        maps = ", ".join(self.f.map(loops, v.dims) for v in [*operands, init])
        types = [self.f.type_of(v) for v in operands]
        name = self.f.op(f"linalg.contract indexing_maps = [{maps}] ins({operands[0].name}, {operands[1].name} : "
                         f"{', '.join(types)}) outs({init.name} : {self.f.type_of(init)}) -> {self.f.type_of(init)}")
        return Value(name, out, init.dtype)

    def named_contraction(self, left, right, batch, rows, columns, over, first_is_right):
        """batch_matmul over one batch dimension, or matmul, vecmat and the like where sizes of 1 allow it."""
        merged = (flat(batch),)
        f, one_row = self.f, all(f_size == 1 for f_size in map(self.f.size, rows))
        if self.f.size(merged[0]) == 1 and self.flip():
            left = self.to(left, (merged[0] + rows[0],) + over)
            right = self.to(right, over + (merged[0] + columns[0],))
            out = self.named("linalg.matmul", left, right, (left.dims[0], right.dims[1]))
            out = f.relabel(out, ((*merged[0], *rows[0]), columns[0]))
            return f.reassociate(out, batch + rows + columns)
        if one_row and self.flip():
            left = self.to(left, (merged[0] + rows[0],) + over)
            right = self.to(right, merged + over + columns)
            out = self.named("linalg.batch_vecmat", left, right, left.dims[:1] + columns)
            return f.reassociate(out, batch + rows + columns)
        if first_is_right:
            left, right = self.to(left, merged + over + rows), self.to(right, merged + columns + over)
            out = self.named("linalg.batch_matmul", right, left, merged + columns + rows)
            return self.to(out, batch + rows + columns)
        left, right = self.to(left, merged + rows + over), self.to(right, merged + over + columns)
        return self.to(self.named("linalg.batch_matmul", left, right, merged + rows + columns), batch + rows + columns)

    def named(self, op, left, right, dims):
        init = self.initial(dims, self.d.accumulate, "")
        kind = self.f.type_of(init)
        name = self.f.op(f"{op} ins({left.name}, {right.name} : {self.f.type_of(left)}, {self.f.type_of(right)}) "
                         f"outs({init.name} : {kind}) -> {kind}")
        return Value(name, dims, init.dtype)

    # The attention

    def scores(self, query, key):
        batch, rows, _ = FORMS[self.d.form]
        key_value = self.contract(query, key, batch, rows, (("n",),), (("d",),), self.d.key_first,
                                  self.d.defect if self.d.defect == "l1_scores" else "")
        return self.noisy(key_value)

    def scale_scores(self, scores):
        kind, root, dtype = self.d.scale, self.d.sizes["d"] ** 0.5, scores.dtype
        if self.d.defect == "scaled_by_tensor":
            factor = self.f.argument(scores.dims, dtype)
            scores = self.f.elementwise([scores, factor], scores.dims, dtype,
                                        lambda b, s, c: b.binary("mulf", s, c, dtype))
        if kind == "mul":
            return self.scaled(scores, 1 / root)
        if kind == "splat":
            factor = self.f.splat(tuple(() for _ in scores.dims), repr(1 / root), dtype)
        elif kind == "argument":
            factor = self.f.argument((), dtype)
        elif kind == "div":
            factor = self.f.constant(repr(root), dtype)
            return self.f.elementwise([scores], scores.dims, dtype, lambda b, s: b.binary("divf", s, factor, dtype))
        else:
            return scores
        return self.f.elementwise([scores, factor], scores.dims, dtype, lambda b, s, c: b.binary("mulf", s, c, dtype))

    def cap(self, scores):
        """cap * tanh(scores / cap)."""
        if not self.d.softcap:
            return scores
        dtype, cap = scores.dtype, self.f.constant(repr(self.d.softcap), scores.dtype)
        steps = [lambda b, s: b.binary("divf", s, cap, dtype), lambda b, s: b.op(f"math.tanh {s} : {dtype}"),
                 lambda b, s: b.binary("mulf", s, cap, dtype)]
        for step in steps:
            scores = self.f.elementwise([scores], scores.dims, dtype, step)
        return scores

    def distort(self, scores):
        """What defects do to scores."""
        dtype, defect = scores.dtype, self.d.defect
        if defect == "relu_scores":
            zero = self.f.constant("0.0", dtype)
            return self.f.elementwise([scores], scores.dims, dtype, lambda b, s: b.binary("maximumf", s, zero, dtype))
        if defect == "squared_scores":
            return self.f.elementwise([scores], scores.dims, dtype, lambda b, s: b.binary("mulf", s, s, dtype))
        if defect == "mask_from_scores":
            low, least = self.f.constant(masks.FILLS["inf"][dtype], dtype), self.f.constant("0.125", dtype)

            def body(b, s):
                large = b.op(f"arith.cmpf ogt, {s}, {least} : {dtype}")
                return b.op(f"arith.select {large}, {s}, {low} : {dtype}")
            return self.f.elementwise([scores], scores.dims, dtype, body)
        return scores

    def weigh(self, scores):
        """Weights of the scores, in the type of the second contraction's operand, and the divisor left over."""
        if self.flip() or self.d.weights == "f32":
            scores = self.f.cast(scores, "f32")
        weights, divisor = softmax.apply(self, scores)
        dtype = weights.dtype
        if self.d.defect == "gated_weights":
            gate = self.f.argument(weights.dims, dtype)
            weights = self.f.elementwise([weights, gate], weights.dims, dtype,
                                         lambda b, p, g: b.binary("mulf", p, g, dtype))
        if self.d.defect == "masked_weights":
            keep, zero = self.f.argument(weights.dims, "i1"), self.f.constant("0.0", dtype)
            weights = self.f.elementwise([weights, keep], weights.dims, dtype,
                                         lambda b, p, k: b.op(f"arith.select {k}, {p}, {zero} : {dtype}"))
        return self.noisy(self.f.cast(weights, self.d.weights)), divisor

    def write(self):
        """The function's text."""
        d, f = self.d, self.f
        batch, rows, expanded = FORMS[d.form]
        query, key, value = f.argument(d.query_dims, d.dtype), None, None
        key, value = f.argument(d.key_dims, d.dtype), f.argument(d.value_dims, d.dtype)
        query = self.noisy(query)
        if d.extend == "before":
            query = f.cast(query, "f32")
        root = d.sizes["d"] ** 0.5
        if d.scale in ("query", "both"):
            query = self.scaled(query, 1 / root if d.scale == "query" else root ** -0.5)
        key = self.operand(key, expanded)
        if d.scale in ("key", "both"):
            key = self.scaled(key, 1 / root if d.scale == "key" else root ** -0.5)
        self.query = query
        scores = self.distort(self.cap(self.scale_scores(self.scores(query, key))))
        if self.flip():
            scores = f.cast(scores, "f32")
        self.unmasked = scores
        masked = masks.apply(self, scores)
        weights, divisor = self.weigh(self.noisy(masked))
        weights = self.to(weights, batch + rows + (("n",),))
        out = self.contract(weights, self.operand(value, expanded), batch, rows, (("e",),), (("n",),), d.value_first,
                            d.defect if d.defect in ("starts_at_one", "largest_value") else "")
        if divisor is not None:
            kept = tuple(dim for dim in divisor.dims if dim)
            divisor = self.to(f.reassociate(divisor, kept) if kept != divisor.dims else divisor, batch + rows)
            out = softmax.divide(self, out, divisor)
        self.results = [f.cast(self.to(self.noisy(out), d.output_dims), d.dtype)]
        if self.logsumexp is not None:
            self.results.append(f.cast(self.logsumexp, "f32"))
        return f.text(self.results)

