; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mv a6, a0
    beqz a3, .L1
    mv t0, a3
    mv t1, a2
    lw a0, 0(a1)
    lui t3, 1048575
    addi t3, t3, 1
    not t2, a0
    li t4, -4
    li a7, 207
    li a3, 64
    li a4, 0
    li a5, 0
.L2:
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t3, .L3
    beq a0, t4, .L2
    bnez a0, .L4
    li a1, 0
    j .L5
.L1:
    li t0, 0
    li a0, 1
    j .L6
.L3:
    li a1, 0
    mv t0, a0
    j .L5
.L4:
    neg a1, a0
.L5:
    snez a0, a1
    addi a0, a0, -1
    beqz a1, .L7
    mv t0, a1
.L7:
    and a0, a0, t1
.L6:
    sd a0, 0(a6)
    sd t0, 8(a6)
    ret

; opt-level 3
    mv a6, a0
    beqz a3, .L1
    mv t1, a3
    mv t0, a2
    lw a0, 0(a1)
    lui t3, 1048575
    addi t3, t3, 1
    not t2, a0
    li t4, -4
    li a7, 207
    li a3, 64
    li a4, 0
    li a5, 0
.L2:
    mv a0, t2
    mv a1, t0
    mv a2, t1
    ecall
    bltu a0, t3, .L3
    beq a0, t4, .L2
    beqz a0, .L4
    neg a0, a0
    sd zero, 0(a6)
    sd a0, 8(a6)
    ret
.L3:
    mv t1, a0
.L4:
    sd t0, 0(a6)
    sd t1, 8(a6)
    ret
.L1:
    li a0, 1
    sd a0, 0(a6)
    sd zero, 8(a6)
    ret

; by hand
    mv a6, a0
    lw t1, 0(a1)
    mv a0, a3
    mv a1, a2
    beqz a3, .L1
    not t1, t1
    mv a2, a3
    li a3, 64
    li a4, 0
    li a5, 0
    li a7, 207
    li t0, -4
.L2:
    mv a0, t1
    ecall
    beq a0, t0, .L2
    lui t0, 1048575
    bgeu t0, a0, .L1
    neg a0, a0
    li a1, 0
.L1:
    sd a1, 0(a6)
    sd a0, 8(a6)
    ret
