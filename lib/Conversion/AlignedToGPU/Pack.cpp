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
// What is in the chain cannot be guessed and put right later: the mean of the
// rows as given is rounded to the same centre in all channels for only half of
// the pages or so. But little is in the chain. Loading and rotating a page,
// half of the work, needs no centre; the rest goes on in one place, and hands a
// centre from page to page through shared memory.
//
// So one block packs a head, in groups of threads that take its pages by turns.
// A group holds the rotated rows of its page in registers while it waits for
// the centre; meanwhile the group before codes its own page, 32 rows at a time,
// adds up what it stored, and hands over the mean. With K and V of all heads in
// one launch, there are as many blocks as multiprocessors where that matters.
//
//===----------------------------------------------------------------------===//

#include "Pack.h"
#include "Rows.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

/// A group codes a page in this many passes. What a thread holds of a page are
/// as many times eight numbers.
static constexpr int64_t kPasses = 4;
static constexpr int64_t kPassRows = kPageTokens / kPasses;

/// What static shared memory may take.
static constexpr int64_t kMaxShared = 48 * 1024;

/// Rows of a pass, as planes say them, on their way to the sums.
static int64_t bufferBytes(const PageLayout &layout) {
  return kPassRows * layout.channels() * sizeof(float);
}
static int64_t centreBytes(const PageLayout &layout) {
  return RowCoder::lanesOf(layout) * kLaneChannels * sizeof(float);
}
/// Groups of a block: each has a lane for every eight channels of a pass.
static int64_t numGroups(const PageLayout &layout) {
  return kPackThreads / (kPassRows * RowCoder::lanesOf(layout));
}
/// How many rows of each page are not finite: of a group's page and of its
/// next.
static int64_t countBytes(const PageLayout &layout) {
  return numGroups(layout) * 2 * sizeof(int32_t);
}
/// Two, so that one pass adds up while the next codes, where there is room.
static int64_t numBuffers(const PageLayout &layout) {
  int64_t both = 2 * bufferBytes(layout);
  return both + centreBytes(layout) + countBytes(layout) <= kMaxShared ? 2 : 1;
}

int64_t aligned::gpu::packMemory(const PageLayout &layout) {
  return numBuffers(layout) * bufferBytes(layout) + centreBytes(layout) +
         countBytes(layout);
}

namespace {
/// A page in the hands of a group.
struct GroupPage {
  Val number, address, begin;
  Val isFirst; ///< of this append
  Val hasNext; ///< in this append
  Val isWhole; ///< all of its rows are of this append
  Val count;   ///< address of the number of its rows that are not finite
  Val nextCount; ///< the same for the group's next page
};

struct Packer {
  Packer(const AppendItem &item, Val memory);
  void run() const;

private:
  Val rowOf(int64_t pass, const GroupPage &page) const;
  Val exists(Val position) const;
  void prefetchNext(const GroupPage &page) const;
  void makeFirstCentre(const GroupPage &page) const;
  RowCoder::Channels awaitCentre(const GroupPage &page) const;
  void keep(int64_t pass, const RowCoder::Row &row) const;
  Val addUp(int64_t pass, Val sum) const;
  void handOver(const GroupPage &page, Val sum) const;
  void packPage(const GroupPage &page) const;

  void meetGroup() const;
  Val handOverBarrier(Val ofGroup) const {
    return ofGroup + static_cast<double>(groups + 1);
  }
  Val buffer(int64_t pass) const {
    return b.offset(memory, pass % buffers * bufferBytes(item.layout));
  }
  /// Channels of a sum: the order in which a buffer has them.
  Val summedChannel() const;
  Val countOf(Val turn) const {
    return b.element(counts, group * b.c32(2) + (turn & 1), b.i32());
  }

  const AppendItem &item;
  GpuBuilder &b;
  RowCoder coder;
  const int64_t groups, groupThreads, buffers;
  Val memory, centre, counts;
  Val group, member; ///< of the thread
};
} // namespace

Packer::Packer(const AppendItem &item, Val memory)
    : item(item), b(item.b), coder(item), groups(numGroups(item.layout)),
      groupThreads(kPackThreads / groups), buffers(numBuffers(item.layout)),
      memory(memory) {
  centre = b.offset(memory, buffers * bufferBytes(item.layout));
  counts = b.offset(centre, centreBytes(item.layout));
  group = b.thread / groupThreads;
  member = b.thread & (groupThreads - 1);
}

