; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    move $a4, $a3
    ld.hu $a3, $a3, 0
    ld.bu $a5, $a0, 4
    addi.d $a3, $a3, -2
    sltu $a6, $zero, $a3
    bne $a5, $a6, .L1
    addi.d $sp, $sp, -32
    st.d $fp, $sp, 24
    st.d $s0, $sp, 16
    st.d $s1, $sp, 8
    sltui $a3, $a3, 1
    ori $a5, $zero, 28
    masknez $a5, $a5, $a3
    ld.w $a0, $a0, 0
    ori $a6, $zero, 16
    maskeqz $a3, $a6, $a3
    or $a5, $a3, $a5
    nor $a6, $a0, $zero
    lu12i.w $a0, 4
    ori $a3, $a0, 64
    lu12i.w $fp, -1
    ori $s0, $fp, 1
    addi.w $s1, $zero, -4
    ori $a7, $zero, 206
.L2:
    move $a0, $a6
    syscall 0
    bltu $a0, $s0, .L3
    beq $a0, $s1, .L2
    sub.d $a1, $zero, $a0
    b .L4
.L1:
    ori $a0, $zero, 1
    lu12i.w $a1, 16
    ori $a1, $a1, 40
    ret
.L3:
    move $a1, $a0
.L4:
    sltu $a0, $fp, $a0
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret

; opt-level 3
    move $a4, $a3
    ld.hu $a5, $a3, 0
    move $a3, $a0
    ld.b $a0, $a0, 4
    addi.d $a5, $a5, -2
    sltu $a5, $zero, $a5
    xor $a0, $a5, $a0
    andi $a6, $a0, 1
    ori $a0, $zero, 1
    beqz $a6, .L1
    lu12i.w $a1, 16
    ori $a1, $a1, 40
    ret
.L1:
    addi.d $sp, $sp, -16
    st.d $fp, $sp, 8
    st.d $s0, $sp, 0
    ld.w $a0, $a3, 0
    ori $a3, $zero, 16
    masknez $a3, $a3, $a5
    ori $a6, $zero, 28
    maskeqz $a5, $a6, $a5
    or $a5, $a5, $a3
    nor $a6, $a0, $zero
    lu12i.w $a0, 4
    ori $a3, $a0, 64
    lu12i.w $a0, -1
    ori $fp, $a0, 1
    addi.w $s0, $zero, -4
.L2:
    ori $a7, $zero, 206
    move $a0, $a6
    syscall 0
    move $a7, $a0
    bltu $a0, $fp, .L3
    beq $a7, $s0, .L2
    sub.d $a7, $zero, $a7
    ori $a0, $zero, 1
    b .L4
.L3:
    move $a0, $zero
.L4:
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
    move $a1, $a7
    ret

; by hand
    move $a4, $a3
    ld.hu $a5, $a3, 0
    ld.bu $t1, $a0, 4
    ld.w $a6, $a0, 0
    slli.d $t1, $t1, 3
    addi.d $t1, $t1, 2
    bne $a5, $t1, .L1
    srli.d $t1, $a5, 1
    add.d $a5, $a5, $t1
    addi.d $a5, $a5, 13
    nor $a6, $a6, $zero
    lu12i.w $a3, 4
    ori $a3, $a3, 64
    ori $a7, $zero, 206
.L2:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L2
    move $a1, $a0
    lu12i.w $t0, -1
    sltu $a0, $t0, $a0
    beqz $a0, .L3
    sub.d $a1, $zero, $a1
.L3:
    ret
.L1:
    ori $a0, $zero, 1
    lu12i.w $a1, 16
    ori $a1, $a1, 40
    ret
