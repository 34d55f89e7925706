// RUN: aligned-opt %s --split-input-file --aligned-align-precision="kv=retype" --remarks-filter=aligned -verify-diagnostics | FileCheck %s

// What keeps a cache a tensor although it is written: each of these would read
// something else as planes.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// Without a mask the rows behind the position are attended to; planes would have
// forgotten them.
// CHECK-LABEL: func @no_mask
// CHECK: aligned.pack
// expected-remark @+2 {{positions behind the inserted rows are attended to}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @no_mask(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>, %p: index,
                   %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[0, 0, %p, 0] [2, 3, 1, 64] [1, 1, 1, 1] : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, h)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A mask that is the same at all positions hides none of them.
// CHECK-LABEL: func @mask_of_heads
// CHECK: aligned.pack
// expected-remark @+2 {{positions behind the inserted rows are attended to}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @mask_of_heads(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>, %p: index,
                         %mask: tensor<2x3xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[0, 0, %p, 0] [2, 3, 1, 64] [1, 1, 1, 1] : tensor<2x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x3xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>

// Every position from one on gets the row: that is no append of one row.
// CHECK-LABEL: func @many_positions
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @many_positions(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>, %p: index,
                          %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %ka = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%kn, %k : tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>) outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%new: bf16, %old: bf16, %out: bf16):
    %i = linalg.index 2 : index
    %c = arith.cmpi sge, %i, %p : index
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{K is packed at every call}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#head = affine_map<(d0, d1, d2, d3) -> (d1)>

// Kv heads at positions of their own: an append has one for all heads of a
// sequence.
// CHECK-LABEL: func @positions_of_heads
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @positions_of_heads(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x1x64xbf16>,
                              %p: tensor<3xindex>, %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %ka = linalg.generic {indexing_maps = [#head, #row, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%p, %kn, %k : tensor<3xindex>, tensor<2x3x1x64xbf16>, tensor<2x3x16x64xbf16>) outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%a: index, %new: bf16, %old: bf16, %out: bf16):
    %i = linalg.index 2 : index
    %c = arith.cmpi eq, %i, %a : index
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{K is packed at every call}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// The row comes out of a tensor with a row for each position, at the position:
// computed for one position alone it would be the first.
// CHECK-LABEL: func @row_of_its_position
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @row_of_its_position(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x16x64xbf16>, %p: index,
                               %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %e = tensor.empty() : tensor<2x3x16x64xbf16>
  %ka = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%kn, %k : tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) outs(%e : tensor<2x3x16x64xbf16>) {
  ^bb0(%new: bf16, %old: bf16, %out: bf16):
    %i = linalg.index 2 : index
    %c = arith.cmpi eq, %i, %p : index
    %s = arith.select %c, %new, %old : bf16
    linalg.yield %s : bf16
  } -> tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{K is packed at every call}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// A causal limit without lengths counts from the end of the tensor, which is
// elsewhere than the end of the planes: the first row would see less.
// CHECK-LABEL: func @causal_from_the_end
// CHECK: aligned.pack
// expected-remark @+2 {{positions behind the inserted rows are attended to}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @causal_from_the_end(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x2x64xbf16>, %p: index,
                               %mask: tensor<2x16xi1>, %q: tensor<2x3x3x2x64xbf16>)
    -> (tensor<2x3x3x2x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[0, 0, %p, 0] [2, 3, 2, 64] [1, 1, 1, 1] : tensor<2x3x2x64xbf16> into tensor<2x3x16x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o], causal}
      ins(%q, %ka, %v : tensor<2x3x3x2x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xi1>)
      outs(%q : tensor<2x3x3x2x64xbf16>) -> tensor<2x3x3x2x64xbf16>
  return %r, %ka : tensor<2x3x3x2x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// More rows are scattered than there are sequences: which of them are whose, and
// in which order they come, nobody says.
// CHECK-LABEL: func @scattered_rows
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @scattered_rows(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<4x1x3x1x64xbf16>, %at: tensor<4x2xindex>,
                     %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.scatter %kn into %k[%at] scatter_dims([0, 2]) unique
      : (tensor<4x1x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<4x2xindex>) -> tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{it is computed by tensor.scatter, which appends no rows}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// The indices are kv heads and positions: each head of a sequence could get its
// row somewhere else.
// CHECK-LABEL: func @scattered_heads
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @scattered_heads(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<3x2x1x1x64xbf16>, %at: tensor<3x2xindex>,
                     %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.scatter %kn into %k[%at] scatter_dims([1, 2]) unique
      : (tensor<3x2x1x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<3x2xindex>) -> tensor<2x3x16x64xbf16>
  // expected-remark @+2 {{it is computed by tensor.scatter, which appends no rows}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// The loop writes the first sequence alone, twice: an append gives each of them a row.
// CHECK-LABEL: func @loop_of_one_sequence
// CHECK-NOT: aligned.append
// expected-remark @+1 {{argument 1 is planes now}}
func.func @loop_of_one_sequence(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
                                %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %ka = scf.for %b = %zero to %two step %one iter_args(%older = %k) -> (tensor<2x3x16x64xbf16>) {
    %p = tensor.extract %at[%b] : tensor<2xindex>
    %row = tensor.extract_slice %kn[0, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<3x64xbf16>
    %newer = tensor.insert_slice %row into %older[0, 0, %p, 0] [1, 3, 1, 64] [1, 1, 1, 1] : tensor<3x64xbf16> into tensor<2x3x16x64xbf16>
    scf.yield %newer : tensor<2x3x16x64xbf16>
  }
  // expected-remark @+2 {{it is computed by scf.for, which appends no rows}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>

// One sequence gets a row, the other none: an append gives each of them one.
// CHECK-LABEL: func @one_sequence
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="a part of the heads or sequences is inserted"}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @one_sequence(%k: tensor<2x3x16x64xbf16>, %v: tensor<2x3x16x64xbf16>, %kn: tensor<1x3x1x64xbf16>, %at: index,
                        %mask: tensor<2x16xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>) {
  %ka = tensor.insert_slice %kn into %k[1, 0, %at, 0] [1, 3, 1, 64] [1, 1, 1, 1] : tensor<1x3x1x64xbf16> into tensor<2x3x16x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %ka, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>, tensor<2x3x16x64xbf16>) mask(%mask : tensor<2x16xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %ka : tensor<2x3x3x1x64xbf16>, tensor<2x3x16x64xbf16>
}