void Packer::meetGroup() const {
  if (groups == 1)
    return b.barrier();
  b.meetAt(group + 1, groupThreads);
}

Val Packer::rowOf(int64_t pass, const GroupPage &page) const {
  return page.begin + member / coder.lanes +
         static_cast<double>(pass * kPassRows);
}
Val Packer::exists(Val position) const {
  return (position >= item.start) & (position < item.end);
}

void Packer::prefetchNext(const GroupPage &page) const {
  for (int64_t pass = 0; pass < kPasses; ++pass) {
    Val position =
        rowOf(pass, page) + static_cast<double>(groups * kPageTokens);
    coder.prefetch(position, position < item.end);
  }
}

//===----------------------------------------------------------------------===//
// Centres
//===----------------------------------------------------------------------===//

/// The centre of the first page: what it has already, if it begins with rows
/// of earlier appends.
void Packer::makeFirstCentre(const GroupPage &page) const {
  auto loaded = [&](Val channel) {
    return loadCentre(b, item.layout, page.address, channel);
  };
  auto made = [&](Val channel) {
    Val mean = b.ifElse(
                    page.number > 0,
                    [&] {
                      Val before = item.page(page.number - 1.0);
                      return SmallVector<Val>{
                          storedMean(item, before, channel)};
                    },
                    [&] { return SmallVector<Val>{b.cf(0)}; })
                   .front();
    storeCentre(b, item.layout, page.address, channel, mean);
    return tile::fromBF16(tile::toBF16(mean));
  };
  b.ifThen(member < static_cast<double>(coder.lanes * kLaneChannels), [&] {
    Val hasDigits = member < static_cast<double>(item.layout.channels());
    Val value = b.ifElse(
                     hasDigits,
                     [&] {
                       return b.ifElse(
                           page.begin >= item.start,
                           [&] { return SmallVector<Val>{made(member)}; },
                           [&] { return SmallVector<Val>{loaded(member)}; });
                     },
                     [&] { return SmallVector<Val>{b.cf(0)}; })
                    .front();
    b.store(value, b.element(centre, member, b.f32()));
  });
  meetGroup();
}

