; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    beqz a2, .L1
    addi sp, sp, -48
    sd ra, 40(sp)
    sd s0, 32(sp)
    sd s1, 24(sp)
    sd s2, 16(sp)
    sd s3, 8(sp)
    sd s4, 0(sp)
    mv s0, a2
    mv s2, a1
    mv s1, a0
    li s3, 1
    li s4, 4
.L2:
    li a3, 64
    mv a0, s1
    mv a1, s2
    mv a2, s0
    call _RNvXNtCseBM3uzFwb6p_10sock_linux7backendNtB2_5LinuxNtNtCslguf98W6o07_9sock_core7backend7Backend4send
    bne a0, s3, .L3
    beq a1, s4, .L2
.L3:
    ld ra, 40(sp)
    ld s0, 32(sp)
    ld s1, 24(sp)
    ld s2, 16(sp)
    ld s3, 8(sp)
    ld s4, 0(sp)
    addi sp, sp, 48
    ret
.L1:
    li a1, 0
    li a0, 0
    ret

; opt-level 3
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
    bgeu a0, t1, .L4
    j .L5
.L3:
    neg a4, a0
    bltu a0, t1, .L5
.L4:
    beq a4, t2, .L2
.L5:
    lui a1, 1048575
    sltu a0, a1, a0
    mv a1, a4
    ret
.L1:
    li a0, 0
    li a1, 0
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
