; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi sp, sp, -48
    sd ra, 40(sp)
    sd s0, 32(sp)
    sd s1, 24(sp)
    sd s2, 16(sp)
    sd s3, 8(sp)
    sd s4, 0(sp)
    mv s2, a2
    mv s1, a1
    mv s0, a0
    li s3, 1
    li s4, 4
.L1:
    li a3, 64
    mv a0, s0
    mv a1, s1
    mv a2, s2
    call _RNvXNtCseBM3uzFwb6p_10sock_linux7backendNtB2_5LinuxNtNtCslguf98W6o07_9sock_core7backend7Backend4send
    bne a0, s3, .L2
    beq a1, s4, .L1
.L2:
    ld ra, 40(sp)
    ld s0, 32(sp)
    ld s1, 24(sp)
    ld s2, 16(sp)
    ld s3, 8(sp)
    ld s4, 0(sp)
    addi sp, sp, 48
    ret

; opt-level 3
    lw a0, 0(a0)
    lui a3, 4
    addi a3, a3, 64
    not a6, a0
    li t0, -4
    li a7, 206
    li a5, 0
.L1:
    mv a0, a6
    li a4, 0
    ecall
    beq a0, t0, .L1
    mv a4, a0
    lui a1, 1048575
    sltu a0, a1, a0
    bgeu a1, a4, .L2
    neg a4, a4
.L2:
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
