//===- Advance.cpp - Lengths move on --------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PhaseBuilder.h"

#include "Aligned/Conversion/Tile/Params.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

void loops::emitAdvance(KernelOp kernel) {
  PhaseBuilder b(kernel, "");
  auto params = tile::params<AdvanceParams>(b.params);
  Val slot = b.load(b.i32(),
                    b.element(params.get(&AdvanceParams::slots), b.z, b.i32()));
  auto ofSlot = [&](auto member) {
    return b.element(params.get(member), slot, b.i32());
  };
  Val length = ofSlot(&AdvanceParams::lengths);
  Val end = b.load(b.i32(), length) + params.get(&AdvanceParams::tokens);
  Val fits = end <= b.load(b.i32(), ofSlot(&AdvanceParams::capacity));
  b.ifElse(
      fits,
      [&] {
        b.store(end, length);
        return SmallVector<Val>();
      },
      [&] {
        b.atomicOr(ofSlot(&AdvanceParams::status), kStatusOverflow);
        return SmallVector<Val>();
      });
}
