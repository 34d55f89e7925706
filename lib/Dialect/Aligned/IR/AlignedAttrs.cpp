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

Attribute PrecisionAttr::parse(AsmParser &parser, Type) {
  std::string keyword, message;
  SMLoc loc;
  if (parser.parseLess() || parser.getCurrentLocation(&loc) ||
      parser.parseKeywordOrString(&keyword))
    return {};
  double number = 0;
  std::string text = keyword;
  bool hasNumber = succeeded(parser.parseOptionalLess());
  if (hasNumber) {
    SMLoc begin = parser.getCurrentLocation();
    int64_t whole;
    OptionalParseResult isWhole = parser.parseOptionalInteger(whole);
    if (isWhole.has_value() ? failed(*isWhole)
                            : failed(parser.parseFloat(number)))
      return {};
    if (isWhole.has_value())
      number = static_cast<double>(whole);
    SMLoc end = parser.getCurrentLocation();
    text += "<" +
            StringRef(begin.getPointer(), end.getPointer() - begin.getPointer())
                .trim()
                .str() +
            ">";
    if (parser.parseGreater())
      return {};
  }
  Precision precision;
  if (!makePrecision(text, keyword, hasNumber ? &number : nullptr, precision,
                     message)) {
    parser.emitError(loc, message);
    return {};
  }
  if (parser.parseGreater())
    return {};
  return PrecisionAttr::get(parser.getContext(), precision);
}

void PrecisionAttr::print(AsmPrinter &printer) const {
  // Shortest text that reads back as the same float.
  SmallString<16> text;
  APFloat(getPrecision().value).toString(text);
  switch (getKind()) {
  case PrecisionKind::Budget:
    if (getPrecision().value >= kFullBudget)
      printer << "<full>";
    else
      printer << "<budget<" << text << ">>";
    return;
  case PrecisionKind::Certified:
    printer << "<certified<" << text << ">>";
    return;
  case PrecisionKind::Paper:
    printer << "<paper>";
    return;
  }
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

LayoutAttr LayoutAttr::get(MLIRContext *context, const PageLayout &layout) {
  return get(context, static_cast<Encoding>(layout.encoding),
             static_cast<Role>(layout.role), getWidths(layout), kPageTokens,
             layout.channels());
}

PageLayout LayoutAttr::getPageLayout() const {
  return {static_cast<PlaneRole>(getRole()), getChannels(),
          static_cast<PlaneEncoding>(getEncoding())};
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
      getWidths({static_cast<PlaneRole>(role), channels,
                 static_cast<PlaneEncoding>(encoding)});
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

static LogicalResult
verifyEncoding(function_ref<InFlightDiagnostic()> emitError, Encoding encoding,
               Type rows) {
  if (encoding == Encoding::IEEE && !rows.isF16())
    return emitError() << "expects rows of f16 for the encoding 'ieee', got "
                       << rows;
  return success();
}

LogicalResult DecodeProblemAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, int64_t keyHeadDim,
    int64_t valueHeadDim, int64_t group, int64_t rows, Type query, Type cache,
    Type output, Type mask, Type sinks, FloatAttr softcap, int64_t window,
    bool causal, MaskedRows maskedRows, Encoding encoding, bool certified) {
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
  if (certified && encoding != Encoding::Fixed)
    return emitError() << "expects the encoding 'fixed' of a certified "
                          "problem, got '"
                       << stringifyEncoding(encoding) << "'";
  return verifyEncoding(emitError, encoding, cache);
}

//===----------------------------------------------------------------------===//
// AppendProblemAttr, UnpackProblemAttr
//===----------------------------------------------------------------------===//

LogicalResult
AppendProblemAttr::verify(function_ref<InFlightDiagnostic()> emitError, Role,
                          int64_t, Type type, Encoding encoding) {
  return verifyEncoding(emitError, encoding, type);
}

LogicalResult
UnpackProblemAttr::verify(function_ref<InFlightDiagnostic()> emitError, Role,
                          int64_t, Type type, Encoding encoding) {
  return verifyEncoding(emitError, encoding, type);
}
