; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -80
    st.d $ra, $sp, 72
    st.d $fp, $sp, 64
    st.d $s0, $sp, 56
    st.d $s1, $sp, 48
    st.d $s2, $sp, 40
    move $s0, $a1
    move $fp, $a0
    ori $s1, $zero, 2
    ori $s2, $zero, 4
.L1:
    addi.d $a0, $sp, 8
    ori $a4, $zero, 64
    ori $a5, $zero, 1
    move $a1, $a2
    move $a2, $a3
    move $a3, $s0
    move $a6, $zero
    pcaddu18i $ra, %call36(_RINvXNtNtCslC86lCFCmVC_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCs7KTbx3GWaTy_10sock_linux7backend5LinuxECschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    ld.bu $a3, $sp, 32
    ld.d $a0, $sp, 8
    bne $a3, $s1, .L2
    ld.d $a2, $sp, 16
    ld.d $a3, $sp, 24
    beq $a0, $s2, .L1
    bnez $a0, .L3
    move $a1, $zero
    b .L4
.L2:
    move $a1, $zero
    b .L5
.L3:
    move $a1, $a0
.L4:
    move $a0, $a2
.L5:
    sltui $a2, $a1, 1
    masknez $a1, $a1, $a2
    maskeqz $a0, $a0, $a2
    or $a0, $a0, $a1
    ori $a1, $zero, 2
    masknez $a1, $a1, $a2
    maskeqz $a2, $a3, $a2
    or $a1, $a2, $a1
    st.d $a0, $fp, 0
    st.b $a1, $fp, 8
    ld.d $s2, $sp, 40
    ld.d $s1, $sp, 48
    ld.d $s0, $sp, 56
    ld.d $fp, $sp, 64
    ld.d $ra, $sp, 72
    addi.d $sp, $sp, 80
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
    lu12i.w $s1, -1
    addi.w $s2, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
    move $a4, $zero
    move $a5, $zero
.L1:
    move $a0, $s0
    move $a2, $fp
    syscall 0
    bgeu $s1, $a0, .L2
    beq $a0, $s2, .L1
    sub.d $a0, $zero, $a0
    ori $a1, $zero, 2
.L3:
    st.d $a0, $a6, 0
    st.b $a1, $a6, 8
    ld.d $s2, $sp, 0
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret
.L2:
    sltu $a1, $fp, $a0
    masknez $a0, $a0, $a1
    maskeqz $a2, $fp, $a1
    or $a0, $a2, $a0
    b .L3

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
