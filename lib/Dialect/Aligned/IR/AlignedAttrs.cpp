//===- AlignedAttrs.cpp - Attributes of the aligned dialect
//-------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Support/KernelABI.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace aligned;

//===----------------------------------------------------------------------===//
// PrecisionAttr
//===----------------------------------------------------------------------===//

bool PrecisionAttr::isFull() const { return getBudget() >= kFullBudget; }

/// Largest budget that still means something: a weight of one among 2^40
/// tokens then asks for all bits, as `full` does.
static constexpr double kLargestBudget = 64;

FailureOr<float> PrecisionAttr::parseBudget(StringRef text,
                                            std::string &message) {
  text = text.trim();
  if (text == "full")
    return kFullBudget;
  StringRef number = text;
  double budget = 0;
  if (!number.consume_front("budget<") || !number.consume_back(">") ||
      number.trim().getAsDouble(budget)) {
    message = llvm::formatv("unknown precision '{0}': expected 'full' or "
                            "'budget<B>' with a number of bits B, as in "
                            "'budget<12>'",
                            text);
    return failure();
  }
  if (!(budget >= 0 && budget <= kLargestBudget)) {
    message = llvm::formatv("precision '{0}' is out of range: the budget is a "
                            "number of bits from 0 to {1}, or use 'full'",
                            text, kLargestBudget);
    return failure();
  }
  return static_cast<float>(budget);
}

Attribute PrecisionAttr::parse(AsmParser &parser, Type) {
  StringRef keyword;
  SMLoc loc;
  if (parser.parseLess() || parser.getCurrentLocation(&loc) ||
      parser.parseKeyword(&keyword))
    return {};
  float budget = kFullBudget;
  if (keyword == "budget") {
    double value;
    int64_t whole;
    if (parser.parseLess())
      return {};
    OptionalParseResult isWhole = parser.parseOptionalInteger(whole);
    if (isWhole.has_value() ? failed(*isWhole)
                            : failed(parser.parseFloat(value)))
      return {};
    if (isWhole.has_value())
      value = static_cast<double>(whole);
    if (parser.parseGreater())
      return {};
    if (!(value >= 0 && value <= kLargestBudget)) {
      parser.emitError(loc, "the budget is a number of bits from 0 to ")
          << static_cast<int>(kLargestBudget);
      return {};
    }
    budget = static_cast<float>(value);
  } else if (keyword != "full") {
    parser.emitError(loc, "unknown precision '")
        << keyword << "': expected 'full' or 'budget<B>'";
    return {};
  }
  if (parser.parseGreater())
    return {};
  return PrecisionAttr::get(parser.getContext(), budget);
}

void PrecisionAttr::print(AsmPrinter &printer) const {
  if (isFull()) {
    printer << "<full>";
    return;
  }
  // Shortest text that reads back as the same float.
  SmallString<16> text;
  APFloat(getBudget()).toString(text);
  printer << "<budget<" << text << ">>";
}

//===----------------------------------------------------------------------===//
// LayoutAttr
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> getWidths(const PageLayout &layout) {
  SmallVector<int64_t> widths;
  for (int plane = 0; plane < layout.numPlanes(); ++plane)
    widths.push_back(layout.planeBits(plane));
  return widths;
}

LayoutAttr LayoutAttr::getFixed(MLIRContext *context, Role role,
                                int64_t headDim) {
  PageLayout layout{static_cast<PlaneRole>(role), headDim};
  return get(context, Encoding::Fixed, role, getWidths(layout), kPageTokens,
             layout.channels());
}

PageLayout LayoutAttr::getPageLayout() const {
  return {static_cast<PlaneRole>(getRole()), getChannels()};
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Encoding encoding, Role role,
                                 ArrayRef<int64_t> planes, int64_t page,
                                 int64_t channels) {
  if (page != kPageTokens)
    return emitError() << "expects pages of " << kPageTokens
                       << " positions, got " << page;
  if (channels <= 0 || channels % kChannelGroup != 0)
    return emitError() << "expects a positive multiple of " << kChannelGroup
                       << " channels, got " << channels;
  SmallVector<int64_t> widths =
      getWidths({static_cast<PlaneRole>(role), channels});
  if (planes != ArrayRef<int64_t>(widths))
    return emitError() << "expects planes of " << widths << " bits for role "
                       << stringifyRole(role) << ", got " << planes;
  return success();
}

//===----------------------------------------------------------------------===//
// DecodeProblemAttr
//===----------------------------------------------------------------------===//

static bool isRowType(Type type) {
  return isa<Float16Type, BFloat16Type, Float32Type>(type);
}

LogicalResult
DecodeProblemAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          int64_t keyHeadDim, int64_t valueHeadDim,
                          int64_t group, int64_t rows, Type query, Type cache,
                          Type output, Type mask, Type sinks, FloatAttr softcap,
                          int64_t window, bool causal, MaskedRows maskedRows) {
  if (keyHeadDim <= 0 || valueHeadDim <= 0)
    return emitError() << "expects positive head sizes, got " << keyHeadDim
                       << " and " << valueHeadDim;
  if (group < 1 || rows < 1 || rows > kMaxQueryRows)
    return emitError() << "expects a group of at least 1 and 1 to "
                       << kMaxQueryRows << " rows, got " << group << " and "
                       << rows;
  if (!isRowType(query) || !isRowType(cache) || !isRowType(output))
    return emitError() << "expects query, cache and output of f16, bf16 or "
                          "f32, got "
                       << query << ", " << cache << " and " << output;
  if (!isa<NoneType>(mask) && !mask.isInteger(1) && !isRowType(mask))
    return emitError() << "expects a mask of i1, f16, bf16 or f32, got "
                       << mask;
  if (!isa<NoneType>(sinks) && !isRowType(sinks))
    return emitError() << "expects sinks of f16, bf16 or f32, got " << sinks;
  if (window < 0 || softcap.getValue().isNegative())
    return emitError() << "expects window and softcap not to be negative";
  return success();
}
