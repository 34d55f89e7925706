//===- Cache.cpp - Caches and their sequences -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned.h"

#include <nanobind/stl/shared_ptr.h>

using namespace aligned::python;

Cache::Cache(std::shared_ptr<Kernel> ofKernel,
             const AlignedCacheOptions &withOptions)
    : kernel(std::move(ofKernel)), options(withOptions) {
  check(alignedCacheCreate(kernel->handle, &options, &handle));
}

static void bindSequences(nb::class_<Cache> &cache) {
  cache
      .def(
          "create_sequence",
          [](Cache &c) {
            int64_t sequence = 0;
            check(alignedSequenceCreate(c.handle, &sequence));
            return sequence;
          },
          "A new, empty sequence; a sequence is a number.")
      .def(
          "destroy_sequence",
          [](Cache &c, int64_t sequence) {
            check(alignedSequenceDestroy(c.handle, sequence));
          },
          nb::arg("sequence"))
      .def(
          "reserve",
          [](Cache &c, int64_t sequence, int64_t tokens, uintptr_t stream) {
            check(alignedSequenceReserve(c.handle, sequence, tokens,
                                         asStream(stream)));
          },
          nb::arg("sequence"), nb::arg("tokens"), nb::arg("stream") = 0,
          "Makes room for `tokens` positions in all.")
      .def(
          "length",
          [](Cache &c, int64_t sequence, int64_t layer, uintptr_t stream) {
            int64_t length = 0;
            check(alignedSequenceGetLength(c.handle, sequence, layer,
                                           asStream(stream), &length));
            return length;
          },
          nb::arg("sequence"), nb::arg("layer") = 0, nb::arg("stream") = 0,
          "Positions stored in a layer.")
      .def(
          "truncate",
          [](Cache &c, int64_t sequence, int64_t length, uintptr_t stream) {
            check(alignedSequenceTruncate(c.handle, sequence, length,
                                          asStream(stream)));
          },
          nb::arg("sequence"), nb::arg("length"), nb::arg("stream") = 0,
          "Forgets positions from `length` on, in every layer.")
      .def(
          "fork",
          [](Cache &c, int64_t sequence, int64_t length, uintptr_t stream) {
            int64_t fork = 0;
            check(alignedSequenceFork(c.handle, sequence, length,
                                      asStream(stream), &fork));
            return fork;
          },
          nb::arg("sequence"), nb::arg("length"), nb::arg("stream") = 0,
          "A new sequence that shares the pages of the first `length` "
          "positions.");
}

void aligned::python::bindCache(nb::module_ &module) {
  nb::class_<Cache> cache(
      module, "Cache",
      "Pages of 128 positions for the head sizes and element type of a kernel. "
      "Everything is allocated when it is made.");
  cache
      .def(
          "__init__",
          [](Cache *place, std::shared_ptr<Kernel> kernel, int64_t layers,
             int64_t kvHeads, int64_t maxSequences, int64_t maxPages,
             int64_t maxTokens) {
            new (place) Cache(std::move(kernel), {layers, kvHeads, maxSequences,
                                                  maxPages, maxTokens});
          },
          nb::arg("kernel"), nb::kw_only(), nb::arg("layers"),
          nb::arg("kv_heads"), nb::arg("max_sequences"), nb::arg("max_pages"),
          nb::arg("max_tokens"))
      .def_prop_ro(
          "free_pages",
          [](const Cache &c) { return alignedCacheGetFreePages(c.handle); })
      .def_prop_ro(
          "page_bytes",
          [](const Cache &c) { return alignedCacheGetPageBytes(c.handle); },
          "Bytes of a page over all layers and heads, K and V.");
  bindSequences(cache);
}
