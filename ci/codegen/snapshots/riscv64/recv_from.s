; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -144
    sd ra, 136(sp)
    sd s0, 128(sp)
    sd s1, 120(sp)
    sd s2, 112(sp)
    sd s3, 104(sp)
    sd s4, 96(sp)
    sd s5, 88(sp)
    mv s3, a1
    mv s2, a0
    li a0, 10
    li s4, 2
    sd a0, 8(sp)
    sd zero, 16(sp)
    sd zero, 24(sp)
    sw zero, 32(sp)
    li s5, 4
.L1:
    addi a0, sp, 40
    li a4, 64
    addi a5, sp, 8
    li a6, 28
    mv a1, a2
    mv a2, a3
    mv a3, s3
    call _RINvXNtNtCslguf98W6o07_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCseBM3uzFwb6p_10sock_linux7backend5LinuxECslF9KbCeXXbj_7codegen
    lbu s1, 64(sp)
    ld s0, 40(sp)
    bne s1, s4, .L2
    bne s0, s5, .L2
    ld a2, 48(sp)
    ld a3, 56(sp)
    j .L1
.L2:
    li s3, 2
    beq s1, s3, .L3
    ld a2, 56(sp)
    addi a0, sp, 40
    addi a1, sp, 8
    call _RNvXs_NtNtCslguf98W6o07_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCslF9KbCeXXbj_7codegen
    lw a0, 40(sp)
    beqz a0, .L4
    lw a0, 60(sp)
    lwu a1, 64(sp)
    lw a2, 68(sp)
    lw a6, 44(sp)
    lw a4, 48(sp)
    lw a5, 52(sp)
    lwu a3, 56(sp)
    slli a2, a2, 32
    slli a0, a0, 32
    or a2, a2, a1
    or a0, a0, a3
    sd a0, 72(sp)
    sd a2, 80(sp)
    lw a0, 76(sp)
    lw a2, 84(sp)
    sw a6, 8(s2)
    sw a4, 12(s2)
    mv a4, s2
    sw a5, 16(a4)
    sw a3, 20(a4)
    sw a0, 24(a4)
    sw a1, 28(a4)
    sw a2, 32(a4)
    mv s3, s1
    j .L3
.L4:
    lui s0, 16
    addi s0, s0, 44
.L3:
    sd s0, 0(s2)
    sb s3, 36(s2)
    ld ra, 136(sp)
    ld s0, 128(sp)
    ld s1, 120(sp)
    ld s2, 112(sp)
    ld s3, 104(sp)
    ld s4, 96(sp)
    ld s5, 88(sp)
    addi sp, sp, 144
    ret

; opt-level 3
    addi sp, sp, -64
    mv t0, a3
    mv t1, a2
    mv a6, a0
    lw a0, 0(a1)
    li a1, 10
    addi a5, sp, 56
    addi t3, sp, 8
    li t4, 28
    lui t5, 1048575
    sd a1, 8(sp)
    sd zero, 16(sp)
    sd zero, 24(sp)
    sw zero, 32(sp)
    addi t5, t5, 1
    not t2, a0
    li t6, -4
    li a7, 207
    li a3, 96
.L1:
    sd t3, 40(sp)
    sd t4, 48(sp)
    sw t4, 56(sp)
    addi a4, sp, 8
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bltu a0, t5, .L2
    beq a0, t6, .L1
    neg a0, a0
    sd a0, 0(a6)
    li a0, 2
    sb a0, 36(a6)
    addi sp, sp, 64
    ret
.L2:
    mv a7, t0
    bltu t0, a0, .L3
    mv a7, a0
.L3:
    lw a2, 8(sp)
    lw a5, 56(sp)
    lwu t1, 12(sp)
    lw a4, 16(sp)
    slli a1, a2, 48
    srli a1, a1, 48
    li a3, 2
    beq a1, a3, .L4
    li a3, 10
    bne a1, a3, .L5
    li a1, 28
    j .L6
.L4:
    li a1, 16
.L6:
    bne a1, a5, .L5
    sltu a0, t0, a0
    slli a4, a4, 32
    addi a1, sp, 20
    or a3, a4, t1
    lw t0, 0(a1)
    lw t1, 4(a1)
    lw a4, 8(a1)
    lw a1, 12(a1)
    srli a5, a3, 32
    sd a7, 0(a6)
    sw a2, 8(a6)
    sw a3, 12(a6)
    sw a5, 16(a6)
    sw t0, 20(a6)
    sw t1, 24(a6)
    sw a4, 28(a6)
    sw a1, 32(a6)
    sb a0, 36(a6)
    addi sp, sp, 64
    ret
.L5:
    lui a0, 16
    addi a0, a0, 44
    sd a0, 0(a6)
    li a0, 2
    sb a0, 36(a6)
    addi sp, sp, 64
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
