; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -64
    sd ra, 56(sp)
    sd s0, 48(sp)
    sd s1, 40(sp)
    sd s2, 32(sp)
    sd s3, 24(sp)
    sd s4, 16(sp)
    sd s5, 8(sp)
    sd s6, 0(sp)
    mv s0, a3
    mv s2, a2
    mv s1, a0
    lbu s4, 4(a0)
    mv s3, a1
    mv a0, a3
    call _RNvXs_NtNtCslguf98W6o07_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCslF9KbCeXXbj_7codegen
    zext.b a0, a0
    bne a0, s4, .L1
    lw a0, 0(s1)
    lui a1, 4
    lui s5, 1048575
    addi s4, a1, 64
    addi s5, s5, 1
    not s1, a0
    li s6, -4
.L2:
    mv a0, s0
    call _RNvXs_NtNtCslguf98W6o07_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCslF9KbCeXXbj_7codegen
    zext.b a0, a0
    beqz a0, .L3
    li a5, 28
    j .L4
.L3:
    li a5, 16
.L4:
    li a7, 206
    mv a0, s1
    mv a1, s3
    mv a2, s2
    mv a3, s4
    mv a4, s0
    ecall
    bltu a0, s5, .L5
    beq a0, s6, .L2
    neg a1, a0
    j .L6
.L1:
    li a0, 1
    lui a1, 16
    addi a1, a1, 40
    j .L7
.L5:
    mv a1, a0
.L6:
    lui a2, 1048575
    sltu a0, a2, a0
.L7:
    ld ra, 56(sp)
    ld s0, 48(sp)
    ld s1, 40(sp)
    ld s2, 32(sp)
    ld s3, 24(sp)
    ld s4, 16(sp)
    ld s5, 8(sp)
    ld s6, 0(sp)
    addi sp, sp, 64
    ret

; opt-level 3
    mv t2, a3
    lbu a3, 1(a3)
    lbu a5, 0(t2)
    lbu a4, 4(a0)
    slli a3, a3, 8
    or a3, a3, a5
    addi a3, a3, -2
    seqz a3, a3
    beq a3, a4, .L1
    addi sp, sp, -16
    lw a0, 0(a0)
    li t0, 2
    lui a3, 4
    addi a3, a3, 64
    not a6, a0
    li t1, -4
    li a7, 206
.L2:
    lbu a0, 1(t2)
    lbu a4, 0(t2)
    slli a0, a0, 8
    or a0, a0, a4
    beq a0, t0, .L3
    li a5, 28
    mv a0, a6
    mv a4, t2
    ecall
    bne a0, t1, .L4
    j .L2
.L3:
    li a5, 16
    mv a0, a6
    mv a4, t2
    ecall
    beq a0, t1, .L2
.L4:
    lui a2, 1048575
    addi sp, sp, 16
    bltu a2, a0, .L5
    mv a1, a0
    sltu a0, a2, a0
    ret
.L1:
    li a0, 1
    lui a1, 16
    addi a1, a1, 40
    ret
.L5:
    neg a1, a0
    sltu a0, a2, a0
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
