; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #128
    stp x20, x19, [sp, #96]
    stp x29, x30, [sp, #112]
    add x29, sp, #112
    mov x19, x8
    stp xzr, xzr, [sp, #8]
    str xzr, [sp, #24]
    mov w8, #64
    stp wzr, w8, [sp, #32]
    add x8, sp, #36
    add x9, sp, #8
    stp x8, x9, [x29, #-40]
    mov w8, #28
    stur x8, [x29, #-24]
    add x8, sp, #40
    sub x3, x29, #40
    bl FUNCTION
    ldrb w9, [sp, #65]
    ldr x8, [sp, #40]
    cmp w9, #2
    b.eq .L1
    mov w11, #41
    movk w11, #1, lsl #16
    ldr x12, [sp, #56]
    mov w9, #2
    cbz x12, .L2
    ldrb w10, [sp, #64]
    cmp x12, #16
    b.eq .L3
    cmp x12, #28
    b.ne .L4
    mov w9, #30
.L3:
    ldrb w13, [sp, #9]
    cmp w9, w13
    b.ne .L4
    strb w12, [sp, #8]
    ldur q0, [sp, #20]
    stur q0, [x19, #20]
    ldur q0, [sp, #8]
    stur q0, [x19, #8]
    mov x9, x10
    b .L1
.L4:
    add x8, x11, #3
    mov w9, #2
    b .L1
.L2:
    mov w8, #41
    movk w8, #1, lsl #16
.L1:
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x29, x30, [sp, #112]
    ldp x20, x19, [sp, #96]
    add sp, sp, #128
    ret

; opt-level 3
    sub sp, sp, #128
    stp x20, x19, [sp, #96]
    stp x29, x30, [sp, #112]
    add x29, sp, #112
    mov x3, x2
    mov x2, x1
    mov x19, x8
    ldr w1, [x0]
    stp xzr, xzr, [sp, #8]
    str xzr, [sp, #24]
    mov w8, #64
    stp wzr, w8, [sp, #32]
    add x8, sp, #36
    add x9, sp, #8
    stp x8, x9, [x29, #-40]
    mov w8, #28
    stur x8, [x29, #-24]
    add x0, sp, #40
    sub x4, x29, #40
    bl FUNCTION
    ldrb w9, [sp, #65]
    ldr x8, [sp, #40]
    cmp w9, #2
    b.eq .L1
    mov w11, #41
    movk w11, #1, lsl #16
    ldr x12, [sp, #56]
    mov w9, #2
    cbz x12, .L2
    ldrb w10, [sp, #64]
    cmp x12, #16
    b.eq .L3
    cmp x12, #28
    b.ne .L4
    mov w9, #30
.L3:
    ldrb w13, [sp, #9]
    cmp w9, w13
    b.ne .L4
    strb w12, [sp, #8]
    ldur q0, [sp, #20]
    stur q0, [x19, #20]
    ldur q0, [sp, #8]
    stur q0, [x19, #8]
    mov x9, x10
.L1:
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x29, x30, [sp, #112]
    ldp x20, x19, [sp, #96]
    add sp, sp, #128
    ret
.L4:
    add x8, x11, #3
    mov w9, #2
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x29, x30, [sp, #112]
    ldp x20, x19, [sp, #96]
    add sp, sp, #128
    ret
.L2:
    mov w8, #41
    movk w8, #1, lsl #16
    str x8, [x19]
    strb w9, [x19, #36]
    ldp x29, x30, [sp, #112]
    ldp x20, x19, [sp, #96]
    add sp, sp, #128
    ret
