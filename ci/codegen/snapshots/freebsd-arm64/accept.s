; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mov x9, x8
    ldr w8, [x0]
    stp xzr, xzr, [sp, #-32]!
    mvn w8, w8
    mov w11, #44
    mov w12, #28
    sxtw x10, w8
    movk w11, #1, lsl #16
    str wzr, [sp, #24]
    str xzr, [sp, #16]
.L1:
    str w12, [sp, #28]
    mov x1, sp
    mov x0, x10
    mov w8, #541
    add x2, sp, #28
    mov w3, #805306368
    svc #0
    cset w8, hs
    cbz w8, .L2
    cbz x0, .L3
    cmp x0, #16, lsl #12
    csel x8, x0, x11, lo
    cmp x8, #4
    b.eq .L1
    mov x11, x8
.L3:
    mov w8, wzr
    str x11, [x9, #8]
    b .L4
.L2:
    ldr w10, [sp, #28]
    mvn w8, w0
    orr w8, w8, #0x80000000
    cmp w10, #16
    b.eq .L5
    cmp w10, #28
    b.ne .L6
    mov w11, #28
    b .L7
.L5:
    mov w11, #2
.L7:
    ldrb w12, [sp, #1]
    cmp w11, w12
    b.ne .L6
    strb w10, [sp]
    mov x10, sp
    b .L8
.L6:
    mov x10, xzr
.L8:
    cmp x10, #0
    adrp x11, .L9
    add x11, x11, :lo12:.L9
    csel x10, x11, x10, eq
    ldr q0, [x10]
    ldur q1, [x10, #12]
    stur q0, [x9, #4]
    str q1, [x9, #16]
.L4:
    str w8, [x9]
    add sp, sp, #32
    ret

; opt-level 3
    mov x9, x8
    ldr w8, [x0]
    stp xzr, xzr, [sp, #-32]!
    mvn w8, w8
    mov w12, #44
    mov w11, #28
    sxtw x10, w8
    movk w12, #1, lsl #16
    str wzr, [sp, #24]
    str xzr, [sp, #16]
.L1:
    str w11, [sp, #28]
    mov x1, sp
    mov x0, x10
    mov w8, #541
    add x2, sp, #28
    mov w3, #805306368
    svc #0
    cset w8, hs
    cbz w8, .L2
    cmp x0, #16, lsl #12
    csel x8, x0, x12, lo
    cmp x0, #0
    csel x13, x12, x8, eq
    cmp x13, #4
    b.eq .L1
    str x13, [x9, #8]
    str wzr, [x9]
    add sp, sp, #32
    ret
.L2:
    ldr w10, [sp, #28]
    mvn w8, w0
    orr w8, w8, #0x80000000
    cmp w10, #16
    b.eq .L3
    cmp w10, #28
    b.ne .L4
    mov w11, #28
    ldrb w12, [sp, #1]
    cmp w11, w12
    b.ne .L4
.L5:
    strb w10, [sp]
    mov x10, sp
    b .L6
.L3:
    mov w11, #2
    ldrb w12, [sp, #1]
    cmp w11, w12
    b.eq .L5
.L4:
    mov x10, xzr
.L6:
    cmp x10, #0
    adrp x11, .L7
    add x11, x11, :lo12:.L7
    csel x10, x11, x10, eq
    ldr q0, [x10]
    ldur q1, [x10, #12]
    stur q0, [x9, #4]
    str q1, [x9, #16]
    str w8, [x9]
    add sp, sp, #32
    ret
