//===- Workload.cpp - What a benchmark decodes ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Tool.h"

#include <cstdlib>

using namespace aligned;

std::string Shape::name() const {
  std::string text;
  for (int64_t size : {sequences, queryHeads, kvHeads, channels, tokens})
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

[[noreturn]] static void refuseShape(const std::string &text,
                                     const std::string &why) {
  fatal("shape '" + text + "': " + why +
        "; a shape is SEQUENCESxQUERY_HEADSxKV_HEADSxCHANNELSxTOKENS, as in "
        "8x32x8x128x32k");
}

Shape aligned::parseShape(const std::string &text) {
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
    if (*end != 'x')
      refuseShape(text, std::string("'") + end + "' is unexpected");
  }
  if (sizes.size() != 5)
    refuseShape(text, "there are " + std::to_string(sizes.size()) + " sizes");
  Shape shape = {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]};
  if (shape.queryHeads % shape.kvHeads != 0)
    refuseShape(text, "the query heads are no multiple of the kv heads");
  return shape;
}
