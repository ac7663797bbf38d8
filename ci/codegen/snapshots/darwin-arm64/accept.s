; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #96
    stp x22, x21, [sp, #48]
    stp x20, x19, [sp, #64]
    stp x29, x30, [sp, #80]
    add x29, sp, #80
    mov x20, x0
    mov x19, x8
    stp xzr, xzr, [sp]
    str wzr, [sp, #24]
    mov w21, #28
    str xzr, [sp, #16]
.L1:
    str w21, [sp, #28]
    add x8, sp, #32
    mov x1, sp
    add x2, sp, #28
    mov x0, x20
    bl FUNCTION
    ldr w8, [sp, #32]
    cmp w8, #1
    b.ne .L2
    ldr x9, [sp, #40]
    cmp x9, #4
    b.eq .L1
    mov w8, #0
    str x9, [x19, #8]
    b .L3
.L2:
    ldr w8, [sp, #36]
    ldr w9, [sp, #28]
    cmp w9, #16
    b.eq .L4
    cmp w9, #28
    b.ne .L5
    mov w10, #30
    b .L6
.L4:
    mov w10, #2
.L6:
    ldrb w11, [sp, #1]
    cmp w10, w11
    b.ne .L5
    strb w9, [sp]
    mov x9, sp
    b .L7
.L5:
    mov x9, #0
.L7:
    adrp x10, .L8
    add x10, x10, .L9
    cmp x9, #0
    csel x9, x10, x9, eq
    ldr q0, [x9]
    stur q0, [x19, #4]
    ldur q0, [x9, #12]
    str q0, [x19, #16]
.L3:
    str w8, [x19]
    ldp x29, x30, [sp, #80]
    ldp x20, x19, [sp, #64]
    ldp x22, x21, [sp, #48]
    add sp, sp, #96
    ret

; opt-level 3
    sub sp, sp, #96
    stp x22, x21, [sp, #48]
    stp x20, x19, [sp, #64]
    stp x29, x30, [sp, #80]
    add x29, sp, #80
    mov x20, x0
    mov x19, x8
    stp xzr, xzr, [sp]
    str wzr, [sp, #24]
    mov w21, #28
    str xzr, [sp, #16]
.L1:
    str w21, [sp, #28]
    add x8, sp, #32
    mov x1, sp
    add x2, sp, #28
    mov x0, x20
    bl FUNCTION
    ldr w8, [sp, #32]
    cmp w8, #1
    b.ne .L2
    ldr x9, [sp, #40]
    cmp x9, #4
    b.eq .L1
    mov w8, #0
    str x9, [x19, #8]
    str w8, [x19]
    ldp x29, x30, [sp, #80]
    ldp x20, x19, [sp, #64]
    ldp x22, x21, [sp, #48]
    add sp, sp, #96
    ret
.L2:
    ldr w8, [sp, #36]
    ldr w9, [sp, #28]
    cmp w9, #16
    b.eq .L3
    cmp w9, #28
    b.ne .L4
    mov w10, #30
    b .L5
.L3:
    mov w10, #2
.L5:
    ldrb w11, [sp, #1]
    cmp w10, w11
    b.ne .L4
    strb w9, [sp]
    mov x9, sp
    b .L6
.L4:
    mov x9, #0
.L6:
    adrp x10, .L7
    add x10, x10, .L8
    cmp x9, #0
    csel x9, x10, x9, eq
    ldr q0, [x9]
    stur q0, [x19, #4]
    ldur q0, [x9, #12]
    str q0, [x19, #16]
    str w8, [x19]
    ldp x29, x30, [sp, #80]
    ldp x20, x19, [sp, #64]
    ldp x22, x21, [sp, #48]
    add sp, sp, #96
    ret
