// RUN: aligned-opt %s -split-input-file -verify-diagnostics

// One case for each numbered constraint of each operation, type and attribute.

//===----------------------------------------------------------------------===//
// aligned.attention
//===----------------------------------------------------------------------===//

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
func.func @c1_number_of_maps(%q: tensor<2x1x64xf16>, %k: tensor<2x24x64xf16>, %o: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C1) expects 4 indexing maps, one for each operand but scale, got 3}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v]}
      ins(%q, %k, %k : tensor<2x1x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>)
      outs(%o : tensor<2x1x64xf16>) -> tensor<2x1x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n floordiv 2, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c1_projected_permutation(%q: tensor<2x1x64xf16>, %k: tensor<2x24x64xf16>, %o: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C1) expects the map of key to be a projected permutation over 5 dimensions}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %k : tensor<2x1x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>)
      outs(%o : tensor<2x1x64xf16>) -> tensor<2x1x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c1_rank(%q: tensor<2x1x64xf16>, %k: tensor<2x24x64xf16>, %o: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C1) expects 3 results of the map of key}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %k : tensor<2x1x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>)
      outs(%o : tensor<2x1x64xf16>) -> tensor<2x1x64xf16>
  return
}

// -----

// A batch dimension behind the group, or k1 that the key does not have.
#q = affine_map<(g, b, m, n, k1, k2) -> (g, b, m, k1)>
#k = affine_map<(g, b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(g, b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(g, b, m, n, k1, k2) -> (g, b, m, k2)>
func.func @c2_order(%q: tensor<3x2x1x64xf16>, %k: tensor<2x24x64xf16>, %o: tensor<3x2x1x64xf16>) {
  // expected-error @+1 {{(C2) expects the domain (batch .., group .., m, n, k1, k2)}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %k : tensor<3x2x1x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>)
      outs(%o : tensor<3x2x1x64xf16>) -> tensor<3x2x1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#mask = affine_map<(m, n, k1, k2) -> (n, k1)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c3_mask(%q: tensor<1x64xf16>, %k: tensor<24x64xf16>, %mask: tensor<24x64xi1>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C3) the map of mask names a dimension that it cannot depend on}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #mask, #o]}
      ins(%q, %k, %k : tensor<1x64xf16>, tensor<24x64xf16>, tensor<24x64xf16>) mask(%mask : tensor<24x64xi1>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(b, g, m, n, k1, k2) -> (b, g, m, k1)>
#k = affine_map<(b, g, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, g, m, n, k1, k2) -> (b, n, k2)>
#lengths = affine_map<(b, g, m, n, k1, k2) -> (g)>
#o = affine_map<(b, g, m, n, k1, k2) -> (b, g, m, k2)>
func.func @c3_lengths(%q: tensor<2x3x1x64xf16>, %k: tensor<2x24x64xf16>, %lengths: tensor<3xi32>, %o: tensor<2x3x1x64xf16>) {
  // expected-error @+1 {{(C3) the map of lengths names a dimension that it cannot depend on}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #lengths, #o]}
      ins(%q, %k, %k : tensor<2x3x1x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>) lengths(%lengths : tensor<3xi32>)
      outs(%o : tensor<2x3x1x64xf16>) -> tensor<2x3x1x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#sinks = affine_map<(b, m, n, k1, k2) -> (m)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c3_sinks(%q: tensor<2x4x64xf16>, %k: tensor<2x24x64xf16>, %sinks: tensor<4xf32>, %o: tensor<2x4x64xf16>) {
  // expected-error @+1 {{(C3) the map of sinks names a dimension that it cannot depend on}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #sinks, #o]}
      ins(%q, %k, %k : tensor<2x4x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>) sinks(%sinks : tensor<4xf32>)
      outs(%o : tensor<2x4x64xf16>) -> tensor<2x4x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
#lse = affine_map<(b, m, n, k1, k2) -> (b)>
func.func @c3_logsumexp(%q: tensor<2x4x64xf16>, %k: tensor<2x24x64xf16>, %o: tensor<2x4x64xf16>, %lse: tensor<2xf32>) {
  // expected-error @+1 {{(C3) expects the map of logsumexp to name every batch and group dimension and m}}
  %r:2 = aligned.attention {indexing_maps = [#q, #k, #v, #o, #lse]}
      ins(%q, %k, %k : tensor<2x4x64xf16>, tensor<2x24x64xf16>, tensor<2x24x64xf16>)
      outs(%o : tensor<2x4x64xf16>) logsumexp(%lse : tensor<2xf32>) -> tensor<2x4x64xf16>, tensor<2xf32>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c4(%q: tensor<1x64xf16>, %k: tensor<24x64xf16>, %v: tensor<23x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C4) dimension d1 has size 23 in value, but 24 before}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x64xf16>, tensor<24x64xf16>, tensor<23x64xf16>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c5(%q: tensor<1x64xf16>, %k: tensor<24x64xi8>, %v: tensor<24x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C5) the element type of key cannot be 'i8'}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<1x64xf16>, tensor<24x64xi8>, tensor<24x64xf16>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c6_window(%q: tensor<1x64xf16>, %k: tensor<24x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C6) expects a positive window}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o], window = -1 : i64}
      ins(%q, %k, %k : tensor<1x64xf16>, tensor<24x64xf16>, tensor<24x64xf16>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c6_softcap(%q: tensor<1x64xf16>, %k: tensor<24x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C6) expects a positive softcap}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o], softcap = 0.0 : f32}
      ins(%q, %k, %k : tensor<1x64xf16>, tensor<24x64xf16>, tensor<24x64xf16>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c7_mixed(%q: memref<1x64xf16>, %k: tensor<24x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C7) mixes tensors and memrefs: query is 'memref<1x64xf16>'}}
  %r = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %k : memref<1x64xf16>, tensor<24x64xf16>, tensor<24x64xf16>)
      outs(%o : tensor<1x64xf16>) -> tensor<1x64xf16>
  return
}

