; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    srli a3, a2, 8
    li a4, 0
    sd a4, 8(a0)
    sd a4, 16(a0)
    sw a4, 24(a0)
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sw a1, 4(a0)
    ret

; opt-level 3
    srli a3, a2, 8
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sw a1, 4(a0)
    sd zero, 8(a0)
    sd zero, 16(a0)
    sw zero, 24(a0)
    ret

; by hand
    srli a3, a2, 8
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sw a1, 4(a0)
    sd zero, 8(a0)
    sd zero, 16(a0)
    sw zero, 24(a0)
    ret
