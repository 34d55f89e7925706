//===- Workload.cpp - What a benchmark decodes ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Tool.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

using namespace aligned;

int64_t Shape::longest() const {
  return *std::max_element(lengths.begin(), lengths.end());
}

int64_t Shape::totalTokens() const {
  return sequences / turns() *
         std::accumulate(lengths.begin(), lengths.end(), int64_t(0));
}

int64_t Shape::rowsBefore(int64_t head) const {
  int64_t sequence = head / kvHeads, before = 0;
  for (int64_t turn = 0; turn < turns(); ++turn)
    before += lengths[turn] * ((sequence + turns() - 1 - turn) / turns());
  return before * kvHeads + head % kvHeads * tokens(sequence);
}

Shape Shape::equalised() const {
  Shape shape = *this;
  shape.lengths = {(totalTokens() + sequences - 1) / sequences};
  return shape;
}

std::string Shape::name() const {
  std::string text;
  for (int64_t size : {sequences, queryHeads, kvHeads, channels})
    text += std::to_string(size) + "x";
  for (size_t i = 0; i < lengths.size(); ++i)
    text += (i ? "+" : "") + std::to_string(lengths[i]);
  return text;
}

[[noreturn]] static void refuseShape(const std::string &text,
                                     const std::string &why) {
  fatal("shape '" + text + "': " + why +
        "; a shape is SEQUENCESxQUERY_HEADSxKV_HEADSxCHANNELSxTOKENS, as in "
        "8x32x8x128x32k, or with several lengths that the sequences take in "
        "turn, as in 8x32x8x128x1k+64k");
}

Shape aligned::parseShape(const std::string &text) {
  constexpr size_t kSizes = 5; // the lengths go on with the last one
  std::vector<int64_t> sizes;
  const char *at = text.c_str();
  while (true) {
    char *end = nullptr;
    long long size = std::strtoll(at, &end, 10);
    if (end == at || size < 1 || size > (int64_t(1) << 32))
      refuseShape(text, "size " + std::to_string(sizes.size() + 1) +
                            " is no number from 1 up");
    if (*end == 'k') {
      size *= 1024;
      ++end;
    }
    sizes.push_back(size);
    at = end + 1;
    if (*end == '\0')
      break;
    if (*end != (sizes.size() < kSizes ? 'x' : '+'))
      refuseShape(text, std::string("'") + end + "' is unexpected");
  }
  if (sizes.size() < kSizes)
    refuseShape(text, "there are " + std::to_string(sizes.size()) + " sizes");
  Shape shape = {sizes[0],
                 sizes[1],
                 sizes[2],
                 sizes[3],
                 {sizes.begin() + kSizes - 1, sizes.end()}};
  if (shape.queryHeads % shape.kvHeads != 0)
    refuseShape(text, "the query heads are no multiple of the kv heads");
  if (shape.sequences % shape.turns() != 0)
    refuseShape(text, "the sequences are no multiple of the " +
                          std::to_string(shape.turns()) + " lengths");
  return shape;
}
