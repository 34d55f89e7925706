//===- Unpack.cpp - Planes to rows ----------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperAppend.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr int64_t kUnpackThreads = 128;

static Val addressOf(GpuBuilder &b, const tile::Fields<UnpackParams> &params,
                     Type type, Val position, Val channel) {
  return tile::elementAddress(params, &UnpackParams::rows,
                              &UnpackParams::rowStride,
                              {b.blockZ, b.blockY, position, channel}, type);
}

/// One row of f16 bits by one warp.
static void unpackRowOfBits(GpuBuilder &b, const PageLayout &layout, Type type,
                            const tile::Fields<UnpackParams> &params, Val page,
                            Val position) {
  Team{b, /*isWarp=*/true}.forEach(layout.headDim, [&](Val channel) {
    Val row = position & (kPageTokens - 1);
    Val value = unpackBits(b, layout, page, row, channel);
    Val target = addressOf(b, params, type, position, channel);
    tile::storeFloats(b, value, type, target);
  });
}

/// One row by one warp: what the planes say, turned back.
static void unpackRow(GpuBuilder &b, const PageLayout &layout, Type type,
                      const tile::Fields<UnpackParams> &params, Val page,
                      Val position, Val row) {
  Team team{b, /*isWarp=*/true};
  Val index = position & (kPageTokens - 1);
  team.sync(); // the row before is out of shared memory
  Val scale = loadScale(b, layout, page, index);
  team.forEach(layout.headDim, [&](Val channel) {
    Val value = tile::decodeStored(loadCode(b, layout, page, index, channel),
                                   scale, loadCentre(b, layout, page, channel));
    b.store(value, floatAt(b, row, channel));
  });
  butterflies(team, row, layout.headDim);
  team.forEach(layout.headDim, [&](Val channel) {
    Val value = b.load(b.f32(), floatAt(b, row, channel)) *
                tile::rotationFactor(layout.headDim);
    Val target = addressOf(b, params, type, position, channel);
    tile::storeFloats(b, rotationSign(b, value, channel), type, target);
  });
}

void aligned::gpu::emitUnpack(GpuBuilder &b, StringRef name,
                              UnpackProblemAttr problem) {
  b.beginKernel(name, sizeof(UnpackParams), kUnpackThreads);
  auto params = tile::params<UnpackParams>(b.params, kGlobal);
  PageLayout layout = problem.getLayout();
  Val rows = b.shared(kUnpackThreads / kWarp * layout.headDim * 4);
  Val row = b.offset(rows, b.warp * b.c32(layout.headDim * 4));
  Val slot = loadSlot(b, params, b.blockZ);
  Val length = loadLength(b, params, slot);
  Val begin = b.blockX * kPageTokens;
  b.ifThen(begin < length, [&] {
    Val page = tile::pageAddress(params.sub(&UnpackParams::planes), slot,
                                 b.blockX, b.blockY);
    Val end = b.minInt(length, begin + kPageTokens);
    b.loop(begin + b.warp, end, kUnpackThreads / kWarp, [&](Val position) {
      if (layout.isIEEE())
        unpackRowOfBits(b, layout, problem.getType(), params, page, position);
      else
        unpackRow(b, layout, problem.getType(), params, page, position, row);
    });
  });
  b.endKernel();
}
