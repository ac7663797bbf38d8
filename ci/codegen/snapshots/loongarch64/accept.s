; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -48
    st.d $fp, $sp, 40
    move $a4, $a0
    st.w $zero, $sp, 32
    ld.w $a0, $a1, 0
    st.d $zero, $sp, 24
    st.d $zero, $sp, 16
    st.d $zero, $sp, 8
    nor $a5, $a0, $zero
    ori $a6, $zero, 28
    lu12i.w $a0, 128
    ori $a3, $a0, 2048
    addi.w $fp, $zero, -4
    ori $a7, $zero, 242
.L1:
    st.w $a6, $sp, 36
    addi.d $a1, $sp, 8
    addi.d $a2, $sp, 36
    move $a0, $a5
    syscall 0
    beq $a0, $fp, .L1
    lu12i.w $a1, -1
    ori $a1, $a1, 1
    bgeu $a0, $a1, .L2
    ld.w $a2, $sp, 36
    ori $a3, $zero, 16
    lu12i.w $a1, -524288
    beq $a2, $a3, .L3
    ori $a3, $zero, 28
    bne $a2, $a3, .L4
    ori $a2, $zero, 10
    b .L5
.L2:
    move $a1, $zero
    sub.d $a0, $zero, $a0
    st.d $a0, $a4, 8
    b .L6
.L3:
    ori $a2, $zero, 2
.L5:
    ld.hu $a3, $sp, 8
    xor $a2, $a3, $a2
    sltui $a2, $a2, 1
    addi.d $a3, $sp, 8
    maskeqz $a2, $a3, $a2
    b .L7
.L4:
    move $a2, $zero
.L7:
    orn $a1, $a1, $a0
    sltui $a0, $a2, 1
    masknez $a2, $a2, $a0
    pcalau12i $a3, %pc_hi20(.L8)
    addi.d $a3, $a3, %pc_lo12(.L8)
    maskeqz $a0, $a3, $a0
    or $a0, $a0, $a2
    ld.w $a2, $a0, 24
    ld.d $a3, $a0, 16
    ld.d $a5, $a0, 8
    ld.d $a0, $a0, 0
    st.w $a2, $a4, 28
    st.d $a3, $a4, 20
    st.d $a5, $a4, 12
    st.d $a0, $a4, 4
.L6:
    st.w $a1, $a4, 0
    ld.d $fp, $sp, 40
    addi.d $sp, $sp, 48
    ret

; opt-level 3
    addi.d $sp, $sp, -48
    st.d $fp, $sp, 40
    st.d $s0, $sp, 32
    move $a4, $a0
    ld.w $a0, $a1, 0
    st.w $zero, $sp, 24
    st.d $zero, $sp, 16
    st.d $zero, $sp, 8
    st.d $zero, $sp, 0
    nor $a5, $a0, $zero
    ori $a6, $zero, 28
    lu12i.w $a0, 128
    ori $a3, $a0, 2048
    lu12i.w $a0, -1
    ori $fp, $a0, 1
    addi.w $s0, $zero, -4
    ori $a7, $zero, 242
.L1:
    st.w $a6, $sp, 28
    addi.d $a1, $sp, 0
    addi.d $a2, $sp, 28
    move $a0, $a5
    syscall 0
    bltu $a0, $fp, .L2
    beq $a0, $s0, .L1
    move $a1, $zero
    sub.d $a0, $zero, $a0
    st.d $a0, $a4, 8
    b .L3
.L2:
    ld.w $a2, $sp, 28
    ori $a3, $zero, 16
    lu12i.w $a1, -524288
    beq $a2, $a3, .L4
    ori $a3, $zero, 28
    bne $a2, $a3, .L5
    ori $a2, $zero, 10
    b .L6
.L4:
    ori $a2, $zero, 2
.L6:
    ld.hu $a3, $sp, 0
    xor $a2, $a3, $a2
    sltui $a2, $a2, 1
    addi.d $a3, $sp, 0
    maskeqz $a2, $a3, $a2
    b .L7
.L5:
    move $a2, $zero
.L7:
    orn $a1, $a1, $a0
    sltui $a0, $a2, 1
    masknez $a2, $a2, $a0
    pcalau12i $a3, %pc_hi20(.L8)
    addi.d $a3, $a3, %pc_lo12(.L8)
    maskeqz $a0, $a3, $a0
    or $a0, $a0, $a2
    ld.w $a2, $a0, 24
    ld.d $a3, $a0, 16
    ld.d $a5, $a0, 8
    ld.d $a0, $a0, 0
    st.w $a2, $a4, 28
    st.d $a3, $a4, 20
    st.d $a5, $a4, 12
    st.d $a0, $a4, 4
.L3:
    st.w $a1, $a4, 0
    ld.d $s0, $sp, 32
    ld.d $fp, $sp, 40
    addi.d $sp, $sp, 48
    ret

; by hand
    ld.w $a6, $a1, 0
    move $a2, $a0
    addi.d $a1, $a0, 4
    nor $a6, $a6, $zero
    lu12i.w $a3, 128
    ori $a3, $a3, 2048
    ori $a7, $zero, 242
    ori $t0, $zero, 28
    st.w $t0, $a2, 0
.L1:
    move $a0, $a6
    syscall 0
    addi.d $t0, $a0, 4
    beqz $t0, .L1
    lu12i.w $t0, -1
    bltu $t0, $a0, .L2
    ld.w $t1, $a2, 0
    nor $a0, $a0, $zero
    st.w $a0, $a2, 0
    ld.hu $t0, $a1, 0
    srli.d $t2, $t0, 1
    add.d $t2, $t2, $t0
    addi.d $t2, $t2, 13
    bne $t1, $t2, .L3
    bstrins.d $t0, $zero, 3, 3
    addi.d $t0, $t0, -2
    beqz $t0, .L4
.L3:
    ori $t0, $zero, 10
    st.w $t0, $a2, 4
    st.d $zero, $a2, 8
    st.d $zero, $a2, 16
    st.d $zero, $a2, 24
.L4:
    ret
.L2:
    sub.d $a0, $zero, $a0
    st.d $a0, $a2, 8
    st.w $zero, $a2, 0
    ret
