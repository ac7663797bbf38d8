; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    stp x20, x19, [sp, #-32]!
    stp x29, x30, [sp, #16]
    add x29, sp, #16
    sub sp, sp, #2160
    str xzr, [sp]
    cbz x2, .L1
    mov x8, x2
    mov x9, x1
    mov w12, #44
    movk w12, #1, lsl #16
    ldr w10, [x0]
    mvn w10, w10
    sxtw x11, w10
    mov x13, sp
    mov w10, #1
    add x14, sp, #16
    mov w15, #2064
.L2:
    stp x9, x8, [sp]
    stur xzr, [x29, #-96]
    stur wzr, [x29, #-88]
    stur x13, [x29, #-80]
    stur w10, [x29, #-72]
    sub x1, x29, #96
    stp x14, x15, [x29, #-64]
    mov w16, #27
    mov x0, x11
    mov w2, #128
    svc #0x80
    cset w16, hs
    mov x19, x0
    cbz w16, .L3
    cmp x19, #16, lsl #12
    csel x16, x19, x12, lo
    cmp x19, #0
    csel x19, x12, x16, eq
    cmp x19, #4
    b.eq .L2
    b .L4
.L1:
    mov x19, #0
    b .L5
.L3:
    ldur w8, [x29, #-56]
    mov w9, #2064
    cmp w8, #2064
    csel w8, w8, w9, lo
    add x9, sp, #16
    stp x9, x8, [x29, #-48]
    mov w8, #1
    stp x8, xzr, [x29, #-32]
    sub x0, x29, #48
    bl FUNCTION
.L5:
    mov x10, #0
.L4:
    mov x0, x10
    mov x1, x19
    add sp, sp, #2160
    ldp x29, x30, [sp, #16]
    ldp x20, x19, [sp], #32
    ret

; opt-level 3
    cbz x2, .L1
    stp x28, x27, [sp, #-16]!
    sub sp, sp, #2128
    str xzr, [sp]
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
    mov x10, sp
    mov w0, #1
    add x11, sp, #16
    mov w12, #2064
    mov w13, #44
    movk w13, #1, lsl #16
.L2:
    mov x14, x1
    stp x1, x2, [sp]
    mov x15, x2
    str xzr, [sp, #2080]
    str wzr, [sp, #2088]
    str x10, [sp, #2096]
    str w0, [sp, #2104]
    add x1, sp, #2080
    str x11, [sp, #2112]
    str x12, [sp, #2120]
    mov w16, #27
    mov x0, x9
    mov w2, #128
    svc #0x80
    cset w16, hs
    mov x8, x0
    cbz w16, .L3
    cbz x8, .L4
    cmp x8, #16, lsl #12
    csel x8, x8, x13, lo
    cmp x8, #4
    mov x2, x15
    mov x1, x14
    mov w0, #1
    b.ne .L5
    b .L2
.L3:
    mov x9, #0
    mov w10, #2064
    ldr w11, [sp, #2120]
    cmp w11, #2064
    csel w10, w11, w10, lo
    add x13, sp, #16
    mov w11, #1
    mov w12, #65535
    cmp x9, #3
    b.ls .L6
.L7:
    mov x14, x13
.L8:
    ldr w0, [x11], #4
    tbnz w0, #31, .L9
    sub x9, x9, #4
    mov w16, #6
    svc #0x80
    cset w13, hs
    mov x13, x14
    cmp x9, #3
    b.hi .L7
.L6:
    cmp x10, #4
    b.lo .L9
    cmp x10, #12
    b.lo .L9
    ldr w15, [x13]
    cmp w15, #12
    ccmp x10, x15, #0, hs
    b.lo .L9
    ldp w17, w16, [x13, #4]
    and x14, x15, #0xfffffffc
    add x14, x14, #4
    cmp x10, x14
    csel x14, x10, x14, lo
    tst x15, #0x3
    csel x14, x15, x14, eq
    sub x10, x10, x14
    add x14, x13, x14
    sub x15, x15, #12
    cmp w17, w12
    add x13, x13, #12
    ccmp w16, #1, #0, eq
    csel x11, x13, x11, eq
    csel x9, x15, x9, eq
    mov x13, x14
    cmp x9, #4
    b.lo .L6
    b .L8
.L9:
    mov x0, #0
.L5:
    add sp, sp, #2128
    ldp x28, x27, [sp], #16
    mov x1, x8
    ret
.L1:
    mov x0, #0
    mov x1, #0
    ret
.L4:
    mov w8, #44
    movk w8, #1, lsl #16
    mov w0, #1
    add sp, sp, #2128
    ldp x28, x27, [sp], #16
    mov x1, x8
    ret
