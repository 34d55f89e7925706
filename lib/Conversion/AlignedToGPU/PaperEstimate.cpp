//===- PaperEstimate.cpp - The output's exponents, estimated --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "Kernels.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/AlignedToGPU/Passes.h"
#include "Aligned/Conversion/Tile/Paper.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;
namespace paper = aligned::tile::paper;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Many, for a long sequence has many scores to look at; and one for each
/// channel at least.
static constexpr int64_t kThreads = 512, kWarps = kThreads / kWarp;
static_assert(kThreads >= kMaxGpuHeadDim);
/// Scores of a lane whose loads are in flight together.
static constexpr int64_t kUnroll = 8;
static_assert(paper::kTopTokens == kWarp, "a lane has a residue");

namespace {
/// One query row by one block.
class PaperEstimate {
public:
  PaperEstimate(GpuBuilder &b, DecodeProblemAttr problem)
      : item(b, problem, b.blockZ, b.blockY), b(b), row(b.blockX),
        layout(problem.getValueLayout()), best(b.shared(kThreads * 4)),
        tokens(b.shared(kThreads * 4)), weights(b.shared(kWarp * 4)),
        rows(b.shared(kWarp * 8)), scratch(b.shared(kWarps * 4)) {}

  void emit();

private:
  /// The best token of a residue, and its score.
  struct Top {
    Val score, token;
  };
  Val scoreAt(Val position) const;
  Top better(const Top &x, const Top &y) const;
  void findTop() const;
  void chooseTop() const;
  Val addTop(Val channel) const;

  const DecodeItem item;
  GpuBuilder &b;
  Val row;
  PageLayout layout;
  Val best, tokens;  ///< [warps][residues] f32, i32
  Val weights, rows; ///< [residues] f32, addresses of rows of V
  Val scratch;
};
} // namespace

/// The visible score at a position, which exists.
Val PaperEstimate::scoreAt(Val position) const {
  // As `score` stores it: by its token in the chunk's longest pages.
  Val chunk = position >> item.chunkShift;
  Val begin = (chunk << item.chunkShift) & -maxTokens(item.problem);
  Val place = chunk * b.c32(kChunkTokens) + (position - begin);
  return item.score(b.load(b.f32(), item.work.score(row, place)), row,
                    position);
}

/// The larger score; the first of equal ones. NaN is none.
PaperEstimate::Top PaperEstimate::better(const Top &x, const Top &y) const {
  Val isY = (y.score > x.score) | ((y.score == x.score) & (y.token < x.token));
  return {b.select(isY, y.score, x.score), b.select(isY, y.token, x.token)};
}

/// Warps take 32 positions by turns, a lane always those of its own residue.
void PaperEstimate::findTop() const {
  constexpr int64_t kStride = kThreads;
  Val first = item.visible(row).from & -kWarp;
  Val last = item.length - 1;
  SmallVector<Val> found = b.loop(
      first + b.thread, item.length, kStride * kUnroll,
      {b.cf(-kInfinity), b.c32(std::numeric_limits<int32_t>::max())},
      [&](Val position, ArrayRef<Val> carried) {
        SmallVector<Top> some;
        for (int64_t i = 0; i < kUnroll; ++i) {
          Val own = position + i * kStride;
          Val score = scoreAt(b.minInt(own, last));
          some.push_back({b.select(own <= last, score, b.cf(-kInfinity)), own});
        }
        Top top{carried[0], carried[1]};
        for (const Top &next : some)
          top = better(top, next);
        return SmallVector<Val>{top.score, top.token};
      });
  b.store(found[0], b.element(best, b.thread, b.f32()));
  b.store(found[1], b.element(tokens, b.thread, b.i32()));
}

/// Of all warps, in their order, by the first.
void PaperEstimate::chooseTop() const {
  Top top{b.cf(-kInfinity), b.c32(std::numeric_limits<int32_t>::max())};
  for (int64_t w = 0; w < kWarps; ++w) {
    Val at = b.lane + static_cast<double>(w * kWarp);
    top = better(top, {b.load(b.f32(), b.element(best, at, b.f32())),
                       b.load(b.i32(), b.element(tokens, at, b.i32()))});
  }
  Val exists = top.score > -kInfinity;
  Val logSum = b.load(b.f32(), item.work.firstLogSum(row));
  Val weight = item.rule.exp2(top.score - logSum);
  b.store(b.select(exists, weight, b.cf(0)), floatAt(b, weights, b.lane));
  // Without one, a row that exists counts nothing.
  Val token = b.select(exists, top.token, item.from);
  Val start = b.offset(item.valuePage(token >> 7), layout.planeOffset(0));
  Val address =
      b.offset(start, (token & (kPageTokens - 1)) * b.c32(layout.rowBytes(0)));
  b.store(address, b.element(rows, b.lane, address.type()));
}

/// The sum of w |v| of those tokens, of the leading plane.
Val PaperEstimate::addTop(Val channel) const {
  SmallVector<Val> bytes;
  for (int64_t i = 0; i < kWarp; ++i) {
    Val start = b.load(b.pointer(kGlobal), b.offset(rows, i * 8));
    bytes.push_back(b.load(b.i8(), b.offset(start, channel)));
  }
  Val sum = b.cf(0);
  for (auto [i, byte] : llvm::enumerate(bytes)) {
    Val weight = b.load(b.f32(), b.offset(weights, i * 4));
    sum = b.fma(weight, b.abs(paper::fromBits(paper::joinDigits({byte}))), sum);
  }
  return sum;
}

void PaperEstimate::emit() {
  b.ifThen(item.length > 0, [&] {
    findTop();
    Val largest = largestOfPages(
        item, layout, [&](Val number) { return item.valuePage(number); });
    // Behind its barriers, what all warps have found is there.
    b.ifThen(b.warp == 0, [&] { chooseTop(); });
    b.barrier();
    Val channel = b.minInt(b.thread, b.c32(layout.headDim - 1));
    Val power = paper::powerOfMagnitude(
        b.load(b.i32(), b.element(largest, channel, b.i32())));
    // The least, over the channels, of the output's exponent over that of V;
    // one less, for a sum of magnitudes is larger than the output. Threads
    // beyond the last channel have that one.
    Val below = paper::exponent(power) - paper::exponent(addTop(channel));
    Val most = b.blockMax(below, scratch);
    b.ifThen(b.thread == 0,
             [&] { b.store(-most - 1.0, item.work.alignment(row)); });
  });
}

void aligned::gpu::emitPaperEstimate(GpuBuilder &b, StringRef name,
                                     DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kThreads);
  PaperEstimate(b, problem).emit();
  b.endKernel();
}