// -----

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @c7_results(%q: tensor<1x64xf16>, %k: tensor<24x64xf16>, %o: tensor<1x64xf16>) {
  // expected-error @+1 {{(C7) expects results of types ('tensor<1x64xf16>'), got ()}}
  aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %k : tensor<1x64xf16>, tensor<24x64xf16>, tensor<24x64xf16>)
      outs(%o : tensor<1x64xf16>)
  return
}

// -----

//===----------------------------------------------------------------------===//
// aligned.decode
//===----------------------------------------------------------------------===//

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c8_roles(%q: tensor<2x1x64xf16>, %k: !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>, %o: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C8) expects key planes of role key and value planes of role value}}
  %r = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %k : tensor<2x1x64xf16>, !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>, !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>)
      outs(%o : tensor<2x1x64xf16>) -> tensor<2x1x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c8_types(%q: tensor<2x1x64xf16>, %k: !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>,
                    %v: !aligned.planes<2x?x64xbf16, value, [0, -1, 1, 2]>, %o: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C8) expects key and value planes of one element type, got 'f16' and 'bf16'}}
  %r = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %v : tensor<2x1x64xf16>, !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>, !aligned.planes<2x?x64xbf16, value, [0, -1, 1, 2]>)
      outs(%o : tensor<2x1x64xf16>) -> tensor<2x1x64xf16>
  return
}

// -----

#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
func.func @c9_rows(%q: tensor<2x9x64xf16>, %k: !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>,
                   %v: !aligned.planes<2x?x64xf16, value, [0, -1, 1, 2]>, %o: tensor<2x9x64xf16>) {
  // expected-error @+1 {{(C9) expects a static number of query rows, at most 8, got 9}}
  %r = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %v : tensor<2x9x64xf16>, !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>, !aligned.planes<2x?x64xf16, value, [0, -1, 1, 2]>)
      outs(%o : tensor<2x9x64xf16>) -> tensor<2x9x64xf16>
  return
}

// -----

#q = affine_map<(b, g, m, n, k1, k2) -> (b, g, m, k1)>
#k = affine_map<(b, g, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, g, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, g, m, n, k1, k2) -> (b, g, m, k2)>
func.func @c9_group(%q: tensor<2x?x1x64xf16>, %k: !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>,
                    %v: !aligned.planes<2x?x64xf16, value, [0, -1, 1, 2]>, %o: tensor<2x?x1x64xf16>) {
  // expected-error @+1 {{(C9) expects static groups}}
  %r = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %v : tensor<2x?x1x64xf16>, !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>, !aligned.planes<2x?x64xf16, value, [0, -1, 1, 2]>)
      outs(%o : tensor<2x?x1x64xf16>) -> tensor<2x?x1x64xf16>
  return
}

