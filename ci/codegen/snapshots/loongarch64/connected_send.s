; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -32
    st.d $fp, $sp, 24
    st.d $s0, $sp, 16
    st.d $s1, $sp, 8
    ld.w $a0, $a0, 0
    nor $a6, $a0, $zero
    lu12i.w $a0, 4
    ori $a3, $a0, 64
    lu12i.w $fp, -1
    ori $s0, $fp, 1
    addi.w $s1, $zero, -4
    ori $a7, $zero, 206
    move $a4, $zero
    move $a5, $zero
.L1:
    move $a0, $a6
    syscall 0
    bltu $a0, $s0, .L2
    beq $a0, $s1, .L1
    sub.d $a1, $zero, $a0
    b .L3
.L2:
    move $a1, $a0
.L3:
    sltu $a0, $fp, $a0
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret

; opt-level 3
    addi.d $sp, $sp, -16
    st.d $fp, $sp, 8
    st.d $s0, $sp, 0
    ld.w $a0, $a0, 0
    nor $a6, $a0, $zero
    lu12i.w $a0, 4
    ori $a3, $a0, 64
    lu12i.w $a0, -1
    ori $fp, $a0, 1
    addi.w $s0, $zero, -4
    ori $a7, $zero, 206
    move $a5, $zero
.L1:
    move $a0, $a6
    move $a4, $zero
    syscall 0
    move $a4, $a0
    bltu $a0, $fp, .L2
    beq $a4, $s0, .L1
    sub.d $a4, $zero, $a4
    ori $a0, $zero, 1
    b .L3
.L2:
    move $a0, $zero
.L3:
    move $a1, $a4
    ld.d $s0, $sp, 0
    ld.d $fp, $sp, 8
    addi.d $sp, $sp, 16
    ret

; by hand
    ld.w $a6, $a0, 0
    nor $a6, $a6, $zero
    lu12i.w $a3, 4
    ori $a3, $a3, 64
    move $a4, $zero
    move $a5, $zero
    ori $a7, $zero, 206
.L1:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L1
    move $a1, $a0
    lu12i.w $t0, -1
    sltu $a0, $t0, $a0
    beqz $a0, .L2
    sub.d $a1, $zero, $a1
.L2:
    ret
