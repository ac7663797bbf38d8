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
    move $a4, $zero
    move $a5, $zero
.L2:
    ori $a3, $zero, 64
    move $a0, $a6
    syscall 0
    move $a3, $a0
    bltu $a0, $fp, .L3
    beq $a3, $s0, .L2
    sub.d $a3, $zero, $a3
    ori $a0, $zero, 1
    b .L4
.L1:
    move $a3, $zero
    move $a0, $zero
    b .L5
.L3:
    move $a0, $zero
.L4:
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
.L5:
    move $a1, $a3
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
    move $a4, $zero
    move $a5, $zero
.L2:
    ori $a3, $zero, 64
    move $a0, $a6
    syscall 0
    move $a3, $a0
    bltu $a0, $fp, .L3
    beq $a3, $s0, .L2
    sub.d $a3, $zero, $a3
    ori $a0, $zero, 1
    b .L4
.L3:
    move $a0, $zero
.L4:
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
    move $a1, $a3
    ret
.L1:
    move $a0, $zero
    move $a1, $zero
    ret

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
