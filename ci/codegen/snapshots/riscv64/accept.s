; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -32
    mv a6, a0
    sd zero, 0(sp)
    sd zero, 8(sp)
    sd zero, 16(sp)
    sw zero, 24(sp)
    lw a0, 0(a1)
    li t0, 28
    lui a3, 129
    addi a3, a3, -2048
    not a5, a0
    li a4, -4
    li a7, 242
.L1:
    sw t0, 28(sp)
    mv a1, sp
    addi a2, sp, 28
    mv a0, a5
    ecall
    beq a0, a4, .L1
    lui a1, 1048575
    addi a1, a1, 1
    bgeu a0, a1, .L2
    lw a2, 28(sp)
    not a0, a0
    li a3, 16
    lui a1, 524288
    beq a2, a3, .L3
    li a3, 28
    bne a2, a3, .L4
    li a2, 10
    j .L5
.L2:
    neg a0, a0
    sw zero, 0(a6)
    sd a0, 8(a6)
    j .L6
.L3:
    li a2, 2
.L5:
    lhu a3, 0(sp)
    xor a2, a2, a3
    snez a2, a2
    addi a2, a2, -1
    mv a3, sp
    and a2, a2, a3
    j .L7
.L4:
    li a2, 0
.L7:
    or a7, a0, a1
    bnez a2, .L8
.L9:
    auipc a2, %pcrel_hi(.L10)
    addi a2, a2, %pcrel_lo(.L9)
.L8:
    lw a1, 0(a2)
    lw a3, 4(a2)
    lw a4, 8(a2)
    lw a5, 12(a2)
    lw a0, 16(a2)
    lw t0, 20(a2)
    lw a2, 24(a2)
    sw a7, 0(a6)
    sw a1, 4(a6)
    mv a1, a6
    sw a3, 8(a1)
    sw a4, 12(a1)
    sw a5, 16(a1)
    sw a0, 20(a1)
    sw t0, 24(a6)
    sw a2, 28(a1)
.L6:
    addi sp, sp, 32
    ret

; opt-level 3
    addi sp, sp, -32
    mv a4, a0
    lw a0, 0(a1)
    sd zero, 0(sp)
    sd zero, 8(sp)
    sd zero, 16(sp)
    sw zero, 24(sp)
    li a6, 28
    lui a1, 129
    lui t0, 1048575
    addi a3, a1, -2048
    addi t0, t0, 1
    not a5, a0
    li t1, -4
    li a7, 242
.L1:
    sw a6, 28(sp)
    mv a1, sp
    addi a2, sp, 28
    mv a0, a5
    ecall
    bltu a0, t0, .L2
    beq a0, t1, .L1
    neg a0, a0
    sw zero, 0(a4)
    sd a0, 8(a4)
    addi sp, sp, 32
    ret
.L2:
    lw a2, 28(sp)
    not a0, a0
    li a3, 16
    lui a1, 524288
    beq a2, a3, .L3
    li a3, 28
    bne a2, a3, .L4
    li a2, 10
    j .L5
.L3:
    li a2, 2
.L5:
    lhu a3, 0(sp)
    xor a2, a2, a3
    snez a2, a2
    addi a2, a2, -1
    mv a3, sp
    and a2, a2, a3
    or a6, a0, a1
    bnez a2, .L6
.L7:
.L8:
    auipc a2, %pcrel_hi(.L9)
    addi a2, a2, %pcrel_lo(.L8)
.L6:
    lw a1, 0(a2)
    lw a3, 4(a2)
    lw a5, 8(a2)
    lw a0, 12(a2)
    lw a7, 16(a2)
    lw t0, 20(a2)
    lw a2, 24(a2)
    sw a6, 0(a4)
    sw a1, 4(a4)
    sw a3, 8(a4)
    sw a5, 12(a4)
    sw a0, 16(a4)
    sw a7, 20(a4)
    sw t0, 24(a4)
    sw a2, 28(a4)
    addi sp, sp, 32
    ret
.L4:
    li a2, 0
    or a6, a0, a1
    j .L7

; by hand
    lw a6, 0(a1)
    mv a2, a0
    addi a1, a0, 4
    not a6, a6
    lui a3, 129
    addi a3, a3, -2048
    li a7, 242
    li t0, 28
    sw t0, 0(a2)
    li t0, -4
.L1:
    mv a0, a6
    ecall
    beq a0, t0, .L1
    lui t0, 1048575
    bltu t0, a0, .L2
    lw t1, 0(a2)
    not a0, a0
    sw a0, 0(a2)
    lhu t0, 0(a1)
    srli t2, t0, 1
    add t2, t2, t0
    addi t2, t2, 13
    bne t1, t2, .L3
    andi t0, t0, -9
    addi t0, t0, -2
    beqz t0, .L4
.L3:
    li t0, 10
    sw t0, 4(a2)
    sd zero, 8(a2)
    sd zero, 16(a2)
    sd zero, 24(a2)
.L4:
    ret
.L2:
    neg a0, a0
    sd a0, 8(a2)
    sw zero, 0(a2)
    ret
