//===- Append.cpp - Rows to planes ----------------------------------------===//
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

namespace {

/// One kv head of one sequence: y, z.
class Append {
public:
  Append(KernelOp kernel, AppendProblemAttr problem)
      : b(kernel, ""), layout(problem.getLayout()), element(problem.getType()),
        params(tile::params<AppendParams>(b.params)),
        planes(params.sub(&AppendParams::planes)) {}

  void emit() {
    slot = b.load(b.i32(),
                  b.element(params.get(&AppendParams::slots), b.z, b.i32()));
    status = b.element(params.get(&AppendParams::status), slot, b.i32());
    Val start = ofSlot(&AppendParams::lengths);
    Val end = start + params.get(&AppendParams::tokens);
    Val fits = end <= ofSlot(&AppendParams::capacity);
    row = rowBuffer(b, layout);
    sum = rowBuffer(b, layout);
    b.ifElse(
        fits,
        [&] {
          if (layout.isIEEE())
            resumePage(start);
          b.loop(start, end, 1,
                 [&](Val position) { appendRow(position, position - start); });
          return SmallVector<Val>();
        },
        [&] {
          b.atomicOr(status, kStatusOverflow);
          return SmallVector<Val>();
        });
  }

private:
  template <typename T> Val ofSlot(T *AppendParams::*member) {
    return b.load(b.i32(), b.element(params.get(member), slot, b.i32()));
  }
  Val pageOf(Val number) { return pageAddress(planes, slot, number, b.y); }

  void appendRow(Val position, Val token) {
    Val number = position / kPageTokens, inPage = position % kPageTokens;
    Val page = pageOf(number);
    b.ifThen(inPage == 0, [&] { beginPage(page, number); });

    Val source =
        elementAddress(params, &AppendParams::rows, &AppendParams::rowStride,
                       {b.z, b.y, token}, element);
    loadStridedRow(b, layout, element, source,
                   params.get(&AppendParams::rowStride, 3), row);
    RowScale scale = layout.isIEEE() ? packBits(b, layout, page, inPage, row)
                                     : packDigits(page, inPage);
    Val scales = b.offset(page, layout.scalesOffset());
    storeFloats(b, scale.scale, b.getBF16Type(),
                b.element(scales, inPage, b.getBF16Type()));
    b.ifElse(
        scale.finite, [] { return SmallVector<Val>(); },
        [&] {
          b.atomicOr(status, kStatusNonFinite);
          return SmallVector<Val>();
        });
  }

  void beginPage(Val page, Val number) {
    if (layout.isIEEE())
      countLargest(b, layout, page, b.c32(0));
    else
      writeCentre(page, number);
  }
  /// Rows that were cut off must not count among the largest.
  void resumePage(Val start) {
    Val inPage = start % kPageTokens;
    b.ifThen(inPage != 0, [&] {
      countLargest(b, layout, pageOf(start / kPageTokens), inPage);
    });
  }

  RowScale packDigits(Val page, Val inPage) {
    rotate(b, layout, row);
    RowScale scale = rowScale(subtractCentre(page));
    b.loop(b.c32(0), b.c32(layout.channels()), kChannelGroup,
           [&](Val channel) { storeDigits(page, inPage, channel, scale); });
    return scale;
  }

  /// The row becomes its difference from the centre; returns the largest.
  Val subtractCentre(Val page) {
    auto largest = b.accumulateChannels(
        layout.channels(), b.constant(0, b.floats()),
        [&](Val channel, ArrayRef<Val> largest) -> SmallVector<Val> {
          Val centred =
              loadLanes(b, row, channel) - loadCentre(b, layout, page, channel);
          storeLanes(b, centred, row, channel);
          return {b.maxPropagate(largest[0], b.abs(centred))};
        });
    return b.maxLanes(largest[0]);
  }

  void storeDigits(Val page, Val inPage, Val channel, const RowScale &scale) {
    auto digitsOf = [&](Val first) {
      Val code = encode(loadLanes(b, row, first), scale).integer();
      return digits(b.select(scale.finite, code, b.constant(0, code.type())));
    };
    Digits low = digitsOf(channel), high = digitsOf(channel + kLanes);
    auto address = [&](int plane) {
      Val bytes = inPage * layout.rowBytes(plane) +
                  channel * layout.planeBits(plane) / 8;
      return b.offset(b.offset(page, layout.planeOffset(plane)), bytes);
    };
    auto storeBytes = [&](Val first, Val second, int plane) {
      Val to = address(plane);
      b.store(b.convert(first, b.i8()), to, 1);
      b.store(b.convert(second, b.i8()), b.offset(to, kLanes), 1);
    };
    auto storeNibbles = [&](Val first, Val second, int plane) {
      Val bytes = (first & 15) | (second << 4);
      b.store(b.convert(bytes, b.i8()), address(plane), 1);
    };
    if (layout.role == PlaneRole::Key) {
      storeNibbles(low.a, high.a, 0);
      storeNibbles(low.b, high.b, 1);
      storeBytes(low.low, high.low, 2);
    } else {
      storeBytes(low.high, high.high, 0);
      storeBytes(low.low, high.low, 1);
    }
  }

  /// The mean of what the page before says, in order of position.
  void writeCentre(Val page, Val number) {
    Val zero = b.constant(0, b.floats());
    b.forChannels(layout.channels(), [&](Val channel, int64_t) {
      storeLanes(b, zero, sum, channel);
    });
    Val count = b.ifElse(
        number == 0, [&] { return SmallVector<Val>{b.c32(0)}; },
        [&] { return SmallVector<Val>{sumPage(pageOf(number - 1))}; })[0];
    Val divisor = b.intToFloat(b.maxInt(count, b.c32(1)));
    b.forChannels(layout.channels(), [&](Val channel, int64_t) {
      Val centre = b.offset(page, layout.centreOffset());
      storeFloats(b, loadLanes(b, sum, channel) / divisor, b.getBF16Type(),
                  b.element(centre, channel, b.getBF16Type()));
    });
  }

  /// Adds a page's rows to `sum`; returns how many are finite.
  Val sumPage(Val page) {
    return b.loop(b.c32(0), b.c32(kPageTokens), 1, b.c32(0),
                  [&](Val row, ArrayRef<Val> count) -> SmallVector<Val> {
                    Val scale = loadScale(b, layout, page, row);
                    Val finite = scale == scale;
                    b.ifThen(finite, [&] { addRow(page, row, scale); });
                    return {count[0] + b.extendUnsigned(finite, b.i32())};
                  })[0];
  }

  void addRow(Val page, Val row, Val scale) {
    b.loop(b.c32(0), b.c32(layout.channels()), kChannelGroup, [&](Val channel) {
      std::array<Val, 2> codes = loadCodes(b, layout, page, row, channel);
      for (Val code : codes) {
        Val centre = loadCentre(b, layout, page, channel);
        Val value = tile::decodeStored(code, scale, centre);
        storeLanes(b, loadLanes(b, sum, channel) + value, sum, channel);
        channel = channel + kLanes;
      }
    });
  }

  PhaseBuilder b;
  PageLayout layout;
  Type element;
  Fields<AppendParams> params;
  Fields<PlanesView> planes;
  Val slot, status, row, sum;
};

} // namespace

void loops::emitAppend(KernelOp kernel, AppendProblemAttr problem) {
  Append(kernel, problem).emit();
}
