; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -32
    mv t0, a3
    mv t1, a2
    mv a6, a0
    sd zero, 0(sp)
    sd zero, 8(sp)
    sd zero, 16(sp)
    sw zero, 24(sp)
    lw a0, 0(a1)
    li t3, 28
    lui t4, 1048575
    addi t4, t4, 1
    not t2, a0
    li t5, -4
    li a7, 207
    li a3, 96
.L1:
    sw t3, 28(sp)
    mv a4, sp
    addi a5, sp, 28
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t4, .L2
    beq a0, t5, .L1
    neg a3, a0
    li a1, 2
    j .L3
.L2:
    mv a2, t0
    bltu t0, a0, .L4
    mv a2, a0
.L4:
    lw a4, 28(sp)
    li a1, 2
    lui a3, 16
    li a5, 16
    addi a3, a3, 44
    beq a4, a5, .L5
    li a5, 28
    bne a4, a5, .L3
    li a4, 10
    j .L6
.L5:
    li a4, 2
.L6:
    lhu a5, 0(sp)
    bne a5, a4, .L3
    sltu a1, t0, a0
    ld a0, 0(sp)
    ld a3, 8(sp)
    ld a4, 16(sp)
    lw a5, 24(sp)
    sd a0, 8(a6)
    mv a0, a6
    sd a3, 16(a0)
    sd a4, 24(a0)
    sw a5, 32(a0)
    mv a3, a2
.L3:
    sd a3, 0(a6)
    sb a1, 36(a6)
    addi sp, sp, 32
    ret

; opt-level 3
    addi sp, sp, -32
    mv t0, a3
    mv t1, a2
    mv a6, a0
    lw a0, 0(a1)
    sd zero, 0(sp)
    sd zero, 8(sp)
    sd zero, 16(sp)
    sw zero, 24(sp)
    li t3, 28
    lui t4, 1048575
    addi t4, t4, 1
    not t2, a0
    li t5, -4
    li a7, 207
    li a3, 96
.L1:
    sw t3, 28(sp)
    mv a4, sp
    addi a5, sp, 28
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t4, .L2
    beq a0, t5, .L1
    neg a0, a0
    sd a0, 0(a6)
    li a0, 2
    sb a0, 36(a6)
    addi sp, sp, 32
    ret
.L2:
    mv a1, t0
    bltu t0, a0, .L3
    mv a1, a0
.L3:
    lw a2, 28(sp)
    li a3, 16
    beq a2, a3, .L4
    li a3, 28
    bne a2, a3, .L5
    li a2, 10
    lhu a3, 0(sp)
    bne a3, a2, .L5
.L6:
    sltu a0, t0, a0
    ld a2, 0(sp)
    ld a3, 8(sp)
    ld a4, 16(sp)
    lw a5, 24(sp)
    sd a1, 0(a6)
    sd a2, 8(a6)
    sd a3, 16(a6)
    sd a4, 24(a6)
    sw a5, 32(a6)
    sb a0, 36(a6)
    addi sp, sp, 32
    ret
.L4:
    li a2, 2
    lhu a3, 0(sp)
    beq a3, a2, .L6
.L5:
    lui a0, 16
    addi a0, a0, 44
    sd a0, 0(a6)
    li a0, 2
    sb a0, 36(a6)
    addi sp, sp, 32
    ret

; by hand
    lw a6, 0(a1)
    mv a1, a2
    mv a2, a3
    addi a4, a0, 8
    addi a5, a0, 36
    not a6, a6
    li a3, 96
    li a7, 207
    li t0, 28
    sw t0, 0(a5)
    li t0, -4
.L1:
    mv a0, a6
    ecall
    beq a0, t0, .L1
    lui t0, 1048575
    bltu t0, a0, .L2
    lhu t0, 0(a4)
    lw t1, 0(a5)
    srli t2, t0, 1
    add t2, t2, t0
    addi t2, t2, 13
    bne t1, t2, .L3
    andi t0, t0, -9
    addi t0, t0, -2
    bnez t0, .L3
    sltu t0, a2, a0
    beqz t0, .L4
    mv a0, a2
.L4:
    sd a0, -8(a4)
    sb t0, 0(a5)
    ret
.L2:
    neg a0, a0
    j .L5
.L3:
    lui a0, 16
    addi a0, a0, 44
.L5:
    li t0, 2
    j .L4
