; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -96
    st.d $ra, $sp, 88
    st.d $fp, $sp, 80
    st.d $s0, $sp, 72
    st.d $s1, $sp, 64
    move $fp, $a0
    pcalau12i $a0, %pc_hi20(.L1)
    addi.d $a0, $a0, %pc_lo12(.L1)
    ld.w $a2, $a0, 24
    ld.d $a3, $a0, 16
    st.w $a2, $sp, 24
    ld.d $a2, $a0, 8
    ld.d $a0, $a0, 0
    st.d $a3, $sp, 16
    ld.w $a1, $a1, 0
    st.d $a2, $sp, 8
    st.d $a0, $sp, 0
    addi.d $a2, $sp, 48
    nor $a4, $a1, $zero
    addi.d $a5, $sp, 0
    ori $a6, $zero, 28
    lu12i.w $a0, 128
    ori $a3, $a0, 2048
    lu12i.w $a0, -1
    ori $s0, $a0, 1
    addi.w $s1, $zero, -4
    ori $a7, $zero, 242
.L2:
    st.d $a5, $sp, 32
    st.d $a6, $sp, 40
    st.w $a6, $sp, 48
    addi.d $a1, $sp, 0
    move $a0, $a4
    syscall 0
    bltu $a0, $s0, .L3
    beq $a0, $s1, .L2
    sub.d $a2, $zero, $a0
    b .L4
.L3:
    ld.w $a1, $sp, 48
    addi.w $a0, $a0, 0
    slti $a2, $a0, 0
    masknez $a1, $a1, $a2
    lu12i.w $a3, 16
    ori $s1, $a3, 44
    maskeqz $a2, $s1, $a2
    or $a2, $a2, $a1
    bltz $a0, .L4
    addi.w $a1, $zero, -1
    slt $a3, $a1, $a0
    masknez $a1, $a1, $a3
    maskeqz $a0, $a0, $a3
    or $s0, $a0, $a1
    addi.d $a0, $sp, 32
    addi.d $a1, $sp, 0
    pcaddu18i $ra, %call36(_RNvXs_NtNtCslC86lCFCmVC_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    ld.wu $a0, $sp, 32
    andi $a0, $a0, 1
    beqz $a0, .L5
    nor $a0, $s0, $zero
    ld.d $a1, $sp, 48
    ld.d $a2, $sp, 56
    ld.w $a3, $sp, 36
    ld.d $a4, $sp, 40
    st.d $a1, $fp, 16
    st.d $a2, $fp, 24
    st.w $a3, $fp, 4
    st.d $a4, $fp, 8
    b .L6
.L4:
    move $a0, $zero
    st.d $a2, $fp, 8
.L6:
    st.w $a0, $fp, 0
    ld.d $s1, $sp, 64
    ld.d $s0, $sp, 72
    ld.d $fp, $sp, 80
    ld.d $ra, $sp, 88
    addi.d $sp, $sp, 96
    ret
.L5:
    st.d $s1, $fp, 8
    ori $a7, $zero, 57
    move $a0, $s0
    syscall 0
    move $a0, $zero
    b .L6

; opt-level 3
    addi.d $sp, $sp, -80
    st.d $fp, $sp, 72
    st.d $s0, $sp, 64
    st.d $s1, $sp, 56
    ld.w $a1, $a1, 0
    move $a4, $a0
    pcalau12i $a0, %pc_hi20(.L1)
    addi.d $a0, $a0, %pc_lo12(.L1)
    ld.w $a2, $a0, 24
    ld.d $a3, $a0, 16
    ld.d $a5, $a0, 8
    ld.d $a0, $a0, 0
    st.w $a2, $sp, 24
    st.d $a3, $sp, 16
    st.d $a5, $sp, 8
    st.d $a0, $sp, 0
    addi.d $a2, $sp, 48
    nor $a5, $a1, $zero
    addi.d $a6, $sp, 0
    ori $fp, $zero, 28
    lu12i.w $a0, 128
    ori $a3, $a0, 2048
    lu12i.w $a0, -1
    ori $s0, $a0, 1
    addi.w $s1, $zero, -4
    ori $a7, $zero, 242
.L2:
    st.d $a6, $sp, 32
    st.d $fp, $sp, 40
    st.w $fp, $sp, 48
    addi.d $a1, $sp, 0
    move $a0, $a5
    syscall 0
    bltu $a0, $s0, .L3
    beq $a0, $s1, .L2
    sub.d $a1, $zero, $a0
.L4:
    st.d $a1, $a4, 8
    st.w $zero, $a4, 0
.L5:
    ld.d $s1, $sp, 56
    ld.d $s0, $sp, 64
    ld.d $fp, $sp, 72
    addi.d $sp, $sp, 80
    ret
.L3:
    ld.w $a1, $sp, 48
    addi.w $a0, $a0, 0
    slti $a3, $a0, 0
    masknez $a1, $a1, $a3
    lu12i.w $a2, 16
    ori $a2, $a2, 44
    maskeqz $a3, $a2, $a3
    or $a1, $a3, $a1
    bltz $a0, .L4
    addi.w $a5, $zero, -1
    slt $a6, $a5, $a0
    ld.wu $a3, $sp, 0
    masknez $a7, $a5, $a6
    maskeqz $a0, $a0, $a6
    ld.d $a5, $sp, 4
    bstrpick.d $a6, $a3, 15, 0
    ori $t0, $zero, 2
    or $a0, $a0, $a7
    beq $a6, $t0, .L6
    ori $a7, $zero, 10
    bne $a6, $a7, .L7
    ori $a6, $zero, 28
    b .L8
.L6:
    ori $a6, $zero, 16
.L8:
    bne $a6, $a1, .L7
    addi.d $a1, $sp, 12
    ld.d $a2, $a1, 8
    ld.d $a1, $a1, 0
    nor $a0, $a0, $zero
    st.d $a2, $a4, 24
    st.d $a1, $a4, 16
    st.w $a0, $a4, 0
    st.w $a3, $a4, 4
    st.d $a5, $a4, 8
    b .L5
.L7:
    st.d $a2, $a4, 8
    st.w $zero, $a4, 0
    ori $a7, $zero, 57
    syscall 0
    b .L5

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
