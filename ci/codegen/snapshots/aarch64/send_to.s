; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    ldrh w8, [x3]
    ldrb w9, [x0, #4]
    cmp w8, #2
    cset w10, ne
    cmp w9, w10
    b.ne .L1
    ldr w9, [x0]
    cmp w8, #2
    mov w10, #28
    mov w11, #16
    mov x4, x3
    mvn w8, w9
    csel x5, x11, x10, eq
    sxtw x9, w8
.L2:
    mov x0, x9
    mov w8, #206
    mov w3, #16448
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
    ret
.L3:
    mov x1, x0
.L4:
    cmn x0, #1, lsl #12
    cset w0, hi
    ret

; opt-level 3
    ldrh w8, [x3]
    ldrb w9, [x0, #4]
    cmp w8, #2
    cset w10, ne
    eor w9, w10, w9
    tbz w9, #0, .L1
    mov w8, #40
    mov w0, #1
    movk w8, #1, lsl #16
    mov x1, x8
    ret
.L1:
    ldr w9, [x0]
    cmp w8, #2
    mov w10, #16
    mov w11, #28
    mov x4, x3
    mvn w8, w9
    csel x5, x11, x10, ne
    sxtw x9, w8
.L2:
    mov w8, #206
    mov x0, x9
    mov w3, #16448
    svc #0
    mov x8, x0
    cmn x0, #4095
    b.lo .L3
    cmn x8, #4
    b.eq .L2
    neg x1, x8
    mov w0, #1
    ret
.L3:
    mov x0, xzr
    mov x1, x8
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
