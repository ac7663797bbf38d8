; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #96
    stp x20, x19, [sp, #80]
    mov x19, x8
    ldr w8, [x0]
    adrp x9, .L1
    add x9, x9, :lo12:.L1
    add x10, sp, #32
    mvn w8, w8
    ldr q0, [x9]
    ldur q1, [x9, #12]
    sxtw x9, w8
    mov x11, sp
    mov w12, #28
    stp x29, x30, [sp, #64]
    add x29, sp, #64
    str q0, [sp]
    stur q1, [sp, #12]
.L2:
    stp x11, x12, [sp, #32]
    mov x0, x9
    mov w3, #2048
    str w12, [sp, #48]
    mov x1, sp
    add x2, x10, #16
    mov w8, #242
    movk w3, #8, lsl #16
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    neg x1, x0
    b .L4
.L3:
    ldr w8, [sp, #48]
    mov w9, #44
    cmp w0, #0
    movk w9, #1, lsl #16
    csel w8, w9, w8, mi
    cmn w0, #1
    sxtw x1, w8
    csinv w20, w0, wzr, gt
    tbnz w0, #31, .L4
    add x8, sp, #32
    mov x0, sp
    bl _RNvXs_NtNtCs29FdmtRS5SZ_9sock_core4addr3anyINtB4_10SocketAddrNtNtB8_3abi5LinuxEINtB6_7AddressBX_E6filledCsazO0zKcdVRy_7codegen
    ldr w8, [sp, #32]
    tbz w8, #0, .L5
    ldr w8, [sp, #36]
    ldr q0, [sp, #48]
    ldr x9, [sp, #40]
    str w8, [x19, #4]
    mvn w8, w20
    str q0, [x19, #16]
    str x9, [x19, #8]
    b .L6
.L4:
    mov w8, wzr
    str x1, [x19, #8]
.L6:
    str w8, [x19]
    ldp x20, x19, [sp, #80]
    ldp x29, x30, [sp, #64]
    add sp, sp, #96
    ret
.L5:
    mov w8, #44
    mov x0, x20
    movk w8, #1, lsl #16
    str x8, [x19, #8]
    mov w8, #57
    svc #0
    mov w8, wzr
    b .L6

; opt-level 3
    sub sp, sp, #64
    mov x9, x8
    ldr w8, [x0]
    adrp x10, .L1
    add x10, x10, :lo12:.L1
    add x11, sp, #40
    mov x12, sp
    mvn w8, w8
    ldr q0, [x10]
    ldur q1, [x10, #12]
    sxtw x10, w8
    mov w13, #28
    str q0, [sp]
    stur q1, [sp, #12]
.L2:
    stp x12, x13, [sp, #40]
    mov x0, x10
    mov w3, #2048
    str w13, [sp, #56]
    mov x1, sp
    add x2, x11, #16
    mov w8, #242
    movk w3, #8, lsl #16
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    neg x10, x0
.L4:
    str x10, [x9, #8]
    str wzr, [x9]
    add sp, sp, #64
    ret
.L3:
    ldr w8, [sp, #56]
    cmn w0, #1
    mov x11, x0
    mov w10, #44
    csinv w0, w11, wzr, gt
    cmp w11, #0
    movk w10, #1, lsl #16
    csel w8, w10, w8, mi
    sxtw x10, w8
    tbnz w11, #31, .L4
    ldr w8, [sp]
    ldur x11, [sp, #4]
    and w12, w8, #0xffff
    cmp w12, #2
    b.eq .L5
    cmp w12, #10
    b.ne .L6
    mov w12, #28
    b .L7
.L5:
    mov w12, #16
.L7:
    cmp x12, x10
    b.ne .L6
    mov x10, sp
    mvn w12, w0
    str x11, [x9, #8]
    orr x10, x10, #0xc
    stp w12, w8, [x9]
    ldr q0, [x10]
    str q0, [x9, #16]
    add sp, sp, #64
    ret
.L6:
    mov w8, #44
    str wzr, [x9]
    movk w8, #1, lsl #16
    str x8, [x9, #8]
    mov w8, #57
    svc #0
    add sp, sp, #64
    ret

; by hand
    mov x2, x8
    add x1, x8, #4
    ldr w6, [x0]
    mvn w6, w6
    mov w3, #2048
    movk w3, #8, lsl #16
    mov w7, #28
    str w7, [x2]
    mov w8, #242
.L1:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #4095
    b.hs .L2
    ldr w6, [x2]
    mvn w0, w0
    str w0, [x2]
    ldrh w7, [x1]
    add w8, w7, w7, lsr #1
    add w8, w8, #13
    and w7, w7, #0xfffffff7
    cmp w8, w6
    ccmp w7, #2, #0, eq
    b.eq .L3
    mov w7, #10
    str w7, [x1]
    stp xzr, xzr, [x2, #8]
    str xzr, [x2, #24]
.L3:
    ret
.L2:
    neg x0, x0
    str x0, [x2, #8]
    str wzr, [x2]
    ret
