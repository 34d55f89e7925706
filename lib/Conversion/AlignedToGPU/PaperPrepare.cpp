//===- PaperPrepare.cpp - Query rows, and tiers of the channels of K ------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/AlignedToGPU/Passes.h"
#include "Aligned/Conversion/Tile/Paper.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;
namespace paper = aligned::tile::paper;

/// Many, for a long sequence has many pages to look at; and one for each
/// channel at least.
static constexpr int64_t kThreads = 512;
static_assert(kThreads >= kMaxGpuHeadDim);

namespace {
/// One query row by one block, a channel by each thread.
class PaperPrepare {
public:
  PaperPrepare(GpuBuilder &b, DecodeProblemAttr problem)
      : item(b, problem, b.blockZ, b.blockY), b(b), problem(problem),
        layout(problem.getKeyLayout()), scratch(b.shared(kThreads / kWarp * 4)),
        hasChannel(b.thread < static_cast<double>(layout.channels())) {}

  void emit();

private:
  Val loadQuery() const;
  Val chooseBits(Val query, Val power) const;
  void storeStats(Val y, Val power, Val bits) const;

  const DecodeItem item;
  GpuBuilder &b;
  DecodeProblemAttr problem;
  PageLayout layout;
  Val scratch, hasChannel;
};
} // namespace

Val PaperPrepare::loadQuery() const {
  Type type = problem.getQuery();
  Val query = tile::elementAddress(
      item.params, &DecodeParams::query, &DecodeParams::queryStride,
      {b.blockZ, b.blockY, b.blockX / problem.getRows(),
       b.blockX % problem.getRows()},
      type);
  return b
      .ifElse(
          b.thread < static_cast<double>(layout.headDim),
          [&] {
            return SmallVector<Val>{
                tile::loadFloats(b, type, b.element(query, b.thread, type))};
          },
          [&] { return SmallVector<Val>{b.cf(0)}; })
      .front();
}

/// What the row asks for of the thread's channel, of exp(q_d) + exp(Kmax_d).
Val PaperPrepare::chooseBits(Val query, Val power) const {
  Val sum = paper::exponent(query) + paper::exponent(power);
  Val most = b.blockMax(b.select(hasChannel, sum, b.cf(-1000)), scratch);
  Val isFull = item.params.get(&DecodeParams::budget) >= kFullBudget;
  return b.select(isFull, b.c32(16), paper::wantedBits(most - sum));
}

/// How far a score can be off: the error of a digit prefix is at most its share
/// of 2^e, whatever the token, and the dot product in f32 loses at most half a
/// unit of each partial sum.
void PaperPrepare::storeStats(Val y, Val power, Val bits) const {
  double rounding = (layout.headDim + 4.0) * 2 / (1 << 24);
  Val size = b.abs(y) * power;
  Val error = size * paper::errorOfBits(bits);
  Val absSum = b.blockSum(error + size * rounding, scratch);
  Val sqrSum = b.blockSum(error * error, scratch);
  Val largest = b.blockMax(b.abs(y), scratch);
  b.ifThen(b.thread == 0, [&] {
    auto stats = item.work.queryStats(b.blockX);
    // 0 where the row is finite, for there is no unit; NaN where it is not.
    stats.set(&QueryStats::unit, tile::Rule::poison(tile::queryUnit(largest)));
    stats.set(&QueryStats::absSum, absSum);
    stats.set(&QueryStats::sqrSum, sqrSum);
    // Below every weight, so that all bits of V are read: what stands where
    // nothing is estimated.
    b.store(b.cf(-1e30), item.work.alignment(b.blockX));
  });
}

void PaperPrepare::emit() {
  b.ifThen((b.blockX == 0) & (b.thread == 0),
           [&] { b.store(b.c32(0), item.work.arrived()); });
  Val query = loadQuery();
  Val largest = largestOfPages(
      item, layout, [&](Val number) { return item.keyPage(number); });
  // Threads without a channel have a query of zero, and leave no trace.
  Val channel = b.minInt(b.thread, b.c32(layout.channels() - 1));
  Val power = paper::powerOfMagnitude(
      b.load(b.i32(), b.element(largest, channel, b.i32())));
  Val bits = chooseBits(query, power);
  Val y = query * tile::queryFactor(item.params.get(&DecodeParams::scale));
  b.ifThen(hasChannel, [&] {
    b.store(b.convert(bits, b.i8()),
            b.offset(item.work.queryLow(b.blockX), b.thread));
    b.store(y, floatAt(b, item.work.query(b.blockX), b.thread));
  });
  storeStats(y, power, bits);
}

void aligned::gpu::emitPaperPrepare(GpuBuilder &b, StringRef name,
                                    DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kThreads);
  PaperPrepare(b, problem).emit();
  b.endKernel();
}
