; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L2:
    mov x0, x9
    mov w8, #207
    mov w3, #64
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    cmp x0, #0
    cneg x9, x0, ne
    mov x0, x1
    b .L4
.L1:
    mov x1, xzr
    mov x8, xzr
    b .L5
.L3:
    mov x9, xzr
.L4:
    cmp x9, #0
    cset w8, ne
    csel x1, x9, x0, ne
.L5:
    mov x0, x8
    ret

; opt-level 3
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L2:
    mov x0, x9
    mov w8, #207
    mov w3, #64
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #4095
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    neg x8, x0
    cmp x8, #0
    cset w0, ne
    csel x1, x8, x1, ne
    ret
.L1:
    mov x1, xzr
    mov x0, xzr
    ret
.L3:
    mov x8, xzr
    mov x1, x0
    cmp x8, #0
    cset w0, ne
    csel x1, xzr, x1, ne
    ret

; by hand
    ldr w6, [x0]
    mov x0, x2
    cbz x0, .L1
    mvn w6, w6
    mov w3, #64
    mov x4, xzr
    mov x5, xzr
    mov w8, #207
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
