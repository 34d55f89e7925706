//===- Merge.cpp - Chunks added in a fixed order, turned back, reported ---===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Certify.h"
#include "Decode.h"
#include "Kernels.h"
#include "MergeChunks.h"
#include "PaperPlanes.h"
#include "Rows.h"

#include "Aligned/Conversion/Tile/Paper.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kLn2 = 0.69314718055994530942;

/// Blocks of the most warps that registers are limited for; longer rows take
/// more registers than that leaves.
static int64_t residentBlocks(DecodeProblemAttr problem) {
  return problem.getValueLayout().channels() <= kColumns ? 2 : 0;
}

namespace {
/// Goes on with the sums over a row's chunks: the first warp's part.
struct Merger : ChunkMerger {
  using ChunkMerger::ChunkMerger;

  Val denominator;
  SmallVector<Val> centre; ///< the lane's columns of that of the last page
  Val nothing;             ///< i1: the row sees no token, and no sink
  double empty = 0;        ///< what it gives then

  const tile::Fields<DecodeParams> &params() const { return item.params; }
  Val addSquares(Val sum, int64_t column, Val values) const;
  void loadCentre();
  Val sum(float ChunkStats::*field) const;
  Val sinkShare() const { return item.rule.exp2(sink - base); }
  std::pair<Val, Val> centreSquares() const;
  Val normalise();
  void storeOutput() const;

  /// What the errors of the row and the reads of its group are.
  struct Errors {
    Val variance;
    tile::ErrorSums sums;
    SmallVector<Val> keyRows, valueRows;
  };
  Errors measureErrors() const;
  Val bound(const Errors &errors, Val norm) const;
  Val excess(const Errors &errors, Val norm) const;
  Reads countReads(const Errors &errors) const;
  void storeReport(const Errors &errors, Val logSumExp, Val norm) const;
  /// 0 for a row that sees nothing: that is as it should be.
  Val orNone(Val error) const { return b.select(nothing, b.cf(0), error); }
  void finish();
  void run();
};
} // namespace

/// Adds the squares of the lane's own channels of a column.
Val Merger::addSquares(Val sum, int64_t column, Val values) const {
  Val isOwn = channel(column) < static_cast<double>(channels);
  for (int64_t i = 0; i < kColumn; ++i) {
    Val x = b.select(isOwn, b.extract(values, i), b.cf(0));
    sum = b.fma(x, x, sum);
  }
  return sum;
}

/// Zero without tokens, and of planes that have none.
void Merger::loadCentre() {
  Type type = b.vec(kColumn, b.getI16Type());
  if (item.problem.isIEEE()) {
    centre.assign(numColumns(), b.constant(0, type));
    return;
  }
  centre = b.ifElse(
      item.length > 0,
      [&] {
        Val page = item.valuePage((item.length - 1) >> 7);
        SmallVector<Val> loaded;
        for (int64_t i = 0; i < numColumns(); ++i)
          loaded.push_back(loadCentreBits(b, item.problem.getValueLayout(),
                                          page, knownChannel(i), kColumn));
        return loaded;
      },
      [&] { return SmallVector<Val>(numColumns(), b.constant(0, type)); });
}

Val Merger::sum(float ChunkStats::*field) const {
  return b.shuffle(totals.sum, b.c32(wordOf(field)));
}

/// |c|^2 and |c - o|^2 of the last page's centre.
std::pair<Val, Val> Merger::centreSquares() const {
  Val centreSquare = b.cf(0), distanceSquare = b.cf(0);
  for (int64_t i = 0; i < numColumns(); ++i) {
    Val c = tile::fromBF16(centre[i]);
    centreSquare = addSquares(centreSquare, i, c);
    distanceSquare = addSquares(distanceSquare, i, c - totals.output[i]);
  }
  return {b.warpSum(centreSquare), b.warpSum(distanceSquare)};
}

/// Divides the output by the denominator; its norm.
Val Merger::normalise() {
  Val square = b.cf(0);
  for (int64_t i = 0; i < numColumns(); ++i) {
    Val &output = totals.output[i];
    output = output / b.splat(denominator, kColumn);
    square = addSquares(square, i, output);
  }
  return b.sqrt(b.warpSum(square));
}

/// Turns the output back and stores it.
void Merger::storeOutput() const {
  Team team{b, /*isWarp=*/true};
  b.warpBarrier(); // the parts have been read
  forColumns([&](int64_t column, Val channel) {
    b.store(totals.output[column], floatAt(b, parts, channel), 16);
  });
  int64_t size = item.problem.getValueHeadDim();
  bool isRotated = !item.problem.isIEEE();
  if (isRotated)
    butterflies(team, parts, size);
  else
    team.sync();
  Type type = item.problem.getOutput();
  Val target = tile::elementAddress(
      item.params, &DecodeParams::output, &DecodeParams::outputStride,
      {b.blockZ, b.blockY, row / item.problem.getRows(),
       row % item.problem.getRows()},
      type);
  team.forEach(size, [&](Val i) {
    Val value = b.load(b.f32(), floatAt(b, parts, i));
    if (isRotated)
      value = rotationSign(b, value * tile::rotationFactor(size), i);
    tile::storeFloats(b, b.select(nothing, b.cf(empty), value), type,
                      b.element(target, i, type));
  });
}

