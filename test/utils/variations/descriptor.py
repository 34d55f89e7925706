# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What one module of the generator is: an attention, how it is spelled, and what is wrong with it if anything is."""
import dataclasses

# One thing that makes an attention into something else. What each would turn into if it were taken for attention:
DEFECTS = {
    "softmax_over_rows": "weights that add up to one over the query rows instead of the tokens",
    "softmax_over_heads_too": "weights that add up to one over all heads together",
    "not_exp": "weights that are no exponentials",
    "mixed_bases": "powers of two over a sum of powers of e",
    "no_normalizer": "weights that do not add up to one",
    "normalized_twice": "weights divided by their sum twice",
    "other_normalizer": "weights over the sum of another key's weights",
    "normalizer_unmasked": "masked weights over the sum of unmasked ones",
    "normalizer_unshifted": "shifted exponentials over the sum of unshifted ones",
    "normalizer_plus_one": "weights that add up to less than one",
    "normalizer_part": "weights over the sum of half of them",
    "numerator_shifted": "exponentials shifted by a number for each token, over the sum of unshifted ones",
    "gated_weights": "weights multiplied by a tensor after the softmax",
    "masked_weights": "weights set to zero after the softmax, without adding up to one any more",
    "scaled_by_tensor": "scores multiplied by a different number each",
    "relu_scores": "scores that lose their sign",
    "squared_scores": "scores squared",
    "fill_is_a_score": "a masked score that is as large as others and so not masked",
    "mask_from_scores": "a mask that knows the scores: only the large ones are kept",
    "l1_scores": "distances instead of products",
    "largest_value": "the largest weighted value instead of their sum",
    "starts_at_one": "a sum of values that starts from one",
    "sink_unshifted": "a sink that is not shifted as the scores are",
    "sink_for_a_token": "the sink's weight in place of a token's",
}
# Defects of sinks, and those that can be said in TOSA.
OF_SINKS = ("sink_unshifted", "sink_for_a_token")
IN_TOSA = ("softmax_over_rows", "not_exp", "no_normalizer", "normalized_twice", "other_normalizer", "normalizer_unmasked",
           "normalizer_unshifted", "normalizer_plus_one", "numerator_shifted", "gated_weights", "masked_weights",
           "scaled_by_tensor", "relu_scores", "squared_scores", "fill_is_a_score", "mask_from_scores")


@dataclasses.dataclass
class Descriptor:
    sizes: dict  # b, h, g, m, n, d (channels of q and k), e (channels of v)
    dynamic: bool  # the number of tokens is known at run time
    dtype: str
    accumulate: str  # element type of the contractions' results
    query_dims: tuple
    key_dims: tuple
    value_dims: tuple
    output_dims: tuple
    form: str  # how batch, heads and rows become loops: see FORMS
    expand: str  # how K and V get one row for each query head
    contraction: str
    key_first: bool
    value_first: bool
    extend: str  # where 16-bit operands are extended
    scale: str
    softcap: float  # 0 for none
    mask: str
    fill: str
    keep: bool  # a boolean mask says what is kept, not what is masked
    softmax: str
    maximum: str
    max_init: str
    sum_init: str
    normalize: str
    base2: bool
    keepdim: bool
    reduce_op: bool  # linalg.reduce instead of linalg.generic
    weights: str  # element type of the weights
    guard: bool  # rows that see nothing give zero
    noise: float  # how often something neutral is put in
    fuse: bool  # upstream's elementwise fusion has been at it
    sinks: str = "none"  # a logit of each head: added to the sum, or one more column of the scores
    logsumexp: bool = False  # it is also a result
    tosa: bool = False  # written in TOSA
    defect: str = ""


# The dimensions of query, key and scores. K lacks the group where heads are not expanded.
FORMS = {
    "grouped": ((("b",), ("h",), ("g",)), (("m",),), False),
    "heads": ((("b",), ("h", "g")), (("m",),), True),
    "batches": ((("b", "h", "g"),), (("m",),), True),
    "rows": ((("b",), ("h",)), (("g", "m"),), False),
    "batches_rows": ((("b", "h"),), (("g", "m"),), False),
}


def permuted(random, axes):
    axes = list(axes)
    random.shuffle(axes)
    return tuple((axis,) for axis in axes)


def layouts(random, g):
    """Dimensions of the arguments and the result: mostly what producers have, sometimes any order."""
    query = random.choice([(("b",), ("h", "g"), ("m",), ("d",)), (("b",), ("m",), ("h", "g"), ("d",)),
                           (("b",), ("m",), ("h", "g", "d")), (("b",), ("m",), ("h",), ("g",), ("d",)),
                           (("b", "h", "g"), ("m",), ("d",)), permuted(random, "bhgmd")])
    key = random.choice([(("b",), ("h",), ("n",), ("d",)), (("b",), ("n",), ("h",), ("d",)),
                         (("b",), ("h",), ("d",), ("n",)), permuted(random, "bhnd")])
    value = random.choice([(("b",), ("h",), ("n",), ("e",)), (("b",), ("n",), ("h",), ("e",)),
                           (("b",), ("h",), ("e",), ("n",)), permuted(random, "bhne")])
    output = random.choice([(("b",), ("h", "g"), ("m",), ("e",)), (("b",), ("m",), ("h", "g", "e")),
                            (("b",), ("m",), ("h", "g"), ("e",)), permuted(random, "bhgme")])
    return query, key, value, output


