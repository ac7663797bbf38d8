; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -80
    st.d $fp, $sp, 72
    st.d $s0, $sp, 64
    st.d $s1, $sp, 56
    st.d $s2, $sp, 48
    st.d $s3, $sp, 40
    st.d $s4, $sp, 32
    move $fp, $a3
    move $s0, $a2
    move $a6, $a0
    st.w $zero, $sp, 24
    ld.w $a0, $a1, 0
    st.d $zero, $sp, 16
    st.d $zero, $sp, 8
    st.d $zero, $sp, 0
    nor $s1, $a0, $zero
    ori $s2, $zero, 28
    lu12i.w $a0, -1
    ori $s3, $a0, 1
    addi.w $s4, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
.L1:
    st.w $s2, $sp, 28
    addi.d $a4, $sp, 0
    addi.d $a5, $sp, 28
    move $a0, $s1
    move $a1, $s0
    move $a2, $fp
    syscall 0
    bltu $a0, $s3, .L2
    beq $a0, $s4, .L1
    sub.d $a2, $zero, $a0
    ori $a1, $zero, 2
    b .L3
.L2:
    ld.w $a3, $sp, 28
    ori $a1, $zero, 2
    lu12i.w $a2, 16
    ori $a4, $zero, 16
    ori $a2, $a2, 44
    beq $a3, $a4, .L4
    ori $a4, $zero, 28
    bne $a3, $a4, .L3
    ori $a3, $zero, 10
    b .L5
.L4:
    ori $a3, $zero, 2
.L5:
    ld.hu $a4, $sp, 0
    bne $a4, $a3, .L3
    sltu $a1, $fp, $a0
    masknez $a0, $a0, $a1
    maskeqz $a2, $fp, $a1
    or $a2, $a2, $a0
    ld.w $a0, $sp, 24
    ld.d $a3, $sp, 16
    ld.d $a4, $sp, 8
    ld.d $a5, $sp, 0
    st.w $a0, $a6, 32
    st.d $a3, $a6, 24
    st.d $a4, $a6, 16
    st.d $a5, $a6, 8
.L3:
    st.d $a2, $a6, 0
    st.b $a1, $a6, 36
    ld.d $s4, $sp, 32
    ld.d $s3, $sp, 40
    ld.d $s2, $sp, 48
    ld.d $s1, $sp, 56
    ld.d $s0, $sp, 64
    ld.d $fp, $sp, 72
    addi.d $sp, $sp, 80
    ret

; opt-level 3
    addi.d $sp, $sp, -80
    st.d $fp, $sp, 72
    st.d $s0, $sp, 64
    st.d $s1, $sp, 56
    st.d $s2, $sp, 48
    st.d $s3, $sp, 40
    st.d $s4, $sp, 32
    move $fp, $a3
    move $s0, $a2
    move $a6, $a0
    ld.w $a0, $a1, 0
    st.w $zero, $sp, 24
    st.d $zero, $sp, 16
    st.d $zero, $sp, 8
    st.d $zero, $sp, 0
    nor $s1, $a0, $zero
    ori $s2, $zero, 28
    lu12i.w $a0, -1
    ori $s3, $a0, 1
    addi.w $s4, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
.L1:
    st.w $s2, $sp, 28
    addi.d $a4, $sp, 0
    addi.d $a5, $sp, 28
    move $a0, $s1
    move $a1, $s0
    move $a2, $fp
    syscall 0
    bltu $a0, $s3, .L2
    beq $a0, $s4, .L1
    sub.d $a2, $zero, $a0
    ori $a1, $zero, 2
    b .L3
.L2:
    ld.w $a3, $sp, 28
    ori $a1, $zero, 2
    lu12i.w $a2, 16
    ori $a4, $zero, 16
    ori $a2, $a2, 44
    beq $a3, $a4, .L4
    ori $a4, $zero, 28
    bne $a3, $a4, .L3
    ori $a3, $zero, 10
    ld.hu $a4, $sp, 0
    bne $a4, $a3, .L3
.L5:
    sltu $a1, $fp, $a0
    masknez $a0, $a0, $a1
    maskeqz $a2, $fp, $a1
    or $a2, $a2, $a0
    ld.w $a0, $sp, 24
    ld.d $a3, $sp, 16
    ld.d $a4, $sp, 8
    ld.d $a5, $sp, 0
    st.w $a0, $a6, 32
    st.d $a3, $a6, 24
    st.d $a4, $a6, 16
    st.d $a5, $a6, 8
.L3:
    st.d $a2, $a6, 0
    st.b $a1, $a6, 36
    ld.d $s4, $sp, 32
    ld.d $s3, $sp, 40
    ld.d $s2, $sp, 48
    ld.d $s1, $sp, 56
    ld.d $s0, $sp, 64
    ld.d $fp, $sp, 72
    addi.d $sp, $sp, 80
    ret
.L4:
    ori $a3, $zero, 2
    ld.hu $a4, $sp, 0
    beq $a4, $a3, .L5
    b .L3

; by hand
    ld.w $a6, $a1, 0
    move $a1, $a2
    move $a2, $a3
    addi.d $a4, $a0, 8
    addi.d $a5, $a0, 36
    nor $a6, $a6, $zero
    ori $a3, $zero, 96
    ori $a7, $zero, 207
    ori $t0, $zero, 28
    st.w $t0, $a5, 0
.L1:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L1
    lu12i.w $t0, -1
    bltu $t0, $a0, .L2
    ld.hu $t0, $a4, 0
    ld.w $t1, $a5, 0
    srli.d $t2, $t0, 1
    add.d $t2, $t2, $t0
    addi.d $t2, $t2, 13
    bne $t1, $t2, .L3
    bstrins.d $t0, $zero, 3, 3
    addi.d $t0, $t0, -2
    bnez $t0, .L3
    sltu $t0, $a2, $a0
    beqz $t0, .L4
    move $a0, $a2
.L4:
    st.d $a0, $a4, -8
    st.b $t0, $a5, 0
    ret
.L2:
    sub.d $a0, $zero, $a0
    b .L5
.L3:
    lu12i.w $a0, 16
    ori $a0, $a0, 44
.L5:
    ori $t0, $zero, 2
    b .L4
