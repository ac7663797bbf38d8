; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    cbz x2, .L1
    ldr w8, [x0]
    mov w10, #44
    mov x11, x1
    mov w9, #1
    movk w10, #1, lsl #16
    mvn w8, w8
    sxtw x12, w8
.L2:
    mov w8, #29
    mov x0, x12
    mov x1, x11
    mov w3, #128
    mov x4, xzr
    mov x5, xzr
    svc #0
    cset w8, hs
    cbz w8, .L3
    cbz x0, .L4
    cmp x0, #16, lsl #12
    b.hs .L4
    cmp x0, #4
    b.eq .L2
    mov w9, #1
    b .L5
.L1:
    mov x10, xzr
    mov x9, xzr
    b .L4
.L3:
    mov x9, xzr
.L5:
    mov x10, x0
.L4:
    mov x0, x9
    mov x1, x10
    ret

; opt-level 3
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L2:
    mov w8, #29
    mov x0, x9
    mov x11, x1
    mov w3, #128
    mov x4, xzr
    mov x5, xzr
    svc #0
    cset w8, hs
    cbz w8, .L3
    cbz x0, .L4
    mov w10, #44
    cmp x0, #16, lsl #12
    mov w8, #1
    movk w10, #1, lsl #16
    b.hs .L5
    mov x1, x11
    cmp x0, #4
    b.eq .L2
    mov w8, #1
    mov x10, x0
    mov x0, x8
    mov x1, x10
    ret
.L3:
    mov x8, xzr
    mov x10, x0
.L5:
    mov x0, x8
    mov x1, x10
    ret
.L1:
    mov x10, xzr
    mov x8, xzr
    mov x0, x8
    mov x1, x10
    ret
.L4:
    mov w10, #44
    mov w8, #1
    movk w10, #1, lsl #16
    mov x0, x8
    mov x1, x10
    ret
