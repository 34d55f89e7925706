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
static constexpr double kLog2e = 1.44269504088896340736;

/// Warps of a row: fewer where many rows fill the device anyhow.
static int64_t mergeWarps(DecodeProblemAttr problem) {
  return problem.getGroupRows() < 8 ? 16 : 4;
}

/// Chunks of a warp whose loads are in flight together.
static constexpr int64_t kMergeUnroll = 4;
/// Neighbouring channels of a lane, and channels of a warp.
static constexpr int64_t kColumn = 4, kColumns = kColumn * kWarp;

/// Numbers of the words of ChunkStats.
template <typename T> static int64_t wordOf(T ChunkStats::*field) {
  return tile::Fields<ChunkStats>::offsetOf(field) / 4;
}
/// The words that are looked at, one by each lane.
static constexpr int64_t kWords = 16;
static_assert(kWords * 4 == sizeof(ChunkStats));

namespace {
/// One row of a decode. Warps take chunks by turns: a lane has a few channels
/// of the output, and one word of the statistics. The first warp goes on with
/// what they have found.
struct Merger {
  DecodeItem item;
  GpuBuilder &b;
  int64_t channels, warps;
  Val row;
  Val parts; ///< [warps][channels] f32; then the output
  Val words; ///< [3][warps][kWords]: float sums, i32 sums, maxima

  /// The lane's, over all chunks that it has seen.
  struct Totals {
    SmallVector<Val> output; ///< vectors of kColumn channels
    Val sum, count, most;    ///< of its word

    SmallVector<Val> values() const;
    static Totals of(ArrayRef<Val> values);
  };
  Totals totals;
  Val max, base, sink, denominator;
  SmallVector<Val> centre; ///< the lane's columns of that of the last page
  Val nothing;             ///< i1: the row sees no token, and no sink
  double empty;            ///< what it gives then

