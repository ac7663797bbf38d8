; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    move $a6, $a0
    beqz $a3, .L1
    addi.d $sp, $sp, -48
    st.d $fp, $sp, 40
    st.d $s0, $sp, 32
    st.d $s1, $sp, 24
    st.d $s2, $sp, 16
    st.d $s3, $sp, 8
    move $s0, $a3
    move $fp, $a2
    ld.w $a0, $a1, 0
    nor $s1, $a0, $zero
    lu12i.w $a0, -1
    ori $s2, $a0, 1
    addi.w $s3, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
.L2:
    move $a0, $s1
    move $a1, $fp
    move $a2, $s0
    syscall 0
    bltu $a0, $s2, .L3
    beq $a0, $s3, .L2
    bnez $a0, .L4
    move $a1, $zero
    b .L5
.L1:
    move $a1, $zero
    ori $a0, $zero, 1
    b .L6
.L3:
    move $a1, $zero
    move $s0, $a0
    b .L5
.L4:
    sub.d $a1, $zero, $a0
.L5:
    sltui $a2, $a1, 1
    maskeqz $a0, $fp, $a2
    masknez $a1, $a1, $a2
    maskeqz $a2, $s0, $a2
    or $a1, $a2, $a1
    ld.d $s3, $sp, 8
    ld.d $s2, $sp, 16
    ld.d $s1, $sp, 24
    ld.d $s0, $sp, 32
    ld.d $fp, $sp, 40
    addi.d $sp, $sp, 48
.L6:
    st.d $a0, $a6, 0
    st.d $a1, $a6, 8
    ret

; opt-level 3
    move $a6, $a0
    beqz $a3, .L1
    addi.d $sp, $sp, -48
    st.d $fp, $sp, 40
    st.d $s0, $sp, 32
    st.d $s1, $sp, 24
    st.d $s2, $sp, 16
    st.d $s3, $sp, 8
    move $s0, $a3
    move $fp, $a2
    ld.w $a0, $a1, 0
    nor $a0, $a0, $zero
    addi.w $s1, $a0, 0
    lu12i.w $a0, -1
    ori $s2, $a0, 1
    addi.w $s3, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
.L2:
    move $a0, $s1
    move $a1, $fp
    move $a2, $s0
    syscall 0
    bltu $a0, $s2, .L3
    beq $a0, $s3, .L2
    beqz $a0, .L4
    sub.d $a0, $zero, $a0
    st.d $a0, $a6, 8
    st.d $zero, $a6, 0
    b .L5
.L3:
    move $s0, $a0
.L4:
    st.d $fp, $a6, 0
    st.d $s0, $a6, 8
.L5:
    ld.d $s3, $sp, 8
    ld.d $s2, $sp, 16
    ld.d $s1, $sp, 24
    ld.d $s0, $sp, 32
    ld.d $fp, $sp, 40
    addi.d $sp, $sp, 48
    ret
.L1:
    ori $a0, $zero, 1
    st.d $a0, $a6, 0
    st.d $zero, $a6, 8
    ret

; by hand
    addi.d $sp, $sp, -16
    st.d $a0, $sp, 0
    ld.w $a6, $a1, 0
    move $a0, $a3
    move $a1, $a2
    beqz $a3, .L1
    nor $a6, $a6, $zero
    move $a2, $a3
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
    ori $a7, $zero, 207
.L2:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L2
    lu12i.w $t0, -1
    bgeu $t0, $a0, .L1
    sub.d $a0, $zero, $a0
    move $a1, $zero
.L1:
    ld.d $t0, $sp, 0
    addi.d $sp, $sp, 16
    st.d $a1, $t0, 0
    st.d $a0, $t0, 8
    ret
