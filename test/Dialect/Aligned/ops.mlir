// RUN: aligned-opt %s -split-input-file | aligned-opt -split-input-file -o /dev/null

    #twelve = #aligned.precision<budget<12>>
    #all = #aligned.precision<full>
    
// -----
    #keys = #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>
    
// -----
    #p = #aligned.decode_problem<key_head_dim = 64, value_head_dim = 64, group = 3, rows = 1, query = bf16, cache = bf16, output = bf16, mask = none, sinks = none, softcap = 0.000000e+00 : f32, window = 0, causal = false, masked_rows = nan>
    
// -----
    #p = #aligned.append_problem<role = key, head_dim = 64, type = bf16>
    
// -----
    #p = #aligned.unpack_problem<role = value, head_dim = 64, type = f16>
    
// -----
    #p = #aligned.advance_problem
    
// -----
    func.func private @cache(!aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>)
    
// -----
    #q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
    #k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
    #v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
    #o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
    func.func @decode(%q: tensor<2x3x3x1x64xbf16>, %k: tensor<2x3x?x64xbf16>,
                      %v: tensor<2x3x?x64xbf16>, %init: tensor<2x3x3x1x64xbf16>)
        -> tensor<2x3x3x1x64xbf16> {
      %scale = arith.constant 0.125 : f32
      %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
          ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x3x?x64xbf16>, tensor<2x3x?x64xbf16>)
          scale(%scale : f32)
          outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
      return %o : tensor<2x3x3x1x64xbf16>
    }
    
// -----
    #q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
    #k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
    #v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
    #o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
    func.func @decode(%q: tensor<2x3x3x1x64xbf16>,
                      %k: !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>,
                      %v: !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>,
                      %init: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
      %o = aligned.decode {indexing_maps = [#q, #k, #v, #o],
                           precision = #aligned.precision<budget<12>>}
          ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>,
              !aligned.planes<2x3x?x64xbf16, key, [0, 1, 2, 3]>,
              !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>)
          outs(%init : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
      return %o : tensor<2x3x3x1x64xbf16>
    }
    
// -----
    func.func @pack(%k: tensor<2x24x4x64xbf16>) -> !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]> {
      %p = aligned.pack %k : tensor<2x24x4x64xbf16> to !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
      return %p : !aligned.planes<2x24x4x64xbf16, key, [0, 2, 1, 3]>
    }
    
// -----
    func.func @append(%p: !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>, %row: tensor<2x4x1x64xf16>)
        -> !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]> {
      %n = aligned.append %row to %p : tensor<2x4x1x64xf16>, !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
          -> !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
      return %n : !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
    }
    
// -----
    func.func @unpack(%p: !aligned.planes<2x4x8x64xf16, value, [0, 1, 2, 3]>, %init: tensor<2x4x8x64xf16>) -> tensor<2x4x8x64xf16> {
      %v = aligned.unpack %p outs(%init : tensor<2x4x8x64xf16>) : !aligned.planes<2x4x8x64xf16, value, [0, 1, 2, 3]> -> tensor<2x4x8x64xf16>
      return %v : tensor<2x4x8x64xf16>
    }
    
// -----
    func.func @length(%p: !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>) -> index {
      %n = aligned.length %p : !aligned.planes<2x4x?x64xf16, key, [0, 1, 2, 3]>
      return %n : index
    }
    
// -----
    aligned.kernel @append_key_d64_bf16 solves #aligned.append_problem<role = key, head_dim = 64, type = bf16>
    
// -----
    func.func @row(%page: !llvm.ptr, %row: i32, %c: i32) -> vector<64xi8> {
      %a, %b = aligned.load_planes
          #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
          %page[%row, %c] planes 0 to 2 : !llvm.ptr -> vector<64xi8>, vector<64xi8>
      return %b : vector<64xi8>
    }
    