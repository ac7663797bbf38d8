; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #128
    stp x20, x19, [sp, #112]
    mov x19, x8
    adrp x8, .L1
    add x8, x8, :lo12:.L1
    mov x20, x0
    stp x29, x30, [sp, #80]
    ldr q0, [x8]
    ldur q1, [x8, #12]
    stp x22, x21, [sp, #96]
    add x29, sp, #80
    str q0, [sp]
    stur q1, [sp, #12]
.L2:
    add x8, sp, #32
    mov x4, sp
    mov x0, x1
    mov x1, x2
    mov x2, x20
    mov w3, #64
    mov w5, #28
    bl _RINvXNtNtCs29FdmtRS5SZ_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCsbuzMgrpohZA_10sock_linux7backend5LinuxECsazO0zKcdVRy_7codegen
    ldrb w21, [sp, #56]
    ldr x22, [sp, #32]
    cmp w21, #2
    ccmp x22, #4, #0, eq
    b.ne .L3
    ldp x1, x2, [sp, #40]
    b .L2
.L3:
    cmp w21, #2
    b.eq .L4
    ldr x1, [sp, #48]
    add x8, sp, #32
    mov x0, sp
    bl _RNvXs_NtNtCs29FdmtRS5SZ_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCsazO0zKcdVRy_7codegen
    ldr w8, [sp, #32]
    tbz w8, #0, .L5
    ldr q0, [sp, #48]
    ldr w8, [sp, #36]
    ldr x9, [sp, #40]
    stur q0, [x29, #-16]
    str w8, [x19, #8]
    stur x9, [x19, #12]
    stur q0, [x19, #20]
    b .L4
.L5:
    mov w22, #44
    mov w21, #2
    movk w22, #1, lsl #16
.L4:
    str x22, [x19]
    ldp x29, x30, [sp, #80]
    strb w21, [x19, #36]
    ldp x20, x19, [sp, #112]
    ldp x22, x21, [sp, #96]
    add sp, sp, #128
    ret

; opt-level 3
    adrp x10, .L1
    add x10, x10, :lo12:.L1
    mov x9, x8
    ldr q0, [x10]
    ldr w8, [x0]
    ldur q1, [x10, #12]
    str q0, [sp, #-64]!
    mvn w8, w8
    add x11, sp, #40
    mov x12, sp
    sxtw x10, w8
    mov w13, #28
    stur q1, [sp, #12]
.L2:
    stp x12, x13, [sp, #40]
    mov x0, x10
    mov x4, sp
    str w13, [sp, #56]
    add x5, x11, #16
    mov w8, #207
    mov w3, #96
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    neg x8, x0
    str x8, [x9]
    mov w8, #2
    strb w8, [x9, #36]
    add sp, sp, #64
    ret
.L3:
    ldr w10, [sp]
    cmp x2, x0
    ldrsw x13, [sp, #56]
    ldur x12, [sp, #4]
    cset w8, lo
    csel x11, x2, x0, lo
    and w14, w10, #0xffff
    cmp w14, #2
    b.eq .L4
    cmp w14, #10
    b.ne .L5
    mov w14, #28
    b .L6
.L4:
    mov w14, #16
.L6:
    cmp x14, x13
    b.ne .L5
    mov x13, sp
    str x11, [x9]
    orr x13, x13, #0xc
    str w10, [x9, #8]
    ldr q0, [x13]
    stur x12, [x9, #12]
    stur q0, [x9, #20]
    strb w8, [x9, #36]
    add sp, sp, #64
    ret
.L5:
    mov w8, #44
    movk w8, #1, lsl #16
    str x8, [x9]
    mov w8, #2
    strb w8, [x9, #36]
    add sp, sp, #64
    ret

; by hand
    add x4, x8, #8
    add x5, x8, #36
    ldr w6, [x0]
    mvn w6, w6
    mov w3, #96
    mov w7, #28
    str w7, [x5]
    mov w8, #207
.L1:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #4095
    b.hs .L2
    ldr w6, [x5]
    ldrh w7, [x4]
    add w8, w7, w7, lsr #1
    add w8, w8, #13
    and w7, w7, #0xfffffff7
    cmp w8, w6
    ccmp w7, #2, #0, eq
    b.ne .L3
    cmp x2, x0
    cset w7, lo
    csel x0, x2, x0, lo
.L4:
    strb w7, [x5]
    stur x0, [x4, #-8]
    ret
.L2:
    neg x0, x0
    b .L5
.L3:
    mov w0, #44
    movk w0, #1, lsl #16
.L5:
    mov w7, #2
    b .L4
