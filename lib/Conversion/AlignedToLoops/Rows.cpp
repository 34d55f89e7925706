//===- Rows.cpp - Rows of channels in buffers -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include "Aligned/Conversion/Tile/Params.h"
#include "Aligned/Conversion/Tile/Rule.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Val loops::loadLanes(PhaseBuilder &b, Val buffer, Val channel) {
  return b.load(b.floats(), b.element(buffer, channel, b.f32()), 4);
}

void loops::storeLanes(PhaseBuilder &b, Val value, Val buffer, Val channel) {
  b.store(value, b.element(buffer, channel, b.f32()), 4);
}

Val loops::rowBuffer(PhaseBuilder &b, PageLayout layout) {
  Val buffer = b.buffer(b.f32(), layout.channels());
  Val zero = b.constant(0, b.floats());
  b.forChannels(layout.channels(), [&](Val index, int64_t) {
    storeLanes(b, zero, buffer, index);
  });
  return buffer;
}

void loops::loadRow(PhaseBuilder &b, PageLayout layout, Type element,
                    Val source, Val buffer) {
  b.forChannels(layout.headDim, [&](Val index, int64_t lanes) {
    Val from = b.element(source, index, memoryType(element));
    b.store(loadFloats(b, element, from, lanes),
            b.element(buffer, index, b.f32()), 4);
  });
}

void loops::storeRow(PhaseBuilder &b, PageLayout layout, Type element,
                     Val buffer, Val target) {
  b.forChannels(layout.headDim, [&](Val index, int64_t lanes) {
    Val value =
        b.load(b.vec(lanes, b.f32()), b.element(buffer, index, b.f32()), 4);
    storeFloats(b, value, element,
                b.element(target, index, memoryType(element)));
  });
}

void loops::loadStridedRow(PhaseBuilder &b, PageLayout layout, Type element,
                           Val source, Val stride, Val buffer) {
  b.loop(b.c32(0), b.c32(layout.headDim), 1, [&](Val index) {
    Val offset = b.convert(index, b.i64()) * stride;
    Val value =
        loadFloats(b, element, b.element(source, offset, memoryType(element)));
    b.store(value, b.element(buffer, index, b.f32()));
  });
}

void loops::storeStridedRow(PhaseBuilder &b, PageLayout layout, Type element,
                            Val buffer, Val target, Val stride) {
  b.loop(b.c32(0), b.c32(layout.headDim), 1, [&](Val index) {
    Val offset = b.convert(index, b.i64()) * stride;
    Val value = b.load(b.f32(), b.element(buffer, index, b.f32()));
    storeFloats(b, value, element,
                b.element(target, offset, memoryType(element)));
  });
}

Val loops::loadCentre(PhaseBuilder &b, PageLayout layout, Val page,
                      Val channel) {
  Val centre = b.offset(page, layout.centreOffset());
  Type bf16 = b.getBF16Type();
  return loadFloats(b, bf16, b.element(centre, channel, bf16), kLanes);
}

Val loops::loadScale(PhaseBuilder &b, PageLayout layout, Val page, Val row,
                     int64_t lanes) {
  Val scales = b.offset(page, layout.scalesOffset());
  Type bf16 = b.getBF16Type();
  return loadFloats(b, bf16, b.element(scales, row, bf16), lanes);
}

std::array<Val, 2> loops::loadCodes(PhaseBuilder &b, PageLayout layout,
                                    Val page, Val row, Val channel) {
  SmallVector<Val> planes = loadPlanes(b, layout, page, row, channel,
                                       kChannelGroup, 0, layout.numPlanes());
  auto half = [&](Val digits, int64_t first) {
    auto order = llvm::to_vector(llvm::seq<int64_t>(first, first + kLanes));
    return b.convert(b.shuffle(digits, digits, order), b.i32());
  };
  auto code = [&](int64_t first) {
    Val sum = half(planes[0], first) << 8;
    if (layout.role == PlaneRole::Key)
      sum = sum + (half(planes[1], first) << 4);
    return sum + half(planes.back(), first);
  };
  return {code(0), code(kLanes)};
}

//===----------------------------------------------------------------------===//
// Rotation
//===----------------------------------------------------------------------===//

static void applySigns(PhaseBuilder &b, PageLayout layout, Val buffer) {
  SmallVector<float> signs = rotationSigns(layout.headDim);
  signs.resize(layout.channels(), 1.0f);
  for (int64_t c = 0; c < layout.channels(); c += kLanes) {
    auto attr = DenseElementsAttr::get(b.floats(),
                                       ArrayRef<float>(signs).slice(c, kLanes));
    Val sign = b.wrap(arith::ConstantOp::create(b, attr));
    Val index = b.c32(c);
    storeLanes(b, loadLanes(b, buffer, index) * sign, buffer, index);
  }
}

/// The stages with a distance below the length of `vector`, inside it.
static Val butterfliesInside(PhaseBuilder &b, Val vector) {
  auto type = cast<VectorType>(vector.type());
  int64_t lanes = type.getNumElements();
  for (int64_t h = 1; h < lanes; h *= 2) {
    SmallVector<int64_t> partner;
    SmallVector<float> sign;
    for (int64_t i = 0; i < lanes; ++i) {
      partner.push_back(i ^ h);
      sign.push_back(i & h ? -1.0f : 1.0f);
    }
    Val signs = b.wrap(arith::ConstantOp::create(
        b, DenseElementsAttr::get(type, ArrayRef<float>(sign))));
    vector = b.shuffle(vector, vector, partner) + vector * signs;
  }
  return vector;
}

/// One stage between vectors `h` channels apart.
static void butterfliesBetween(PhaseBuilder &b, Val buffer, int64_t headDim,
                               int64_t h) {
  b.loop(b.c32(0), b.c32(headDim), 2 * h, [&](Val block) {
    b.loop(block, block + h, kLanes, [&](Val index) {
      Val low = loadLanes(b, buffer, index);
      Val high = loadLanes(b, buffer, index + h);
      storeLanes(b, low + high, buffer, index);
      storeLanes(b, low - high, buffer, index + h);
    });
  });
}

static void applyButterflies(PhaseBuilder &b, PageLayout layout, Val buffer) {
  int64_t block = rotationBlock(layout.headDim);
  int64_t lanes = std::min(block, kLanes);
  b.loop(b.c32(0), b.c32(layout.headDim), lanes, [&](Val index) {
    Val address = b.element(buffer, index, b.f32());
    Val vector = b.load(b.vec(lanes, b.f32()), address, 4);
    b.store(butterfliesInside(b, vector), address, 4);
  });
  for (int64_t h = kLanes; h < block; h *= 2)
    butterfliesBetween(b, buffer, layout.headDim, h);
  Val factor = b.constant(rotationFactor(layout.headDim), b.floats());
  b.forChannels(layout.channels(), [&](Val index, int64_t) {
    storeLanes(b, loadLanes(b, buffer, index) * factor, buffer, index);
  });
}

void loops::rotate(PhaseBuilder &b, PageLayout layout, Val buffer) {
  applySigns(b, layout, buffer);
  applyButterflies(b, layout, buffer);
}

void loops::rotateBack(PhaseBuilder &b, PageLayout layout, Val buffer) {
  applyButterflies(b, layout, buffer);
  applySigns(b, layout, buffer);
}
