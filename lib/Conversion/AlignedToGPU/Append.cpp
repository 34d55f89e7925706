//===- Append.cpp - Rows to planes, and lengths that move on --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three ways. `append` takes rows of K or of V, one block for each head. Of a
// decode, `extend` takes the few rows of a step, K and V and all heads, in one
// launch with the lengths, and `pack` any number of them; see Pack.cpp.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Pack.h"
#include "PaperAppend.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// Of `append`, of `extend`.
static constexpr int64_t kAppendThreads = 512;
static constexpr int64_t kExtendThreads = 128;

/// Rows of the previous page whose loads are in flight together, for a mean.
static constexpr int64_t kMeanUnroll = 8;

//===----------------------------------------------------------------------===//
// Page by page
//===----------------------------------------------------------------------===//

/// Channel `channel` of the mean of a full page's rows, as they are stored.
static Val storedMean(const AppendItem &item, Val page, Val channel) {
  GpuBuilder &b = item.b;
  Val centre = loadCentre(b, item.layout, page, channel);
  SmallVector<Val> sums =
      b.loop(b.c32(0), b.c32(kPageTokens), kMeanUnroll, {b.cf(0), b.cf(0)},
             [&](Val first, ArrayRef<Val> carried) {
               SmallVector<Val> codes, scales;
               for (int64_t i = 0; i < kMeanUnroll; ++i) {
                 Val row = first + static_cast<double>(i);
                 codes.push_back(loadCode(b, item.layout, page, row, channel));
                 scales.push_back(loadScale(b, item.layout, page, row));
               }
               Val sum = carried[0], count = carried[1];
               for (auto [code, scale] : llvm::zip(codes, scales)) {
                 Val value = tile::decodeStored(code, scale, centre);
                 Val finite = scale == scale;
                 sum = b.select(finite, sum + value, sum);
                 count = b.select(finite, count + 1, count);
               }
               return SmallVector<Val>{sum, count};
             });
  return meanOf(b, sums[0], sums[1]);
}

Val aligned::gpu::meanOf(GpuBuilder &b, Val sum, Val count) {
  Val some = count > 0;
  return b.select(some, sum / b.select(some, count, b.cf(1)), b.cf(0));
}

/// The centre of a page that begins with rows of this append.
static void writeCentre(const AppendItem &item, Val pageNumber, Val page) {
  GpuBuilder &b = item.b;
  b.barrier(); // the page before may have been written by this very block
  Team{b, /*isWarp=*/false}.forEach(item.layout.channels(), [&](Val channel) {
    Val centre = b.ifElse(
                      pageNumber > 0,
                      [&] {
                        return SmallVector<Val>{storedMean(
                            item, item.page(pageNumber - 1.0), channel)};
                      },
                      [&] { return SmallVector<Val>{b.cf(0)}; })
                     .front();
    storeCentre(b, item.layout, page, channel, centre);
  });
  b.barrier();
}

/// The rows up to position `to`, by this block. A page's centre needs the rows
/// of the page before, as they are stored.
static void appendPages(const AppendItem &item, const RowCoder &coder, Val to) {
  GpuBuilder &b = item.b;
  b.loop(item.start / kPageTokens, b.ceilDiv(to, kPageTokens), 1,
         [&](Val pageNumber) {
           Val page = item.page(pageNumber);
           Val begin = pageNumber * kPageTokens;
           b.ifThen(begin >= item.start,
                    [&] { writeCentre(item, pageNumber, page); });
           RowCoder::Channels centre = coder.loadCentre(page);
           Val from = b.maxInt(item.start, begin);
           Val pageTo = b.minInt(to, begin + kPageTokens);
           b.loop(from, pageTo, b.threads / coder.lanes, [&](Val first) {
             Val position = first + b.thread / coder.lanes;
             Val exists = position < pageTo;
             RowCoder::Channels row =
                 coder.rotate(coder.load(position, exists));
             coder.store(page, position, coder.encode(row, centre), exists);
           });
         });
}

static void appendAll(const AppendItem &item) {
  if (item.layout.isIEEE())
    return packBits(item, /*areMany=*/false);
  appendPages(item, RowCoder(item), item.end);
}

