; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mv a4, a3
    lhu a5, 0(a3)
    lbu a6, 4(a0)
    addi a3, a5, -2
    snez a3, a3
    bne a6, a3, .L1
    li a3, 2
    beq a5, a3, .L2
    li a5, 28
    j .L3
.L1:
    li a0, 1
    lui a1, 16
    addi a1, a1, 40
    ret
.L2:
    li a5, 16
.L3:
    lw a0, 0(a0)
    lui a3, 4
    lui t0, 1048575
    addi a3, a3, 64
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 206
.L4:
    mv a0, a6
    ecall
    bltu a0, t0, .L5
    beq a0, t1, .L4
    neg a1, a0
    j .L6
.L5:
    mv a1, a0
.L6:
    lui a2, 1048575
    sltu a0, a2, a0
    ret

; opt-level 3
    mv t0, a3
    lhu a4, 0(a3)
    mv a3, a0
    lbu a0, 4(a0)
    addi a5, a4, -2
    snez a5, a5
    xor a0, a0, a5
    andi a5, a0, 1
    li a0, 1
    beqz a5, .L1
    lui a4, 16
    addi a1, a4, 40
    ret
.L1:
    lw a0, 0(a3)
    li a3, 2
    bne a4, a3, .L2
    li a5, 16
    j .L3
.L2:
    li a5, 28
.L3:
    not a6, a0
    lui a0, 4
    lui t1, 1048575
    addi a3, a0, 64
    addi t1, t1, 1
    li t2, -4
    li a7, 206
.L4:
    mv a0, a6
    mv a4, t0
    ecall
    mv a4, a0
    bltu a0, t1, .L5
    beq a4, t2, .L4
    neg a1, a4
    li a0, 1
    ret
.L5:
    li a0, 0
    mv a1, a4
    ret

; by hand
    mv a4, a3
    lhu a5, 0(a3)
    lbu t1, 4(a0)
    lw a6, 0(a0)
    slli t1, t1, 3
    addi t1, t1, 2
    bne a5, t1, .L1
    srli t1, a5, 1
    add a5, a5, t1
    addi a5, a5, 13
    not a6, a6
    lui a3, 4
    addi a3, a3, 64
    li a7, 206
    li t0, -4
.L2:
    mv a0, a6
    ecall
    beq a0, t0, .L2
    mv a1, a0
    lui t0, 1048575
    sltu a0, t0, a0
    beqz a0, .L3
    neg a1, a1
.L3:
    ret
.L1:
    li a0, 1
    lui a1, 16
    addi a1, a1, 40
    ret
