; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    beqz a2, .L1
    lw a0, 0(a0)
    lui a3, 4
    lui t0, 1048575
    addi a3, a3, 64
    addi t1, t0, 1
    not a6, a0
    li t2, 4
    li a7, 206
    li a5, 0
.L2:
    mv a0, a6
    li a4, 0
    ecall
    bltu t0, a0, .L3
    mv a4, a0
    bltu a0, t1, .L4
    j .L5
.L3:
    neg a4, a0
    bltu a0, t1, .L4
.L5:
    beq a4, t2, .L2
.L4:
    lui a1, 1048575
    sltu a0, a1, a0
    j .L6
.L1:
    li a4, 0
    li a0, 0
.L6:
    mv a1, a4
    ret

; opt-level 3
    beqz a2, .L1
    lw a0, 0(a0)
    lui a3, 4
    lui t0, 1048575
    addi a3, a3, 64
    addi t0, t0, 1
    not a6, a0
    li t1, -4
    li a7, 206
    li a5, 0
.L2:
    mv a0, a6
    li a4, 0
    ecall
    mv a4, a0
    bltu a0, t0, .L3
    beq a4, t1, .L2
    neg a1, a4
    li a0, 1
    ret
.L1:
    li a4, 0
.L3:
    li a0, 0
    mv a1, a4
    ret

; by hand
    lw a6, 0(a0)
    mv a0, a2
    beqz a2, .L1
    not a6, a6
    lui a3, 4
    addi a3, a3, 64
    li a4, 0
    li a5, 0
    li a7, 206
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
