; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mov x9, x8
    ldr w8, [x0]
    stp xzr, xzr, [sp, #-32]!
    mvn w8, w8
    mov w11, #28
    str wzr, [sp, #24]
    sxtw x10, w8
    str xzr, [sp, #16]
.L1:
    str w11, [sp, #28]
    mov x0, x10
    mov x4, sp
    add x5, sp, #28
    mov w8, #207
    mov w3, #96
    svc #0
    cmn x0, #4095
    b.lo .L2
    cmn x0, #4
    b.eq .L1
    neg x8, x0
    b .L3
.L2:
    ldr w13, [sp, #28]
    cmp x2, x0
    mov w8, #44
    csel x11, x2, x0, lo
    cset w12, lo
    movk w8, #1, lsl #16
    cmp w13, #16
    mov w10, #2
    b.eq .L4
    cmp w13, #28
    b.ne .L5
    mov w10, #10
.L4:
    ldrh w13, [sp]
    cmp w13, w10
    b.ne .L3
    ldr q0, [sp]
    ldur q1, [sp, #12]
    mov x8, x11
    mov w10, w12
    stur q0, [x9, #8]
    stur q1, [x9, #20]
    b .L5
.L3:
    mov w10, #2
.L5:
    str x8, [x9]
    strb w10, [x9, #36]
    add sp, sp, #32
    ret

; opt-level 3
    mov x9, x8
    ldr w8, [x0]
    stp xzr, xzr, [sp, #-32]!
    mvn w8, w8
    mov w11, #28
    str wzr, [sp, #24]
    sxtw x10, w8
    str xzr, [sp, #16]
.L1:
    str w11, [sp, #28]
    mov x0, x10
    mov x4, sp
    add x5, sp, #28
    mov w8, #207
    mov w3, #96
    svc #0
    cmn x0, #4095
    b.lo .L2
    cmn x0, #4
    b.eq .L1
    neg x8, x0
    mov w10, #2
    str x8, [x9]
    strb w10, [x9, #36]
    add sp, sp, #32
    ret
.L2:
    ldr w13, [sp, #28]
    cmp x2, x0
    mov w8, #44
    cset w11, lo
    csel x12, x2, x0, lo
    movk w8, #1, lsl #16
    cmp w13, #16
    mov w10, #2
    b.eq .L3
    cmp w13, #28
    b.ne .L4
    mov w10, #10
.L3:
    ldrh w13, [sp]
    cmp w13, w10
    b.ne .L5
    ldr q0, [sp]
    ldur q1, [sp, #12]
    mov x8, x12
    mov w10, w11
    stur q0, [x9, #8]
    stur q1, [x9, #20]
.L4:
    str x8, [x9]
    strb w10, [x9, #36]
    add sp, sp, #32
    ret
.L5:
    mov w10, #2
    str x8, [x9]
    strb w10, [x9, #36]
    add sp, sp, #32
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
