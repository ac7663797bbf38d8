; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -96
    sd ra, 88(sp)
    sd s0, 80(sp)
    sd s1, 72(sp)
    sd s2, 64(sp)
    mv s2, a0
    li a0, 10
    addi a2, sp, 48
    lw a1, 0(a1)
    mv a6, sp
    li s1, 28
    lui a3, 129
    lui s0, 1048575
    sd a0, 0(sp)
    sd zero, 8(sp)
    sd zero, 16(sp)
    sw zero, 24(sp)
    addi a3, a3, -2048
    addi s0, s0, 1
    not a4, a1
    li a5, -4
    li a7, 242
.L1:
    sd a6, 32(sp)
    sd s1, 40(sp)
    sw s1, 48(sp)
    mv a1, sp
    mv a0, a4
    ecall
    bltu a0, s0, .L2
    beq a0, a5, .L1
    neg a2, a0
    j .L3
.L2:
    sext.w a0, a0
    bgez a0, .L4
    lui a2, 16
    addi a2, a2, 44
    bltz a0, .L3
.L5:
    srai s1, a0, 63
    or s1, s1, a0
    addi a0, sp, 32
    call _RNvXs_NtNtCslguf98W6o07_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCslF9KbCeXXbj_7codegen
    lw a0, 32(sp)
    beqz a0, .L6
    not a0, s1
    lw a1, 36(sp)
    lw a2, 40(sp)
    lw a3, 44(sp)
    lw a4, 48(sp)
    lw a5, 52(sp)
    lw s1, 56(sp)
    lw s0, 60(sp)
    sw a1, 4(s2)
    mv a1, s2
    sw a2, 8(a1)
    sw a3, 12(a1)
    sw a4, 16(a1)
    sw a5, 20(a1)
    sw s1, 24(a1)
    sw s0, 28(a1)
    j .L7
.L4:
    lw a2, 48(sp)
    bgez a0, .L5
.L3:
    li a0, 0
    sd a2, 8(s2)
.L7:
    sw a0, 0(s2)
    ld ra, 88(sp)
    ld s0, 80(sp)
    ld s1, 72(sp)
    ld s2, 64(sp)
    addi sp, sp, 96
    ret
.L6:
    lui a0, 16
    addi a0, a0, 44
    sd a0, 8(s2)
    li a7, 57
    mv a0, s1
    ecall
    li a0, 0
    j .L7

; opt-level 3
    addi sp, sp, -64
    mv t0, a0
    lw a0, 0(a1)
    li a1, 10
    addi a2, sp, 56
    addi a6, sp, 8
    li t1, 28
    lui a3, 129
    lui a4, 1048575
    sd a1, 8(sp)
    sd zero, 16(sp)
    sd zero, 24(sp)
    sw zero, 32(sp)
    addi a3, a3, -2048
    addi a4, a4, 1
    not a5, a0
    li t2, -4
    li a7, 242
.L1:
    sd a6, 40(sp)
    sd t1, 48(sp)
    sw t1, 56(sp)
    addi a1, sp, 8
    mv a0, a5
    ecall
    bltu a0, a4, .L2
    beq a0, t2, .L1
    neg a2, a0
.L3:
    sw zero, 0(t0)
    sd a2, 8(t0)
    addi sp, sp, 64
    ret
.L2:
    sext.w a0, a0
    bgez a0, .L4
    lui a2, 16
    addi a2, a2, 44
    j .L5
.L4:
    lw a2, 56(sp)
.L5:
    bltz a0, .L3
    lw a1, 8(sp)
    srai a3, a0, 63
    lwu a6, 12(sp)
    lw a7, 16(sp)
    slli a5, a1, 48
    srli a5, a5, 48
    li a4, 2
    or a0, a0, a3
    beq a5, a4, .L6
    li a3, 10
    bne a5, a3, .L7
    li a5, 28
    j .L8
.L6:
    li a5, 16
.L8:
    bne a5, a2, .L7
    not t1, a0
    slli a7, a7, 32
    addi a2, sp, 20
    or a3, a7, a6
    lw a4, 0(a2)
    lw a5, 4(a2)
    lw a6, 8(a2)
    lw a2, 12(a2)
    srli a0, a3, 32
    sw a4, 16(t0)
    sw a5, 20(t0)
    sw a6, 24(t0)
    sw a2, 28(t0)
    sw t1, 0(t0)
    sw a1, 4(t0)
    sw a3, 8(t0)
    sw a0, 12(t0)
    addi sp, sp, 64
    ret
.L7:
    lui a1, 16
    addi a1, a1, 44
    sw zero, 0(t0)
    sd a1, 8(t0)
    li a7, 57
    ecall
    addi sp, sp, 64
    ret

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
