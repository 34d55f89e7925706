//===- RowCoder.cpp - Rows to digits, in registers ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowCoder.h"
#include "Rows.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace aligned;
using namespace aligned::gpu;

void AppendItem::raise(uint32_t bits) const {
  Val word = b.element(params.get(&AppendParams::status), slot, b.i32());
  LLVM::AtomicRMWOp::create(b, LLVM::AtomicBinOp::_or, word, b.c32(bits),
                            LLVM::AtomicOrdering::monotonic);
}

int64_t RowCoder::lanesOf(const PageLayout &layout) {
  return std::max<int64_t>(
      llvm::PowerOf2Ceil(layout.channels() / kLaneChannels), kMinLanes);
}

/// The sign bit that the rotation gives a channel, where a float has it.
static Val signBit(GpuBuilder &b, Val channel) {
  return (channel * b.c32(static_cast<int32_t>(2654435761u))) &
         b.c32(INT32_MIN);
}

RowCoder::RowCoder(const AppendItem &item)
    : lanes(lanesOf(item.layout)), b(item.b), item(item),
      elementBytes(item.type.getIntOrFloatBitWidth() / 8) {
  rank = b.thread & (lanes - 1);
  channel = rank * b.c32(kLaneChannels);
  hasSource = channel < static_cast<double>(item.layout.headDim);
  hasDigits = channel < static_cast<double>(item.layout.channels());
  Val size = b.c64(elementBytes);
  tokenBytes = item.params.get(&AppendParams::rowStride, 2) * size;
  channelBytes = item.params.get(&AppendParams::rowStride, 3) * size;
  source = tile::elementAddress(item.params, &AppendParams::rows,
                                &AppendParams::rowStride,
                                {item.sequence, item.head}, item.type);
  Val bits = b.wrap(LLVM::PtrToIntOp::create(b, b.i64(), source)) | tokenBytes;
  isDense = (channelBytes == size) & ((bits & 15) == 0.0);
  for (int64_t i = 0; i < kLaneChannels; ++i) {
    Val sign = signBit(b, channel + static_cast<double>(i));
    if (elementBytes == 4 || i % 2 == 0)
      signs.push_back(sign);
    else // the upper half of a word
      signs.back() = sign | ((signs.back() >> 16) & 0x8000);
  }
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

Val RowCoder::sourceAddress(Val position) const {
  Val token = b.convert(position - item.start, b.i64());
  Val bytes = token * tokenBytes + b.convert(channel, b.i64()) * channelBytes;
  return b.offset(source, bytes);
}

/// The source as i32: two channels of 16 bits, or one.
SmallVector<Val> RowCoder::loadDense(Val position) const {
  Val address = sourceAddress(position);
  SmallVector<Val> words;
  for (int64_t byte = 0; byte < kLaneChannels * elementBytes; byte += 16) {
    Val four = b.wrap(LLVM::LoadOp::create(
        b, b.vec(4, b.i32()), b.offset(address, byte), /*alignment=*/16,
        /*isVolatile=*/false, /*isNonTemporal=*/false, /*isInvariant=*/true));
    for (int64_t i = 0; i < 4; ++i)
      words.push_back(b.extract(four, i));
  }
  return words;
}

SmallVector<Val> RowCoder::loadStrided(Val position) const {
  Val address = sourceAddress(position);
  SmallVector<Val> words;
  for (int64_t i = 0; i < kLaneChannels; ++i) {
    Val element = b.offset(address, channelBytes * b.c64(i));
    if (elementBytes == 4) {
      words.push_back(b.load(b.i32(), element));
      continue;
    }
    Val half = b.extendUnsigned(b.load(b.getI16Type(), element), b.i32());
    if (i % 2 == 0)
      words.push_back(half);
    else
      words.back() = words.back() | (half << 16);
  }
  return words;
}

RowCoder::Channels RowCoder::toFloats(ArrayRef<Val> words) const {
  Channels row;
  if (item.type.isF16()) {
    Val halves = b.bitcast(b.vectorOf(words), b.vec(kLaneChannels, item.type));
    Val floats = b.convert(halves, b.f32());
    for (int64_t i = 0; i < kLaneChannels; ++i)
      row.push_back(b.extract(floats, i));
    return row;
  }
  for (Val word : words) {
    if (elementBytes == 2)
      row.push_back(b.bitcast(word << 16, b.f32()));
    row.push_back(
        b.bitcast(elementBytes == 2 ? word & -0x10000 : word, b.f32()));
  }
  return row;
}

/// Butterflies of distance 1, 2, 4 inside a lane, then between lanes.
RowCoder::Channels RowCoder::rotate(ArrayRef<Val> words) const {
  static_assert(kLaneChannels == 8, "blocks of a rotation are 16 and more");
  SmallVector<Val> turned;
  for (auto [word, sign] : llvm::zip(words, signs))
    turned.push_back(b.exclusiveOr(word, sign));
  Channels row = toFloats(turned);
  int64_t block = tile::rotationBlock(item.layout.headDim);
  for (int64_t h = 1; h < kLaneChannels; h *= 2)
    for (int64_t i = 0; i < kLaneChannels; ++i)
      if (!(i & h)) {
        Val x = row[i], y = row[i + h];
        row[i] = x + y;
        row[i + h] = x - y;
      }
  for (int64_t h = kLaneChannels; h < block; h *= 2) {
    int64_t mask = h / kLaneChannels;
    Val sign = b.select((rank & mask) == 0.0, b.cf(1), b.cf(-1));
    for (Val &x : row)
      x = b.fma(x, sign, b.shuffleXor(x, mask)); // x + y, or y - x
  }
  for (Val &x : row)
    x = x * tile::rotationFactor(item.layout.headDim);
  return row;
}

SmallVector<Val> RowCoder::load(Val position, Val exists,
                                bool isKnownDense) const {
  auto loadWords = [&] {
    return isKnownDense ? loadDense(position)
                        : b.ifElse(
                              isDense, [&] { return loadDense(position); },
                              [&] { return loadStrided(position); });
  };
  return b.ifElse(exists & hasSource, loadWords,
                  [&] { return SmallVector<Val>(signs.size(), b.c32(0)); });
}

void RowCoder::prefetch(Val position, Val exists) const {
  // One lane for each line of 128 bytes.
  int64_t sharing = 128 / (kLaneChannels * elementBytes);
  b.ifThen(exists & hasSource & ((rank & (sharing - 1)) == 0.0),
           [&] { b.prefetch(sourceAddress(position)); });
}

RowCoder::Channels RowCoder::loadCentre(Val page) const {
  return b.ifElse(
      hasDigits,
      [&] {
        Val centres = loadCentres(b, item.layout, page, channel, kLaneChannels);
        Channels all;
        for (int64_t i = 0; i < kLaneChannels; ++i)
          all.push_back(b.extract(centres, i));
        return all;
      },
      [&] { return Channels(kLaneChannels, b.cf(0)); });
}

//===----------------------------------------------------------------------===//
// Coding
//===----------------------------------------------------------------------===//

/// Of the row: over the lanes that share it.
Val RowCoder::largest(ArrayRef<Val> values) const {
  Val most = b.abs(values.front());
  for (Val value : values.drop_front())
    most = b.maxPropagate(most, b.abs(value));
  for (int64_t mask = 1; mask < lanes; mask *= 2)
    most = b.maxPropagate(most, b.shuffleXor(most, mask));
  return most;
}

RowCoder::Row RowCoder::encode(ArrayRef<Val> rotated,
                               ArrayRef<Val> centre) const {
  Channels centred;
  for (auto [x, m] : llvm::zip(rotated, centre))
    centred.push_back(x - m);
  Row row;
  row.scale = tile::rowScale(largest(centred));
  row.isNotFinite = b.exclusiveOr(row.scale.finite, b.constant(1, b.i1()));
  SmallVector<Val> codes;
  for (auto [x, m] : llvm::zip(centred, centre)) {
    tile::Code code = tile::encode(x, row.scale);
    codes.push_back(code.bits);
    row.values.push_back(tile::decode(code.rounded, row.scale.step, m));
  }
  packDigits(codes, row);
  return row;
}

/// Byte `byte` of each of eight words.
SmallVector<Val> RowCoder::packBytes(ArrayRef<Val> codes, int64_t byte) const {
  int64_t two = byte | (4 + byte) << 4;
  SmallVector<Val> words;
  for (int64_t i = 0; i < kLaneChannels; i += 4)
    words.push_back(b.permuteBytes(
        b.permuteBytes(codes[i], codes[i + 1], two),
        b.permuteBytes(codes[i + 2], codes[i + 3], two), 0x5410));
  return words;
}

/// Rows of 4-bit planes from the two digits of eight channels, given in the
/// upper nibbles of bytes. Of four lanes with 32 channels, the first two have
/// those of low nibbles, and give away b for a; they get 16 bytes of plane a
/// together, the others of plane b.
SmallVector<Val> RowCoder::mixNibbles(ArrayRef<Val> digitA,
                                      ArrayRef<Val> digitB) const {
  Val isUpper = (rank & 2) != 0.0;
  SmallVector<Val> words;
  for (auto [a, b4] : llvm::zip(digitA, digitB)) {
    Val keep = b.select(isUpper, b4, a);
    Val got = b.shuffleXor(b.select(isUpper, a, b4), 2);
    Val low = b.select(isUpper, got, keep), high = b.select(isUpper, keep, got);
    words.push_back(((low >> 4) & 0x0F0F0F0F) | (high & ~0x0F0F0F0FL));
  }
  return words;
}

void RowCoder::packDigits(ArrayRef<Val> codes, Row &row) const {
  // The digits above the last are in the second byte of this.
  SmallVector<Val> rounded;
  for (Val code : codes)
    rounded.push_back(code + 128);
  row.last = packBytes(codes, 0);
  row.above = packBytes(rounded, 1);
  if (item.layout.role == PlaneRole::Value)
    return;
  // a = (high + 8) >> 4 and b = high - 16 a: the low nibble of b is that of
  // high.
  SmallVector<Val> digitB;
  for (Val high : row.above)
    digitB.push_back(high << 4);
  for (Val &value : rounded)
    value = value + 8 * 256;
  row.above = mixNibbles(packBytes(rounded, 1), digitB);
}

//===----------------------------------------------------------------------===//
// Storing
//===----------------------------------------------------------------------===//

void RowCoder::storeWords(Val page, Val row, int plane, Val byte,
                          ArrayRef<Val> words) const {
  Val address = b.offset(page, row * b.c32(item.layout.rowBytes(plane)) +
                                   item.layout.planeOffset(plane));
  b.store(b.vectorOf(words), b.offset(address, byte), words.size() * 4);
}

void RowCoder::storeDigits(Val page, Val index, ArrayRef<Val> last,
                           ArrayRef<Val> above) const {
  if (item.layout.role == PlaneRole::Value) {
    storeWords(page, index, 0, channel, above);
    return storeWords(page, index, 1, channel, last);
  }
  // 8 channels of each half of a group: lanes 0 and 1 of four have plane a.
  Val byte = ((channel & -kChannelGroup) >> 1) + (channel & 8);
  b.ifThen((rank & 2) == 0.0, [&] { storeWords(page, index, 0, byte, above); });
  b.ifThen((rank & 2) != 0.0, [&] { storeWords(page, index, 1, byte, above); });
  storeWords(page, index, 2, channel, last);
}

void RowCoder::store(Val page, Val position, const Row &row, Val exists) const {
  Val index = position & (kPageTokens - 1);
  b.ifThen(exists & hasDigits, [&] {
    storeDigits(page, index, row.last, row.above);
    // Seldom, and so apart.
    SmallVector<Val> zeros(2, b.c32(0));
    b.ifThen(row.isNotFinite, [&] { storeDigits(page, index, zeros, zeros); });
  });
  b.ifThen(exists & (rank == 0.0), [&] {
    Val scales = b.offset(page, item.layout.scalesOffset());
    tile::storeFloats(b, row.scale.scale, b.getBF16Type(),
                      b.element(scales, index, b.getI16Type()));
    b.ifThen(row.isNotFinite, [&] { item.raise(kStatusNonFinite); });
  });
}
