; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #112
    stp x30, x19, [sp, #96]
    mov x19, x8
    mov w8, #64
    stp wzr, w8, [sp, #32]
    add x8, sp, #36
    add x9, sp, #8
    stp x8, x9, [sp, #72]
    mov w8, #28
    add x3, sp, #72
    str x8, [sp, #88]
    add x8, sp, #40
    stp xzr, xzr, [sp, #8]
    str xzr, [sp, #24]
    bl FUNCTION
    ldrb w9, [sp, #65]
    ldr x8, [sp, #40]
    cmp w9, #2
    b.eq .L1
    ldr x11, [sp, #56]
    mov w12, #41
    mov w9, #2
    movk w12, #1, lsl #16
    cbz x11, .L2
    ldrb w10, [sp, #64]
    cmp x11, #16
    b.eq .L3
    cmp x11, #28
    b.ne .L4
    mov w9, #28
.L3:
    ldrb w13, [sp, #9]
    cmp w9, w13
    b.ne .L4
    strb w11, [sp, #8]
    ldur q0, [sp, #20]
    mov w9, w10
    ldur q1, [sp, #8]
    stur q0, [x19, #20]
    stur q1, [x19, #8]
    b .L1
.L4:
    add x8, x12, #3
    mov w9, #2
    b .L1
.L2:
    mov w8, #41
    movk w8, #1, lsl #16
.L1:
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x30, x19, [sp, #96]
    add sp, sp, #112
    ret

; opt-level 3
    sub sp, sp, #112
    stp x30, x19, [sp, #96]
    mov x19, x8
    mov w8, #64
    mov x3, x2
    mov x2, x1
    stp wzr, w8, [sp, #32]
    add x8, sp, #36
    add x9, sp, #8
    ldr w1, [x0]
    stp x8, x9, [sp, #72]
    mov w8, #28
    add x0, sp, #40
    add x4, sp, #72
    stp xzr, xzr, [sp, #8]
    str xzr, [sp, #24]
    str x8, [sp, #88]
    bl FUNCTION
    ldrb w9, [sp, #65]
    ldr x8, [sp, #40]
    cmp w9, #2
    b.eq .L1
    ldr x11, [sp, #56]
    mov w12, #41
    mov w9, #2
    movk w12, #1, lsl #16
    cbz x11, .L2
    ldrb w10, [sp, #64]
    cmp x11, #16
    b.eq .L3
    cmp x11, #28
    b.ne .L4
    mov w9, #28
.L3:
    ldrb w13, [sp, #9]
    cmp w9, w13
    b.ne .L4
    strb w11, [sp, #8]
    ldur q0, [sp, #20]
    mov w9, w10
    ldur q1, [sp, #8]
    stur q0, [x19, #20]
    stur q1, [x19, #8]
.L1:
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x30, x19, [sp, #96]
    add sp, sp, #112
    ret
.L4:
    add x8, x12, #3
    mov w9, #2
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x30, x19, [sp, #96]
    add sp, sp, #112
    ret
.L2:
    mov w8, #41
    movk w8, #1, lsl #16
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x30, x19, [sp, #96]
    add sp, sp, #112
    ret
