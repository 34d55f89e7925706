// RUN: aligned-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @static_length
func.func @static_length(%p: !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>) -> index {
  // CHECK: %[[LENGTH:.*]] = arith.constant 24 : index
  // CHECK-NEXT: return %[[LENGTH]]
  %n = aligned.length %p : !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>
  return %n : index
}

// CHECK-LABEL: func @dynamic_length
func.func @dynamic_length(%p: !aligned.planes<2x?x4x64xf16, key, [0, 2, 1, 3]>) -> index {
  // CHECK: %[[LENGTH:.*]] = aligned.length
  // CHECK-NEXT: return %[[LENGTH]]
  %n = aligned.length %p : !aligned.planes<2x?x4x64xf16, key, [0, 2, 1, 3]>
  return %n : index
}

// Planes are values: what nobody uses goes.
// CHECK-LABEL: func @unused
// CHECK-NEXT: return
func.func @unused(%k: tensor<2x24x4x64xf16>, %row: tensor<2x1x4x64xf16>, %init: tensor<2x25x4x64xf16>) {
  %p = aligned.pack %k : tensor<2x24x4x64xf16> to !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>
  %a = aligned.append %row to %p : tensor<2x1x4x64xf16>, !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>
      -> !aligned.planes<2x25x4x64xf16, key, [0, 2, 1, 3]>
  %u = aligned.unpack %a outs(%init : tensor<2x25x4x64xf16>) : !aligned.planes<2x25x4x64xf16, key, [0, 2, 1, 3]> -> tensor<2x25x4x64xf16>
  return
}

// Writing to memory is not unused.
// CHECK-LABEL: func @unpack_to_memory
// CHECK: aligned.unpack
func.func @unpack_to_memory(%p: !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>, %out: memref<2x24x4x64xf16>) {
  aligned.unpack %p outs(%out : memref<2x24x4x64xf16>) : !aligned.planes<2x24x4x64xf16, key, [0, 2, 1, 3]>
  return
}
