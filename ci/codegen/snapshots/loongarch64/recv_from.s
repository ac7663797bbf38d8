; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -144
    st.d $ra, $sp, 136
    st.d $fp, $sp, 128
    st.d $s0, $sp, 120
    st.d $s1, $sp, 112
    st.d $s2, $sp, 104
    st.d $s3, $sp, 96
    st.d $s4, $sp, 88
    move $s0, $a1
    move $fp, $a0
    pcalau12i $a0, %pc_hi20(.L1)
    addi.d $a0, $a0, %pc_lo12(.L1)
    ld.w $a1, $a0, 24
    ld.d $a4, $a0, 16
    ld.d $a5, $a0, 8
    ld.d $a0, $a0, 0
    st.w $a1, $sp, 32
    st.d $a4, $sp, 24
    st.d $a5, $sp, 16
    st.d $a0, $sp, 8
    ori $s3, $zero, 2
    ori $s4, $zero, 4
.L2:
    addi.d $a0, $sp, 40
    ori $a4, $zero, 64
    addi.d $a5, $sp, 8
    ori $a6, $zero, 28
    move $a1, $a2
    move $a2, $a3
    move $a3, $s0
    pcaddu18i $ra, %call36(_RINvXNtNtCslC86lCFCmVC_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCs7KTbx3GWaTy_10sock_linux7backend5LinuxECschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    ld.bu $s2, $sp, 64
    ld.d $s1, $sp, 40
    bne $s2, $s3, .L3
    bne $s1, $s4, .L3
    ld.d $a2, $sp, 48
    ld.d $a3, $sp, 56
    b .L2
.L3:
    ori $s0, $zero, 2
    beq $s2, $s0, .L4
    ld.d $a2, $sp, 56
    addi.d $a0, $sp, 40
    addi.d $a1, $sp, 8
    pcaddu18i $ra, %call36(_RNvXs_NtNtCslC86lCFCmVC_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    ld.wu $a0, $sp, 40
    andi $a0, $a0, 1
    beqz $a0, .L5
    ld.d $a0, $sp, 64
    ld.d $a1, $sp, 56
    ld.w $a2, $sp, 44
    ld.d $a3, $sp, 48
    st.d $a0, $sp, 80
    st.d $a1, $sp, 72
    st.w $a2, $fp, 8
    st.d $a3, $fp, 12
    st.d $a1, $fp, 20
    st.d $a0, $fp, 28
    move $s0, $s2
    b .L4
.L5:
    lu12i.w $a0, 16
    ori $s1, $a0, 44
.L4:
    st.d $s1, $fp, 0
    st.b $s0, $fp, 36
    ld.d $s4, $sp, 88
    ld.d $s3, $sp, 96
    ld.d $s2, $sp, 104
    ld.d $s1, $sp, 112
    ld.d $s0, $sp, 120
    ld.d $fp, $sp, 128
    ld.d $ra, $sp, 136
    addi.d $sp, $sp, 144
    ret

; opt-level 3
    addi.d $sp, $sp, -112
    st.d $fp, $sp, 104
    st.d $s0, $sp, 96
    st.d $s1, $sp, 88
    st.d $s2, $sp, 80
    st.d $s3, $sp, 72
    st.d $s4, $sp, 64
    ld.w $a4, $a1, 0
    move $fp, $a3
    move $a1, $a2
    move $a6, $a0
    pcalau12i $a0, %pc_hi20(.L1)
    addi.d $a0, $a0, %pc_lo12(.L1)
    ld.w $a2, $a0, 24
    ld.d $a3, $a0, 16
    ld.d $a5, $a0, 8
    ld.d $a0, $a0, 0
    st.w $a2, $sp, 32
    st.d $a3, $sp, 24
    st.d $a5, $sp, 16
    st.d $a0, $sp, 8
    addi.d $a5, $sp, 56
    nor $s0, $a4, $zero
    addi.d $s1, $sp, 8
    ori $s2, $zero, 28
    lu12i.w $a0, -1
    ori $s3, $a0, 1
    addi.w $s4, $zero, -4
    ori $a7, $zero, 207
    ori $a3, $zero, 96
.L2:
    st.d $s1, $sp, 40
    st.d $s2, $sp, 48
    st.w $s2, $sp, 56
    addi.d $a4, $sp, 8
    move $a0, $s0
    move $a2, $fp
    syscall 0
    bltu $a0, $s3, .L3
    beq $a0, $s4, .L2
    sub.d $a0, $zero, $a0
.L4:
    st.d $a0, $a6, 0
    ori $a3, $zero, 2
.L5:
    st.b $a3, $a6, 36
    ld.d $s4, $sp, 64
    ld.d $s3, $sp, 72
    ld.d $s2, $sp, 80
    ld.d $s1, $sp, 88
    ld.d $s0, $sp, 96
    ld.d $fp, $sp, 104
    addi.d $sp, $sp, 112
    ret
.L3:
    ld.wu $a1, $sp, 8
    ld.w $a3, $sp, 56
    ld.d $a2, $sp, 12
    bstrpick.d $a4, $a1, 15, 0
    ori $a5, $zero, 2
    beq $a4, $a5, .L6
    ori $a5, $zero, 10
    bne $a4, $a5, .L7
    ori $a4, $zero, 28
    b .L8
.L6:
    ori $a4, $zero, 16
.L8:
    bne $a4, $a3, .L7
    sltu $a3, $fp, $a0
    masknez $a0, $a0, $a3
    maskeqz $a4, $fp, $a3
    or $a0, $a4, $a0
    addi.d $a4, $sp, 20
    st.d $a0, $a6, 0
    ld.d $a0, $a4, 0
    ld.d $a4, $a4, 8
    st.w $a1, $a6, 8
    st.d $a2, $a6, 12
    st.d $a0, $a6, 20
    st.d $a4, $a6, 28
    b .L5
.L7:
    lu12i.w $a0, 16
    ori $a0, $a0, 44
    b .L4

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
