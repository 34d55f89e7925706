#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""export_decoder.py MODEL CACHE OUT [--dtype=D] [--layers=N] ..: one decode step of a model of Hugging Face's
transformers, small and with random weights, as torch-mlir lowers it to linalg.

MODEL is the prefix of transformers' classes: Llama, Qwen3, Gemma2 .. CACHE is how new rows get into it: `where`, by
position into a tensor that has room for all (as in transformers' StaticCache), or `cat`, behind the past, whose length
is dynamic (DynamicCache). The function `step` takes token, position and the caches, and gives the next token, the
logits and the newer caches; weights are constants.

Needs torch, transformers and iree-base-compiler, which brings torch-mlir's importer and its pipelines:
  pip install torch==2.8.0 transformers==5.24.0 iree-base-compiler==3.13.0
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

import torch
import transformers
from iree.compiler.extras.fx_importer import FxImporter
from transformers.cache_utils import Cache

LOWER = ("builtin.module(torchdynamo-export-to-torch-backend-pipeline,"
         "torch-backend-to-linalg-on-tensors-backend-pipeline)")


class StepCache(Cache):
    """What attention asks of a cache: rows in, all rows out."""

    def __init__(self, pairs, position, kind):
        self.pairs, self.position, self.kind, self.layers = [list(pair) for pair in pairs], position, kind, []

    is_initialized = True

    def __len__(self):
        return len(self.pairs)

    @property
    def is_sliding(self):
        return [False] * len(self.pairs)

    def get_seq_length(self, layer_idx=0):
        return 0

    def get_mask_sizes(self, *args, **kwargs):
        return self.pairs[0][0].shape[2], 0

    def update(self, key, value, layer, *args, **kwargs):
        def newer(past, row):
            if self.kind == "cat":
                return torch.cat([past, row], dim=2)
            here = torch.arange(past.shape[2])[None, None, :, None] == self.position
            return torch.where(here, row, past)
        self.pairs[layer] = [newer(past, row) for past, row in zip(self.pairs[layer], (key, value))]
        return tuple(self.pairs[layer])


class Probe(StepCache):
    """Takes down what rows a model has."""

    def __init__(self, layers):
        super().__init__([(torch.zeros(1, 1, 1, 1),) * 2] * layers, None, "cat")
        self.rows = [None] * layers

    def update(self, key, value, layer, *args, **kwargs):
        self.rows[layer] = (key.shape, value.shape)
        return key, value


class Step(torch.nn.Module):
    def __init__(self, model, kind):
        super().__init__()
        self.model, self.kind = model, kind

    def masks(self, mask):
        """A mask for each kind of layer, where a model has several."""
        kinds = set(getattr(self.model.config, "layer_types", None) or [])
        return {kind: mask for kind in kinds} if kinds else mask

    def forward(self, token, position, caches):
        cache = StepCache(zip(caches[::2], caches[1::2]), position, self.kind)
        mask = None
        if self.kind == "where":
            seen = torch.arange(caches[0].shape[2])[None, None, None, :] <= position
            mask = torch.where(seen, 0.0, torch.finfo(caches[0].dtype).min).to(caches[0].dtype)
        else:
            mask = torch.zeros(1, 1, 1, caches[0].shape[2] + 1, dtype=caches[0].dtype)
        out = self.model(input_ids=token[None], attention_mask=self.masks(mask), position_ids=position[None],
                         past_key_values=cache, use_cache=True)
        logits = out.logits[:, -1].float()
        return (torch.argmax(logits, -1), logits, *(tensor for pair in cache.pairs for tensor in pair))


def make_model(options):
    sizes = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=options.layers,
                 num_attention_heads=4, num_key_value_heads=2, head_dim=options.head_dim, max_position_embeddings=256,
                 bos_token_id=0, eos_token_id=1, pad_token_id=2)
    config = getattr(transformers, options.model + "Config")(**sizes)
    kind = getattr(transformers, options.model + "ForCausalLM")
    torch.manual_seed(options.seed)
    model = kind._from_config(config, attn_implementation=options.attention, dtype=torch.float32)
    with torch.no_grad():  # as large as what training makes of them, that tokens differ
        for name, weights in model.named_parameters():
            if weights.dim() == 2:
                weights.normal_(0, (1.0 if "embed" in name or "lm_head" in name else 1.5) * weights.shape[1] ** -0.5)
    return model.to(getattr(torch, options.dtype)).eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("cache", choices=("where", "cat"))
    parser.add_argument("out")
    parser.add_argument("--dtype", default="float32", choices=("float32", "float16", "bfloat16"))
    parser.add_argument("--attention", default="sdpa", choices=("sdpa", "eager"))
    for name, default in (("layers", 3), ("head-dim", 16), ("tokens", 40), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    step = Step(make_model(options), options.cache)
    probe = Probe(options.layers)
    with torch.no_grad():
        step.model(input_ids=torch.ones(1, 1, dtype=torch.long), position_ids=torch.zeros(1, 1, dtype=torch.long),
                   attention_mask=step.masks(torch.zeros(1, 1, 1, 1, dtype=getattr(torch, options.dtype))),
                   past_key_values=probe, use_cache=True)
    caches = [torch.zeros(1, rows[1], options.tokens, rows[3], dtype=getattr(torch, options.dtype))
              for pair in probe.rows for rows in pair]
    # One dimension for all caches: the past has one length.
    past = {2: torch.export.Dim("past", min=2, max=250)} if options.cache == "cat" else None
    with torch.no_grad():
        program = torch.export.export(step, (torch.ones(1, dtype=torch.long), torch.tensor([options.tokens // 2]), caches),
                                      dynamic_shapes=(None, None, [past] * len(caches)), strict=False)
        program = program.run_decompositions()
    importer = FxImporter()
    importer.import_program(program, func_name="step")
    tool = shutil.which("iree-opt", path=os.path.dirname(sys.executable)) or "iree-opt"
    done = subprocess.run([tool, f"--pass-pipeline={LOWER}", "-"], input=str(importer.module), text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit(done.stderr[:3000])
    text = re.sub(r"torch\.assume_strict_symbolic_shapes(, )?", "", done.stdout)
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}"
    with open(options.out, "w") as file:
        file.write(f"// export_decoder.py {' '.join(sys.argv[1:3])} ..: {options.model}ForCausalLM, {versions}\n{text}")


if __name__ == "__main__":
    main()
