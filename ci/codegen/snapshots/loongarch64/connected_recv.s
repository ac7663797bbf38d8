; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -32
    st.d $fp, $sp, 24
    st.d $s0, $sp, 16
    st.d $s1, $sp, 8
    st.d $s2, $sp, 0
    ld.w $a4, $a1, 0
    move $fp, $a3
    move $a1, $a2
    move $a6, $a0
    nor $s0, $a4, $zero
    lu12i.w $a0, -1
    ori $s1, $a0, 1
    addi.w $s2, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
    move $a4, $zero
    move $a5, $zero
.L1:
    move $a0, $s0
    move $a2, $fp
    syscall 0
    bltu $a0, $s1, .L2
    beq $a0, $s2, .L1
    sub.d $a0, $zero, $a0
    ori $a1, $zero, 2
    b .L3
.L2:
    sltu $a1, $fp, $a0
    masknez $a0, $a0, $a1
    maskeqz $a2, $fp, $a1
    or $a0, $a2, $a0
.L3:
    st.d $a0, $a6, 0
    st.b $a1, $a6, 8
    ld.d $s2, $sp, 0
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret

; opt-level 3
    addi.d $sp, $sp, -32
    st.d $fp, $sp, 24
    st.d $s0, $sp, 16
    st.d $s1, $sp, 8
    st.d $s2, $sp, 0
    ld.w $a4, $a1, 0
    move $fp, $a3
    move $a1, $a2
    move $a6, $a0
    nor $s0, $a4, $zero
    lu12i.w $a0, -1
    ori $s1, $a0, 1
    addi.w $s2, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
    move $a4, $zero
    move $a5, $zero
.L1:
    move $a0, $s0
    move $a2, $fp
    syscall 0
    bltu $a0, $s1, .L2
    beq $a0, $s2, .L1
    sub.d $a0, $zero, $a0
    ori $a1, $zero, 2
    b .L3
.L2:
    sltu $a1, $fp, $a0
    masknez $a0, $a0, $a1
    maskeqz $a2, $fp, $a1
    or $a0, $a2, $a0
.L3:
    st.d $a0, $a6, 0
    st.b $a1, $a6, 8
    ld.d $s2, $sp, 0
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret

; by hand
    addi.d $sp, $sp, -16
    st.d $a0, $sp, 0
    ld.w $a6, $a1, 0
    move $a1, $a2
    move $a2, $a3
    nor $a6, $a6, $zero
    ori $a3, $zero, 96
    move $a4, $zero
    move $a5, $zero
    ori $a7, $zero, 207
.L1:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L1
    ld.d $t1, $sp, 0
    addi.d $sp, $sp, 16
    lu12i.w $t0, -1
    bltu $t0, $a0, .L2
    sltu $t0, $a2, $a0
    beqz $t0, .L3
    move $a0, $a2
.L3:
    st.d $a0, $t1, 0
    st.b $t0, $t1, 8
    ret
.L2:
    sub.d $a0, $zero, $a0
    ori $t0, $zero, 2
    b .L3
