// RUN: aligned-opt %s -split-input-file | aligned-opt -split-input-file | FileCheck %s
// RUN: aligned-opt %s -split-input-file --mlir-print-op-generic | aligned-opt -split-input-file | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#lengths = affine_map<(b, h, g, m, n, k1, k2) -> (b)>
#sinks = affine_map<(b, h, g, m, n, k1, k2) -> (h, g)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, m, h, g, k2)>
#lse = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m)>

// Only query, key, value and output have to be there; nan is the default.
// CHECK-LABEL: func @plain
// CHECK: aligned.attention {indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}, #{{.*}}]}
// CHECK-SAME: ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3x3x1x64xbf16>, tensor<2x?x3x64xbf16>, tensor<2x?x3x32xbf16>)
// CHECK-SAME: outs(%{{.*}} : tensor<2x1x3x3x32xf32>) -> tensor<2x1x3x3x32xf32>
func.func @plain(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x?x3x64xbf16>, %v: tensor<2x?x3x32xbf16>,
                 %init: tensor<2x1x3x3x32xf32>) -> tensor<2x1x3x3x32xf32> {
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x?x3x64xbf16>, tensor<2x?x3x32xbf16>)
      outs(%init : tensor<2x1x3x3x32xf32>) -> tensor<2x1x3x3x32xf32>
  return %o : tensor<2x1x3x3x32xf32>
}

