// What a newer producer can hand over without its pretty syntax being read
// (docs/import.md): the generic form, whose only syntax is that of operations
// in general, with operations of dialects that are not known here.

// RUN: aligned-opt %s --allow-unregistered-dialect --pass-pipeline='builtin.module(func.func(aligned-raise-attention))' \
// RUN:   | FileCheck %s

// The same as bytecode.
// RUN: aligned-opt %s --allow-unregistered-dialect --emit-bytecode -o %t.mlirbc
// RUN: aligned-opt %t.mlirbc --allow-unregistered-dialect --pass-pipeline='builtin.module(func.func(aligned-raise-attention))' \
// RUN:   | FileCheck %s

// Without the flag an operation that is not known is an error.
// RUN: not aligned-opt %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: operation being parsed with an unregistered dialect

// CHECK: %[[Q:.+]] = "newer.rotate"(%{{.*}}) {theta = 1.000000e+04 : f64}
// CHECK: aligned.attention {{.*}} ins(%[[Q]],
// CHECK-NOT: linalg.batch_matmul
"builtin.module"() ({
  "func.func"() <{function_type = (tensor<2x1x16xf32>, tensor<2x16x24xf32>, tensor<2x24x16xf32>) -> tensor<2x1x16xf32>, sym_name = "main"}> ({
  ^bb0(%q0: tensor<2x1x16xf32>, %k: tensor<2x16x24xf32>, %v: tensor<2x24x16xf32>):
    %q = "newer.rotate"(%q0) {theta = 1.0e4 : f64} : (tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
    %zero = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %s = "tensor.empty"() : () -> tensor<2x1x24xf32>
    %s0 = "linalg.fill"(%zero, %s) <{operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%a: f32, %b: f32):
      "linalg.yield"(%a) : (f32) -> ()
    }) : (f32, tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
    %scores = "linalg.generic"(%q, %k, %s0) <{
        indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>,
                         affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>],
        iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>,
                          #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>],
        operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = "arith.mulf"(%a, %b) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
      %r = "arith.addf"(%c, %p) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
      "linalg.yield"(%r) : (f32) -> ()
    }) : (tensor<2x1x16xf32>, tensor<2x16x24xf32>, tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
    %weights = "linalg.softmax"(%scores, %s) <{dimension = 2 : i64}> : (tensor<2x1x24xf32>, tensor<2x1x24xf32>) -> tensor<2x1x24xf32>
    %o = "tensor.empty"() : () -> tensor<2x1x16xf32>
    %o0 = "linalg.fill"(%zero, %o) <{operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%a: f32, %b: f32):
      "linalg.yield"(%a) : (f32) -> ()
    }) : (f32, tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
    %result = "linalg.generic"(%weights, %v, %o0) <{
        indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>,
                         affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>],
        iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>,
                          #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>],
        operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = "arith.mulf"(%a, %b) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
      %r = "arith.addf"(%c, %p) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
      "linalg.yield"(%r) : (f32) -> ()
    }) : (tensor<2x1x24xf32>, tensor<2x24x16xf32>, tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
    "func.return"(%result) : (tensor<2x1x16xf32>) -> ()
  }) : () -> ()
}) : () -> ()