/// Page by page up to the end of the page that has rows already, or all where
/// rows lie in another order; the others in slabs.
static void appendMany(const AppendItem &item, Val memory) {
  GpuBuilder &b = item.b;
  RowCoder coder(item);
  Val pageEnd = b.ceilDiv(item.start, kPageTokens) * kPageTokens;
  Val split = b.select(coder.isDense, b.minInt(pageEnd, item.end), item.end);
  appendPages(item, coder, split);
  b.ifThen(split < item.end, [&] {
    Val number = split / kPageTokens;
    writeCentre(item, number, item.page(number));
    packPages(item, coder, split, memory);
  });
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// Calls `body` if the rows fit what is reserved; the status says if not.
static void ifFits(GpuBuilder &b, const PageLayout &layout, Type type,
                   const tile::Fields<AppendParams> &params,
                   function_ref<void(const AppendItem &item)> body) {
  Val slot = loadSlot(b, params, b.blockZ);
  Val start = loadLength(b, params, slot);
  Val end = start + params.get(&AppendParams::tokens);
  AppendItem item{b,        layout, type,  params, b.blockZ,
                  b.blockY, slot,   start, end};
  Val capacity = b.load(
      b.i32(), b.element(params.get(&AppendParams::capacity), slot, b.i32()));
  b.ifThen((end > capacity) & (b.thread == 0),
           [&] { item.raise(kStatusOverflow); });
  b.ifThen(end <= capacity, [&] { body(item); });
}

void aligned::gpu::emitAppend(GpuBuilder &b, StringRef name,
                              AppendProblemAttr problem) {
  b.beginKernel(name, sizeof(AppendParams), kAppendThreads);
  ifFits(b, problem.getLayout(), problem.getType(),
         tile::params<AppendParams>(b.params, kGlobal), appendAll);
  b.endKernel();
}

/// The last of a sequence's blocks moves its length on, when all of them have
/// read it.
static void advance(const tile::Fields<ExtendParams> &params,
                    const AppendItem &item) {
  GpuBuilder &b = item.b;
  b.barrier();
  b.ifThen(b.thread == 0, [&] {
    Val arrived =
        b.element(params.get(&ExtendParams::arrived), item.slot, b.i32());
    Val blocks = item.params.get(&AppendParams::kvHeads) * 2;
    b.ifThen(b.atomicAdd(arrived, b.c32(1)) == blocks - 1.0, [&] {
      b.store(b.c32(0), arrived);
      b.store(item.end, b.element(params.get(&ExtendParams::lengths), item.slot,
                                  b.i32()));
    });
  });
}

/// K by the blocks 0 of a grid's x, V by the blocks 1.
static void emitBoth(GpuBuilder &b, DecodeProblemAttr problem,
                     function_ref<void(const AppendItem &item)> body) {
  auto params = tile::params<ExtendParams>(b.params, kGlobal);
  auto emitRole = [&](const PageLayout &layout,
                      const tile::Fields<AppendParams> &ofRole) {
    ifFits(b, layout, problem.getCache(), ofRole, [&](const AppendItem &item) {
      body(item);
      advance(params, item);
    });
    return SmallVector<Val>();
  };
  b.ifElse(
      b.blockX == 0,
      [&] {
        return emitRole(problem.getKeyLayout(), params.sub(&ExtendParams::key));
      },
      [&] {
        return emitRole(problem.getValueLayout(),
                        params.sub(&ExtendParams::value));
      });
}

void aligned::gpu::emitExtend(GpuBuilder &b, StringRef name,
                              DecodeProblemAttr problem) {
  b.beginKernel(name, sizeof(ExtendParams), kExtendThreads);
  emitBoth(b, problem, appendAll);
  b.endKernel();
}

void aligned::gpu::emitPack(GpuBuilder &b, StringRef name,
                            DecodeProblemAttr problem) {
  if (problem.isIEEE()) {
    b.beginKernel(name, sizeof(ExtendParams), kPaperPackThreads);
    emitBoth(b, problem,
             [](const AppendItem &item) { packBits(item, /*areMany=*/true); });
    return b.endKernel();
  }
  b.beginKernel(name, sizeof(ExtendParams), kPackThreads);
  Val memory = b.shared(std::max(packMemory(problem.getKeyLayout()),
                                 packMemory(problem.getValueLayout())));
  emitBoth(b, problem,
           [&](const AppendItem &item) { appendMany(item, memory); });
  b.endKernel();
}

void aligned::gpu::emitAdvance(GpuBuilder &b, StringRef name) {
  b.beginKernel(name, sizeof(AdvanceParams), kWarp);
  auto params = tile::params<AdvanceParams>(b.params, kGlobal);
  b.ifThen(b.thread == 0, [&] {
    Val slot = loadSlot(b, params, b.blockZ);
    Val length = b.element(params.get(&AdvanceParams::lengths), slot, b.i32());
    Val end = b.load(b.i32(), length) + params.get(&AdvanceParams::tokens);
    Val capacity =
        b.load(b.i32(),
               b.element(params.get(&AdvanceParams::capacity), slot, b.i32()));
    b.ifThen(end <= capacity, [&] { b.store(end, length); });
    b.ifThen(end > capacity, [&] {
      Val status = b.element(params.get(&AdvanceParams::status), slot, b.i32());
      LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::_or, status,
                                b.c32(kStatusOverflow),
                                LLVM::AtomicOrdering::monotonic);
    });
  });
  b.endKernel();
}