// CHECK-LABEL: func @everything
// CHECK: aligned.attention {causal,
// CHECK-SAME: masked_rows = #aligned.masked_rows<zero>
// CHECK-SAME: softcap = 5.000000e+01 : f32
// CHECK-SAME: window = 4096 : i64
// CHECK-SAME: scale(%{{.*}} : f32) mask(%{{.*}} : tensor<2x?xi1>) lengths(%{{.*}} : tensor<2xi32>) sinks(%{{.*}} : tensor<3x3xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<2x4x3x3x64xf16>) logsumexp(%{{.*}} : tensor<2x3x3x4xf32>) -> tensor<2x4x3x3x64xf16>, tensor<2x3x3x4xf32>
func.func @everything(%q: tensor<2x3x3x4x64xf16>, %k: tensor<2x?x3x64xf16>, %v: tensor<2x?x3x64xf16>,
                      %scale: f32, %mask: tensor<2x?xi1>, %lengths: tensor<2xi32>, %sinks: tensor<3x3xf32>,
                      %init: tensor<2x4x3x3x64xf16>, %lse: tensor<2x3x3x4xf32>) -> tensor<2x3x3x4xf32> {
  %o, %l = aligned.attention {indexing_maps = [#q, #k, #v, #mask, #lengths, #sinks, #o, #lse], causal,
                              masked_rows = #aligned.masked_rows<zero>, softcap = 50.0 : f32, window = 4096 : i64}
      ins(%q, %k, %v : tensor<2x3x3x4x64xf16>, tensor<2x?x3x64xf16>, tensor<2x?x3x64xf16>)
      scale(%scale : f32) mask(%mask : tensor<2x?xi1>) lengths(%lengths : tensor<2xi32>) sinks(%sinks : tensor<3x3xf32>)
      outs(%init : tensor<2x4x3x3x64xf16>) logsumexp(%lse : tensor<2x3x3x4xf32>)
      -> tensor<2x4x3x3x64xf16>, tensor<2x3x3x4xf32>
  return %l : tensor<2x3x3x4xf32>
}

// CHECK-LABEL: func @on_memrefs
// CHECK: aligned.attention
// CHECK-SAME: outs(%{{.*}} : memref<2x1x3x3x64xbf16>){{$}}
func.func @on_memrefs(%q: memref<2x3x3x1x64xbf16>, %k: memref<2x?x3x64xbf16, strided<[?, ?, ?, 1]>>,
                      %v: memref<2x?x3x64xbf16>, %o: memref<2x1x3x3x64xbf16>) {
  aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : memref<2x3x3x1x64xbf16>, memref<2x?x3x64xbf16, strided<[?, ?, ?, 1]>>, memref<2x?x3x64xbf16>)
      outs(%o : memref<2x1x3x3x64xbf16>)
  return
}

// The maps of planes index the dimensions of the tensor that they stand for.
// CHECK-LABEL: func @decode
// CHECK: aligned.decode {indexing_maps = [#{{.*}}], kernel = @kernel, precision = #aligned.precision<budget<12>>}
// CHECK-SAME: !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>, !aligned.planes<2x?x3x64xbf16, value, [0, 2, 1, 3]>)
// CHECK-SAME: lengths(%{{.*}} : tensor<2xi32>)
func.func @decode(%q: tensor<2x3x3x1x64xbf16>, %k: !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>,
                  %v: !aligned.planes<2x?x3x64xbf16, value, [0, 2, 1, 3]>, %lengths: tensor<2xi32>,
                  %init: tensor<2x1x3x3x64xbf16>) -> tensor<2x1x3x3x64xbf16> {
  %o = aligned.decode {indexing_maps = [#q, #k, #v, #lengths, #o], precision = #aligned.precision<budget<12>>,
                       kernel = @kernel}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>,
          !aligned.planes<2x?x3x64xbf16, value, [0, 2, 1, 3]>)
      lengths(%lengths : tensor<2xi32>)
      outs(%init : tensor<2x1x3x3x64xbf16>) -> tensor<2x1x3x3x64xbf16>
  return %o : tensor<2x1x3x3x64xbf16>
}

// -----

// CHECK-LABEL: func @planes
// CHECK: aligned.pack %{{.*}} : tensor<2x24x4x64xf32> to !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
// CHECK: aligned.append %{{.*}} to %{{.*}} : tensor<2x1x4x64xbf16>, !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]> -> !aligned.planes<2x25x4x64xbf16, key, [0, 2, 1, 3]>
// CHECK: aligned.append %{{.*}} to %{{.*}} at(%{{.*}} : index) {kernel = @append} : memref<2x1x4x64xbf16>, !aligned.planes<2x25x4x64xbf16, key, [0, 2, 1, 3]> -> !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
// CHECK: aligned.append %{{.*}} to %{{.*}} at(%{{.*}} : tensor<2xindex>) : tensor<2x1x4x64xbf16>,
// CHECK: aligned.length %{{.*}} : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
// CHECK: aligned.unpack %{{.*}} outs(%{{.*}} : tensor<2x?x4x64xf32>) : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]> -> tensor<2x?x4x64xf32>
// CHECK: aligned.unpack %{{.*}} outs(%{{.*}} : memref<2x?x4x64xbf16>) : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>{{$}}
func.func @planes(%k: tensor<2x24x4x64xf32>, %row: tensor<2x1x4x64xbf16>, %buffer: memref<2x1x4x64xbf16>, %at: index,
                  %each: tensor<2xindex>,                  %init: tensor<2x?x4x64xf32>, %out: memref<2x?x4x64xbf16>) -> index {
  %p = aligned.pack %k : tensor<2x24x4x64xf32> to !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
  %a = aligned.append %row to %p : tensor<2x1x4x64xbf16>, !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
      -> !aligned.planes<2x25x4x64xbf16, key, [0, 2, 1, 3]>
  %b = aligned.append %buffer to %a at(%at : index) {kernel = @append} : memref<2x1x4x64xbf16>, !aligned.planes<2x25x4x64xbf16, key, [0, 2, 1, 3]>
      -> !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
  %c = aligned.append %row to %b at(%each : tensor<2xindex>) : tensor<2x1x4x64xbf16>, !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
      -> !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
  %n = aligned.length %c : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
  %u = aligned.unpack %b outs(%init : tensor<2x?x4x64xf32>) : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]> -> tensor<2x?x4x64xf32>
  aligned.unpack %b outs(%out : memref<2x?x4x64xbf16>) : !aligned.planes<2x?x4x64xbf16, key, [0, 2, 1, 3]>
  return %n : index
}

