; rustc 1.96.0, LLVM 22.1.8
