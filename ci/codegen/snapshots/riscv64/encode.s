; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -16
    sd ra, 8(sp)
    srli a3, a2, 8
    srli a7, a1, 8
    srli a5, a1, 16
    srli a6, a1, 24
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sb a1, 4(a0)
    sb a7, 5(a0)
    sb a5, 6(a0)
    sb a6, 7(a0)
    addi a0, a0, 8
    li a2, 20
    li a1, 0
    call memset
    ld ra, 8(sp)
    addi sp, sp, 16
    ret

; opt-level 3
    srli a6, a1, 8
    srli a7, a1, 16
    srli a5, a1, 24
    srli a3, a2, 8
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sb a1, 4(a0)
    sb a6, 5(a0)
    sb a7, 6(a0)
    sb a5, 7(a0)
    sw zero, 8(a0)
    sw zero, 12(a0)
    sw zero, 16(a0)
    sw zero, 20(a0)
    sw zero, 24(a0)
    ret

; by hand
    srli a3, a2, 8
    li a4, 2
    sh a4, 0(a0)
    sb a3, 2(a0)
    sb a2, 3(a0)
    sw a1, 4(a0)
    sw zero, 8(a0)
    sw zero, 12(a0)
    sw zero, 16(a0)
    sw zero, 20(a0)
    sw zero, 24(a0)
    ret
