; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    mov x9, x8
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x10, w8
.L2:
    mov x0, x10
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
    cneg x8, x0, ne
    b .L4
.L1:
    mov x8, xzr
    mov w10, #1
    b .L5
.L3:
    mov x8, xzr
    mov x2, x0
.L4:
    cmp x8, #0
    csel x10, x1, xzr, eq
    csel x8, x2, x8, eq
.L5:
    stp x10, x8, [x9]
    ret

; opt-level 3
    mov x9, x8
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x10, w8
.L2:
    mov w8, #207
    mov x0, x10
    mov w3, #64
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #4095
    mov x8, x0
    b.lo .L3
    cmn x0, #4
    b.eq .L2
    mov x8, x2
    cbnz x0, .L4
.L3:
    stp x1, x8, [x9]
    ret
.L1:
    mov w8, #1
    stp x8, xzr, [x9]
    ret
.L4:
    neg x8, x0
    stp xzr, x8, [x9]
    ret

; by hand
    mov x9, x8
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
    cmn x0, #4095
    cneg x0, x0, hs
    csel x1, xzr, x1, hs
.L1:
    stp x1, x0, [x9]
    ret
