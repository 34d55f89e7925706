// Reads memory once, as fast as it goes: what decodes are compared with. Every
// thread reads 16 bytes at four places a step; `count` is a multiple of four
// times the threads of the grid. The memory holds zeros, so nothing is stored,
// which only the reader knows.
gpu.module @read_peak {
  llvm.func @read_all(%data: !llvm.ptr<1>, %count: i64, %sink: !llvm.ptr<1>)
      attributes {gpu.kernel, nvvm.kernel, nvvm.maxntid = array<i32: 256>} {
    %zero = llvm.mlir.constant(dense<0> : vector<4xi32>) : vector<4xi32>
    %zero32 = llvm.mlir.constant(0 : i32) : i32
    %thread = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %threads = nvvm.read.ptx.sreg.ntid.x : i32
    %blocks = nvvm.read.ptx.sreg.nctaid.x : i32
    %before = llvm.mul %block, %threads : i32
    %first32 = llvm.add %before, %thread : i32
    %all32 = llvm.mul %blocks, %threads : i32
    %first = llvm.zext %first32 : i32 to i64
    %all = llvm.zext %all32 : i32 to i64
    llvm.br ^check(%first, %zero : i64, vector<4xi32>)
  ^check(%at: i64, %seen: vector<4xi32>):
    %more = llvm.icmp "ult" %at, %count : i64
    llvm.cond_br %more, ^read, ^done
  ^read:
    %at1 = llvm.add %at, %all : i64
    %at2 = llvm.add %at1, %all : i64
    %at3 = llvm.add %at2, %all : i64
    %next = llvm.add %at3, %all : i64
    %p0 = llvm.getelementptr %data[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, vector<4xi32>
    %p1 = llvm.getelementptr %data[%at1] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, vector<4xi32>
    %p2 = llvm.getelementptr %data[%at2] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, vector<4xi32>
    %p3 = llvm.getelementptr %data[%at3] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, vector<4xi32>
    %v0 = llvm.load %p0 {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
    %v1 = llvm.load %p1 {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
    %v2 = llvm.load %p2 {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
    %v3 = llvm.load %p3 {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
    %or01 = llvm.or %v0, %v1 : vector<4xi32>
    %or23 = llvm.or %v2, %v3 : vector<4xi32>
    %or = llvm.or %or01, %or23 : vector<4xi32>
    %seenNow = llvm.or %seen, %or : vector<4xi32>
    llvm.br ^check(%next, %seenNow : i64, vector<4xi32>)
  ^done:
    %any = "llvm.intr.vector.reduce.or"(%seen) : (vector<4xi32>) -> i32
    %isAny = llvm.icmp "ne" %any, %zero32 : i32
    llvm.cond_br %isAny, ^store, ^end
  ^store:
    llvm.store %any, %sink : i32, !llvm.ptr<1>
    llvm.br ^end
  ^end:
    llvm.return
  }
}
