//===- Pack.cpp - Many rows to planes, page behind page -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pages of a head form a chain: a page's centre is the mean of the rows of
// the page before as its planes say them, added up in the order of positions.
// It cannot be guessed and put right later: the mean of the rows as given is
// rounded to the same centre in all of 128 channels for 5 % of pages of
// Gaussian rows around zero, and for 60 % where channels have means of half a
// deviation. But little of the work has to wait for it.
//
// So one block packs a head, in two groups of threads that take slabs of its
// rows by turns. A group loads and rotates its next slab, the half of the work
// that needs no centre, while the other one is busy; waits for the centre, but
// for the first slab of a page only; codes its rows; and leaves what the planes
// will say in shared memory, where a thread for each channel adds it to the sum
// that the other group's slab has left. Behind the last slab of a page the sum
// becomes the next page's centre. Warps tell each other by signals when a sum,
// or the centre, is there. With K and V of all heads in one launch,
// there are as many blocks as multiprocessors where that matters.
//
//===----------------------------------------------------------------------===//

#include "Pack.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

static constexpr int64_t kGroupThreads = kPackThreads / 2;

/// A slab's rows, as planes say them, on their way to the sums.
static constexpr int64_t kBufferBytes =
    kGroupThreads * kLaneChannels * sizeof(float);

/// Rows that a group holds at a time. Pages have an even number of slabs, so
/// that the first is always that of group 0, and the last that of group 1.
static int64_t slabRows(const PageLayout &layout) {
  static_assert(kGroupThreads / RowCoder::kMinLanes * 2 <= kPageTokens);
  return kGroupThreads / RowCoder::lanesOf(layout);
}
static int64_t channelBytes(const PageLayout &layout) {
  return RowCoder::lanesOf(layout) * kLaneChannels * sizeof(float);
}

/// Warps of a group whose threads have a channel each.
static int64_t channelWarps(const PageLayout &layout) {
  return layout.channels() / kWarp;
}

/// Bytes of the signals of a block: of the centre, and for each group of sums.
static int64_t signalBytes(const PageLayout &layout) {
  return (1 + 2 * channelWarps(layout)) * GpuBuilder::kSignalBytes;
}

int64_t aligned::gpu::packMemory(const PageLayout &layout) {
  return 2 * kBufferBytes + 2 * channelBytes(layout) + signalBytes(layout) +
         2 * sizeof(int32_t);
}

namespace {
/// A slab in the hands of a group.
struct Slab {
  Val position;  ///< of this thread's row
  Val page;      ///< number
  Val before;    ///< pages of the append before this one
  Val part;      ///< number of the slab in its page
  Val pageFeeds; ///< the append has a page behind this one
};

struct Packer {
  Packer(const AppendItem &item, const RowCoder &coder, Val memory);
  void run(Val from) const;

private:
  void takeCentre(Val page) const;
  RowCoder::Channels loadCentre() const;
  void keep(const Slab &slab, const RowCoder::Row &row) const;
  void addUp(const Slab &slab) const;
  void makeCentre(const Slab &slab, Val sum) const;
  SmallVector<Val> load(Val position) const {
    return coder.load(position, position < item.end, /*isKnownDense=*/true);
  }
  /// `words`: of the slab's row. Returns those of the group's next slab.
  SmallVector<Val> packSlab(const Slab &slab, ArrayRef<Val> words) const;
  Val isLast(Val part) const {
    return part == static_cast<double>(perPage - 1);
  }

  void begin() const;
  void meetGroup() const { b.meetAt(group + 1, kGroupThreads); }
  /// The signals that sums are there lie behind that of the centre.
  Val sumsSignalOf(Val number) const {
    return b.offset(centreSignal,
                    (number + 1.0) * b.c32(GpuBuilder::kSignalBytes));
  }
  /// That of this warp's channels, for a group.
  Val sumsSignal(Val forGroup) const {
    return sumsSignalOf(forGroup * b.c32(channelWarps(item.layout)) +
                        (member >> 5));
  }
  void awaitSums(const Slab &slab) const;
  void leaveSums() const { b.giveSignal(sumsSignal(b.c32(1) - group)); }
  /// Where the rows of a page that are not finite are counted. Pages use two
  /// places by turns.
  Val countOf(Val page) const { return b.element(counts, page & 1, b.i32()); }

