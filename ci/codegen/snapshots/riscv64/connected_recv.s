; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mv t0, a3
    mv t1, a2
    mv a6, a0
    lw a0, 0(a1)
    lui t3, 1048575
    addi t3, t3, 1
    not t2, a0
    li t4, -4
    li a7, 207
    li a3, 96
    li a4, 0
    li a5, 0
.L1:
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t3, .L2
    beq a0, t4, .L1
    neg a1, a0
    li a0, 2
    j .L3
.L2:
    mv a1, t0
    bltu t0, a0, .L4
    mv a1, a0
.L4:
    sltu a0, t0, a0
.L3:
    sd a1, 0(a6)
    sb a0, 8(a6)
    ret

; opt-level 3
    mv t0, a3
    mv t1, a2
    mv a6, a0
    lw a0, 0(a1)
    lui t3, 1048575
    addi t3, t3, 1
    not t2, a0
    li t4, -4
    li a7, 207
    li a3, 96
    li a4, 0
    li a5, 0
.L1:
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t3, .L2
    beq a0, t4, .L1
    neg a1, a0
    li a0, 2
    sd a1, 0(a6)
    sb a0, 8(a6)
    ret
.L2:
    mv a1, t0
    bltu t0, a0, .L3
    mv a1, a0
.L3:
    sltu a0, t0, a0
    sd a1, 0(a6)
    sb a0, 8(a6)
    ret

; by hand
    mv a6, a0
    lw t1, 0(a1)
    mv a1, a2
    mv a2, a3
    not t1, t1
    li a3, 96
    li a4, 0
    li a5, 0
    li a7, 207
    li t0, -4
.L1:
    mv a0, t1
    ecall
    beq a0, t0, .L1
    lui t0, 1048575
    bltu t0, a0, .L2
    sltu t0, a2, a0
    beqz t0, .L3
    mv a0, a2
.L3:
    sd a0, 0(a6)
    sb t0, 8(a6)
    ret
.L2:
    neg a0, a0
    li t0, 2
    j .L3
