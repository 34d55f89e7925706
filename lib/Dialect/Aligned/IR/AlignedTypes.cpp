//===- AlignedTypes.cpp - Types of the aligned dialect
//------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace aligned;

int64_t PlanesType::getDimSize(Dim dim) const {
  int64_t index = getOrder()[dim];
  return index < 0 ? 1 : getShape()[index];
}

RankedTensorType PlanesType::getTensorType() const {
  return RankedTensorType::get(getShape(), getElementType());
}

Type PlanesType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape, order;
  Type elementType;
  StringRef keyword;
  SMLoc loc;
  auto parseEntry = [&] { return parser.parseInteger(order.emplace_back()); };
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/true,
                                /*withTrailingX=*/true) ||
      parser.parseType(elementType) || parser.parseComma() ||
      parser.getCurrentLocation(&loc) || parser.parseKeyword(&keyword))
    return {};
  std::optional<Role> role = symbolizeRole(keyword);
  if (!role) {
    parser.emitError(loc, "expected 'key' or 'value', got '") << keyword << "'";
    return {};
  }
  if (parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseEntry))
    return {};
  std::optional<Encoding> encoding = Encoding::Fixed;
  if (succeeded(parser.parseOptionalComma())) {
    SMLoc at = parser.getCurrentLocation();
    if (parser.parseKeyword(&keyword))
      return {};
    encoding = symbolizeEncoding(keyword);
    if (!encoding) {
      parser.emitError(at, "expected 'fixed' or 'ieee', got '")
          << keyword << "'";
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    ArrayRef<int64_t>(shape), elementType, *role,
                    ArrayRef<int64_t>(order), *encoding);
}

void PlanesType::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printDimensionList(getShape());
  printer << "x" << getElementType() << ", " << stringifyRole(getRole())
          << ", [";
  llvm::interleaveComma(getOrder(), printer);
  printer << "]";
  if (getEncoding() != Encoding::Fixed)
    printer << ", " << stringifyEncoding(getEncoding());
  printer << ">";
}

LogicalResult PlanesType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> shape, Type elementType,
                                 Role, ArrayRef<int64_t> order,
                                 Encoding encoding) {
  if (order.size() != 4 || order[Token] < 0 || order[Channel] < 0)
    return emitError() << "expects an order of four dimensions (sequence, kv "
                          "head, token, channel), with a token and a channel";
  SmallVector<bool> named(shape.size(), false);
  for (int64_t dim : order) {
    if (dim == -1)
      continue;
    if (dim < 0 || dim >= static_cast<int64_t>(shape.size()) || named[dim])
      return emitError() << "expects the order to name each of the "
                         << shape.size() << " dimensions once";
    named[dim] = true;
  }
  if (llvm::is_contained(named, false))
    return emitError() << "expects the order to name each of the "
                       << shape.size() << " dimensions once";
  if (!isa<Float16Type, BFloat16Type, Float32Type>(elementType))
    return emitError() << "expects elements of f16, bf16 or f32, got "
                       << elementType;
  if (ShapedType::isDynamic(shape[order[Channel]]) ||
      shape[order[Channel]] <= 0)
    return emitError() << "expects a static, positive number of channels";
  if (encoding == Encoding::IEEE && !elementType.isF16())
    return emitError()
           << "(C4) the encoding 'ieee' is for elements of f16, got "
           << elementType;
  return success();
}
