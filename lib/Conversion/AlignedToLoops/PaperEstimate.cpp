//===- PaperEstimate.cpp - The output's exponents, estimated -------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "PaperRows.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::loops;
using namespace aligned::tile;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {

/// One query row: x.
class PaperEstimate {
public:
  PaperEstimate(KernelOp kernel, DecodeProblemAttr problem)
      : p(kernel, problem, "estimate"), b(p.b),
        scores(b.buffer(b.f32(), paper::kTopTokens)),
        tokens(b.buffer(b.i32(), paper::kTopTokens)),
        output(rowBuffer(b, p.values)) {}

  void emit() {
    findTop();
    addTop();
    b.store(align(), p.work.alignment(b.x));
  }

private:
  static constexpr int64_t kHalves = paper::kTopTokens / kLanes;

  /// Of each residue of the position, the token with the largest score.
  void findTop() {
    Visible visible = p.visible(b.x);
    SmallVector<Val> best(kHalves, b.constant(-kInfinity, b.floats()));
    best.append(kHalves, b.constant(0, b.ints()));
    Val first = visible.from / paper::kTopTokens * paper::kTopTokens;
    best = b.loop(first, visible.to, paper::kTopTokens, best,
                  [&](Val position, ArrayRef<Val> best) {
                    SmallVector<Val> next(best);
                    for (int64_t half = 0; half < kHalves; ++half) {
                      Val from = position + half * kLanes;
                      Val score = p.scores(b.x, visible, from);
                      Val isBetter = score > best[half];
                      next[half] = b.select(isBetter, score, best[half]);
                      next[kHalves + half] = b.select(isBetter, b.iota(from),
                                                      best[kHalves + half]);
                    }
                    return next;
                  });
    for (int64_t half = 0; half < kHalves; ++half) {
      Val at = b.c32(half * kLanes);
      storeLanes(b, best[half], scores, at);
      b.store(best[kHalves + half], b.element(tokens, at, b.i32()), 4);
    }
  }

  /// Sums of w |v|, of the leading planes of those tokens.
  void addTop() {
    Val logSum = p.firstLogSum(b.x);
    b.loop(b.c32(0), b.c32(paper::kTopTokens), 1, [&](Val index) {
      Val score = p.loadFloat(scores, index);
      b.ifThen(score > -kInfinity, [&] {
        Val token = b.load(b.i32(), b.element(tokens, index, b.i32()));
        addToken(token, p.rule.exp2(score - logSum));
      });
    });
  }

  void addToken(Val token, Val weight) {
    Val page = p.valuePage(token / kPageTokens), row = token % kPageTokens;
    b.loop(b.c32(0), b.c32(p.values.channels()), kChannelGroup, [&](Val group) {
      Val bytes =
          loadPlanes(b, p.values, page, row, group, kChannelGroup, 0, 1)[0];
      for (int64_t half = 0; half < 2; ++half) {
        auto order = llvm::to_vector(
            llvm::seq<int64_t>(half * kLanes, (half + 1) * kLanes));
        Val value = b.abs(paper::fromBits(
            paper::joinDigits({b.shuffle(bytes, bytes, order)})));
        Val channel = group + half * kLanes;
        storeLanes(b,
                   b.fma(b.splat(weight, kLanes), value,
                         loadLanes(b, output, channel)),
                   output, channel);
      }
    });
  }

  /// The least, over the channels, of the output's exponent over that of V; one
  /// less, for a sum of magnitudes is larger than the output.
  Val align() {
    Val largest =
        largestOfPages(p, p.values, [&](Val n) { return p.valuePage(n); });
    Val most = b.accumulateChannels(
        p.values.channels(), b.constant(-kInfinity, b.floats()),
        [&](Val channel, ArrayRef<Val> most) -> SmallVector<Val> {
          Val power = paper::powerOfMagnitude(
              b.load(b.ints(), b.element(largest, channel, b.i32()), 4));
          Val below = paper::exponent(power) -
                      paper::exponent(loadLanes(b, output, channel));
          Val isThere = b.iota(channel) < b.c32(p.values.headDim);
          Val nothing = b.constant(-kInfinity, b.floats());
          return {b.maxPropagate(most[0], b.select(isThere, below, nothing))};
        })[0];
    return -b.maxLanes(most) - 1.0;
  }

  DecodePhase p;
  PhaseBuilder &b;
  Val scores, tokens, output;
};

} // namespace

void loops::emitPaperEstimate(KernelOp kernel, DecodeProblemAttr problem) {
  PaperEstimate(kernel, problem).emit();
}