  const AppendItem &item;
  GpuBuilder &b;
  const RowCoder &coder;
  const int64_t rows, perPage; ///< of a slab; slabs
  Val buffer, centre, sums, centreSignal, counts;
  Val group, member; ///< of the thread
};
} // namespace

Packer::Packer(const AppendItem &item, const RowCoder &coder, Val memory)
    : item(item), b(item.b), coder(coder), rows(slabRows(item.layout)),
      perPage(kPageTokens / rows) {
  Val isSecond = b.thread >= static_cast<double>(kGroupThreads);
  group = b.extendUnsigned(isSecond, b.i32());
  member = b.thread & (kGroupThreads - 1);
  buffer = b.offset(memory, group * b.c32(kBufferBytes));
  centre = b.offset(memory, 2 * kBufferBytes);
  sums = b.offset(centre, channelBytes(item.layout));
  centreSignal = b.offset(sums, channelBytes(item.layout));
  counts = b.offset(centreSignal, signalBytes(item.layout));
}

void Packer::begin() const {
  int64_t warps = channelWarps(item.layout);
  b.ifThen(b.thread < static_cast<double>(2 * warps),
           [&] { b.initSignal(sumsSignalOf(b.thread), 1); });
  b.ifThen(b.thread == 0, [&] { b.initSignal(centreSignal, warps); });
  b.ifThen(b.thread < 2,
           [&] { b.store(b.c32(0), b.element(counts, b.thread, b.i32())); });
  b.barrier();
}

/// Those of the slab before, of the other group.
void Packer::awaitSums(const Slab &slab) const {
  // A page hands sums to group 1 at every second slab, to group 0 once less,
  // as its first has none before it.
  Val less = b.c32(1) - group;
  Val number = slab.before * (b.c32(perPage / 2) - less) + (slab.part >> 1);
  b.awaitSignal(sumsSignal(group), number - less);
}

//===----------------------------------------------------------------------===//
// Centres and sums
//===----------------------------------------------------------------------===//

/// The centre of the first page, which it has.
void Packer::takeCentre(Val page) const {
  b.ifThen(b.thread < static_cast<double>(coder.lanes * kLaneChannels), [&] {
    Val isChannel = b.thread < static_cast<double>(item.layout.channels());
    auto stored = [&] {
      return SmallVector<Val>{
          aligned::gpu::loadCentre(b, item.layout, page, b.thread)};
    };
    auto padding = [&] { return SmallVector<Val>{b.cf(0)}; };
    b.store(b.ifElse(isChannel, stored, padding).front(),
            b.element(centre, b.thread, b.f32()));
  });
}

RowCoder::Channels Packer::loadCentre() const {
  RowCoder::Channels channels;
  for (int64_t first = 0; first < kLaneChannels; first += 4) {
    Val address =
        b.element(centre, coder.channel + static_cast<double>(first), b.f32());
    Val four = b.load(b.vec(4, b.f32()), address, 16);
    for (int64_t i = 0; i < 4; ++i)
      channels.push_back(b.extract(four, i));
  }
  return channels;
}

/// A buffer has the first four of every eight channels, then the others: lanes
/// store 16 bytes side by side.
void Packer::keep(const Slab &slab, const RowCoder::Row &row) const {
  int64_t rowBytes = item.layout.channels() * sizeof(float);
  Val address = b.offset(buffer, member / coder.lanes * b.c32(rowBytes) +
                                     coder.rank * b.c32(4 * sizeof(float)));
  auto store = [&](ArrayRef<Val> values) {
    b.store(b.vectorOf(values.take_front(4)), address, 16);
    b.store(b.vectorOf(values.drop_front(4)), b.offset(address, rowBytes / 2),
            16);
  };
  b.ifThen(coder.hasDigits, [&] { store(row.values); });
  // -0.0 leaves every sum alone.
  b.ifThen(row.isNotFinite & coder.hasDigits, [&] {
    store(RowCoder::Channels(kLaneChannels, b.cf(-0.0)));
    b.ifThen(coder.rank == 0, [&] {
      LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::add, countOf(slab.page),
                                b.c32(1), LLVM::AtomicOrdering::monotonic);
    });
  });
}

