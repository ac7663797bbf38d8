; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    lw a0, 0(a0)
    lui a3, 4
    lui t0, 1048575
    addi a3, a3, 64
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 206
    li a4, 0
    li a5, 0
.L1:
    mv a0, a6
    ecall
    bltu a0, t0, .L2
    beq a0, t1, .L1
    neg a1, a0
    j .L3
.L2:
    mv a1, a0
.L3:
    lui a2, 1048575
    sltu a0, a2, a0
    ret

; opt-level 3
    lw a0, 0(a0)
    lui a3, 4
    lui t0, 1048575
    addi a3, a3, 64
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 206
    li a5, 0
.L1:
    mv a0, a6
    li a4, 0
    ecall
    mv a4, a0
    bltu a0, t0, .L2
    beq a4, t1, .L1
    neg a1, a4
    li a0, 1
    ret
.L2:
    li a0, 0
    mv a1, a4
    ret

; by hand
    lw a6, 0(a0)
    not a6, a6
    lui a3, 4
    addi a3, a3, 64
    li a4, 0
    li a5, 0
    li a7, 206
    li t0, -4
.L1:
    mv a0, a6
    ecall
    beq a0, t0, .L1
    mv a1, a0
    lui t0, 1048575
    sltu a0, t0, a0
    beqz a0, .L2
    neg a1, a1
.L2:
    ret
