; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    beqz $a2, .L1
    addi.d $sp, $sp, -16
    st.d $fp, $sp, 8
    st.d $s0, $sp, 0
    ld.w $a0, $a0, 0
    nor $a6, $a0, $zero
    lu12i.w $a0, -1
    ori $fp, $a0, 1
    addi.w $s0, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
.L2:
    move $a0, $a6
    syscall 0
    bltu $a0, $fp, .L3
    beq $a0, $s0, .L2
    beqz $a0, .L4
    sub.d $a0, $zero, $a0
    b .L4
.L1:
    move $a1, $zero
    move $a2, $zero
    b .L5
.L3:
    move $a1, $a0
    move $a0, $zero
.L4:
    sltu $a2, $zero, $a0
    masknez $a1, $a1, $a2
    maskeqz $a0, $a0, $a2
    or $a1, $a0, $a1
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
.L5:
    move $a0, $a2
    ret

; opt-level 3
    beqz $a2, .L1
    addi.d $sp, $sp, -16
    st.d $fp, $sp, 8
    st.d $s0, $sp, 0
    ld.w $a0, $a0, 0
    nor $a6, $a0, $zero
    lu12i.w $a0, -1
    ori $fp, $a0, 1
    addi.w $s0, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
.L2:
    move $a0, $a6
    syscall 0
    bltu $a0, $fp, .L3
    beq $a0, $s0, .L2
    sub.d $a2, $zero, $a0
    move $a0, $a1
.L4:
    sltu $a1, $zero, $a2
    masknez $a3, $a0, $a1
    move $a0, $a1
    maskeqz $a1, $a2, $a1
    or $a1, $a1, $a3
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
    ret
.L1:
    move $a1, $zero
    move $a0, $zero
    ret
.L3:
    move $a2, $zero
    b .L4

; by hand
    ld.w $a6, $a0, 0
    move $a0, $a2
    beqz $a2, .L1
    nor $a6, $a6, $zero
    ori $a3, $zero, 64
    move $a4, $zero
    move $a5, $zero
    ori $a7, $zero, 207
.L2:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L2
.L1:
    move $a1, $a0
    lu12i.w $t0, -1
    sltu $a0, $t0, $a0
    beqz $a0, .L3
    sub.d $a1, $zero, $a1
.L3:
    ret
