; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L2:
    mov x0, x9
    mov w8, #206
    mov w3, #16448
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #1, lsl #12
    cneg x8, x0, hi
    cmn x0, #4095
    ccmp x8, #4, #0, hs
    b.eq .L2
    cmn x0, #1, lsl #12
    cset w0, hi
    b .L3
.L1:
    mov x8, xzr
    mov x0, xzr
.L3:
    mov x1, x8
    ret

; opt-level 3
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L2:
    mov w8, #206
    mov x0, x9
    mov w3, #16448
    mov x4, xzr
    mov x5, xzr
    svc #0
    mov x8, x0
    cmn x0, #4095
    b.lo .L3
    cmn x8, #4
    b.eq .L2
    neg x1, x8
    mov w0, #1
    ret
.L1:
    mov x8, xzr
.L3:
    mov x0, xzr
    mov x1, x8
    ret

; by hand
    ldr w6, [x0]
    mov x0, x2
    cbz x0, .L1
    mvn w6, w6
    mov w3, #16448
    mov x4, xzr
    mov x5, xzr
    mov w8, #206
.L2:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L2
.L1:
    cmn x0, #4095
    cneg x1, x0, hs
    cset w0, hs
    ret
