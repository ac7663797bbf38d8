; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    stp x29, x30, [sp, #-64]!
    stp x24, x23, [sp, #16]
    ldrb w23, [x0, #4]
    mov x29, sp
    stp x22, x21, [sp, #32]
    mov x22, x0
    mov x0, x3
    stp x20, x19, [sp, #48]
    mov x19, x3
    mov x20, x2
    mov x21, x1
    bl _RNvXs_NtNtCs29FdmtRS5SZ_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCsazO0zKcdVRy_7codegen
    and w8, w0, #0xff
    cmp w8, w23
    b.ne .L1
    ldr w8, [x22]
    mov w23, #28
    mov w24, #16
    mvn w8, w8
    sxtw x22, w8
.L2:
    mov x0, x19
    bl _RNvXs_NtNtCs29FdmtRS5SZ_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6familyCsazO0zKcdVRy_7codegen
    tst w0, #0xff
    mov x0, x22
    mov w8, #206
    csel x5, x24, x23, eq
    mov x1, x21
    mov x2, x20
    mov w3, #16448
    mov x4, x19
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    neg x1, x0
    b .L4
.L1:
    mov w1, #40
    mov w0, #1
    movk w1, #1, lsl #16
    b .L5
.L3:
    mov x1, x0
.L4:
    cmn x0, #1, lsl #12
    cset w0, hi
.L5:
    ldp x20, x19, [sp, #48]
    ldp x22, x21, [sp, #32]
    ldp x24, x23, [sp, #16]
    ldp x29, x30, [sp], #64
    ret

; opt-level 3
    ldrh w8, [x3]
    ldrb w9, [x0, #4]
    cmp w8, #2
    cset w8, eq
    cmp w8, w9
    b.eq .L1
    sub sp, sp, #16
    ldr w8, [x0]
    mov x4, x3
    mov w10, #16
    mov w11, #28
    mvn w8, w8
    sxtw x9, w8
.L2:
    ldrh w8, [x4]
    mov x0, x9
    mov w3, #16448
    cmp w8, #2
    mov w8, #206
    csel x5, x11, x10, ne
    svc #0
    cmn x0, #4
    b.eq .L2
    mov x8, x0
    cmn x0, #1, lsl #12
    cset w0, hi
    cneg x1, x8, hi
    add sp, sp, #16
    ret
.L1:
    mov w1, #40
    mov w0, #1
    movk w1, #1, lsl #16
    ret

; by hand
    ldrh w9, [x3]
    ldrb w10, [x0, #4]
    cmp w9, #2
    cset w11, ne
    cmp w11, w10
    b.ne .L1
    ldr w6, [x0]
    mvn w6, w6
    mov x4, x3
    add w5, w9, w9, lsr #1
    add w5, w5, #13
    mov w3, #16448
    mov w8, #206
.L2:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L2
    cmn x0, #4095
    cneg x1, x0, hs
    cset w0, hs
    ret
.L1:
    mov w1, #40
    movk w1, #1, lsl #16
    mov w0, #1
    ret