/// The slab's rows, one behind the other, to the sums of the slabs before.
void Packer::addUp(const Slab &slab) const {
  constexpr int64_t kUnroll = 8;
  Val stored = b.element(sums, member, b.f32());
  Val sum = b.ifElse(
                 slab.part > 0,
                 [&] {
                   awaitSums(slab);
                   return SmallVector<Val>{b.load(b.f32(), stored)};
                 },
                 [&] { return SmallVector<Val>{b.cf(0)}; })
                .front();
  int64_t rowBytes = item.layout.channels() * sizeof(float);
  Val column = b.element(buffer, member, b.f32());
  auto addSome = [&](Val first, ArrayRef<Val> carried) {
    Val address = b.offset(column, first * b.c32(rowBytes));
    SmallVector<Val> values;
    for (int64_t i = 0; i < kUnroll; ++i)
      values.push_back(b.load(b.f32(), b.offset(address, i * rowBytes)));
    Val all = carried[0];
    for (Val value : values)
      all = all + value;
    return SmallVector<Val>{all};
  };
  sum = b.loop(b.c32(0), b.c32(rows), kUnroll, {sum}, addSome).front();
  auto nothing = SmallVector<Val>();
  b.ifElse(
      isLast(slab.part),
      [&] {
        makeCentre(slab, sum);
        return nothing;
      },
      [&] {
        b.store(sum, stored);
        leaveSums();
        return nothing;
      });
}

/// Of the next page.
void Packer::makeCentre(const Slab &slab, Val sum) const {
  Val missing = b.load(b.i32(), countOf(slab.page));
  Val mean = meanOf(b, sum, b.intToFloat(b.c32(kPageTokens) - missing));
  // The channel at this place of a buffer.
  auto half = static_cast<double>(item.layout.channels() / 2);
  Val isUpper = member >= half;
  Val place = b.select(isUpper, member - half, member);
  Val channel =
      ((place >> 2) << 3) + (place & 3) + b.select(isUpper, b.c32(4), b.c32(0));
  storeCentre(b, item.layout, item.page(slab.page + 1), channel, mean);
  b.store(tile::fromBF16(tile::toBF16(mean)),
          b.element(centre, channel, b.f32()));
  b.giveSignal(centreSignal);
}

//===----------------------------------------------------------------------===//
// Slabs
//===----------------------------------------------------------------------===//

SmallVector<Val> Packer::packSlab(const Slab &slab, ArrayRef<Val> words) const {
  RowCoder::Channels rotated = coder.rotate(words);
  b.ifThen(slab.part < 2, [&] {
    b.ifThen(slab.before > 0,
             [&] { b.awaitSignal(centreSignal, slab.before - 1.0); });
    // Its last readers were in the page before.
    b.ifThen(b.thread == 0, [&] { b.store(b.c32(0), countOf(slab.page + 1)); });
  });
  RowCoder::Row row = coder.encode(rotated, loadCentre());
  // From the L2 cache, while others work; what comes then, to there.
  Val distance = b.c32(2 * rows);
  SmallVector<Val> next = load(slab.position + distance);
  Val later = slab.position + distance + distance;
  coder.prefetch(later, later < item.end);
  meetGroup(); // the group's last slab is out of the buffer
  keep(slab, row);
  meetGroup();
  coder.store(item.page(slab.page), slab.position, row,
              slab.position < item.end);
  Val isChannel = member < static_cast<double>(item.layout.channels());
  b.ifThen(slab.pageFeeds & isChannel, [&] { addUp(slab); });
  return next;
}

void Packer::run(Val from) const {
  Val firstPage = from / kPageTokens;
  Val endPage = b.ceilDiv(item.end, kPageTokens);
  Val slabs = b.ceilDiv(item.end - from, rows);
  takeCentre(item.page(firstPage));
  begin();
  Val first = from + member / coder.lanes;
  auto pack = [&](Val index, ArrayRef<Val> words) {
    Val before = index / perPage, page = firstPage + before;
    return packSlab({first + index * rows, page, before, index & (perPage - 1),
                     page + 1 < endPage},
                    words);
  };
  b.loop(group, slabs, 2, load(first + group * rows), pack);
}

void aligned::gpu::packPages(const AppendItem &item, const RowCoder &coder,
                             Val from, Val memory) {
  Packer(item, coder, memory).run(from);
}
