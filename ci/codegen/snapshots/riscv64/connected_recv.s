; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -80
    sd ra, 72(sp)
    sd s0, 64(sp)
    sd s1, 56(sp)
    sd s2, 48(sp)
    sd s3, 40(sp)
    mv s1, a1
    mv s2, a0
    li s0, 2
    li s3, 4
.L1:
    addi a0, sp, 8
    li a4, 64
    li a5, 1
    mv a1, a2
    mv a2, a3
    mv a3, s1
    li a6, 0
    call _RINvXNtNtCslguf98W6o07_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCseBM3uzFwb6p_10sock_linux7backend5LinuxECslF9KbCeXXbj_7codegen
    lbu a3, 32(sp)
    ld a0, 8(sp)
    bne a3, s0, .L2
    ld a2, 16(sp)
    ld a3, 24(sp)
    beq a0, s3, .L1
    bnez a0, .L3
    li a1, 0
    j .L4
.L2:
    li a1, 0
    j .L5
.L3:
    mv a1, a0
.L4:
    mv a0, a2
    beqz a1, .L5
    li a3, 2
    mv a0, a1
.L5:
    sd a0, 0(s2)
    sb a3, 8(s2)
    ld ra, 72(sp)
    ld s0, 64(sp)
    ld s1, 56(sp)
    ld s2, 48(sp)
    ld s3, 40(sp)
    addi sp, sp, 80
    ret

; opt-level 3
    mv t0, a3
    mv t1, a2
    mv a6, a0
    lw a0, 0(a1)
    lui t3, 1048575
    not t2, a0
    li t4, -4
    li a7, 207
    li a3, 96
    li a4, 0
    li a5, 0
.L1:
    mv a0, t2
    mv a1, t1
    mv a2, t0
    ecall
    bgeu t3, a0, .L2
    beq a0, t4, .L1
    neg a1, a0
    li a0, 2
    sd a1, 0(a6)
    sb a0, 8(a6)
    ret
.L2:
    mv a1, t0
    bltu t0, a0, .L3
    mv a1, a0
.L3:
    sltu a0, t0, a0
    sd a1, 0(a6)
    sb a0, 8(a6)
    ret

; by hand
    mv a6, a0
    lw t1, 0(a1)
    mv a1, a2
    mv a2, a3
    not t1, t1
    li a3, 96
    li a4, 0
    li a5, 0
    li a7, 207
    li t0, -4
.L1:
    mv a0, t1
    ecall
    beq a0, t0, .L1
    lui t0, 1048575
    bltu t0, a0, .L2
    sltu t0, a2, a0
    beqz t0, .L3
    mv a0, a2
.L3:
    sd a0, 0(a6)
    sb t0, 8(a6)
    ret
.L2:
    neg a0, a0
    li t0, 2
    j .L3
