// A stock mlir-opt with the plugin does what aligned-opt does.

// RUN: mlir-opt %s --load-dialect-plugin=%aligned_plugin --load-pass-plugin=%aligned_plugin \
// RUN:   --pass-pipeline='builtin.module(func.func(aligned-raise-attention),aligned-align-precision{precision=budget<14>})' \
// RUN:   --remarks-filter=aligned 2>&1 | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%aligned_plugin --load-pass-plugin=%aligned_plugin \
// RUN:   --pass-pipeline='builtin.module(aligned-cpu-pipeline)' | FileCheck %s --check-prefix=CPU

// The dialect plugin alone reads and writes the operations.
// RUN: mlir-opt %s --load-dialect-plugin=%aligned_plugin --load-pass-plugin=%aligned_plugin \
// RUN:   --pass-pipeline='builtin.module(func.func(aligned-raise-attention))' \
// RUN:   | mlir-opt --load-dialect-plugin=%aligned_plugin | FileCheck %s --check-prefix=DIALECT

// CHECK: remark: [Passed] RaisedAttention | Category:aligned
// CHECK-LABEL: func @decode(
// CHECK: aligned.pack
// CHECK: aligned.decode {{.*}}budget<14>
// DIALECT: aligned.attention
// CPU: llvm.func
func.func @decode(%q: tensor<2x1x16xbf16>, %k: tensor<2x16x24xbf16>, %v: tensor<2x24x16xbf16>) -> tensor<2x1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %s = tensor.empty() : tensor<2x1x24xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %scores = linalg.batch_matmul ins(%q, %k : tensor<2x1x16xbf16>, tensor<2x16x24xbf16>)
      outs(%s0 : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %weights = linalg.softmax dimension(2) ins(%scores : tensor<2x1x24xf32>) outs(%s : tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
  %o = tensor.empty() : tensor<2x1x16xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  %r = linalg.batch_matmul ins(%weights, %v : tensor<2x1x24xf32>, tensor<2x24x16xbf16>)
      outs(%o0 : tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  return %r : tensor<2x1x16xf32>
}