RowCoder::Channels Packer::awaitCentre(const GroupPage &page) const {
  b.ifElse(
      page.isFirst,
      [&] {
        makeFirstCentre(page);
        return SmallVector<Val>();
      },
      [&] {
        if (groups > 1)
          b.meetAt(handOverBarrier(group), 2 * groupThreads);
        return SmallVector<Val>();
      });
  RowCoder::Channels channels;
  for (int64_t first = 0; first < kLaneChannels; first += 4) {
    Val address = b.element(centre, coder.channel + static_cast<double>(first),
                            b.f32());
    Val four = b.load(b.vec(4, b.f32()), address, 16);
    for (int64_t i = 0; i < 4; ++i)
      channels.push_back(b.extract(four, i));
  }
  return channels;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// A buffer has the first four of every eight channels, then the others: lanes
/// store 16 bytes side by side.
void Packer::keep(int64_t pass, const RowCoder::Row &row) const {
  int64_t rowBytes = item.layout.channels() * sizeof(float);
  Val address = b.offset(buffer(pass),
                         member / coder.lanes * b.c32(rowBytes) +
                             coder.rank * b.c32(4 * sizeof(float)));
  b.ifThen(coder.hasDigits, [&] {
    ArrayRef<Val> values = row.values;
    b.store(b.vectorOf(values.take_front(4)), address, 16);
    b.store(b.vectorOf(values.drop_front(4)), b.offset(address, rowBytes / 2),
            16);
  });
}

Val Packer::summedChannel() const {
  auto half = static_cast<double>(item.layout.channels() / 2);
  Val isSecond = member >= half;
  Val inHalf = b.select(isSecond, member - half, member);
  return ((inHalf >> 2) << 3) + (inHalf & 3) +
         b.select(isSecond, b.c32(4), b.c32(0));
}

/// `sum` and the rows of a pass, one behind the other.
Val Packer::addUp(int64_t pass, Val sum) const {
  constexpr int64_t kUnroll = 16;
  int64_t rowBytes = item.layout.channels() * sizeof(float);
  Val column = b.element(buffer(pass), member, b.f32());
  return b
      .loop(b.c32(0), b.c32(kPassRows), kUnroll, {sum},
            [&](Val first, ArrayRef<Val> carried) {
              Val address = b.offset(column, first * b.c32(rowBytes));
              SmallVector<Val> values;
              for (int64_t i = 0; i < kUnroll; ++i)
                values.push_back(
                    b.load(b.f32(), b.offset(address, i * rowBytes)));
              Val all = carried[0];
              for (Val value : values)
                all = all + value;
              return SmallVector<Val>{all};
            })
      .front();
}

/// The centre of the next page, from the sums of this one.
void Packer::handOver(const GroupPage &page, Val sum) const {
  b.ifThen(member < static_cast<double>(item.layout.channels()), [&] {
    Val channel = summedChannel();
    Val mean =
        b.ifElse(
             page.isWhole,
             [&] {
               Val missing = b.load(b.i32(), page.count);
               Val count = b.intToFloat(b.c32(kPageTokens) - missing);
               return SmallVector<Val>{meanOf(b, sum, count)};
             },
             // The others are in its planes.
             [&] {
               return SmallVector<Val>{storedMean(item, page.address, channel)};
             })
            .front();
    storeCentre(b, item.layout, item.page(page.number + 1), channel, mean);
    b.store(tile::fromBF16(tile::toBF16(mean)),
            b.element(centre, channel, b.f32()));
  });
  if (groups == 1)
    return b.barrier();
  Val next = (group + 1) & (groups - 1);
  b.arriveAt(handOverBarrier(next), 2 * groupThreads);
}

//===----------------------------------------------------------------------===//
// Pages
//===----------------------------------------------------------------------===//

void Packer::packPage(const GroupPage &page) const {
  SmallVector<RowCoder::Channels> rows;
  for (int64_t pass = 0; pass < kPasses; ++pass) {
    Val position = rowOf(pass, page);
    rows.push_back(coder.load(position, exists(position)));
  }
  prefetchNext(page);
  RowCoder::Channels channels = awaitCentre(page);
  Val isSummed = page.isWhole & page.hasNext;
  Val sums = isSummed & (member < static_cast<double>(item.layout.channels()));
  Val sum = b.cf(0);
  for (int64_t pass = 0; pass < kPasses; ++pass) {
    Val position = rowOf(pass, page);
    RowCoder::Row row = coder.encode(rows[pass], channels);
    coder.store(page.address, position, row, exists(position), [&] {
      LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::add, page.count, b.c32(1),
                                LLVM::AtomicOrdering::monotonic);
    });
    b.ifThen(isSummed, [&] { keep(pass, row); });
    meetGroup();
    if (pass == 0) // and nobody reads the count of the group's last page
      b.ifThen(member == 0, [&] { b.store(b.c32(0), page.nextCount); });
    sum = b.ifElse(
               sums, [&] { return SmallVector<Val>{addUp(pass, sum)}; },
               [&] { return SmallVector<Val>{sum}; })
              .front();
    if (buffers == 1)
      meetGroup();
  }
  b.ifThen(page.hasNext, [&] { handOver(page, sum); });
}

void Packer::run() const {
  b.ifThen(b.thread < static_cast<double>(2 * groups), [&] {
    b.store(b.c32(0), b.element(counts, b.thread, b.i32()));
  });
  b.barrier();
  Val firstPage = item.start / kPageTokens;
  Val numPages = b.ceilDiv(item.end, kPageTokens) - firstPage;
  b.loop(group, numPages, groups, [&](Val index) {
    Val number = firstPage + index;
    Val begin = number * kPageTokens;
    Val turn = index / groups;
    packPage({number, item.page(number), begin, index == 0.0,
              index + 1 < numPages,
              (begin >= item.start) & (begin + kPageTokens <= item.end),
              countOf(turn), countOf(turn + 1)});
  });
}

void aligned::gpu::packPages(const AppendItem &item, Val memory) {
  Packer(item, memory).run();
}
