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
    mov w3, #2048
    mov x1, sp
    add x2, sp, #28
    mov w8, #242
    movk w3, #8, lsl #16
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #4095
    b.hs .L2
    ldr w10, [sp, #28]
    mvn w8, w0
    orr w8, w8, #0x80000000
    cmp w10, #16
    b.eq .L3
    cmp w10, #28
    b.ne .L4
    mov w10, #10
    b .L5
.L2:
    neg x10, x0
    mov w8, wzr
    str x10, [x9, #8]
    b .L6
.L3:
    mov w10, #2
.L5:
    ldrh w11, [sp]
    cmp w11, w10
    mov x10, sp
    csel x10, x10, xzr, eq
    b .L7
.L4:
    mov x10, xzr
.L7:
    cmp x10, #0
    adrp x11, .L8
    add x11, x11, :lo12:.L8
    csel x10, x11, x10, eq
    ldr q0, [x10]
    ldur q1, [x10, #12]
    stur q0, [x9, #4]
    str q1, [x9, #16]
.L6:
    str w8, [x9]
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
    mov w3, #2048
    mov x1, sp
    add x2, sp, #28
    mov w8, #242
    movk w3, #8, lsl #16
    svc #0
    cmn x0, #4095
    b.lo .L2
    cmn x0, #4
    b.eq .L1
    neg x10, x0
    str x10, [x9, #8]
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
    mov w10, #10
    b .L5
.L3:
    mov w10, #2
.L5:
    ldrh w11, [sp]
    cmp w11, w10
    mov x10, sp
    csel x10, x10, xzr, eq
    b .L6
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
