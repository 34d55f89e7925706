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

/// Tells numbers of one type from NaN and the infinities.
class FiniteTest {
public:
  explicit FiniteTest(const std::string &type)
      : isWide(type == "f32"), exponent(type == "f16" ? 0x7c00 : 0x7f80) {}

  bool operator()(const void *data) const {
    // The exponent of an f32 is in its upper half.
    uint16_t bits;
    std::memcpy(&bits, static_cast<const char *>(data) + (isWide ? 2 : 0),
                sizeof(bits));
    return (bits & exponent) != exponent;
  }

private:
  bool isWide;
  uint16_t exponent;
};

} // namespace aligned

#endif // ALIGNED_RUNTIME_CORE_ELEMENTTYPE_H