  Merger(GpuBuilder &b, DecodeProblemAttr problem);
  const tile::Fields<DecodeParams> &params() const { return item.params; }
  int64_t numColumns() const { return llvm::divideCeil(channels, kColumns); }
  Val channel(int64_t column) const {
    return b.lane * b.c32(kColumn) + column * kColumns;
  }
  /// The same, but the last that exist for lanes beyond the last: they have
  /// values of others, and do not keep them.
  Val knownChannel(int64_t column) const {
    return b.minInt(channel(column), b.c32(channels - kColumn));
  }
  void forColumns(function_ref<void(int64_t column, Val channel)> body) const;
  Val addSquares(Val sum, int64_t column, Val values) const;
  Val wordAt(int64_t kind, Val warp) const;
  void loadCentre();
  void findMax();
  void addChunk(Val chunk, Totals &into) const;
  void addChunks();
  void exchange();
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

SmallVector<Val> Merger::Totals::values() const {
  SmallVector<Val> all(output);
  all.append({sum, count, most});
  return all;
}

Merger::Totals Merger::Totals::of(ArrayRef<Val> values) {
  size_t n = values.size() - 3;
  return {llvm::to_vector(values.take_front(n)), values[n], values[n + 1],
          values[n + 2]};
}

Merger::Merger(GpuBuilder &b, DecodeProblemAttr problem)
    : item(b, problem, b.blockZ, b.blockY), b(b),
      channels(problem.getValueLayout().channels()), warps(b.threads / kWarp),
      row(b.blockX) {
  parts = b.shared(warps * channels * 4);
  words = b.shared(3 * warps * kWords * 4);
  empty = problem.getMaskedRows() == MaskedRows::Zero
              ? 0
              : std::numeric_limits<double>::quiet_NaN();
  Val none = b.constant(0, b.vec(kColumn, b.f32()));
  totals = {SmallVector<Val>(numColumns(), none), b.cf(0), b.c32(0), b.cf(0)};
}

/// Calls `body` for the lane's columns that exist.
void Merger::forColumns(function_ref<void(int64_t, Val)> body) const {
  for (int64_t column = 0; column < numColumns(); ++column) {
    Val first = channel(column);
    if ((column + 1) * kColumns <= channels)
      body(column, first);
    else
      b.ifThen(first < static_cast<double>(channels),
               [&] { body(column, first); });
  }
}

/// Adds the squares of the lane's own channels of a column.
Val Merger::addSquares(Val sum, int64_t column, Val values) const {
  Val isOwn = channel(column) < static_cast<double>(channels);
  for (int64_t i = 0; i < kColumn; ++i) {
    Val x = b.select(isOwn, b.extract(values, i), b.cf(0));
    sum = b.fma(x, x, sum);
  }
  return sum;
}

Val Merger::wordAt(int64_t kind, Val warp) const {
  Val word = b.lane & (kWords - 1);
  return b.offset(words,
                  ((warp + kind * warps) * b.c32(kWords) + word) * b.c32(4));
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

/// Every warp looks at all chunks: sooner done than told.
void Merger::findMax() {
  max = b.loop(item.firstChunk + b.lane, item.endChunk, kWarp * kMergeUnroll,
               {b.cf(-kInfinity)},
               [&](Val chunk, ArrayRef<Val> carried) {
                 Val most = carried[0];
                 for (int64_t i = 0; i < kMergeUnroll; ++i) {
                   // The last one more than once does not matter.
                   Val known = b.minInt(chunk + i * kWarp, item.endChunk - 1);
                   auto stats = item.work.stats(known, row);
                   most = b.maxPropagate(most, stats.get(&ChunkStats::max));
                 }
                 return SmallVector<Val>{most};
               })
            .front();
  max = b.warpMax(max);
  if (item.problem.hasSinks()) {
    Val address = tile::elementAddress(
        item.params, &DecodeParams::sinks, &DecodeParams::sinksStride,
        {b.blockY, row / item.problem.getRows()}, item.problem.getSinks());
    sink = tile::loadFloats(b, item.problem.getSinks(), address) * kLog2e;
    max = b.maxPropagate(max, sink);
  }
  base = finiteMax(b, max);
}

/// Adds a chunk, if there is one of that number.
void Merger::addChunk(Val chunk, Totals &into) const {
  Val exists = chunk < item.endChunk;
  Val known = b.minInt(chunk, item.endChunk - 1);
  // A chunk that is NaN must not be added by mistake.
  auto orNothing = [&](Val value) {
    return b.select(exists, value, b.constant(0, value.type()));
  };
  Val word =
      orNothing(b.load(b.i32(), b.element(item.work.stats(known, row).pointer(),
                                          b.lane & (kWords - 1), b.i32())));
  Val chunkMax =
      b.shuffle(b.bitcast(word, b.f32()), b.c32(wordOf(&ChunkStats::max)));
  Val factor = orNothing(item.rule.exp2(chunkMax - base));
  Type column = b.vec(kColumn, b.f32());
  Val partial = item.work.partial(known, row);
  for (int64_t i = 0; i < numColumns(); ++i) {
    Val value =
        orNothing(b.load(column, floatAt(b, partial, knownChannel(i)), 16));
    into.output[i] = b.fma(b.splat(factor, kColumn), value, into.output[i]);
  }
  // Variances are multiplied with the factor twice.
  Val isSquare =
      (b.lane >= static_cast<double>(wordOf(&ChunkStats::variance))) &
      (b.lane <= static_cast<double>(wordOf(&ChunkStats::spread)));
  Val ofWord = b.select(isSquare, factor * factor, factor);
  Val asFloat = b.bitcast(word, b.f32());
  into.sum = into.sum + item.rule.scaled(ofWord, asFloat);
  into.count = into.count + word;
  into.most = b.maxPropagate(into.most, asFloat);
}

void Merger::addChunks() {
  totals = Totals::of(b.loop(item.firstChunk + b.warp, item.endChunk,
                             warps * kMergeUnroll, totals.values(),
                             [&](Val chunk, ArrayRef<Val> carried) {
                               Totals next = Totals::of(carried);
                               for (int64_t i = 0; i < kMergeUnroll; ++i)
                                 addChunk(chunk + i * warps, next);
                               return next.values();
                             }));
}

/// The warps' totals to the first warp, added up in their order.
void Merger::exchange() {
  forColumns([&](int64_t column, Val channel) {
    b.store(totals.output[column],
            floatAt(b, parts, b.warp * b.c32(channels) + channel), 16);
  });
  b.ifThen(b.lane < static_cast<double>(kWords), [&] {
    b.store(totals.sum, wordAt(0, b.warp));
    b.store(totals.count, wordAt(1, b.warp));
    b.store(totals.most, wordAt(2, b.warp));
  });
  b.barrier();
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
  auto others = [&](int64_t kind, Type type,
                    function_ref<Val(Val, Val)> combine) {
    Val all = b.load(type, wordAt(kind, b.c32(0)));
    for (int64_t w = 1; w < warps; ++w)
      all = combine(all, b.load(type, wordAt(kind, b.c32(w))));
    return all;
  };
  auto add = [](Val x, Val y) { return x + y; };
  totals.sum = others(0, b.f32(), add);
  totals.count = others(1, b.i32(), add);
  totals.most =
      others(2, b.f32(), [&](Val x, Val y) { return b.maxPropagate(x, y); });
  for (int64_t i = 0; i < numColumns(); ++i) {
    Val from = knownChannel(i);
    for (int64_t w = 1; w < warps; ++w)
      totals.output[i] =
          totals.output[i] + b.load(totals.output[i].type(),
                                    floatAt(b, parts, from + w * channels), 16);
  }
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
  item.ifActive([&] {
    loadCentre(); // long before it is needed
    findMax();
    addChunks();
    exchange();
    b.ifThen(b.warp == 0, [&] { finish(); });
  });
}

void aligned::gpu::emitMerge(GpuBuilder &b, StringRef name,
                             DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(DecodeParams), mergeWarps(problem) * kWarp);
  Merger(b, problem).run();
  b.endKernel();
}