// -----

// The second dimension of the key planes counts tokens, and the map says heads.
#q = affine_map<(b, h, m, n, k1, k2) -> (b, h, m, k1)>
#k = affine_map<(b, h, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, m, n, k1, k2) -> (b, h, m, k2)>
func.func @c9_order(%q: tensor<2x3x1x64xf16>, %k: !aligned.planes<2x3x3x64xf16, key, [0, 2, 1, 3]>,
                    %v: !aligned.planes<2x3x3x64xf16, value, [0, 1, 2, 3]>, %o: tensor<2x3x1x64xf16>) {
  // expected-error @+1 {{(C9) expects the key map to index the planes' sequence, kv head, token and channel by the first and last batch dimension, n and k1}}
  %r = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %v : tensor<2x3x1x64xf16>, !aligned.planes<2x3x3x64xf16, key, [0, 2, 1, 3]>, !aligned.planes<2x3x3x64xf16, value, [0, 1, 2, 3]>)
      outs(%o : tensor<2x3x1x64xf16>) -> tensor<2x3x1x64xf16>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Operations on planes
//===----------------------------------------------------------------------===//

func.func @pack_c1_shape(%k: tensor<2x24x64xf16>) {
  // expected-error @+1 {{(C1) expects the source to have the shape that the planes stand for}}
  %p = aligned.pack %k : tensor<2x24x64xf16> to !aligned.planes<2x25x64xf16, key, [0, -1, 1, 2]>
  return
}

// -----

func.func @pack_c1_type(%k: tensor<2x24x64xf16>) {
  // expected-error @+1 {{(C1) expects the source to have elements of 'bf16' or f32, got 'f16'}}
  %p = aligned.pack %k : tensor<2x24x64xf16> to !aligned.planes<2x24x64xbf16, key, [0, -1, 1, 2]>
  return
}

// -----

func.func @append_c1_rows(%p: !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>, %rows: tensor<3x1x64xf16>) {
  // expected-error @+1 {{(C1) expects rows that differ from the planes in the token dimension alone}}
  %a = aligned.append %rows to %p : tensor<3x1x64xf16>, !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>
      -> !aligned.planes<2x25x64xf16, key, [0, -1, 1, 2]>
  return
}

// -----

func.func @append_c1_planes(%p: !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>, %rows: tensor<2x1x64xf16>) {
  // expected-error @+1 {{(C1) expects planes that differ from those before in the token dimension alone}}
  %a = aligned.append %rows to %p : tensor<2x1x64xf16>, !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>
      -> !aligned.planes<2x25x64xf16, value, [0, -1, 1, 2]>
  return
}

// -----

func.func @append_c2(%p: !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>, %rows: tensor<2x1x64xf16>, %at: tensor<3xindex>) {
  // expected-error @+1 {{(C2) expects a position for each of 2 sequences, got 3}}
  %a = aligned.append %rows to %p at(%at : tensor<3xindex>) : tensor<2x1x64xf16>, !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>
      -> !aligned.planes<2x?x64xf16, key, [0, -1, 1, 2]>
  return
}

// -----

func.func @unpack_c1(%p: !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>, %o: tensor<2x24x64xbf16>) {
  // expected-error @+1 {{(C1) expects a destination of the shape that the planes stand for, with their elements or f32}}
  %u = aligned.unpack %p outs(%o : tensor<2x24x64xbf16>) : !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]> -> tensor<2x24x64xbf16>
  return
}

// -----

