//===- CompilerManifest.cpp - What a module offers ------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompilerManifest.h"

#include "Aligned/Conversion/AlignedToLLVM/Passes.h"
#include "Aligned/Dialect/Aligned/Transforms/KernelNames.h"
#include "Aligned/Pipelines/Compiler.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace aligned;

/// The name that packages have for an element type; empty if they have none.
static std::string nameOf(Type type) {
  if (isa<NoneType>(type))
    return "";
  if (type.isIndex())
    return "i64";
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type) &&
      !type.isSignlessInteger(1) && !type.isSignlessInteger(8) &&
      !type.isSignlessInteger(16) && !type.isSignlessInteger(32) &&
      !type.isSignlessInteger(64))
    return "";
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static std::vector<int64_t> shapeOf(ArrayRef<int64_t> sizes) {
  std::vector<int64_t> shape;
  for (int64_t size : sizes)
    shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
  return shape;
}

static ManifestPlanes describePlanes(PlanesType type) {
  ManifestPlanes planes;
  planes.role = static_cast<PlaneRole>(type.getRole());
  llvm::copy(type.getOrder(), planes.order.begin());
  planes.headDim = type.getHeadDim();
  planes.encoding = static_cast<PlaneEncoding>(type.getEncoding());
  planes.append =
      getAppendKernelName(type.getRole(), type.getHeadDim(),
                          type.getElementType(), type.getEncoding());
  planes.unpack =
      getUnpackKernelName(type.getRole(), type.getHeadDim(),
                          type.getElementType(), type.getEncoding());
  return planes;
}

static FailureOr<std::vector<ManifestType>> describeTypes(func::FuncOp func,
                                                          TypeRange types) {
  std::vector<ManifestType> list;
  for (Type type : types) {
    ManifestType &entry = list.emplace_back();
    if (auto planes = dyn_cast<PlanesType>(type)) {
      entry.type = nameOf(planes.getElementType());
      entry.shape = shapeOf(planes.getShape());
      entry.planes = describePlanes(planes);
    } else if (auto tensor = dyn_cast<RankedTensorType>(type)) {
      entry.type = nameOf(tensor.getElementType());
      entry.shape = shapeOf(tensor.getShape());
    } else {
      entry.type = nameOf(type);
      entry.scalar = true;
    }
    if (entry.type.empty())
      return func.emitError("cannot be an entry of a package: type ")
             << type << " is not a ranked tensor, a scalar or planes; make "
             << "the function private or change the type";
  }
  return list;
}

static ManifestDecode describeDecode(DecodeOp op) {
  DecodeProblemAttr problem = op.getProblem();
  ManifestDecode decode;
  decode.name = op.getKernel()->str();
  ManifestProblem &p = decode.problem;
  p.keyHeadDim = problem.getKeyHeadDim();
  p.valueHeadDim = problem.getValueHeadDim();
  p.group = problem.getGroup();
  p.rows = problem.getRows();
  p.query = nameOf(problem.getQuery());
  p.cache = nameOf(problem.getCache());
  p.output = nameOf(problem.getOutput());
  p.mask = nameOf(problem.getMask());
  p.sinks = nameOf(problem.getSinks());
  p.softcap = problem.getSoftcap().getValueAsDouble();
  p.window = problem.getWindow();
  p.causal = problem.getCausal();
  p.maskedRows = stringifyMaskedRows(problem.getMaskedRows()).str();
  // One that is computed is passed with each call; 1 stands in for it.
  p.scale = getConstantScale(op).value_or(1.0);
  p.budget = op.getPrecision().getPrecision().budget();
  p.certified = op.getPrecision().getPrecision().certified();
  p.encoding = static_cast<PlaneEncoding>(problem.getEncoding());
  Type cache = problem.getCache();
  Encoding encoding = problem.getEncoding();
  decode.appendKey =
      getAppendKernelName(Role::Key, p.keyHeadDim, cache, encoding);
  decode.appendValue =
      getAppendKernelName(Role::Value, p.valueHeadDim, cache, encoding);
  decode.unpackKey =
      getUnpackKernelName(Role::Key, p.keyHeadDim, cache, encoding);
  decode.unpackValue =
      getUnpackKernelName(Role::Value, p.valueHeadDim, cache, encoding);
  return decode;
}

FailureOr<Manifest> aligned::describeModule(ModuleOp module) {
  Manifest manifest;
  manifest.compiler = getCompilerVersion();
  for (auto func : module.getOps<func::FuncOp>()) {
    if (!func.isPublic() || func.isExternal())
      continue;
    FailureOr<std::vector<ManifestType>> arguments =
        describeTypes(func, func.getArgumentTypes());
    FailureOr<std::vector<ManifestType>> results =
        describeTypes(func, func.getResultTypes());
    if (failed(arguments) || failed(results))
      return failure();
    manifest.entries.push_back({func.getName().str(),
                                (kEntryPrefix + func.getName()).str(),
                                std::move(*arguments), std::move(*results)});
  }
  llvm::StringSet<> seen;
  module.walk([&](DecodeOp op) {
    if (seen.insert(*op.getKernel()).second)
      manifest.decodes.push_back(describeDecode(op));
  });
  return manifest;
}
