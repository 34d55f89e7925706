# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes linalg on tensors whose dimensions carry the names of what they count.

A dimension is a tuple of axis names, outermost first: ("h", "g") counts the query heads, () has size 1. Indexing
maps, reshapes and sizes follow from the names, so that whoever writes a computation cannot get them wrong by accident.
"""
import dataclasses
import itertools

ZERO = {"f16": "0.0", "bf16": "0.0", "f32": "0.0", "f64": "0.0"}
WIDTH = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}


@dataclasses.dataclass(frozen=True)
class Value:
    """A tensor: its SSA name, its dimensions and its element type."""
    name: str
    dims: tuple
    dtype: str

    def axes(self):
        return [axis for dim in self.dims for axis in dim]


class Body:
    """The body of a linalg.generic, one operation at a time."""

    def __init__(self, function, loops):
        self.function, self.loops, self.lines = function, loops, []

    def op(self, text):
        name = self.function.fresh()
        self.lines.append(f"  {name} = {text}")
        return name

    def binary(self, op, a, b, dtype):
        return self.op(f"arith.{op} {a}, {b} : {dtype}")

    def index(self, axis, dtype="i32"):
        """The position along an axis that has a loop of its own, or along a dimension."""
        loop = axis if isinstance(axis, tuple) else (axis,)
        index = self.op(f"linalg.index {self.loops.index(loop)} : index")
        return self.op(f"arith.index_cast {index} : index to {dtype}") if dtype != "index" else index

    def cast(self, value, source, target):
        if source == target:
            return value
        if WIDTH[source] == WIDTH[target]:
            return self.cast(self.cast(value, source, "f32"), "f32", target)
        return self.op(f"arith.{'extf' if WIDTH[source] < WIDTH[target] else 'truncf'} {value} : {source} to {target}")


class Function:
    """One func.func. `sizes` gives the size of each axis, `dynamic` those whose size only run time knows."""

    def __init__(self, name, sizes, dynamic=()):
        self.name, self.sizes, self.dynamic = name, sizes, set(dynamic)
        self.args, self.lines, self.dim_names = [], [], {}
        self.counter = itertools.count()

    def fresh(self):
        return f"%{next(self.counter)}"

    def emit(self, line):
        self.lines.append(line)

    def op(self, text):
        name = self.fresh()
        self.emit(f"{name} = {text}")
        return name

    # Types and sizes

    def size(self, dim):
        """The static size of a dimension; None where it is not known."""
        if self.dynamic.intersection(dim):
            return None
        size = 1
        for axis in dim:
            size *= self.sizes[axis]
        return size

    def type(self, dims, dtype):
        return "tensor<" + "".join(f"{self.size(d) or '?'}x" for d in dims) + f"{dtype}>"

    def type_of(self, value):
        return self.type(value.dims, value.dtype)

    def size_name(self, dim):
        """The run-time size of a dimension, as an SSA name."""
        names = [self.dim_names[axis] for axis in dim if axis in self.dynamic]
        static = self.size(tuple(axis for axis in dim if axis not in self.dynamic))
        total = names[0]
        for name in names[1:] + ([self.op(f"arith.constant {static} : index")] if static != 1 else []):
            total = self.op(f"arith.muli {total}, {name} : index")
        return total

    # Arguments, constants, tensors to write into

    def argument(self, dims, dtype):
        value = Value(f"%arg{len(self.args)}", tuple(dims), dtype)
        self.args.append(value)
        for i, dim in enumerate(value.dims):
            for axis in dim:
                if axis in self.dynamic and axis not in self.dim_names:
                    assert len(dim) == 1, "a dynamic axis is an argument's own dimension first"
                    index = self.op(f"arith.constant {i} : index")
                    self.dim_names[axis] = self.op(f"tensor.dim {value.name}, {index} : {self.type_of(value)}")
        return value

    def constant(self, number, dtype):
        return self.op(f"arith.constant {number}" + (f" : {dtype}" if dtype != "i1" else ""))

    def splat(self, dims, number, dtype):
        """A tensor of one number; a constant where all sizes are static."""
        if any(self.size(dim) is None for dim in dims):
            return self.fill(dims, number, dtype)
        kind = self.type(dims, dtype)
        return Value(self.op(f"arith.constant dense<{number}> : {kind}"), tuple(dims), dtype)

    def empty(self, dims, dtype):
        sizes = ", ".join(self.size_name(dim) for dim in dims if self.size(dim) is None)
        return Value(self.op(f"tensor.empty({sizes}) : {self.type(dims, dtype)}"), tuple(dims), dtype)

    def fill(self, dims, number, dtype):
        scalar, init = self.constant(number, dtype), self.empty(dims, dtype)
        kind = self.type_of(init)
        name = self.op(f"linalg.fill ins({scalar} : {dtype}) outs({init.name} : {kind}) -> {kind}")
        return Value(name, init.dims, dtype)

    # linalg

    def map(self, loops, dims):
        names = ", ".join(f"d{i}" for i in range(len(loops)))
        results = ", ".join(f"d{loops.index(dim)}" if dim else "0" for dim in dims)
        return f"affine_map<({names}) -> ({results})>"

    def generic(self, inputs, outputs, loops, body):
        """A linalg.generic into `outputs`; loops that no output has are reductions. `body` gets the block's arguments
        and returns what to yield."""
        written = set(outputs[0].dims)
        iterators = ", ".join('"parallel"' if loop in written else '"reduction"' for loop in loops)
        maps = ", ".join(self.map(loops, v.dims) for v in [*inputs, *outputs])
        block = Body(self, loops)
        arguments = [self.fresh() for _ in [*inputs, *outputs]]
        yielded = body(block, *arguments)
        yielded = yielded if isinstance(yielded, tuple) else (yielded,)
        types = ", ".join(self.type_of(v) for v in outputs)
        ins = f" ins({', '.join(v.name for v in inputs)} : {', '.join(map(self.type_of, inputs))})" if inputs else ""
        name = self.fresh()
        count = f":{len(outputs)}" if len(outputs) > 1 else ""
        self.emit(f"{name}{count} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}}{ins} "
                  f"outs({', '.join(v.name for v in outputs)} : {types}) {{")
        self.emit("^bb0(" + ", ".join(f"{a}: {v.dtype}" for a, v in zip(arguments, [*inputs, *outputs])) + "):")
        self.lines.extend(block.lines)
        self.emit(f"  linalg.yield {', '.join(yielded)} : {', '.join(v.dtype for v in outputs)}")
        self.emit("} -> " + (f"({types})" if len(outputs) > 1 else types))
        suffix = [f"#{i}" for i in range(len(outputs))] if len(outputs) > 1 else [""]
        results = [Value(name + s, v.dims, v.dtype) for s, v in zip(suffix, outputs)]
        return results if len(results) > 1 else results[0]

    def elementwise(self, inputs, dims, dtype, body):
        """One value for each element; inputs that lack dimensions are broadcast."""
        out = self.empty(dims, dtype)
        loops = [dim for dim in out.dims if dim]
        return self.generic(inputs, [out], loops, lambda b, *args: body(b, *args[:-1]))

    def cast(self, value, dtype):
        if value.dtype == dtype:
            return value
        return self.elementwise([value], value.dims, dtype, lambda b, x: b.cast(x, value.dtype, dtype))

    # Views

    def expand(self, value):
        """Every dimension as one for each of its axes."""
        if all(len(dim) <= 1 for dim in value.dims):
            return value
        return self.reassociate(value, [(axis,) for dim in value.dims for axis in (dim or [None])])

    def relabel(self, value, dims):
        """The same tensor with other names for its dimensions, of the same sizes."""
        named = dataclasses.replace(value, dims=tuple(dims))
        assert self.type_of(named) == self.type_of(value), (value.dims, dims)
        return named

    def reassociate(self, value, dims):
        """The same elements in order, under other dimensions: one expand_shape or collapse_shape. None stands for a
        dimension of size 1 that came from one."""
        dims = tuple(() if dim in ((None,), ()) else tuple(dim) for dim in dims)
        coarse, fine = (value.dims, dims) if len(dims) > len(value.dims) else (dims, value.dims)
        groups, position = [], 0
        for i, dim in enumerate(coarse):
            group, axes = [], []
            while position < len(fine) and (len(axes) < len(dim) or not group):
                axes += fine[position]
                group.append(position)
                position += 1
            # Dimensions of size 1 go with their left neighbour unless the next one is itself of size 1.
            later = sum(1 for other in coarse[i + 1:] if not other)
            while position < len(fine) and not fine[position] and len([f for f in fine[position:] if not f]) > later:
                group.append(position)
                position += 1
            assert tuple(axes) == dim, (value.dims, dims)
            groups.append(group)
        assert position == len(fine), (value.dims, dims)
        return self.reshape(value, dims, groups)

    def reshape(self, value, dims, groups):
        text = "[" + ", ".join(str(g) for g in groups) + "]"
        result = Value("", dims, value.dtype)
        source, target = self.type_of(value), self.type_of(result)
        if len(dims) == len(value.dims):
            return dataclasses.replace(value, dims=dims)
        if len(dims) < len(value.dims):
            return Value(self.op(f"tensor.collapse_shape {value.name} {text} : {source} into {target}"), dims, value.dtype)
        sizes = [str(self.size(dim)) if self.size(dim) is not None else self.size_name(dim) for dim in dims]
        return Value(
            self.op(f"tensor.expand_shape {value.name} {text} output_shape [{', '.join(sizes)}] : {source} into {target}"),
            dims, value.dtype)

    def transpose(self, value, dims, by_generic=False):
        dims = tuple(dims)
        if dims == value.dims:
            return value
        out = self.empty(dims, value.dtype)
        if by_generic and all(dims):
            return self.generic([value], [out], list(dims), lambda b, x, _: x)
        permutation = [value.dims.index(dim) for dim in dims]
        name = self.op(f"linalg.transpose ins({value.name} : {self.type_of(value)}) outs({out.name} : "
                       f"{self.type_of(out)}) permutation = {permutation}")
        return Value(name, dims, value.dtype)

    def text(self, results):
        args = ", ".join(a if isinstance(a, str) else f"{a.name}: {self.type_of(a)}" for a in self.args)
        types = ", ".join(self.type_of(v) for v in results)
        lines = "\n".join("  " + line for line in self.lines)
        return (f"func.func @{self.name}({args}) -> ({types}) {{\n{lines}\n"
                f"  return {', '.join(v.name for v in results)} : {types}\n}}\n")
