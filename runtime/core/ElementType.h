//===- ElementType.h - Element types by name ------------------ -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_ELEMENTTYPE_H
#define ALIGNED_RUNTIME_CORE_ELEMENTTYPE_H

#include "Aligned/Runtime/Safetensors.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace aligned {

/// Bytes of an element of an MLIR type such as "bf16"; 0 if it is none.
inline size_t elementBytes(const std::string &type) {
  return safetensorsElementBytes(safetensorsDtype(type));
}

/// Whether the number at `data` is neither NaN nor infinite.
inline bool isFinite(const void *data, const std::string &type) {
  if (type == "f32") {
    uint32_t bits;
    std::memcpy(&bits, data, sizeof(bits));
    return (bits & 0x7f800000u) != 0x7f800000u;
  }
  uint16_t bits, exponent = type == "bf16" ? 0x7f80 : 0x7c00;
  std::memcpy(&bits, data, sizeof(bits));
  return (bits & exponent) != exponent;
}

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_ELEMENTTYPE_H
