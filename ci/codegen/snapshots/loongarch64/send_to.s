; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    addi.d $sp, $sp, -96
    st.d $ra, $sp, 88
    st.d $fp, $sp, 80
    st.d $s0, $sp, 72
    st.d $s1, $sp, 64
    st.d $s2, $sp, 56
    st.d $s3, $sp, 48
    st.d $s4, $sp, 40
    st.d $s5, $sp, 32
    st.d $s6, $sp, 24
    st.d $s7, $sp, 16
    st.d $s8, $sp, 8
    move $s2, $a0
    ld.bu $s3, $a0, 4
    move $fp, $a3
    move $s0, $a2
    move $s1, $a1
    move $a0, $a3
    pcaddu18i $ra, %call36(_RNvXs_NtNtCslC86lCFCmVC_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    andi $a0, $a0, 255
    bne $a0, $s3, .L1
    ld.w $a0, $s2, 0
    nor $s2, $a0, $zero
    ori $s5, $zero, 28
    ori $s6, $zero, 16
    lu12i.w $a0, 4
    ori $s3, $a0, 64
    lu12i.w $s4, -1
    ori $s7, $s4, 1
    addi.w $s8, $zero, -4
.L2:
    move $a0, $fp
    pcaddu18i $ra, %call36(_RNvXs_NtNtCslC86lCFCmVC_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCschFWgc1Kd5E_7codegen)
    jirl $ra, $ra, 0
    andi $a0, $a0, 255
    sltui $a0, $a0, 1
    masknez $a1, $s5, $a0
    maskeqz $a0, $s6, $a0
    or $a5, $a0, $a1
    ori $a7, $zero, 206
    move $a0, $s2
    move $a1, $s1
    move $a2, $s0
    move $a3, $s3
    move $a4, $fp
    syscall 0
    bltu $a0, $s7, .L3
    beq $a0, $s8, .L2
    sub.d $a1, $zero, $a0
    b .L4
.L1:
    ori $a0, $zero, 1
    lu12i.w $a1, 16
    ori $a1, $a1, 40
    b .L5
.L3:
    move $a1, $a0
.L4:
    sltu $a0, $s4, $a0
.L5:
    ld.d $s8, $sp, 8
    ld.d $s7, $sp, 16
    ld.d $s6, $sp, 24
    ld.d $s5, $sp, 32
    ld.d $s4, $sp, 40
    ld.d $s3, $sp, 48
    ld.d $s2, $sp, 56
    ld.d $s1, $sp, 64
    ld.d $s0, $sp, 72
    ld.d $fp, $sp, 80
    ld.d $ra, $sp, 88
    addi.d $sp, $sp, 96
    ret

; opt-level 3
    move $a4, $a3
    ld.hu $a3, $a3, 0
    ld.bu $a5, $a0, 4
    addi.d $a3, $a3, -2
    sltui $a3, $a3, 1
    beq $a3, $a5, .L1
    addi.d $sp, $sp, -32
    st.d $fp, $sp, 24
    st.d $s0, $sp, 16
    st.d $s1, $sp, 8
    ld.w $a0, $a0, 0
    nor $a0, $a0, $zero
    addi.w $a6, $a0, 0
    ori $fp, $zero, 28
    ori $s0, $zero, 16
    lu12i.w $a0, 4
    ori $a3, $a0, 64
    addi.w $s1, $zero, -4
    ori $a7, $zero, 206
.L2:
    ld.hu $a0, $a4, 0
    addi.d $a0, $a0, -2
    sltui $a0, $a0, 1
    masknez $a5, $fp, $a0
    maskeqz $a0, $s0, $a0
    or $a5, $a0, $a5
    move $a0, $a6
    syscall 0
    beq $a0, $s1, .L2
    move $a5, $a0
    lu12i.w $a0, -1
    sltu $a0, $a0, $a5
    sub.d $a1, $zero, $a5
    maskeqz $a1, $a1, $a0
    masknez $a2, $a5, $a0
    or $a1, $a1, $a2
    ld.d $s1, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $fp, $sp, 24
    addi.d $sp, $sp, 32
    ret
.L1:
    ori $a0, $zero, 1
    lu12i.w $a1, 16
    ori $a1, $a1, 40
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
