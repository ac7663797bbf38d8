; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    beqz $a2, .L1
    addi.d $sp, $sp, -48
    st.d $ra, $sp, 40
    st.d $fp, $sp, 32
    st.d $s0, $sp, 24
    st.d $s1, $sp, 16
    st.d $s2, $sp, 8
    st.d $s3, $sp, 0
    move $fp, $a2
    move $s0, $a1
    move $s1, $a0
    ori $s2, $zero, 1
    ori $s3, $zero, 4
.L2:
    ori $a3, $zero, 64
    move $a0, $s1
    move $a1, $s0
    move $a2, $fp
    pcaddu18i $ra, %call36(_RNvXNtCs7KTbx3GWaTy_10sock_linux7backendNtB2_5LinuxNtNtCslC86lCFCmVC_9sock_core7backend7Backend4send)
    jirl $ra, $ra, 0
    bne $a0, $s2, .L3
    beq $a1, $s3, .L2
.L3:
    ld.d $s3, $sp, 0
    ld.d $s2, $sp, 8
    ld.d $s1, $sp, 16
    ld.d $s0, $sp, 24
    ld.d $fp, $sp, 32
    ld.d $ra, $sp, 40
    addi.d $sp, $sp, 48
    ret
.L1:
    move $a1, $zero
    move $a0, $zero
    ret

; opt-level 3
    beqz $a2, .L1
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
    ori $s1, $zero, 4
.L2:
    ori $a7, $zero, 206
    move $a0, $a6
    move $a4, $zero
    move $a5, $zero
    syscall 0
    move $a5, $a0
    sltu $a0, $fp, $a0
    sub.d $a4, $zero, $a5
    masknez $a7, $a5, $a0
    maskeqz $a4, $a4, $a0
    or $a4, $a4, $a7
    bltu $a5, $s0, .L3
    beq $a4, $s1, .L2
.L3:
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    move $a1, $a4
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
    lu12i.w $a3, 4
    ori $a3, $a3, 64
    move $a4, $zero
    move $a5, $zero
    ori $a7, $zero, 206
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
