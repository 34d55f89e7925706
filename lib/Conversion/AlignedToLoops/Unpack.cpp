//===- Unpack.cpp - Planes to rows ----------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperRows.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

/// `row` = what row `inPage` says, in the rotated basis.
static void decodeRow(PhaseBuilder &b, PageLayout layout, Val page, Val inPage,
                      Val row) {
  Val scale = loadScale(b, layout, page, inPage);
  b.loop(b.c32(0), b.c32(layout.channels()), kChannelGroup, [&](Val channel) {
    for (Val code : loadCodes(b, layout, page, inPage, channel)) {
      Val centre = loadCentre(b, layout, page, channel);
      storeLanes(b, tile::decodeStored(code, scale, centre), row, channel);
      channel = channel + kLanes;
    }
  });
}

void loops::emitUnpack(KernelOp kernel, UnpackProblemAttr problem) {
  PhaseBuilder b(kernel, "");
  PageLayout layout = problem.getLayout();
  auto params = tile::params<UnpackParams>(b.params);
  auto ofIndex = [&](auto member, Val index) {
    return b.load(b.i32(), b.element(params.get(member), index, b.i32()));
  };
  Val slot = ofIndex(&UnpackParams::slots, b.z);
  Val length = ofIndex(&UnpackParams::lengths, slot);
  Val first = b.x * kPageTokens;
  Val row = rowBuffer(b, layout);
  // The page table says nothing about pages behind the last position.
  b.ifThen(first < length, [&] {
    Val page = pageAddress(params.sub(&UnpackParams::planes), slot, b.x, b.y);
    Val end = b.minInt(length - first, b.c32(kPageTokens));
    b.loop(b.c32(0), end, 1, [&](Val inPage) {
      if (layout.isIEEE()) {
        unpackBits(b, layout, page, inPage, row);
      } else {
        decodeRow(b, layout, page, inPage, row);
        rotateBack(b, layout, row);
      }
      Val target =
          elementAddress(params, &UnpackParams::rows, &UnpackParams::rowStride,
                         {b.z, b.y, first + inPage}, problem.getType());
      storeStridedRow(b, layout, problem.getType(), row, target,
                      params.get(&UnpackParams::rowStride, 3));
    });
  });
}