Merger::Errors Merger::measureErrors() const {
  auto [centreSquare, distanceSquare] = centreSquares();
  Val variance = b.fma(sum(&ChunkStats::spread), distanceSquare,
                       sum(&ChunkStats::variance));
  Val maxV = b.shuffle(totals.most, b.c32(wordOf(&ChunkStats::maxV)));
  tile::ErrorSums sums{sum(&ChunkStats::sum),
                       sum(&ChunkStats::sumBeta),
                       sum(&ChunkStats::sumBetaV),
                       sum(&ChunkStats::sumV),
                       maxV,
                       sum(&ChunkStats::sumRead)};
  if (item.problem.hasSinks())
    item.rule.addSink(sums, sinkShare(), b.sqrt(centreSquare));
  SmallVector<Val> keyRows, valueRows;
  for (int64_t i = 0; i < 3; ++i) {
    auto count = [&](int64_t first) {
      return b.shuffle(totals.count, b.c32(first + i));
    };
    keyRows.push_back(count(wordOf(&ChunkStats::keyRows)));
    valueRows.push_back(count(wordOf(&ChunkStats::valueRows)));
  }
  if (item.problem.isIEEE())
    keyRows = countChannels(item);
  return {variance, sums, keyRows, valueRows};
}

Val Merger::bound(const Errors &errors, Val norm) const {
  return orNone(item.rule.bound(errors.sums, denominator, norm));
}

/// What the bound is too large by.
Val Merger::excess(const Errors &errors, Val norm) const {
  return orNone(item.rule.excess(bound(errors, norm), norm,
                                 params().get(&DecodeParams::certify)));
}

Reads Merger::countReads(const Errors &errors) const {
  if (item.problem.isIEEE()) {
    auto bytes = tile::paper::fetchedBytes(
        item.problem, item.rule.visibleToAny(item.length),
        params().get(&DecodeParams::budget), errors.keyRows, errors.valueRows);
    return {bytes.planes, bytes.all};
  }
  Val planes = item.rule.planeBytes(errors.keyRows, errors.valueRows);
  return {planes, item.rule.allBytes(planes, errors.keyRows, item.length)};
}

void Merger::storeReport(const Errors &errors, Val logSumExp, Val norm) const {
  b.ifThen(b.lane == 0, [&] {
    Val heads = params().get(&DecodeParams::kvHeads);
    Val index = (b.blockZ * heads + b.blockY) * b.c32(item.groupRows()) + row;
    Val address =
        b.offset(params().get(&DecodeParams::report),
                 b.convert(index, b.i64()) * b.c64(sizeof(HeadReport)));
    auto report = tile::record<HeadReport>(address, kGlobal);
    auto known = [&](Val value) {
      return b.select(nothing, b.cf(empty), value);
    };
    report.set(&HeadReport::logSumExp, logSumExp);
    report.set(&HeadReport::norm, known(norm));
    report.set(&HeadReport::estimate,
               orNone(item.rule.estimate(errors.variance, denominator)));
    report.set(&HeadReport::bound, bound(errors, norm));
    report.set(&HeadReport::visible, item.visible(row).count);
    for (int64_t i = 0; i < 3; ++i) {
      report.set(&HeadReport::keyRows, i, errors.keyRows[i]);
      report.set(&HeadReport::valueRows, i, errors.valueRows[i]);
    }
    Val certificate = b.c32(kNotAsked);
    if (item.problem.getCertified())
      certificate = tile::certificate(excess(errors, norm),
                                      params().get(&DecodeParams::certify));
    report.set(&HeadReport::certificate, certificate);
    Reads reads = addEarlierReads(item, countReads(errors));
    report.set(&HeadReport::planeBytes, reads.planeBytes);
    report.set(&HeadReport::bytes, reads.bytes);
  });
}

/// The first warp's part.
void Merger::finish() {
  if (item.problem.getMaskedRows() != MaskedRows::Zero)
    empty = std::numeric_limits<double>::quiet_NaN();
  findMax();
  addSquads();
  nothing = max == -kInfinity;
  denominator = sum(&ChunkStats::sum);
  if (item.problem.hasSinks())
    denominator = denominator + sinkShare();
  Val norm = normalise();
  Val logSumExp = (max + item.rule.log2(denominator)) * kLn2;
  Val hasReport = b.isSet(params().get(&DecodeParams::report));
  if (item.problem.getCertified()) {
    Errors errors = measureErrors();
    b.ifThen(hasReport, [&] { storeReport(errors, logSumExp, norm); });
    emitEndRound(item, row, excess(errors, norm), countReads(errors));
  } else {
    b.ifThen(hasReport, [&] { storeReport(measureErrors(), logSumExp, norm); });
  }
  Val logSumExps = params().get(&DecodeParams::logSumExp);
  b.ifThen(b.isSet(logSumExps) & (b.lane == 0), [&] {
    Val heads = params().get(&DecodeParams::kvHeads);
    Val index = (b.blockZ * heads + b.blockY) * b.c32(item.groupRows()) + row;
    b.store(logSumExp, b.element(logSumExps, index, b.f32()));
  });
  storeOutput();
}

void Merger::run() {
  b.letNextLaunchBegin();
  loadCentre(); // long before it is needed
  b.awaitLastLaunch();
  item.ifActive([&] {
    addChunks();
    b.barrier();
    b.ifThen(b.warp == 0, [&] { finish(); });
  });
}

void aligned::gpu::emitMerge(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), kMergeSquads * kWarp,
                residentBlocks(problem));
  Merger(b, problem).run();
  b.endKernel();
}