func.func @unpack_c2(%p: !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>, %o: tensor<2x24x64xf16>) {
  // expected-error @+1 {{(C2) expects a result of the destination's type for a tensor, and none for a memref}}
  aligned.unpack %p outs(%o : tensor<2x24x64xf16>) : !aligned.planes<2x24x64xf16, key, [0, -1, 1, 2]>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

// expected-error @+1 {{(C1) expects a decode, append, unpack or advance problem, got #aligned.precision<full>}}
aligned.kernel @kernel solves #aligned.precision<full>

// -----

func.func @load_planes_c1_range(%page: !llvm.ptr, %i: i32) {
  // expected-error @+1 {{(C1) expects 0 <= from < to <= 2, got 1 to 3}}
  %a, %b = aligned.load_planes #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 64>,
      %page[%i, %i] planes 1 to 3 : !llvm.ptr -> vector<32xi8>, vector<32xi8>
  return
}

// -----

func.func @load_planes_c1_results(%page: !llvm.ptr, %i: i32) {
  // expected-error @+1 {{(C1) expects 2 results of one type}}
  %a = aligned.load_planes #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 64>,
      %page[%i, %i] planes 0 to 2 : !llvm.ptr -> vector<32xi8>
  return
}

// -----

func.func @load_planes_c2(%page: !llvm.ptr, %i: i32) {
  // expected-error @+1 {{(C2) expects 8, 16 or a multiple of 32 channels, or 4 of an 8-bit plane, at most 64, got 48}}
  %a = aligned.load_planes #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 64>,
      %page[%i, %i] planes 0 to 1 : !llvm.ptr -> vector<48xi8>
  return
}

// -----

// C2: four channels of a 4-bit plane are half of the bytes that four more share.
func.func @load_planes_c2_nibbles(%page: !llvm.ptr, %i: i32) {
  // expected-error @+1 {{(C2) expects 8, 16 or a multiple of 32 channels, or 4 of an 8-bit plane, at most 64, got 4}}
  %a = aligned.load_planes #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%i, %i] planes 0 to 1 : !llvm.ptr -> vector<4xi8>
  return
}

// -----

func.func @load_planes_c3(%page: !llvm.ptr, %i: i32) {
  // expected-error @+1 {{(C3) packed digits are of 4-bit planes, plane 2 has 8 bits}}
  %a, %b = aligned.load_planes #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%i, %i] planes 1 to 3 packed : !llvm.ptr -> vector<32xi8>, vector<32xi8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

// C1: an order without channels.
// expected-error @+1 {{expects an order of four dimensions (sequence, kv head, token, channel), with a token and a channel}}
func.func private @planes_c1(!aligned.planes<2x24x64xf16, key, [0, 1, 2, -1]>)

// -----

// C1: a dimension that is named twice.
// expected-error @+1 {{expects the order to name each of the 3 dimensions once}}
func.func private @planes_c1_twice(!aligned.planes<2x24x64xf16, key, [0, 0, 1, 2]>)

// -----

// expected-error @+1 {{expects elements of f16, bf16 or f32, got 'i8'}}
func.func private @planes_c2(!aligned.planes<2x24x64xi8, key, [0, -1, 1, 2]>)

// -----

// expected-error @+1 {{expects a static, positive number of channels}}
func.func private @planes_c3(!aligned.planes<2x24x?xf16, key, [0, -1, 1, 2]>)

// -----

// expected-error @+1 {{expected 'key' or 'value', got 'query'}}
func.func private @planes_role(!aligned.planes<2x24x64xf16, query, [0, -1, 1, 2]>)

// -----

// expected-error @+1 {{unknown precision 'half': expected 'full', 'budget<B>'}}
func.func private @precision_word() attributes {p = #aligned.precision<half>}

// -----

// expected-error @+1 {{precision 'budget<-1>' is out of range: the budget is a number of bits from 0 to 64}}
func.func private @precision_range() attributes {p = #aligned.precision<budget<-1>>}

// -----

// An error of nothing would never be met, and say so after reading everything
// several times over.
// expected-error @+1 {{precision 'certified<0>' is out of range: the certified error is relative to the output, above 0 and at most 1}}
func.func private @certified_range() attributes {p = #aligned.precision<certified<0>>}

// -----

// `paper` has no number.
// expected-error @+1 {{unknown precision 'paper<8>'}}
func.func private @paper_number() attributes {p = #aligned.precision<paper<8>>}

// -----

// C4
// expected-error @+1 {{(C4) the encoding 'ieee' is for elements of f16, got 'bf16'}}
func.func private @planes_c4(!aligned.planes<2x24x64xbf16, key, [0, -1, 1, 2], ieee>)

// -----

// expected-error @+1 {{expected 'fixed' or 'ieee', got 'posit'}}
func.func private @planes_encoding(!aligned.planes<2x24x64xf16, key, [0, -1, 1, 2], posit>)

// -----

// C1
// expected-error @+1 {{expects planes of 8, 4, 4 bits for role value, got 8, 8}}
func.func private @layout_ieee() attributes {l = #aligned.layout<ieee, role = value, planes = [8, 8], page = 128, channels = 64>}

// -----

// The bits of another type are no f16 numbers.
// expected-error @+1 {{expects rows of f16 for the encoding 'ieee', got 'bf16'}}
func.func private @append_ieee() attributes {p = #aligned.append_problem<role = key, head_dim = 64, type = bf16, encoding = ieee>}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
!k = !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3]>
!v = !aligned.planes<2x3x?x64xf16, value, [0, 1, 2, 3]>
// C10
func.func @decode_c10(%q: tensor<2x3x3x1x64xf16>, %k: !k, %v: !v) -> tensor<2x3x3x1x64xf16> {
  // expected-error @+1 {{(C10) has the precision #aligned.precision<paper> over planes of the encoding fixed}}
  %o = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<paper>}
      ins(%q, %k, %v : tensor<2x3x3x1x64xf16>, !k, !v) outs(%q : tensor<2x3x3x1x64xf16>) -> tensor<2x3x3x1x64xf16>
  return %o : tensor<2x3x3x1x64xf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
!k = !aligned.planes<2x3x?x64xf16, key, [0, 1, 2, 3], ieee>
!v = !aligned.planes<2x3x?x64xf16, value, [0, 1, 2, 3]>
// C8
func.func @decode_c8_encoding(%q: tensor<2x3x3x1x64xf16>, %k: !k, %v: !v) -> tensor<2x3x3x1x64xf16> {
  // expected-error @+1 {{(C8) expects key and value planes of one encoding, got ieee and fixed}}
  %o = aligned.decode {indexing_maps = [#q, #k, #v, #o], precision = #aligned.precision<full>}
      ins(%q, %k, %v : tensor<2x3x3x1x64xf16>, !k, !v) outs(%q : tensor<2x3x3x1x64xf16>) -> tensor<2x3x3x1x64xf16>
  return %o : tensor<2x3x3x1x64xf16>
}

// -----

// C1
// expected-error @+1 {{expects planes of 4, 4, 8 bits for role key, got 8, 8}}
func.func private @layout_c1() attributes {l = #aligned.layout<fixed, role = key, planes = [8, 8], page = 128, channels = 64>}

// -----

// C2
// expected-error @+1 {{expects pages of 128 positions, got 64}}
func.func private @layout_c2_page() attributes {l = #aligned.layout<fixed, role = value, planes = [8, 8], page = 64, channels = 64>}

// -----

// C2
// expected-error @+1 {{expects a positive multiple of 32 channels, got 48}}
func.func private @layout_c2_channels() attributes {l = #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 48>}

// -----

// C1
// expected-error @+1 {{expects a group of at least 1 and 1 to 8 rows, got 3 and 9}}
func.func private @problem_c1() attributes {p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 9, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan>}

// -----

// C2
// expected-error @+1 {{expects query, cache and output of f16, bf16 or f32}}
func.func private @problem_c2() attributes {p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = i8, output = bf16, mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan>}

// -----

// C3
// expected-error @+1 {{expects a mask of i1, f16, bf16 or f32, got 'i8'}}
func.func private @problem_c3() attributes {p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = i8, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan>}

// -----

// C4
// expected-error @+1 {{expects window and softcap not to be negative}}
func.func private @problem_c4() attributes {p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = -1.0 : f32, window = 0, causal = false, masked_rows = nan>}

// -----

// C6
// expected-error @+1 {{expects the encoding 'fixed' of a certified problem, got 'ieee'}}
func.func private @problem_c6() attributes {p = #aligned.decode_problem<certified = true, key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = f16, cache = f16, output = f16, mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = false, masked_rows = nan, encoding = ieee>}
