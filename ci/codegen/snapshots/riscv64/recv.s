; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    beqz a2, .L1
    lw a0, 0(a0)
    lui t0, 1048575
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 207
    li a3, 64
    li a4, 0
    li a5, 0
.L2:
    mv a0, a6
    ecall
    bltu a0, t0, .L3
    beq a0, t1, .L2
    beqz a0, .L4
    neg a0, a0
    j .L4
.L1:
    li a0, 0
    j .L5
.L3:
    mv a1, a0
    li a0, 0
.L4:
    mv a2, a0
    bnez a0, .L6
    mv a2, a1
.L6:
    snez a0, a0
.L5:
    mv a1, a2
    ret

; opt-level 3
    beqz a2, .L1
    lw a0, 0(a0)
    lui t0, 1048575
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 207
    li a3, 64
    li a4, 0
    li a5, 0
.L2:
    mv a0, a6
    ecall
    bltu a0, t0, .L3
    beq a0, t1, .L2
    neg a2, a0
    mv a0, a1
    mv a1, a2
    bnez a2, .L4
.L5:
    mv a1, a0
.L4:
    snez a0, a2
    ret
.L1:
    li a1, 0
    li a0, 0
    ret
.L3:
    li a2, 0
    li a1, 0
    j .L5

; by hand
    lw a6, 0(a0)
    mv a0, a2
    beqz a2, .L1
    not a6, a6
    li a3, 64
    li a4, 0
    li a5, 0
    li a7, 207
    li t0, -4
.L2:
    mv a0, a6
    ecall
    beq a0, t0, .L2
.L1:
    mv a1, a0
    lui t0, 1048575
    sltu a0, t0, a0
    beqz a0, .L3
    neg a1, a1
.L3:
    ret