// A cache of one sequence and one kv head has neither dimension.
// CHECK: func private @smallest(!aligned.planes<?x64xf16, value, [-1, -1, 0, 1]>)
func.func private @smallest(!aligned.planes<?x64xf16, value, [-1, -1, 0, 1]>)

// -----

// CHECK: aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan>
// CHECK: aligned.kernel @certified solves #aligned.decode_problem<certified = true, key_head_dim = 64,
aligned.kernel @certified solves #aligned.decode_problem<certified = true, key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan>
// CHECK: aligned.kernel @append solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>
aligned.kernel @append solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>
// CHECK: aligned.kernel @unpack solves #aligned.unpack_problem<role = value, head_dim = 128, type = f16>
aligned.kernel @unpack solves #aligned.unpack_problem<role = value, head_dim = 128, type = f16>
// CHECK: aligned.kernel @advance solves #aligned.advance_problem
aligned.kernel @advance solves #aligned.advance_problem

// CHECK-LABEL: func @load_planes
// CHECK: aligned.load_planes #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>, %{{.*}}[%{{.*}}, %{{.*}}] planes 0 to 3 : !llvm.ptr -> vector<64xi8>, vector<64xi8>, vector<64xi8>
// CHECK: aligned.load_planes #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 32>, %{{.*}}[%{{.*}}, %{{.*}}] planes 1 to 2 : !llvm.ptr<1> -> vector<16xi8>
// CHECK: aligned.load_planes #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>, %{{.*}}[%{{.*}}, %{{.*}}] planes 0 to 1 packed : !llvm.ptr -> vector<16xi8>
func.func @load_planes(%page: !llvm.ptr, %global: !llvm.ptr<1>, %row: i32, %channel: i32) {
  %a, %b, %c = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %channel] planes 0 to 3 : !llvm.ptr -> vector<64xi8>, vector<64xi8>, vector<64xi8>
  %d = aligned.load_planes
      #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 32>,
      %global[%row, %channel] planes 1 to 2 : !llvm.ptr<1> -> vector<16xi8>
  %e = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %channel] planes 0 to 1 packed : !llvm.ptr -> vector<16xi8>
  return
}

// Whole and fractional budgets print as they are written.
// CHECK-LABEL: func private @precisions
// CHECK-SAME: full = #aligned.precision<full>
// CHECK-SAME: half = #aligned.precision<budget<12.5>>
// CHECK-SAME: twelve = #aligned.precision<budget<12>>
func.func private @precisions() attributes {
  full = #aligned.precision<full>, half = #aligned.precision<budget<12.5>>, twelve = #aligned.precision<budget<12>>}

// -----

// Precisions, and planes of f16 bits.
// CHECK-LABEL: func private @precisions
// CHECK-SAME: a = #aligned.precision<budget<12.5>>
// CHECK-SAME: b = #aligned.precision<full>
// CHECK-SAME: c = #aligned.precision<certified<0.00999999977>>
// CHECK-SAME: d = #aligned.precision<paper>
func.func private @precisions() attributes {a = #aligned.precision<budget<12.5>>, b = #aligned.precision<full>,
                                            c = #aligned.precision<certified<1.0e-02>>, d = #aligned.precision<paper>}

// CHECK-LABEL: func @lossless
// CHECK-SAME: !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee>
// CHECK: aligned.load_planes #aligned.layout<ieee, role = key, planes = [8, 4, 4], page = 128, channels = 64>,
// CHECK-SAME: -> vector<128xi8>, vector<128xi8>
func.func @lossless(%p: !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee>, %page: !llvm.ptr, %channel: i32,
                    %position: i32) -> vector<128xi8> {
  %a, %b = aligned.load_planes
      #aligned.layout<ieee, role = key, planes = [8, 4, 4], page = 128, channels = 64>,
      %page[%channel, %position] planes 0 to 2 : !llvm.ptr -> vector<128xi8>, vector<128xi8>
  return %b : vector<128xi8>
}