def draw(random, defect=""):
    """A descriptor at random; all choices come from `random` alone."""
    pick = random.choice
    sizes = {"b": pick([1, 2, 3]), "h": pick([1, 2, 3]), "g": pick([1, 2, 4]), "m": pick([1, 1, 2, 5]),
             "n": pick([7, 8, 16, 24]), "d": pick([4, 8, 16]), "e": pick([4, 8, 16])}
    dtype = pick(["f32", "f32", "f16", "bf16"])
    query, key, value, output = layouts(random, sizes["g"])
    d = Descriptor(
        sizes=sizes, dynamic=random.random() < 0.25, dtype=dtype,
        accumulate=pick(["f32", "f32", dtype]), query_dims=query, key_dims=key, value_dims=value, output_dims=output,
        form=pick(list(FORMS)), expand=pick(["copy", "add_zero", "mul_one"]),
        contraction=pick(["generic", "generic", "named", "named", "contract"]),
        key_first=random.random() < 0.3, value_first=random.random() < 0.3, extend=pick(["body", "before"]),
        scale=pick(["none", "mul", "mul", "div", "query", "key", "both", "argument", "splat"]),
        softcap=pick([0.0] * 7 + [5.0]),
        mask=pick(["none", "none", "tokens", "rows", "full", "boolean", "boolean_rows", "causal", "length_lt",
                   "length_le", "length_gt", "length_ge", "window", "alibi"]),
        fill=pick(["inf", "lowest", "large"]), keep=random.random() < 0.5,
        softmax=pick(["named", "parts", "parts", "parts", "fused"]),
        maximum=pick(["maximumf", "maxnumf", "compare", "argmax", "none"]), max_init=pick(["inf", "lowest"]),
        sum_init=pick(["0.0", "0.0", "-0.0"]), normalize=pick(["div", "div", "reciprocal", "logsumexp", "deferred"]),
        base2=random.random() < 0.2, keepdim=random.random() < 0.5, reduce_op=random.random() < 0.2,
        weights=pick(["f32", dtype]), guard=random.random() < 0.15, noise=pick([0.0, 0.0, 0.15, 0.4]),
        fuse=random.random() < 0.3)
    if d.maximum == "none":
        d.weights = "f32"  # 16 bits overflow
    if defect:
        make_room_for(d, random, defect)
    if defect in OF_SINKS or not defect and random.random() < 0.2:
        draw_sinks(d, random)
    d.logsumexp = not defect and d.softmax != "named" and not d.base2 and random.random() < 0.15
    if (not defect or defect in IN_TOSA) and random.random() < 0.2:
        to_tosa(d, random)
    return d


def draw_sinks(d, random):
    d.guard = False  # a row that sees nothing gives zero by its sink
    d.sinks = {"sink_unshifted": "added", "sink_for_a_token": "column"}.get(d.defect) or (
        "column" if d.softmax == "named" else random.choice(["added", "column"]))
    if d.sinks == "added" and d.softmax == "named":
        d.softmax = "parts"
    if d.defect == "sink_unshifted":
        # Without a maximum nothing is shifted.
        d.maximum, d.normalize = "maximumf", random.choice(["div", "reciprocal", "deferred"])


def to_tosa(d, random):
    d.tosa, d.dynamic, d.fuse, d.guard, d.logsumexp = True, False, False, False, False
    d.query_dims, d.key_dims, d.value_dims, d.output_dims = (permuted(random, axes) for axes in
                                                            ("bhgmd", "bhnd", "bhne", "bhgme"))


def make_room_for(d, random, defect):
    """Chooses what the defect needs to be one: an axis that has more than one position, a part to be wrong in."""
    d.defect = defect
    if d.softmax == "named" and defect not in ("gated_weights", "masked_weights", "scaled_by_tensor", "relu_scores",
                                               "squared_scores", "l1_scores", "largest_value", "starts_at_one",
                                               "softmax_over_rows", "fill_is_a_score", "mask_from_scores"):
        d.softmax = "parts"
    if defect == "softmax_over_rows":
        d.sizes["m"] = 5
        d.form = random.choice(["grouped", "heads", "batches"])
        d.mask = "none"
    if defect == "softmax_over_heads_too":
        d.sizes["h"] = 3
        d.form = random.choice(["grouped", "heads"])
    if defect == "fill_is_a_score":
        d.mask, d.guard = random.choice(["boolean", "boolean_rows", "causal", "length_lt"]), False
        d.sizes["m"] = max(d.sizes["m"], 2) if d.mask == "causal" else d.sizes["m"]
    if defect == "normalizer_unmasked":
        d.mask = random.choice(["boolean", "boolean_rows", "length_lt", "tokens"])
    if defect in ("normalizer_unshifted", "normalizer_plus_one") and d.maximum == "none":
        # Without a maximum the first is none, and the second is a sink of logit zero.
        d.maximum = "maximumf"
    if defect == "normalizer_part":
        d.dynamic = False
    if defect == "normalized_twice":
        d.normalize = random.choice(["div", "reciprocal"])  # a division after the values is one of the output
    if defect in ("mixed_bases", "no_normalizer", "other_normalizer", "normalizer_unmasked",
                  "normalizer_unshifted", "normalizer_plus_one", "normalizer_part", "numerator_shifted",
                  "not_exp"):
        d.normalize = random.choice(["div", "reciprocal", "deferred"])
